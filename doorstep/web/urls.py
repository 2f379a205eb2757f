"""Addresses of the shell and of the public portal."""

from __future__ import annotations

from django.urls import path

from doorstep.web import pages
from doorstep.web.pages import portal, portal_feeds, portal_map, portal_menu, portal_print

app_name = "web"
urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("more/", pages.more, name="more"),
    path("help/", pages.help_page, name="help"),
    path("portal/", portal.portal, name="portal"),
    path("portal/look/", portal.look, name="portal_look"),
    path("portal/routes/", portal.routes, name="portal_routes"),
    path("portal/routes/<int:route_id>/", portal.route, name="portal_route"),
    path("portal/routes/<int:route_id>/map.svg", portal.route_map, name="portal_route_map"),
    path("portal/routes/<int:route_id>/print/", portal_print.route, name="portal_route_print"),
    path("portal/packages/", portal_menu.packages, name="portal_packages"),
    path("portal/packages/<int:package_id>/", portal_menu.package, name="portal_package"),
    path("portal/packages/<int:package_id>/print/", portal_print.package, name="portal_package_print"),
    path("portal/cases/", portal_menu.cases, name="portal_cases"),
    path("portal/cases/<int:case_id>/", portal_menu.case, name="portal_case"),
    path("portal/bases/", portal.bases, name="portal_bases"),
    path("portal/bases/<int:base_id>/", portal.base, name="portal_base"),
    path("portal/bases/<int:base_id>/map.svg", portal.base_map, name="portal_base_map"),
    path("portal/bases/<int:base_id>/print/", portal_print.base, name="portal_base_print"),
    path("portal/belts/", portal.belts, name="portal_belts"),
    path("portal/belts/<int:base_id>/", portal.belt, name="portal_belt"),
    path("portal/belts/<int:base_id>/map.svg", portal.belt_map, name="portal_belt_map"),
    path("portal/belts/<int:base_id>/print/", portal_print.belt, name="portal_belt_print"),
    path("portal/courses/", portal.courses, name="portal_courses"),
    path("portal/courses/<int:course_id>/", portal.course, name="portal_course"),
    path("portal/courses/<int:course_id>/print/", portal_print.course, name="portal_course_print"),
    path("portal/classes/", portal.classes, name="portal_classes"),
    path("portal/classes/<int:class_id>/", portal.one_class, name="portal_class"),
    path("portal/campaigns/", portal.campaigns, name="portal_campaigns"),
    path("portal/campaigns/<int:campaign_id>/", portal.campaign, name="portal_campaign"),
    path("portal/campaigns/<int:campaign_id>/feed.rss", portal_feeds.campaign_feed, name="portal_campaign_feed"),
    path(
        "portal/campaigns/<int:campaign_id>/lectures.ics",
        portal_feeds.campaign_calendar,
        name="portal_campaign_calendar",
    ),
    path("portal/news/", portal.news, name="portal_news"),
    path("portal/news/<int:article_id>/", portal.article, name="portal_article"),
    path("portal/how-to/", portal.how_to, name="portal_how_to"),
    path("portal/search/", portal.search, name="portal_search"),
    path("portal/map/", portal_map.portal_map, name="portal_map"),
    path("portal/map/picture.svg", portal_map.map_svg, name="portal_map_picture"),
    path("portal/map/cells.json", portal_map.cells, name="portal_cells"),
    path("portal/map/outlines.json", portal_map.county_outlines, name="portal_outlines"),
    path("portal/feed.rss", portal_feeds.feed, name="portal_feed"),
    path("portal/classes.ics", portal_feeds.calendar, name="portal_calendar"),
    path("sitemap.xml", portal_feeds.sitemap, name="sitemap"),
    path("robots.txt", portal_feeds.robots, name="robots"),
]
