"""What is held: classes, their sessions, seats handed down, people enrolled, leave asked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Campaign(models.Model):
    """Lectures under one name: a campaign that is to reach a number of them, or a series that goes on."""

    class Kind(models.TextChoices):
        """What it is."""

        CAMPAIGN = "campaign", _("专项活动")
        SERIES = "series", _("系列讲座")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=80)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="campaigns")
    place = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text=_("最后一天"))
    target = models.PositiveIntegerField(default=0, help_text=_("要讲多少堂，0 是不定数"))
    about = models.CharField(max_length=400, blank=True)
    put_away_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_days_in_order"),
            models.UniqueConstraint(
                fields=["unit", "title"], condition=Q(put_away_at=None), name="campaign_title_of_unit_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CampaignShare(models.Model):
    """How many of the lectures of a campaign a unit is to hold, with all below it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="shares")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="campaign_shares")
    place = models.CharField(max_length=200)
    target = models.PositiveIntegerField(help_text=_("堂"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "unit"], name="share_of_unit_unique")]


class TrainingClass(models.Model):
    """One class; its row is locked first whenever a seat changes hands."""

    class Form(models.TextChoices):
        """The form decides the size rules."""

        SMALL = "small", _("小班制")
        LECTURE = "lecture", _("讲座式")

    class Status(models.TextChoices):
        """Where the class stands."""

        DRAFT = "draft", _("草稿")
        OPEN = "open", _("报名中")
        RUNNING = "running", _("进行中")
        CLOSED = "closed", _("已结班")
        CANCELLED = "cancelled", _("已取消")

    class Succession(models.TextChoices):
        """Who decides who of the waiting list takes a free seat."""

        AUTO = "auto", _("按顺序自动递补")
        OFFICE = "office", _("由主办单位定")

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    form = models.CharField(max_length=10, choices=Form.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="classes")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField(help_text=_("开班之年"))
    base = models.ForeignKey("bases.Base", null=True, on_delete=models.PROTECT, related_name="classes")
    head = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, help_text=_("主办层级：city county township branch"))
    is_concentrated = models.BooleanField(default=True, help_text=_("集中培训"))
    capacity = models.PositiveIntegerField(help_text=_("人"))
    seats_taken = models.PositiveIntegerField(default=0, help_text=_("已占名额，等于有效报名数"))
    meals = models.PositiveIntegerField(default=0, db_default=0, help_text=_("在那里用餐，人"))
    beds = models.PositiveIntegerField(default=0, db_default=0, help_text=_("住宿，人"))
    parking = models.PositiveIntegerField(default=0, db_default=0, help_text=_("大巴车位，个"))
    guides = models.PositiveIntegerField(default=0, db_default=0, help_text=_("要阵地派的讲解员，人"))
    starts_on = models.DateField()
    ends_on = models.DateField()
    nominate_by = models.DateTimeField(null=True)
    note = models.CharField(max_length=400, blank=True)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="classes")
    is_joint = models.BooleanField(default=False, db_default=False, help_text=_("有单位同意合办"))
    is_outside = models.BooleanField(default=False, db_default=False, help_text=_("给外单位办的，不占本地党员的名额"))
    succession = models.CharField(
        max_length=10, choices=Succession.choices, default=Succession.AUTO, db_default=Succession.AUTO.value
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats_taken__lte=F("capacity")), name="class_never_over_capacity"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="class_dates_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["place", "starts_on"], name="class_place_like", opclasses=["text_pattern_ops", "date_ops"]
            ),
            models.Index(fields=["unit", "-starts_on", "-id"], name="class_unit"),
            models.Index(fields=["status", "starts_on"], name="class_status"),
        ]

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """One sitting of a class: a half day, or some hours, at one place."""

    class Unit(models.TextChoices):
        """How the credit of the session is counted."""

        HALF_DAY = "half_day", _("半天")
        HOUR = "hour", _("小时")

    training_class = models.ForeignKey(TrainingClass, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField(help_text=_("第几课次"))
    title = models.CharField(max_length=120)
    held_on = models.DateField()
    part = models.CharField(max_length=10, help_text=_("morning afternoon evening"))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    credit_unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.HALF_DAY)
    hours = models.DecimalField(max_digits=4, decimal_places=1, default=0, help_text=_("按小时计的课次：小时数"))
    base = models.ForeignKey("bases.Base", null=True, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey("bases.Venue", null=True, on_delete=models.PROTECT, related_name="+")
    brings = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], blank=True, help_text=_("随班派出的车船、流动党校")
    )
    location = models.CharField(max_length=120, blank=True, help_text=_("不在阵地时的地点"))
    # A place that is no base: a field, a workshop, a courtyard.
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    township = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("catalogue.Course", null=True, on_delete=models.PROTECT, related_name="+")
    teacher = models.ForeignKey("faculty.Teacher", null=True, on_delete=models.PROTECT, related_name="sessions")
    mode = models.CharField(max_length=10, blank=True)
    is_cancelled = models.BooleanField(default=False)
    # What calendars that read it again go by, and whoever moves it from a page that may be old.
    revision = models.PositiveIntegerField(default=0, db_default=0, help_text=_("改过几次"))
    changed_at = models.DateTimeField(null=True, help_text=_("最近一次改的时间；没有改过的空着"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training_class", "number"], name="session_number_unique"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_times_in_order"),
            models.CheckConstraint(
                condition=Q(lat=None, lng=None, township=None)
                | Q(
                    lat__isnull=False,
                    lng__isnull=False,
                    township__isnull=False,
                    lat__range=(-90, 90),
                    lng__range=(-180, 180),
                    venue=None,
                    base=None,
                ),
                name="session_pin_is_no_venue",
            ),
        ]
        indexes = [models.Index(fields=["held_on"], name="session_day")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_field(self) -> bool:
        """Whether it is held at a pin on the map that is no base."""
        return self.lat is not None

    @property
    def where(self) -> str:
        """Where it is held, in words: base and venue, the field, or what was written."""
        if self.base and self.venue:
            return f"{self.base.name} {self.venue.name}"
        return gettext("田间课堂：%(location)s") % {"location": self.location} if self.is_field else self.location


class Quota(models.Model):
    """Seats of a class handed down to a unit (名额分配)."""

    training_class = models.ForeignKey(TrainingClass, on_delete=models.CASCADE, related_name="quotas")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="quotas")
    place = models.CharField(max_length=200)
    seats = models.PositiveIntegerField(help_text=_("人"))
    used = models.PositiveIntegerField(default=0, help_text=_("已用，等于记在此名额下的有效报名数"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training_class", "unit"], name="quota_unit_unique"),
            models.CheckConstraint(condition=Q(used__lte=F("seats")), name="quota_never_over"),
        ]
        indexes = [models.Index(fields=["place"], name="quota_place_like", opclasses=["text_pattern_ops"])]


class Enrolment(models.Model):
    """A person's seat in a class: nominated, confirmed, replaced, withdrawn or cancelled."""

    class Status(models.TextChoices):
        """Where the seat stands; the first two hold a seat."""

        NOMINATED = "nominated", _("已提名")
        CONFIRMED = "confirmed", _("已确认")
        REPLACED = "replaced", _("已替换")
        WITHDRAWN = "withdrawn", _("按退学处理")
        CANCELLED = "cancelled", _("已取消")

    pk = models.CompositePrimaryKey("county", "training_class", "person")
    county = models.CharField(max_length=6, help_text=_("学员所在县，报名时"))
    year = models.SmallIntegerField()
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="enrolments")
    unit = models.ForeignKey(
        "directory.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("报名时所在支部")
    )
    place = models.CharField(max_length=200)
    quota = models.ForeignKey(Quota, null=True, on_delete=models.PROTECT, related_name="enrolments")
    status = models.CharField(max_length=10, choices=Status.choices)
    is_self_chosen = models.BooleanField(default=False, help_text=_("自选，非指派"))
    replaces_person = models.ForeignKey("directory.Person", null=True, on_delete=models.PROTECT, related_name="+")
    nominated_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    nominated_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    left_for = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text=_("结考勤时按退学处理的原因")
    )

    class Meta:
        indexes = [
            models.Index(fields=["person", "year"], name="enrolment_person"),
            models.Index(fields=["training_class", "status"], name="enrolment_class"),
            models.Index(fields=["place"], name="enrolment_place_like", opclasses=["text_pattern_ops"]),
        ]


class Leave(models.Model):
    """A request to be away from half-day sessions, with who decided it."""

    class Kind(models.TextChoices):
        """Why."""

        PERSONAL = "personal", _("事假")
        SICK = "sick", _("病假")
        OFFICIAL = "official", _("公假")

    class Status(models.TextChoices):
        """Where the request stands."""

        ASKED = "asked", _("待审批")
        APPROVED = "approved", _("已批准")
        DECLINED = "declined", _("已退回")
        TAKEN_BACK = "taken_back", _("已撤回")

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="leaves")
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="leaves")
    place = models.CharField(max_length=200, help_text=_("学员报名时所在支部的位置"))
    sessions = models.ManyToManyField(Session, related_name="leaves")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    decision_note = models.CharField(max_length=200, blank=True)
    returned_at = models.DateTimeField(null=True, help_text=_("销假的时间"))
    returned_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    back_from = models.DateTimeField(null=True, help_text=_("提前回来的，从这时开始的课次起不再算请假"))

    @property
    def sessions_away(self) -> list[Session]:
        """The sessions that count as leave: those asked for, less those after an early return."""
        return [s for s in self.sessions.all() if self.back_from is None or s.starts_at < self.back_from]


class ClassHost(models.Model):
    """A unit that holds a class together with its organiser, once it has said so: what it brings and what it gets."""

    class Status(models.TextChoices):
        """Where the invitation stands; the first two see the class."""

        INVITED = "invited", _("待答复")
        ACCEPTED = "accepted", _("已同意")
        DECLINED = "declined", _("不参加")
        LEFT = "left", _("已退出")

    training_class = models.ForeignKey(TrainingClass, on_delete=models.CASCADE, related_name="hosts")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="hosted_classes")
    place = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.INVITED)
    seats = models.PositiveIntegerField(default=0, help_text=_("给它多少个名额，人"))
    cost_percent = models.PositiveSmallIntegerField(default=0, help_text=_("承担全部费用的百分之几"))
    cost_fen = models.PositiveBigIntegerField(default=0, help_text=_("或承担一个数，分"))
    terms = models.CharField(max_length=200, blank=True, help_text=_("分工和其他约定"))
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=200, blank=True, help_text=_("不参加或退出的原因"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training_class", "unit"], name="host_once_a_class"),
            models.CheckConstraint(
                condition=Q(cost_percent__lte=100) & (Q(cost_percent=0) | Q(cost_fen=0)), name="host_cost_said_once"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["declined", "left"]) | ~Q(answer=""), name="host_says_why_not"
            ),
        ]
        indexes = [models.Index(fields=["place"], name="host_place_like", opclasses=["text_pattern_ops"])]


class Objection(models.Model):
    """The keeper of a base does not want a class of others there as it is planned, and says why."""

    training_class = models.ForeignKey(TrainingClass, on_delete=models.CASCADE, related_name="objections")
    base = models.ForeignKey("bases.Base", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, help_text=_("阵地的位置"))
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=200, blank=True, help_text=_("怎么处理的"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["training_class", "base"], condition=Q(settled_at=None), name="objection_open_once"
            ),
            models.CheckConstraint(condition=Q(settled_at=None) | ~Q(outcome=""), name="objection_settled_says_how"),
        ]


class SessionPhoto(models.Model):
    """A picture that shows a session was held where it says."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="photos")
    file = models.CharField(max_length=120, help_text=_("存放的文件"))
    caption = models.CharField(max_length=80, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    taken_away_at = models.DateTimeField(null=True)
