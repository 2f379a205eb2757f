"""How offices word what messages say, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Wording(models.Model):
    """A version of what one text says by one way for the people of a city or a county; without words, as shipped."""

    class Way(models.TextChoices):
        """By which way a text reaches its reader."""

        INBOX = "inbox", _("站内消息")
        MAIL = "mail", _("电子邮件")
        SMS = "sms", _("短信")
        WECOM = "wecom", _("企业微信")
        DINGTALK = "dingtalk", _("钉钉")

    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="wordings")
    place = models.CharField(max_length=200)
    text = models.CharField(max_length=60, help_text=_("文本的名称"))
    way = models.CharField(max_length=10, choices=Way.choices)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120, blank=True, help_text=_("空着就是出厂的说法"))
    body = models.CharField(max_length=600, blank=True)
    is_in_force = models.BooleanField(default=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "text", "way", "version"], name="wording_version_unique"),
            models.UniqueConstraint(
                fields=["unit", "text", "way"], condition=Q(is_in_force=True), name="wording_one_in_force"
            ),
            models.CheckConstraint(condition=~Q(title="") | Q(body=""), name="wording_body_has_title"),
            models.CheckConstraint(condition=Q(way="inbox") | Q(body=""), name="wording_body_stays_inside"),
        ]
        indexes = [models.Index(fields=["text"], condition=Q(is_in_force=True), name="wording_of_text")]

    def __str__(self) -> str:
        return f"{self.text} {self.way} {self.version}"
