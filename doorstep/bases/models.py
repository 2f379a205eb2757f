"""Where training can happen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Base(models.Model):
    """A place that trains: academy, demonstration base, school, teaching point, mobile school, or a belt of them."""

    class Kind(models.TextChoices):
        """What the place is."""

        ACADEMY = "academy", _("学院")
        DEMONSTRATION = "demonstration_base", _("示范基地")
        TOWNSHIP_SCHOOL = "township_school", _("乡镇党校")
        TEACHING_POINT = "teaching_point", _("现场教学点")
        MOBILE_SCHOOL = "mobile_school", _("流动党校")
        LECTURE_HALL = "lecture_hall", _("讲堂")
        BELT = "belt", _("示范带")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=80)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="bases")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    division = models.ForeignKey("directory.Division", null=True, on_delete=models.PROTECT, related_name="bases")
    theme = models.CharField(max_length=80, blank=True)
    capacity = models.PositiveIntegerField(default=0, help_text=_("人"))
    is_flagged = models.BooleanField(default=False, help_text=_("新思想现场教学点"))
    has_network = models.BooleanField(default=True)
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="base_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["kind", "county"], name="base_kind"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "name"],
                condition=models.Q(kind="belt", valid_to__isnull=True),
                name="belt_name_in_county_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Venue(models.Model):
    """A room or spot of a base in which a session can be held."""

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="venues")
    name = models.CharField(max_length=80)
    seats = models.PositiveIntegerField(help_text=_("座"))
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Belt(models.Model):
    """Places of one county under one theme, shown as one; the base of kind `belt` carries its name and standard."""

    base = models.OneToOneField(Base, primary_key=True, on_delete=models.PROTECT, related_name="belt")
    places = models.ManyToManyField(Base, related_name="belts")
    argument = models.CharField(max_length=400, blank=True, help_text=_("不相邻也放在一起的理由"))
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")


class Stewardship(models.Model):
    """A unit that looks after a base from outside the line above it, as the city department does its ten."""

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="stewardships")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="stewardships")
    place = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["base"], condition=models.Q(valid_to__isnull=True), name="stewardship_one_open"
            ),
        ]


class Evidence(models.Model):
    """What a base shows for one item of its standard: a file or a note, reviewed by the level above."""

    class Status(models.TextChoices):
        """Where it stands."""

        FILED = "waiting", _("待审核")
        ACCEPTED = "passed", _("已通过")
        RETURNED = "declined", _("已退回")
        TAKEN_BACK = "taken_back", _("已撤回")

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="evidence")
    place = models.CharField(max_length=200)
    review_place = models.CharField(max_length=200, help_text=_("谁审核：所属单位的上级，或直管单位"))
    county = models.CharField(max_length=6)
    item = models.CharField(max_length=80, help_text=_("标准条目的政策键"))
    asked = models.CharField(max_length=400, help_text=_("报送时条目怎么写的"))
    rule = models.CharField(max_length=90, help_text=_("按哪一版：键@版本"))
    title = models.CharField(max_length=120)
    note = models.CharField(max_length=400, blank=True)
    file = models.CharField(max_length=80, blank=True, help_text=_("存放的名字"))
    file_name = models.CharField(max_length=120, blank=True)
    file_size = models.PositiveIntegerField(default=0, help_text=_("字节"))
    issued_on = models.DateField()
    expires_on = models.DateField(help_text=_("有效期的最后一天"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.FILED)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    review_note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="evidence_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["base", "item"], name="evidence_item"),
            models.Index(fields=["status", "filed_at"], name="evidence_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["base", "item"], condition=models.Q(status="waiting"), name="evidence_one_waiting"
            ),
            models.CheckConstraint(condition=~models.Q(file="", note=""), name="evidence_shows_something"),
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("issued_on")), name="evidence_expires_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AspectState(models.Model):
    """Whether a base has one aspect of its standard, since when, and what is missing."""

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="aspects")
    aspect = models.CharField(max_length=20)
    is_had = models.BooleanField()
    lacking = models.JSONField(default=list, help_text=_("缺的条目：键、状态、数"))
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["base", "aspect"], name="aspect_of_base_unique")]
