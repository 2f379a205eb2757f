"""What can be taught: courses, and how each came to say what it says."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.models.reviewed import Reviewed


class CourseContent(models.Model):
    """What a course says; the same columns hold what is in force and what each version said."""

    class Mode(models.TextChoices):
        """How it is taught."""

        THEORY = "theory", _("理论阐述")
        SCENARIO = "scenario", _("情景模拟")
        CASE = "case", _("案例")
        ON_SITE = "on_site", _("现场")
        PRACTICE = "practice", _("体验")

    class Kind(models.TextChoices):
        """Its part in the curriculum: the one general course, its sub-courses, local ones, stacks for a half day."""

        GENERAL = "general", _("总论")
        SUB = "sub", _("分论")
        LOCAL = "local", _("本地课")
        STACK = "stack", _("半天组合")

    class ArtForm(models.TextChoices):
        """What it is told in besides speech."""

        KUAIBAN = "kuaiban", _("快板")
        SHE_SONG = "she_song", _("畲歌")
        PLAY = "play", _("情景剧")
        OPERA = "opera", _("地方戏曲")
        STORY = "story", _("说书讲古")
        FILM = "film", _("短片")

    class Audience(models.TextChoices):
        """Whom it is made for."""

        MEMBERS = "members", _("普通党员")
        CADRES = "cadres", _("村（社区）干部")
        FARMERS = "farmers", _("农民和渔民")
        YOUNG = "young", _("青年党员")
        FLOATING = "floating", _("流动党员")
        STAFF = "staff", _("企业职工")
        ELDERLY = "elderly", _("老党员")

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices, blank=True, help_text=_("组合课由各节决定，不填"))
    theory_minutes = models.PositiveIntegerField(default=0, help_text=_("分钟，组合课由各节相加，不填"))
    skill_minutes = models.PositiveIntegerField(default=0, help_text=_("分钟，组合课由各节相加，不填"))
    outline = models.TextField(blank=True, max_length=4000)
    languages = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    art_form = models.CharField(max_length=10, choices=ArtForm.choices, blank=True)
    audiences = ArrayField(models.CharField(max_length=10, choices=Audience.choices), default=list, blank=True)
    parts = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text=_("组合课各节的课程，按次序"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Course(CourseContent):
    """A course with what is in force of it; before it is first accepted, as it is being written."""

    class Stage(models.TextChoices):
        """How far it has come; the middle three may be taught."""

        DRAFT = "draft", _("草稿")
        TRIAL = "trial", _("试讲")
        REVIEWED = "reviewed", _("已审核")
        PREMIUM = "premium", _("精品")
        RETIRED = "disabled", _("停用")

    code = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="courses")
    place = models.CharField(max_length=200)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    stage_before = models.CharField(
        max_length=10, choices=Stage.choices, blank=True, help_text=_("停用前的阶段，恢复时回到这里")
    )
    stage_note = models.CharField(max_length=200, blank=True, help_text=_("停用的原因"))
    stage_at = models.DateTimeField()
    stage_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    teachers = models.ManyToManyField("faculty.Teacher", related_name="courses")

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="course_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["stage", "kind"], name="course_stage"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "title"], condition=~Q(stage="disabled"), name="course_title_of_unit_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind="stack", theory_minutes=0, skill_minutes=0, mode="")
                | ~Q(kind="stack") & ~Q(mode="") & (Q(theory_minutes__gt=0) | Q(skill_minutes__gt=0)),
                name="course_minutes_are_its_own",
            ),
            models.CheckConstraint(
                condition=Q(stage="disabled") & ~Q(stage_before="") | ~Q(stage="disabled") & Q(stage_before=""),
                name="course_retired_from_a_stage",
            ),
        ]


class CourseVersion(CourseContent, Reviewed):
    """What a course said from one acceptance on, or would say once it is accepted; at most one is not."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    written_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_version_number_unique"),
            models.UniqueConstraint(
                fields=["course"], condition=~Q(status="passed"), name="course_one_version_in_the_making"
            ),
        ]
