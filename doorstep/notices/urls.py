"""Addresses of what departments write for the public."""

from __future__ import annotations

from django.urls import path

from doorstep.notices.pages import articles, editor

app_name = "notices"
urlpatterns = [
    path("articles/", articles.articles, name="articles"),
    path("articles/new/", editor.article_new, name="article_new"),
    path("articles/preview/", editor.article_preview, name="article_preview"),
    path("articles/<int:article_id>/", articles.article, name="article"),
    path("articles/<int:article_id>/edit/", editor.article_edit, name="article_edit"),
    path("articles/<int:article_id>/pictures/", editor.picture_new, name="picture_new"),
    path("articles/<int:article_id>/pictures/<int:number>/drop/", editor.picture_drop, name="picture_drop"),
    path("articles/<int:article_id>/publish/", articles.article_publish, name="article_publish"),
    path("articles/<int:article_id>/turn/", articles.article_turn, name="article_turn"),
    path("portal/pictures/<int:picture_id>.webp", articles.picture, name="picture"),
]
