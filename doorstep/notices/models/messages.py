"""What one person was told, by which ways they want to hear of it, and whether it reached them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from doorstep.notices.rules.texts import shown_text
from doorstep.notices.rules.wordings import filled


class Message(models.Model):
    """One thing told to one account; what it says stands in the texts of the code, in every language."""

    account = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="notices")
    occurrence = models.UUIDField(default=uuid.uuid4, help_text=_("哪一件事：同一件事对同一人只说一次"))
    text = models.CharField(max_length=60, help_text=_("文本的名称"))
    fields = models.JSONField(default=dict, help_text=_("文本里填的内容"))
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    sender = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    wording = models.ForeignKey(
        "notices.Wording", null=True, on_delete=models.PROTECT, related_name="+", help_text=_("市、县自己的说法")
    )

    class Meta:
        constraints = [
            # Each app knows its own side of a happening: what it says does not keep another one silent.
            models.UniqueConstraint(
                "account",
                "occurrence",
                Func(F("text"), Value("."), Value(1), function="split_part", output_field=models.TextField()),
                name="message_once_an_occurrence",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None) | Q(read_at__gte=F("created_at")), name="message_read_after_it_came"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"], name="message_of_account"),
            models.Index(fields=["account"], condition=Q(read_at=None), name="message_unread"),
            models.Index(fields=["created_at"], name="message_moment"),
            models.Index(
                fields=["sender", "-created_at", "-id"], condition=Q(sender__isnull=False), name="message_of_sender"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What happened, in the language of the moment; it names no member, so it may leave the product."""
        return filled(self.wording.title, self.fields) if self.wording else shown_text(self.text, self.fields)[0]

    @property
    def body(self) -> str:
        """What there is to know besides, in the language of the moment."""
        return filled(self.wording.body, self.fields) if self.wording else shown_text(self.text, self.fields)[1]


class Channel(models.TextChoices):
    """By which way a message leaves the product; the operator says which of them there are."""

    MAIL = "mail", _("电子邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信")
    DINGTALK = "dingtalk", _("钉钉")


class ChannelChoice(models.Model):
    """A way by which one wants to hear of one's messages besides the inbox, and when."""

    class Rhythm(models.TextChoices):
        """When."""

        AT_ONCE = "at_once", _("随时")
        DAILY = "daily", _("每天一次汇总")

    account = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="channels")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.AT_ONCE)
    address_sealed = models.BinaryField(help_text=_("密文：邮箱、手机号或账号"))
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "channel"], name="channel_chosen_once")]


class Delivery(models.Model):
    """One message on its way out of the product by one channel: the proof that it was sent, or why not."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("待发")
        SENT = "sent", _("已发出")
        FAILED = "failed", _("没有发出")
        DROPPED = "dropped", _("不再发")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(help_text=_("最早什么时候发"))
    tries = models.PositiveSmallIntegerField(default=0, help_text=_("试过几次"))
    sent_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=120, blank=True, help_text=_("对方给的回执号"))
    reason = models.CharField(max_length=200, blank=True, help_text=_("没有发出的原因"))
    wording = models.ForeignKey("notices.Wording", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="delivery_once_a_channel"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="delivery_sent_has_moment",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(reason=""), name="delivery_failed_says_why"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due")]

    def __str__(self) -> str:
        said: Any = self.get_channel_display()
        return f"{said} {self.state}"

    @property
    def line(self) -> str:
        """The one line that leaves the product by this channel, in the language of the moment."""
        return filled(self.wording.title, self.message.fields) if self.wording else self.message.title
