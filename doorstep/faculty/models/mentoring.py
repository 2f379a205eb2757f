"""Mentor pairs: an experienced teacher takes on a new one, with goals, observed lessons and a sign-off."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doorstep.faculty.models.teachers import Teacher, Topic


class Mentorship(models.Model):
    """A mentor and an apprentice with one subject; at most one such pair of an apprentice is open at a time."""

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("带教中")
        SIGNED = "signed", _("已出师")
        ENDED = "ended", _("已结束")

    mentor = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="apprentices")
    apprentice = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="mentors")
    subject = models.CharField(max_length=20, choices=Topic.choices)
    goals = ArrayField(models.CharField(max_length=100))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    begun_on = models.DateField()
    closed_on = models.DateField(null=True)
    closing_note = models.CharField(max_length=200, blank=True, help_text=_("出师的评语，或结束的原因"))
    closed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(mentor=F("apprentice")), name="mentor_is_somebody_else"),
            models.CheckConstraint(condition=Q(goals__len__gt=0), name="mentorship_has_goals"),
            models.CheckConstraint(
                condition=Q(status="open", closed_on=None, closing_note="")
                | ~Q(status="open") & Q(closed_on__gte=F("begun_on")) & ~Q(closing_note=""),
                name="mentorship_closed_with_words",
            ),
            models.UniqueConstraint(
                fields=["apprentice", "subject"], condition=Q(status="open"), name="mentorship_one_open"
            ),
        ]
        indexes = [models.Index(fields=["mentor"], condition=Q(status="open"), name="mentorship_of_mentor")]

    @property
    def word(self) -> str:
        """The status as the word table has it."""
        return {"open": "mentoring", "signed": "signed_off"}.get(self.status, "pair_ended")


class Observation(models.Model):
    """A lesson of the apprentice that the mentor sat in on, with a mark against each goal."""

    class Mark(models.IntegerChoices):
        """How far a goal was met in one lesson."""

        NOT_SEEN = 0, _("没看到")
        NOT_YET = 1, _("还不行")
        NEARLY = 2, _("差一点")
        MET = 3, _("做到了")

    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="observations")
    observed_on = models.DateField()
    lesson = models.CharField(max_length=120, help_text=_("听的哪一课"))
    marks = ArrayField(models.PositiveSmallIntegerField(choices=Mark.choices))
    remarks = models.CharField(max_length=400)
    withdrawn_for = models.CharField(max_length=200, blank=True, help_text=_("撤回的原因"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mentorship", "observed_on", "lesson"],
                condition=Q(withdrawn_for=""),
                name="observation_counted_once",
            ),
        ]
