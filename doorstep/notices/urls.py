"""Addresses of what departments write for the public, of messages and of circulars."""

from __future__ import annotations

from django.urls import path

from doorstep.notices.pages import articles, circulars, editor, inbox, sent, wordings

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
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/unread/", inbox.unread, name="unread"),
    path("messages/read/", inbox.read_all, name="read_all"),
    path("messages/channels/", inbox.channels, name="channels"),
    path("messages/channels/<slug:channel>/", inbox.channel, name="channel"),
    path("messages/sent/", sent.sent, name="sent"),
    path("messages/wordings/", wordings.wordings, name="wordings"),
    path("messages/wordings/changed/", wordings.wordings_changed, name="wordings_changed"),
    path("messages/wordings/<str:text>/<slug:way>/", wordings.wording, name="wording"),
    path("messages/wordings/<str:text>/<slug:way>/preview/", wordings.wording_preview, name="wording_preview"),
    path("messages/<int:message_id>/", inbox.message, name="message"),
    path("messages/<int:message_id>/read/", inbox.message_read, name="message_read"),
    path("circulars/", circulars.circulars, name="circulars"),
    path("circulars/new/", circulars.circular_new, name="circular_new"),
    path("circulars/<int:circular_id>/", circulars.circular, name="circular"),
    path("circulars/<int:circular_id>/receipts/", circulars.receipts, name="receipts"),
    path("circulars/<int:circular_id>/replace/", circulars.circular_replace, name="circular_replace"),
    path("circulars/<int:circular_id>/withdraw/", circulars.circular_withdraw, name="circular_withdraw"),
    path("circulars/<int:circular_id>/files/<int:number>/", circulars.circular_file, name="circular_file"),
    path("circulars/<int:circular_id>/remind/", circulars.circular_remind, name="circular_remind"),
    path("circulars/<int:circular_id>/read/", circulars.circular_read, name="circular_read"),
    path("circulars/<int:circular_id>/acknowledge/", circulars.circular_acknowledge, name="circular_acknowledge"),
    path("portal/pictures/<int:picture_id>.webp", articles.picture, name="picture"),
]
