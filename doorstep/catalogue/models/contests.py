"""Which courses are the best of the year: a call, what was entered, who judged and how, who voted, who objected."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Contest(models.Model):
    """A contest of courses; its criteria and figures are the policies in force on the day of the call."""

    class Status(models.TextChoices):
        """How far it has come; whether entries are taken or judged is a matter of the days."""

        DRAFT = "draft", _("草稿")
        CALLED = "running", _("进行中")
        PUBLISHED = "in_publicity", _("公示中")
        FINISHED = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")

    title = models.CharField(max_length=80)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="contests")
    place = models.CharField(max_length=200)
    about = models.TextField(max_length=2000, help_text=_("评选什么，怎么参评"))
    enters_from = models.DateField()
    enters_until = models.DateField()
    judged_until = models.DateField()
    has_votes = models.BooleanField(default=False, help_text=_("支部投票计入总分"))
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    called_on = models.DateField(null=True)
    called_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    published_on = models.DateField(null=True)
    published_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True, help_text=_("取消的原因"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "title"], name="contest_title_of_unit_unique"),
            models.CheckConstraint(
                condition=Q(enters_from__lte=F("enters_until"), enters_until__lt=F("judged_until")),
                name="contest_days_follow",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"]) | Q(called_on__isnull=False),
                name="contest_called_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["in_publicity", "done"]) | Q(published_on__isnull=False),
                name="contest_published_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ContestEntry(models.Model):
    """A reviewed course as it was entered, with what is taught from; what came of it once it is published."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField(help_text=_("评委和投票的人只看到号"))
    course = models.ForeignKey("catalogue.Course", on_delete=models.PROTECT, related_name="contest_entries")
    version = models.ForeignKey("catalogue.CourseVersion", on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey("catalogue.Edition", null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    statement = models.TextField(max_length=2000, blank=True, help_text=_("好在哪里"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rank = models.PositiveIntegerField(null=True)
    is_winner = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="contest_number_unique"),
            models.UniqueConstraint(
                fields=["contest", "course"], condition=Q(taken_back_at=None), name="contest_course_once"
            ),
            models.CheckConstraint(
                condition=Q(is_winner=False) | Q(taken_back_at=None, score__isnull=False),
                name="contest_winner_was_scored",
            ),
        ]
        indexes = [models.Index(fields=["place"], name="entry_place_like", opclasses=["text_pattern_ops"])]


class ContestJuror(models.Model):
    """Somebody who judges in a contest, until they are released."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="jurors")
    account = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contest", "account"], name="contest_juror_once")]


class ContestScore(models.Model):
    """The points of one juror for one entry by one criterion."""

    juror = models.ForeignKey(ContestJuror, on_delete=models.CASCADE, related_name="scores")
    entry = models.ForeignKey(ContestEntry, on_delete=models.CASCADE, related_name="scores")
    criterion = models.CharField(max_length=40, help_text=_("规则的名字"))
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["juror", "entry", "criterion"], name="contest_scored_once"),
        ]


class ContestVote(models.Model):
    """The one vote of a person in a contest; for whom it is, is for nobody to see."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="votes")
    entry = models.ForeignKey(ContestEntry, on_delete=models.CASCADE, related_name="votes")
    voter = models.CharField(max_length=24, help_text=_("人，没有名册的按账号"))
    voted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contest", "voter"], name="contest_one_vote_a_person")]


class ContestObjection(models.Model):
    """What somebody says against a result while it is made public, and what the office answered."""

    entry = models.ForeignKey(ContestEntry, on_delete=models.CASCADE, related_name="objections")
    text = models.CharField(max_length=1000)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=1000, blank=True)
    is_upheld = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="", is_upheld=None)
                | Q(answered_at__isnull=False, is_upheld__isnull=False) & ~Q(answer=""),
                name="contest_objection_answered_whole",
            ),
        ]
