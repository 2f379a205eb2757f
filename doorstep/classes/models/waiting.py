"""Who waits for a seat in a class that is full."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doorstep.classes.models.classes import TrainingClass

_WORDS = {"waiting": "in_line", "moved": "moved_up", "left": "left", "passed": "passed_over", "over": "not_reached"}


class WaitingPlace(models.Model):
    """A place on the waiting list of a class; the row of the class is locked whenever one is given or taken."""

    class Status(models.TextChoices):
        """Where it stands; only the first waits."""

        WAITING = "waiting", _("候补中")
        MOVED = "moved", _("已递补")
        LEFT = "left", _("已退出候补")
        PASSED = "passed", _("轮到时进不了班")
        OVER = "over", _("没有轮到")

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="waiting")
    number = models.PositiveIntegerField(help_text=_("排队的号，在锁住班次时给，不重不改"))
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="waiting")
    unit = models.ForeignKey(
        "directory.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("排队时所在支部")
    )
    place = models.CharField(max_length=200)
    accepts_overlap = models.BooleanField(default=False, help_text=_("与别的班时间重叠也要"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    listed_at = models.DateTimeField()
    listed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True, help_text=_("退出、越过别人或进不了班的原因"))
    jumped = models.PositiveIntegerField(default=0, help_text=_("主办单位安排时越过了几人"))
    given_for = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text=_("按条件递补的，当时占先的条件；按先后的空着")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training_class", "number"], name="waiting_number_unique"),
            models.UniqueConstraint(
                fields=["training_class", "person"], condition=Q(status="waiting"), name="waiting_once_a_class"
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", ended_at=None) | ~Q(status="waiting") & Q(ended_at__isnull=False),
                name="waiting_ended_says_when",
            ),
            models.CheckConstraint(condition=Q(given_for="") | Q(status="moved"), name="waiting_given_when_moved"),
            models.CheckConstraint(condition=Q(jumped=0) | ~Q(reason=""), name="waiting_jump_says_why"),
        ]
        indexes = [
            models.Index(fields=["person"], name="waiting_person", condition=Q(status="waiting")),
            models.Index(fields=["place"], name="waiting_place_like", opclasses=["text_pattern_ops"]),
        ]

    @property
    def word(self) -> str:
        """Where it stands, as a word of the table of statuses."""
        return _WORDS[self.status]


class WaitingLetter(models.Model):
    """What an organiser wrote to everybody on a waiting list: of a class, or of what is ordered from a provider."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text=_("同一张表交两次只算一件"))
    training_class = models.ForeignKey(TrainingClass, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("谁写的"))
    place = models.CharField(max_length=200)
    text = models.CharField(max_length=300)
    waiting_count = models.PositiveIntegerField(help_text=_("写的时候有几人、几单在候补"))
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & Q(waiting_count__gt=0), name="waiting_letter_to_somebody")
        ]

    def __str__(self) -> str:
        return self.text
