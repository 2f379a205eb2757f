"""Which units and people there are, and who belongs where."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.masking import mask_id_number, mask_phone
from doorstep.directory.rules.reference import code_lists


def _period(start: str = "valid_from", end: str = "valid_to") -> Func:
    """The half-open date range [start, end) of a dated row."""
    return Func(F(start), F(end), function="daterange", output_field=models.Field())


def _one(column: str) -> Func:
    """A bigint as a one-element range, so GiST can compare it without btree_gist."""
    return Func(F(column), F(column), Value("[]"), function="int8range", output_field=models.Field())


def _stay(column: str) -> Func:
    """A dated row as a flat box from its first day to its last, put away by GiST five times faster than two ranges."""
    first = Func(F("valid_from"), template="(%(expressions)s - date '2000-01-01')")
    last = Func(F("valid_to"), template="(coalesce(%(expressions)s, date '9999-12-31') - 1 - date '2000-01-01')")
    ends = [Func(F(column), day, function="point") for day in (first, last)]
    return Func(*ends, function="box", output_field=models.Field())


class Division(models.Model):
    """An administrative division with the dates between which it existed."""

    class Level(models.TextChoices):
        """How high the division stands."""

        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("县（市、区）")
        TOWNSHIP = "township", _("乡镇（街道）")
        VILLAGE = "village", _("村（社区）")
        ZONE = "zone", _("开发区")

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=40)
    aliases = models.JSONField(default=list)
    level = models.CharField(max_length=10, choices=Level.choices)
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    pinyin = models.CharField(max_length=60, blank=True)
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["short_name"], name="division_short")]


class DivisionPast(models.Model):
    """What a division was called, and under which division it stood, before it changed."""

    division = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="past")
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "valid_from"], name="division_past_unique")]


class Unit(models.Model):
    """A node of the organisation tree; `path` is its place now, `UnitPlacement` its places over time."""

    class Kind(models.TextChoices):
        """What the unit is."""

        CITY = "city", _("市委组织部")
        COUNTY = "county", _("县（市、区）委组织部")
        TOWNSHIP = "township", _("乡镇（街道）党（工）委")
        COMMITTEE = "committee", _("党委")
        GENERAL_BRANCH = "general_branch", _("党总支")
        BRANCH = "branch", _("党支部")
        WORK_UNIT = "work_unit", _("单位")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=200, unique=True)
    depth = models.SmallIntegerField()
    division = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="units")
    county = models.CharField(max_length=6)
    sector = models.CharField(max_length=30, blank=True)
    order = models.PositiveIntegerField(default=0)
    external_code = models.CharField(max_length=60, blank=True)
    external_scheme = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["path"], name="unit_path_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["parent", "order", "id"], name="unit_children"),
            models.Index(fields=["name"], name="unit_name"),
            models.Index(fields=["short_name"], name="unit_short_name"),
        ]

    def __str__(self) -> str:
        return self.short_name


class UnitPlacement(models.Model):
    """Where a unit stood in the tree between two dates; never rewritten, only closed."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["path"], name="placement_path_like", opclasses=["text_pattern_ops"])]
        constraints = [
            ExclusionConstraint(
                name="unit_one_place_at_a_time",
                expressions=[(_one("unit_id"), RangeOperators.OVERLAPS), (_period(), RangeOperators.OVERLAPS)],
            ),
        ]


class PersonColumns(models.Model):
    """What a roster says of a person; ID number, phones and address are sealed, found by blind index."""

    class Sex(models.TextChoices):
        """GB/T 2261.1."""

        UNKNOWN = "0", _("未知")
        MALE = "1", _("男")
        FEMALE = "2", _("女")

    class Category(models.TextChoices):
        """人员类别 of the national collection form."""

        FULL = "full", _("正式党员")
        PROBATIONARY = "probationary", _("预备党员")
        DEVELOPING = "developing", _("发展对象")
        ACTIVIST = "activist", _("入党积极分子")
        APPLICANT = "applicant", _("入党申请人")
        OUTSIDE = "outside", _("群众")

    class State(models.TextChoices):
        """党籍状态 of the national collection form."""

        NORMAL = "normal", _("正常")
        STOPPED = "stopped", _("停止党籍")

    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField(null=True)
    birth_month_only = models.BooleanField(default=False)
    ethnicity = models.CharField(max_length=2, blank=True)
    education = models.CharField(max_length=2, blank=True)
    degree = models.CharField(max_length=30, blank=True)
    category = models.CharField(max_length=12, choices=Category.choices)
    membership_state = models.CharField(max_length=10, choices=State.choices, default=State.NORMAL)
    occupation = models.CharField(max_length=60, blank=True)
    work_unit = models.CharField(max_length=120, blank=True)
    join_date = models.DateField(null=True)
    formal_date = models.DateField(null=True)
    lost_contact = models.BooleanField(default=False)
    lost_since = models.DateField(null=True)
    floating = models.BooleanField(default=False)
    flow_to = models.CharField(max_length=60, blank=True)
    migrant_worker = models.BooleanField(default=False)
    new_stratum = models.CharField(max_length=40, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    id_number_sealed = models.BinaryField(default=b"")
    id_number_index = models.BinaryField(max_length=32, null=True)
    mobile_sealed = models.BinaryField(default=b"")
    mobile_index = models.BinaryField(max_length=32, null=True)
    landline_sealed = models.BinaryField(default=b"")
    address_sealed = models.BinaryField(default=b"")

    class Meta:
        abstract = True

    @property
    def occupation_name(self) -> str:
        """The word for the occupation; rosters may also say it freely."""
        return code_lists()["member_occupation"].get(self.occupation, self.occupation)

    @property
    def education_name(self) -> str:
        """The word for the schooling."""
        return code_lists()["education"].get(self.education, self.education)

    @property
    def ethnicity_name(self) -> str:
        """The word for the ethnic group."""
        return code_lists()["ethnicity"].get(self.ethnicity, self.ethnicity)

    @property
    def age(self) -> int | None:
        """Whole years today; None without a date of birth."""
        if self.birth_date is None:
            return None
        today = clock.today()
        had_birthday = (today.month, today.day) >= (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - (not had_birthday)


class Person(PersonColumns):
    """A person of the rosters; `place` is where their primary membership of today stands, "" without one."""

    county = models.CharField(max_length=6, help_text=_("现所在县，随主要归属变动"))
    place = models.CharField(max_length=200, blank=True, db_default="", help_text=_("今天主要归属单位的位置"))
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["id_number_index"], name="person_id_number_unique")]
        indexes = [
            models.Index(fields=["mobile_index"], name="person_mobile_index"),
            models.Index(fields=["name", "id"], name="person_by_name"),
            models.Index(fields=["place"], name="person_place_like", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def id_number_masked(self) -> str:
        """The ID number as pages show it."""
        from doorstep.core.crypto import unseal

        return mask_id_number(unseal(self.id_number_sealed, field="id_number"))

    @property
    def mobile_masked(self) -> str:
        """The mobile number as pages show it."""
        from doorstep.core.crypto import unseal

        return mask_phone(unseal(self.mobile_sealed, field="mobile"))


class Membership(models.Model):
    """To which unit a person belongs, from day to day (half-open); a move closes one and opens another.

    `left_as` is said of the last one of somebody who belongs to the network no more.
    """

    class Leaving(models.TextChoices):
        """Why somebody belongs to no unit of the network any more."""

        AWAY = "away", _("转出本市")
        DIED = "died", _("去世")
        REMOVED = "removed", _("出党或停止党籍")
        MISTAKE = "mistake", _("登记错了")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    county = models.CharField(max_length=6)
    is_primary = models.BooleanField(default=True, help_text=_("否 = 流入地参加组织生活"))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    left_as = models.CharField(max_length=8, choices=Leaving.choices, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["unit", "valid_to"], name="membership_unit"),
            models.Index(fields=["person", "valid_to"], name="membership_person"),
        ]
        constraints = [
            ExclusionConstraint(
                name="membership_one_primary_at_a_time",
                expressions=[(_stay("person_id"), RangeOperators.OVERLAPS)],
                condition=Q(is_primary=True),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="membership_valid_order"
            ),
        ]


class Post(models.Model):
    """A post a person holds in a unit between two dates; posts decide the required hours."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    post = models.CharField(max_length=30, help_text=_("code_lists: party_post"))
    is_leader = models.BooleanField(help_text=_("书记或班子成员"))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "valid_to"], name="post_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="post_valid_order"
            ),
        ]

    @property
    def post_name(self) -> str:
        """The word for the post."""
        return code_lists()["party_post"].get(self.post, self.post)


class SearchKey(models.Model):
    """A short key under which a thing is found: name bigrams and pinyin initials."""

    key = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, help_text=_("person unit class base"))
    object_id = models.BigIntegerField()
    place = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key", "object_id"], name="search_key_unique")]
        indexes = [models.Index(fields=["kind", "object_id"], name="search_key_object")]
