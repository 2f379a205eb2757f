"""What people fill in about classes, sessions and leave."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.bases.queries.places import DATUMS
from doorstep.bases.queries.public_map import is_gcj02, shown_at, tiles
from doorstep.bases.rules.datum import GCJ02, WGS84, read_point
from doorstep.catalogue.queries.courses import course_choices, mode_choices
from doorstep.classes.models import Campaign, Session, TrainingClass
from doorstep.classes.rules.reception import KINDS, Needs
from doorstep.core.fields import day_field

if TYPE_CHECKING:
    from doorstep.bases.models import Venue
    from doorstep.catalogue.models import Course
    from doorstep.core.errors import DoorstepError
    from doorstep.directory.models import Unit
    from doorstep.faculty.models import Teacher

Choices = list[tuple[Any, Any]]
# More sessions than a long course has half days; keeps a forged form from growing without end.
MOST_SESSIONS = 60


# Where a refusal is told: at the field that has to change.
_FIELD_OF = {
    "class_too_large": ("capacity",),
    "venue_too_small": ("capacity", "venue"),
    "venue_taken": ("venue",),
    "venue_shut": ("venue",),
    "vehicle_taken": ("brings",),
    "vehicle_is_the_place": ("brings",),
    "reception_full": ("starts_on", "held_on"),
    "reception_short": ("meals", "held_on"),
    "teacher_unvetted": ("teacher",),
    "teacher_away": ("teacher",),
    "teacher_taken": ("teacher",),
    "teacher_overloaded": ("teacher",),
    "teacher_not_active": ("teacher",),
}


def tell(form: forms.Form, problem: DoorstepError) -> None:
    """Put a refusal at the field of the form it is about, or on top when it is about none."""
    at = next((name for name in _FIELD_OF.get(problem.code, ()) if name in form.fields), None)
    form.add_error(at, problem.text)


def _dress_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
        return "checkbox"
    if isinstance(widget, forms.Select):
        return "select w-full"
    return "textarea w-full" if isinstance(widget, forms.Textarea) else "input w-full"


class DressedForm(forms.Form):
    """A form whose fields wear the classes of the design."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _dress_of(field.widget))


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


def _moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def pin_text(pin: tuple[float, float] | None) -> str:
    """A pin as it stands in its field."""
    return f"{pin[0]}, {pin[1]}" if pin else ""


def venue_choices(venues: Iterable[Venue]) -> Choices:
    """Venues by base, with their seats."""
    found: Choices = [("", _("不在这些阵地，另写地点"))]
    for base, rooms in groupby(venues, key=lambda v: v.base):
        words = [(v.pk, _("%(venue)s，%(seats)s 座") % {"venue": v.name, "seats": v.seats}) for v in rooms]
        found.append((base.name, words))
    return found


def teacher_choices(teachers: Iterable[Teacher]) -> Choices:
    """Teachers with their unit."""
    return [("", _("还没定")), *((t.pk, f"{t.name}　{t.unit.short_name}") for t in teachers)]


def offered_courses(courses: Iterable[Course]) -> Choices:
    """Courses of the catalogue by kind."""
    return [("", _("不从课程库选，自己写")), *course_choices(courses)]


def campaign_choices(campaigns: Iterable[Campaign]) -> Choices:
    """The campaigns a class may count for."""
    return [("", _("不计入")), *((one.pk, f"{one.title}　{one.unit.short_name}") for one in campaigns)]


class ContentForm(DressedForm):
    """What a session is about: a course of the catalogue, which fills in the title, or a title of one's own."""

    course = forms.TypedChoiceField(label=_("课程"), coerce=int, required=False, empty_value=None)
    title = forms.CharField(label=_("内容"), max_length=120, required=False)
    mode = forms.ChoiceField(
        label=_("怎么上"),
        required=False,
        choices=lambda: [("", _("没写")), *mode_choices()],
        help_text=_("选了课程库里的课，就照那门课的方式。"),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two must be there, the end after the beginning, and hours where hours count."""
        data = super().clean() or self.cleaned_data
        if not (data.get("course") or data.get("title") or self.errors.keys() & {"course", "title"}):
            self.add_error("title", _("请从课程库选一门课程，或写上内容。"))
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("下课时间不晚于上课时间，请改一下。"))
        if data.get("credit_unit") == Session.Unit.HOUR and not data.get("hours") and "hours" not in self.errors:
            self.add_error("hours", _("按小时计学时，请填小时数，例如 2 或 1.5。"))
        return data


class PinForm(DressedForm):
    """Where a session is held that is at no base: in words, and as a pin on the map."""

    location = forms.CharField(label=_("另写地点"), max_length=120, required=False)
    pin = forms.CharField(
        label=_("田间课堂的坐标"),
        max_length=60,
        required=False,
        help_text=_("在田头、车间、院落上课时填，可以从地图里复制，例如 26.7512, 119.4830"),
    )
    datum = forms.ChoiceField(label=_("坐标从哪里来"), choices=DATUMS, required=False)
    township = forms.TypedChoiceField(label=_("在哪个乡镇（街道）"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, offices: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._townships = [unit for unit in offices if unit.kind == "township" and unit.parent]
        self.fields["township"].choices = township_choices(self._townships)  # type: ignore[attr-defined]
        self.tiles, self.map_datum = tiles(), GCJ02 if is_gcj02() else WGS84

    @property
    def towns(self) -> list[tuple[int, str, float, float]]:
        """The townships that lie somewhere known as the map has them: id, name, latitude, longitude."""
        known = [(unit, unit.division) for unit in self._townships if unit.division]
        return [
            (unit.pk, place.short_name, *shown_at(place.lat, place.lng))
            for unit, place in known
            if place.lat is not None and place.lng is not None
        ]

    def clean(self) -> dict[str, Any]:
        """A pin is a point in a township with words to it, and no venue."""
        data = super().clean() or self.cleaned_data
        text = (data.get("pin") or "").strip()
        data["pin"] = read_point(text, data.get("datum") or GCJ02) if text else None
        if not text or "pin" in self.errors:
            return data
        if data["pin"] is None:
            self.add_error("pin", _("坐标看不懂，请写成“纬度, 经度”，例如 26.7512, 119.4830。"))
        if data.get("venue"):
            self.add_error("pin", _("已经选了场地。在阵地上课就不填坐标；在田间上课，请把场地改成“另写地点”。"))
        if not data.get("location"):
            self.add_error("location", _("请写明在哪里，学员才找得到，例如：坑头村葡萄园路口。"))
        if not data.get("township"):
            self.add_error("township", _("请选在哪个乡镇（街道）。"))
        return data


def township_choices(towns: Iterable[Unit]) -> Choices:
    """The townships by county."""
    found: Choices = [("", _("不是田间课堂"))]
    for county, rows in groupby(towns, key=lambda unit: unit.parent.short_name if unit.parent else ""):
        found.append((county, [(unit.pk, unit.short_name) for unit in rows]))
    return found


class GoingForm(DressedForm):
    """What goes out along the way: coaches, boats and mobile schools; without any to choose from it is not asked."""

    brings = forms.TypedMultipleChoiceField(
        label=_("随班派出"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("车船、流动党校一次只到一个地方，来去的路上也占着"),
    )

    def __init__(self, *args: Any, vehicles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["brings"].choices = vehicles  # type: ignore[attr-defined]
        if not vehicles:
            del self.fields["brings"]


class NeedsForm(DressedForm):
    """What is needed at the base besides a room."""

    meals = forms.IntegerField(label=_("多少人用餐"), min_value=0, max_value=10_000, required=False, initial=0)
    beds = forms.IntegerField(label=_("多少人住宿"), min_value=0, max_value=10_000, required=False, initial=0)
    parking = forms.IntegerField(label=_("几辆大巴要停"), min_value=0, max_value=1_000, required=False, initial=0)
    guides = forms.IntegerField(label=_("要几位讲解员"), min_value=0, max_value=1_000, required=False, initial=0)

    @property
    def has_needs(self) -> bool:
        """Whether anything is asked for, as the form stands."""
        return any(self[kind].value() not in (None, "", 0, "0") for kind in KINDS[1:])

    @property
    def needs(self) -> Needs:
        """What a valid form asks for."""
        return Needs(0, *(self.cleaned_data.get(kind) or 0 for kind in KINDS[1:]))


class ClassForm(PinForm, NeedsForm, GoingForm):
    """The figures of a class; the days of its sessions count from `starts_on`, what it brings goes with all of them."""

    unit = forms.TypedChoiceField(label=_("主办单位"), coerce=int)
    title = forms.CharField(label=_("班次名称"), max_length=120)
    starts_on = day_field(_("开班日期"))
    form = forms.ChoiceField(label=_("班型"), choices=TrainingClass.Form.choices)
    capacity = forms.IntegerField(label=_("名额（人）"), min_value=1, max_value=10_000)
    venue = forms.TypedChoiceField(label=_("场地"), coerce=int, required=False, empty_value=None)
    nominate_by = forms.DateTimeField(label=_("提名截止"), widget=_moment_input(), required=False)
    is_concentrated = forms.BooleanField(label=_("算集中培训"), required=False, initial=True)
    same_seats = forms.BooleanField(label=_("名额照上一期分"), required=False, initial=True)
    note = forms.CharField(label=_("备注"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    campaign = forms.TypedChoiceField(label=_("计入哪个活动"), coerce=int, required=False, empty_value=None)

    def __init__(
        self, *args: Any, units: Choices, venues: Choices, campaigns: Iterable[Campaign], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].choices = campaign_choices(campaigns)  # type: ignore[attr-defined]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["venue"].choices = venues  # type: ignore[attr-defined]


class SessionRow(ContentForm, GoingForm):
    """One sitting of the timetable."""

    day = forms.IntegerField(label=_("第几天"), min_value=1, max_value=366)
    starts = forms.TimeField(label=_("上课"), widget=_time_input())
    ends = forms.TimeField(label=_("下课"), widget=_time_input())
    credit_unit = forms.ChoiceField(label=_("怎样计学时"), choices=Session.Unit.choices)
    hours = forms.DecimalField(label=_("小时数"), max_digits=4, decimal_places=1, min_value=Decimal(0), required=False)
    teacher = forms.TypedChoiceField(label=_("教师"), coerce=int, required=False, empty_value=None)
    venue = forms.TypedChoiceField(label=_("另一个场地"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, venues: Choices, teachers: Choices, courses: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = courses  # type: ignore[attr-defined]
        self.fields["venue"].choices = [("", _("同上面的场地")), *venues[1:]]  # type: ignore[attr-defined]
        self.fields["teacher"].choices = teachers  # type: ignore[attr-defined]
        if "brings" in self.fields:
            self.fields["brings"].label = _("只随这个课次派出")
            self.fields["brings"].help_text = ""


if TYPE_CHECKING:
    _RowSet = forms.BaseFormSet[SessionRow]
else:
    _RowSet = forms.BaseFormSet


class _Rows(_RowSet):
    """Rows whose box for leaving one out is dressed like the others."""

    def add_fields(self, form: SessionRow, index: int | None) -> None:
        """Add the box."""
        super().add_fields(form, index)
        form.fields["DELETE"].widget.attrs.setdefault("class", "checkbox")

    def clean(self) -> None:
        """No two rows at the same time; the later one is told."""
        told: list[tuple[int, SessionRow]] = []
        for number, form in enumerate(self.forms, start=1):
            data = form.cleaned_data if form.is_valid() else {}
            if not data or data.get("DELETE"):
                continue
            for other, earlier in told:
                held = earlier.cleaned_data
                if data["day"] == held["day"] and data["starts"] < held["ends"] and held["starts"] < data["ends"]:
                    words = _("与第 %(number)s 课次时间重叠，请改其中一个。") % {"number": other}
                    form.add_error("starts", words)
                    break
            else:
                told.append((number, form))


SessionRows = forms.formset_factory(
    SessionRow, formset=_Rows, extra=0, min_num=1, max_num=MOST_SESSIONS, absolute_max=MOST_SESSIONS, can_delete=True
)


class SessionForm(PinForm, ContentForm, GoingForm):
    """One session of a class that is open already."""

    held_on = day_field(_("日期"))
    starts = forms.TimeField(label=_("上课"), widget=_time_input())
    ends = forms.TimeField(label=_("下课"), widget=_time_input())
    credit_unit = forms.ChoiceField(label=_("怎样计学时"), choices=Session.Unit.choices)
    hours = forms.DecimalField(
        label=_("小时数（按小时计时填）"), max_digits=4, decimal_places=1, min_value=Decimal(0), required=False
    )
    venue = forms.TypedChoiceField(label=_("场地"), coerce=int, required=False, empty_value=None)
    teacher = forms.TypedChoiceField(label=_("教师"), coerce=int, required=False, empty_value=None)

    field_order = (
        "held_on", "starts", "ends", "course", "title", "mode", "credit_unit", "hours", "venue", "location", "pin",
        "datum", "township", "teacher", "brings",
    )  # fmt: skip

    def __init__(self, *args: Any, venues: Choices, teachers: Choices, courses: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = courses  # type: ignore[attr-defined]
        self.fields["venue"].choices = venues  # type: ignore[attr-defined]
        self.fields["teacher"].choices = teachers  # type: ignore[attr-defined]


class EditForm(NeedsForm):
    """The figures of a class that may change while it is open."""

    title = forms.CharField(label=_("班次名称"), max_length=120)
    form = forms.ChoiceField(label=_("班型"), choices=TrainingClass.Form.choices)
    capacity = forms.IntegerField(label=_("名额（人）"), min_value=1, max_value=10_000)
    base = forms.TypedChoiceField(label=_("阵地"), coerce=int, required=False, empty_value=None)
    head = forms.TypedChoiceField(label=_("班主任"), coerce=int, required=False, empty_value=None)
    nominate_by = forms.DateTimeField(label=_("提名截止"), widget=_moment_input(), required=False)
    note = forms.CharField(label=_("备注"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    field_order = ("title", "form", "capacity", "base", "head", "nominate_by", "note")

    def __init__(self, *args: Any, bases: Choices, heads: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].choices = [("", _("不在阵地")), *bases]  # type: ignore[attr-defined]
        self.fields["head"].choices = [("", _("还没定")), *heads]  # type: ignore[attr-defined]


class ReasonForm(DressedForm):
    """Why something is taken back."""

    reason = forms.CharField(label=_("原因"), max_length=200)
