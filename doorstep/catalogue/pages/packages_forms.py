"""What people fill in about a package."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.queries.places import bases_by_ids, places_in
from doorstep.catalogue.models import Course, Package
from doorstep.catalogue.pages.routes_forms import ManyChoices
from doorstep.catalogue.queries.courses import course_choices, courses_for
from doorstep.catalogue.queries.packages import routes_for
from doorstep.catalogue.queries.packages_told import courses_in_order, plan_of
from doorstep.catalogue.rules.packages import FREE, GROUP, PERSON, STEPS, PackagePlan, PriceRule, PriceStep
from doorstep.faculty.queries import category_choices

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

Choices = list[tuple[Any, Any]]
MOST_COURSES, FIRST_COURSES, MOST_STEPS = 8, 3, 4  # boxes of the form
_FIRST_FIELDS = ("name", "theme", "half_days", "least_people", "most_people", "segments")
_MORE_FIELDS = ("meals", "teacher_count", "teacher_categories", "terms")
_PRICE_FIELDS = ("price_kind", "yuan", "own_is_free", "price_source")
_BOXES = {"class": "checkbox"}


def _count(label: Any, least: int = 0, most: int = 100_000, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **more)


class PackageForm(forms.Form):
    """A package: what it holds, for whom, at what price."""

    name = forms.CharField(label=gettext_lazy("套餐名称"), max_length=80)
    theme = forms.CharField(label=gettext_lazy("主题"), max_length=80)
    half_days = _count(gettext_lazy("几个半天"), 1, 100, initial=2)
    least_people = _count(gettext_lazy("最少多少人"), 1, initial=20)
    most_people = _count(gettext_lazy("最多多少人"), 1, initial=50)
    segments = forms.MultipleChoiceField(
        label=gettext_lazy("适合谁"),
        required=False,
        choices=Course.Audience.choices,
        widget=forms.CheckboxSelectMultiple(attrs=_BOXES),
    )
    route = forms.TypedChoiceField(
        label=gettext_lazy("路线"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=ManyChoices,
        help_text=gettext_lazy("选了路线，站点、课程和阵地都由路线定"),
    )
    base = forms.TypedChoiceField(
        label=gettext_lazy("在哪里上"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=ManyChoices,
        help_text=gettext_lazy("送课上门的不选"),
    )
    meals = _count(gettext_lazy("每人包几餐"), 0, 50, initial=0)
    teacher_count = _count(gettext_lazy("配几位老师"), 0, 50, initial=0)
    teacher_categories = forms.MultipleChoiceField(
        label=gettext_lazy("老师从哪里来"),
        required=False,
        choices=category_choices,
        widget=forms.CheckboxSelectMultiple(attrs=_BOXES),
    )
    price_kind = forms.ChoiceField(label=gettext_lazy("怎么收费"), choices=Package.PriceKind.choices, initial=FREE)
    yuan = forms.DecimalField(
        label=gettext_lazy("每人或每批多少元"),
        required=False,
        min_value=0,
        max_digits=9,
        decimal_places=2,
        help_text=gettext_lazy("按人或按批收费时填"),
    )
    own_is_free = forms.BooleanField(label=gettext_lazy("本单位的党员不收"), required=False)
    price_source = forms.CharField(
        label=gettext_lazy("定价依据"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("谁、哪份文件定的；收费的要填"),
    )
    terms = forms.CharField(
        label=gettext_lazy("约定"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("几天前约、怎么改期、下雨怎么办，等等"),
    )

    def __init__(self, *args: Any, unit: Unit, kept: PackagePlan | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {"route": _routes(unit), "base": _bases(unit, kept)}
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        courses: Choices = [("", _("没有这一门")), *course_choices(courses_for(unit)), *_retired(unit, kept)]
        for number in range(1, MOST_COURSES + 1):
            box = forms.TypedChoiceField(
                label=_("第 %(n)s 门课") % {"n": number},
                coerce=int,
                required=False,
                empty_value=None,
                widget=ManyChoices,
            )
            box.choices = courses
            self.fields[f"course_{number}"] = box
        for number in range(1, MOST_STEPS + 1):
            self.fields |= _step_fields(number)

    def clean(self) -> dict[str, Any]:
        """A price that is asked for is said, and a step is filled in whole or not at all."""
        said = self.cleaned_data
        if said.get("price_kind") in (PERSON, GROUP) and "yuan" in said and said["yuan"] is None:
            self.add_error("yuan", _("请填每人或每批多少元，不收费就选“免费”。"))
        for number in range(1, MOST_STEPS + 1):
            values = [said.get(f"step_{number}_{name}") for name in ("first", "last", "yuan")]
            if said.get("price_kind") == STEPS and None in values and any(value is not None for value in values):
                self.add_error(f"step_{number}_first", _("这一段要填全：从几人、到几人、多少元。"))
        return said

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What a package is called, how long it is and for whom."""
        return [self[name] for name in _FIRST_FIELDS]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What comes with it."""
        return [self[name] for name in _MORE_FIELDS]

    @property
    def price_fields(self) -> list[forms.BoundField]:
        """How it is paid."""
        return [self[name] for name in _PRICE_FIELDS]

    @property
    def first_courses(self) -> list[forms.BoundField]:
        """The boxes for courses that are always seen."""
        return [self[f"course_{number}"] for number in range(1, FIRST_COURSES + 1)]

    @property
    def more_courses(self) -> list[forms.BoundField]:
        """The boxes for courses that are folded away until they are needed."""
        return [self[f"course_{number}"] for number in range(FIRST_COURSES + 1, MOST_COURSES + 1)]

    @property
    def has_more_courses(self) -> bool:
        """True where a folded box is filled in."""
        return any(box.value() for box in self.more_courses)

    @property
    def step_rows(self) -> list[list[forms.BoundField]]:
        """The boxes of each step of the price."""
        names = ("first", "last", "yuan", "per")
        return [[self[f"step_{number}_{name}"] for name in names] for number in range(1, MOST_STEPS + 1)]

    @property
    def has_steps(self) -> bool:
        """True where the price goes by steps."""
        return bool(self["price_kind"].value() == STEPS)

    @property
    def plan(self) -> PackagePlan:
        """The package that a valid form means."""
        said = self.cleaned_data
        courses = [said[f"course_{number}"] for number in range(1, MOST_COURSES + 1)]
        copied = ("name", "theme", "half_days", "least_people", "most_people", "meals", "teacher_count")
        return PackagePlan(
            **{name: said[name] for name in (*copied, "price_source", "terms")},
            route_id=said["route"],
            base_id=said["base"],
            course_ids=tuple(course for course in courses if course),
            segments=tuple(said["segments"]),
            teacher_categories=tuple(said["teacher_categories"]),
            price=_rule(said),
        )

    @property
    def lacking(self) -> list[str]:
        """What is not filled in, or not as it should be, by its label."""
        return [str(self.fields[name].label) for name in self.errors if name in self.fields]


def _step_fields(number: int) -> dict[str, forms.Field]:
    """The boxes of a step of the price."""
    return {
        f"step_{number}_first": _count(_("从几人"), 1, required=False),
        f"step_{number}_last": _count(_("到几人"), 1, required=False),
        f"step_{number}_yuan": forms.DecimalField(
            label=_("多少元"), required=False, min_value=0, max_digits=9, decimal_places=2
        ),
        f"step_{number}_per": forms.ChoiceField(
            label=_("按什么"), required=False, choices=[(PERSON, _("每人")), (GROUP, _("每批"))]
        ),
    }


def _rule(said: Mapping[str, Any]) -> PriceRule:
    steps = []
    for number in range(1, MOST_STEPS + 1):
        first, last, amount, per = (said[f"step_{number}_{name}"] for name in ("first", "last", "yuan", "per"))
        if said["price_kind"] == STEPS and amount is not None:
            steps.append(PriceStep(first, last, _fen(amount), per or PERSON))
    fen = _fen(said["yuan"]) if said["price_kind"] in (PERSON, GROUP) else 0
    return PriceRule(said["price_kind"], fen, tuple(steps), said["own_is_free"])


def _fen(amount: Decimal) -> int:
    return int(amount * 100)


def _routes(unit: Unit) -> Choices:
    words = [(one.pk, f"{one.name}　{one.get_status_display()}") for one in routes_for(unit)]
    return [("", _("没有路线，选课程")), *words]


def _bases(unit: Unit, kept: PackagePlan | None) -> Choices:
    """The places of its county, and the one it has."""
    places = places_in([unit.county])
    chosen = bases_by_ids([kept.base_id]) if kept and kept.base_id else {}
    by_unit = groupby([*places, *(base for base in chosen.values() if base not in places)], lambda base: base.unit)
    groups = [(owner.short_name, [(base.pk, base.name) for base in group]) for owner, group in by_unit]
    return [("", _("没定，或送课上门")), *groups]


def _retired(unit: Unit, kept: PackagePlan | None) -> Choices:
    """The courses it has that may not be taught any more, so that one sees which."""
    if not kept:
        return []
    offered = set(courses_for(unit).values_list("pk", flat=True))
    gone = [one for one in courses_in_order(kept.course_ids) if one.pk not in offered]
    return [(str(_("已不开的课")), [(one.pk, one.title) for one in gone])] if gone else []


def initial_of(package: Package) -> dict[str, Any]:
    """The form of a package as it stands."""
    plan = plan_of(package)
    names = ("name", "theme", "half_days", "least_people", "most_people", "meals", "teacher_count", "price_source")
    initial: dict[str, Any] = {name: getattr(plan, name) for name in (*names, "terms")}
    initial |= {"segments": list(plan.segments), "teacher_categories": list(plan.teacher_categories)}
    initial |= {"route": plan.route_id, "base": plan.base_id}
    initial |= {f"course_{number}": pk for number, pk in enumerate(plan.course_ids, start=1)}
    rule = plan.price
    initial |= {"price_kind": rule.kind, "own_is_free": rule.own_is_free}
    if rule.kind in (PERSON, GROUP):
        initial["yuan"] = Decimal(rule.fen) / 100
    for number, step in enumerate(rule.steps, start=1):
        values = {"first": step.first, "last": step.last, "yuan": Decimal(step.fen) / 100, "per": step.per}
        initial |= {f"step_{number}_{name}": value for name, value in values.items()}
    return initial
