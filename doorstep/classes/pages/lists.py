"""What the lists of classes show: classes, people in them, leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.classes.models import Enrolment, Leave, TrainingClass
from doorstep.classes.queries.classes import classes_visible_to, with_field, with_standing
from doorstep.classes.queries.leave import leaves_visible_to
from doorstep.classes.queries.people import enrolments_visible_to
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, register_list
from doorstep.core.numbers import by_number
from doorstep.directory.queries import named

_SOON = timedelta(days=30)


def years(actor: Actor) -> list[tuple[str, str]]:
    """The years one can choose: the next, this, and three before."""
    this = clock.today().year
    return [(str(year), str(year)) for year in range(this + 1, this - 4, -1)]


def _classes(actor: Actor, params: Mapping[str, str]) -> QuerySet[TrainingClass]:
    rows = with_field(with_standing(classes_visible_to(actor))).select_related("unit")
    return by_number("base")(rows, params["base"]) if params.get("base") else rows


CLASSES = register_list(
    ListSpec(
        name="classes.classes",
        action="classes.view_class",
        title=_("班次"),
        columns=(
            ListColumn(
                "title",
                _("名称"),
                lambda c: c.title,
                "link",
                url=lambda c: reverse("classes:class", args=[c.pk]),
                sort=("title",),
            ),
            ListColumn("status", _("状态"), lambda c: c.standing, "status"),
            ListColumn("starts", _("开班"), lambda c: c.starts_on, "date", sort=("starts_on",)),
            ListColumn("ends", _("结束"), lambda c: c.ends_on, "date"),
            ListColumn("unit", _("主办"), lambda c: c.unit.short_name),
            ListColumn("joint", _("合办"), lambda c: _("合办") if c.is_joint else "", is_only_exported=True),
            ListColumn("field", _("田间课堂"), lambda c: _("田间课堂") if c.is_field else "", is_only_exported=True),
            ListColumn("form", _("班型"), lambda c: c.get_form_display()),
            ListColumn("taken", _("已报（人）"), lambda c: c.seats_taken, "number"),
            ListColumn("capacity", _("名额（人）"), lambda c: c.capacity, "number", sort=("capacity",)),
        ),
        source=_classes,
        default_sort=("-starts_on",),
        filters=(
            ListFilter("q", _("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="class"), "text"),
            ListFilter(
                "status", _("状态"), lambda rows, v: rows.filter(standing=v), choices=TrainingClass.Status.choices
            ),
            ListFilter("year", _("年份"), by_number("year"), choices=years),
            ListFilter("form", _("班型"), lambda rows, v: rows.filter(form=v), choices=TrainingClass.Form.choices),
            ListFilter(
                "way",
                _("怎么办的"),
                lambda rows, v: rows.filter(**{"is_field" if v == "field" else "is_joint": True}),
                choices=(("joint", _("合办")), ("field", _("田间课堂"))),
            ),
        ),
        empty_text=_("这里还没有班次。开一个班，或等上级把名额分下来。"),
        empty_url="/classes/new/",
        empty_needs="classes.open_class",
        empty_action=_("开班"),
        row_line2=lambda c: c.unit.short_name,
    )
)


def _people(actor: Actor, params: Mapping[str, str]) -> QuerySet[Enrolment]:
    rows = enrolments_visible_to(actor)
    if params.get("class"):
        rows = by_number("training_class")(rows, params["class"])
    return rows.select_related("person", "unit", "training_class")


PEOPLE = register_list(
    ListSpec(
        name="classes.people",
        title=_("班次名单"),
        columns=(
            ListColumn("name", _("姓名"), lambda e: e.person.name),
            ListColumn("sex", _("性别"), lambda e: e.person.get_sex_display()),
            ListColumn("unit", _("所在支部"), lambda e: e.unit.short_name),
            ListColumn("class", _("班次"), lambda e: e.training_class.title),
            ListColumn("status", _("状态"), lambda e: e.status, "status"),
            ListColumn("at", _("提名日期"), lambda e: clock.local(e.nominated_at).date(), "date"),
        ),
        source=_people,
        default_sort=("-nominated_at",),
        filters=(
            ListFilter("status", _("状态"), lambda rows, v: rows.filter(status=v), choices=Enrolment.Status.choices),
        ),
        empty_text=_("名单还是空的。请支部提名，或直接把人排进班里。"),
        row_line2=lambda e: e.unit.short_name,
    )
)


def _leaves(actor: Actor, params: Mapping[str, str]) -> QuerySet[Leave]:
    rows = leaves_visible_to(actor).filter(training_class__ends_on__gte=clock.today() - _SOON)
    return rows.select_related("person", "training_class__unit").prefetch_related("sessions")


LEAVES = register_list(
    ListSpec(
        name="classes.leaves",
        action="classes.view_leave",
        title=_("请假"),
        columns=(
            ListColumn(
                "name",
                _("姓名"),
                lambda leave: leave.person.name,
                "link",
                url=lambda leave: reverse("classes:leave", args=[leave.pk]),
            ),
            ListColumn("status", _("状态"), lambda leave: leave.status, "status"),
            ListColumn("class", _("班次"), lambda leave: leave.training_class.title),
            ListColumn("unit", _("主办"), lambda leave: leave.training_class.unit.short_name),
            ListColumn("kind", _("类别"), lambda leave: leave.get_kind_display()),
            ListColumn("half_days", _("半天数"), lambda leave: len(leave.sessions_away), "number"),
            ListColumn(
                "asked", _("提出"), lambda leave: clock.local(leave.asked_at).date(), "date", sort=("asked_at",)
            ),
        ),
        source=_leaves,
        default_sort=("-asked_at",),
        filters=(ListFilter("status", _("状态"), lambda rows, v: rows.filter(status=v), choices=Leave.Status.choices),),
        empty_text=_("近 30 天的班里没有人请假。"),
        row_line2=lambda leave: f"{leave.training_class.title}　{leave.training_class.unit.short_name}",
    )
)
