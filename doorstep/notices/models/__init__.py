"""What people are told: texts for the public, messages to one person, and circulars with their receipts."""

from __future__ import annotations

from doorstep.notices.models.articles import Article, ArticlePicture, ArticleVersion
from doorstep.notices.models.circulars import Circular, CircularFile, CircularReceipt
from doorstep.notices.models.messages import ChannelChoice, Delivery, Message
from doorstep.notices.models.wordings import Wording

__all__ = [
    "Article",
    "ArticlePicture",
    "ArticleVersion",
    "ChannelChoice",
    "Circular",
    "CircularFile",
    "CircularReceipt",
    "Delivery",
    "Message",
    "Wording",
]
