"""Who teaches, what they can teach, and from which pools they come."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from doorstep.core.models import alone


class Language(models.TextChoices):
    """What is spoken here; the dialects of the counties lie far apart."""

    MANDARIN = "mandarin", _("普通话")
    NINGDE = "mindong_ningde", _("闽东语蕉城话")
    FUAN = "mindong_fuan", _("闽东语福安话")
    XIAPU = "mindong_xiapu", _("闽东语霞浦话")
    ZHERONG = "mindong_zherong", _("闽东语柘荣话")
    FUDING = "mindong_fuding", _("闽东语福鼎话")
    FUZHOU = "fuzhou_minyou", _("闽东语福州片")
    SOUTHERN = "minnan_fuding", _("闽南语")
    SHE = "she", _("畲话")


class ArtForm(models.TextChoices):
    """What a teacher can tell in besides speech; the same codes as courses have."""

    KUAIBAN = "kuaiban", _("快板")
    SHE_SONG = "she_song", _("畲歌")
    PLAY = "play", _("情景剧")
    OPERA = "opera", _("地方戏曲")
    STORY = "story", _("说书讲古")
    FILM = "film", _("短片")


class Topic(models.TextChoices):
    """What a teacher teaches about."""

    THEORY = "theory", _("党的创新理论")
    CHARTER = "charter", _("党章党规")
    HISTORY = "history", _("党史和红色故事")
    BRANCH = "branch", _("支部工作")
    GOVERNANCE = "governance", _("基层治理")
    LAW = "law", _("法律和调解")
    REVIVAL = "revival", _("乡村振兴")
    FARMING = "farming", _("种植技术")
    FISHERY = "fishery", _("海上养殖")
    TRADE = "trade", _("电商和经营")
    SHE_CULTURE = "she_culture", _("畲族文化")
    CUSTOMS = "customs", _("移风易俗")
    ECOLOGY = "ecology", _("生态文明")
    SAFETY = "safety", _("安全和应急")


class Pool(models.Model):
    """A unit's pool of teachers."""

    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="pools")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="pool_name_of_unit_unique")]
        indexes = [models.Index(fields=["place"], name="pool_place_like", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


class Teacher(models.Model):
    """A person who teaches; may or may not be on a roster."""

    class Category(models.TextChoices):
        """By which way the teacher comes to teach; what each means is in the policies `teacher.*.<category>`."""

        SCHOOL = "school", _("党校教师")
        EXPERT = "expert", _("专家学者")
        OFFICIAL = "official", _("党政干部")
        VILLAGE = "village", _("镇村干部")
        PART_TIME = "part_time", _("兼职教师")
        LOCAL = "local", _("乡土教员")
        GUIDE = "guide", _("讲解员")

    name = models.CharField(max_length=60)
    person = models.ForeignKey("directory.Person", null=True, on_delete=models.PROTECT, related_name="teachers")
    category = models.CharField(max_length=10, choices=Category.choices)
    title = models.CharField(max_length=60, blank=True)
    specialty = models.CharField(max_length=80, blank=True)
    topics = ArrayField(models.CharField(max_length=20, choices=Topic.choices), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    art_forms = ArrayField(models.CharField(max_length=10, choices=ArtForm.choices), default=list, blank=True)
    most_a_month = models.PositiveSmallIntegerField(null=True, help_text=_("每月最多讲几次；空着按类别的规定"))
    school = models.ForeignKey(
        "directory.Unit", null=True, on_delete=models.PROTECT, related_name="+", help_text=_("固定联系的党校的单位")
    )
    home = models.ForeignKey(
        "directory.Unit", null=True, on_delete=models.PROTECT, related_name="+", help_text=_("从哪里出发；空着是本单位")
    )
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="teachers")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_active=True, person__isnull=False), name="teacher_person_once"
            ),
        ]
        indexes = [models.Index(fields=["place"], name="teacher_place_like", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


class PoolPlace(models.Model):
    """A teacher's place in a pool, from a day on, until they left it; a teacher may be in many pools."""

    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="pool_places")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="places")
    joined_on = models.DateField()
    left_on = models.DateField(null=True, help_text=_("从这天起不在库"))
    left_for = models.CharField(max_length=200, blank=True, help_text=_("出库的原因"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gt=F("joined_on")), name="pool_place_days_in_order"
            ),
            ExclusionConstraint(
                name="pool_place_held_once",
                expressions=[
                    (alone(F("teacher_id")), RangeOperators.OVERLAPS),
                    (alone(F("pool_id")), RangeOperators.OVERLAPS),
                    (
                        Func(F("joined_on"), F("left_on"), function="daterange", output_field=models.Field()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class Vetting(models.Model):
    """One look at whether somebody may teach: by whom, on which day, passed until when, or why not."""

    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="vettings")
    vetted_on = models.DateField()
    is_passed = models.BooleanField()
    valid_until = models.DateField(null=True, help_text=_("到这天为止，当天已不算"))
    note = models.CharField(max_length=200, blank=True)
    rule = models.CharField(max_length=80, blank=True, help_text=_("按哪条规定、哪一版"))
    vetted_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_passed=True, valid_until__gt=F("vetted_on")) | Q(is_passed=False, valid_until=None),
                name="vetting_passed_until_a_day",
            ),
        ]
        indexes = [models.Index(fields=["teacher", "-vetted_on", "-id"], name="vetting_latest")]


class Absence(models.Model):
    """Days on which a teacher cannot teach, the last one included."""

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text=_("最后一天"))
    reason = models.CharField(max_length=100)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_days_in_order"),
        ]
        indexes = [models.Index(fields=["teacher", "ends_on"], name="absence_of_teacher")]
