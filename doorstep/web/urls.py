"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path

from doorstep.web import pages

app_name = "web"
urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("more/", pages.more, name="more"),
    path("help/", pages.help_page, name="help"),
]
