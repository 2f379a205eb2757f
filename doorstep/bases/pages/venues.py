"""Pages of venues: the list of all, one venue, and what a keeper says of rooms, hours, closures and loans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.models import Base, Closure, Venue
from doorstep.bases.pages.venue_forms import (
    MOST,
    ClosureForm,
    HourGroups,
    LoanForm,
    ReceptionForm,
    VenueForm,
    groups_of,
    spans_of,
)
from doorstep.bases.queries.booking import reach_of, reach_words, rule_of
from doorstep.bases.queries.places import base_by_id, county_choices
from doorstep.bases.queries.venues import (
    closure_by_id,
    closures_ahead,
    equipment_words,
    hours_of,
    loan_by_id,
    loan_on,
    reception_of,
    venue_by_id,
    venues_in_use,
    venues_of,
    week_words,
)
from doorstep.bases.services.venues import (
    add_venue,
    change_venue,
    close_place,
    end_loan,
    lend_venue,
    lift_closure,
    restore_venue,
    retire_venue,
    set_hours,
    set_reception,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import Turn, press, press_one_of, said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import named


def called(rows: QuerySet[Venue], text: str) -> QuerySet[Venue]:
    """Those whose name, or whose base's, matches a text in Chinese or pinyin initials."""
    return rows.filter(Q(name__icontains=text) | Q(base__in=named(Base.objects.all(), text, kind="base")))


def seating(rows: QuerySet[Venue], people: str) -> QuerySet[Venue]:
    """Those in which so many people can sit."""
    return rows.filter(seats__gte=int(people)) if people.isdecimal() and len(people) <= len(str(MOST)) else rows.none()


VENUES = register_list(
    ListSpec(
        name="bases.venues",
        action="bases.view_base",
        title=gettext_lazy("场地"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("场地"),
                lambda v: v.name,
                "link",
                url=lambda v: reverse("bases:venue", args=[v.pk]),
                sort=("name",),
            ),
            ListColumn("base", gettext_lazy("阵地"), lambda v: v.base.name, sort=("base__name",)),
            ListColumn("unit", gettext_lazy("所属单位"), lambda v: v.base.unit.short_name),
            ListColumn("seats", gettext_lazy("座位"), lambda v: v.seats, "number", sort=("seats",)),
            ListColumn("equipment", gettext_lazy("设备"), equipment_words),
            ListColumn("borrowed", gettext_lazy("借用"), lambda v: _("借用") if v.is_borrowed else ""),
        ),
        source=lambda actor, params: venues_in_use(actor),
        default_sort=("base__county", "base__name", "name"),
        filters=(
            ListFilter("q", gettext_lazy("场地、阵地名称或拼音首字母"), called, "text"),
            ListFilter("seats", gettext_lazy("至少坐下（人）"), seating, "number"),
            ListFilter(
                "equipment",
                gettext_lazy("设备"),
                lambda rows, v: rows.filter(equipment__contains=[v]),
                choices=Venue.Equipment.choices,
            ),
            ListFilter(
                "kind",
                gettext_lazy("阵地类别"),
                lambda rows, v: rows.filter(base__kind=v),
                choices=[kind for kind in Base.Kind.choices if kind[0] != Base.Kind.BELT],
            ),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(base__county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("还没有登记场地。打开一处阵地，就能加场地。"),
        row_line2=lambda v: _("%(base)s　%(n)s 座") % {"base": v.base.name, "n": v.seats},
    )
)


@view_rule("bases.view_base", kind="list")
@require_GET
def venues(request: DoorstepRequest) -> HttpResponse:
    """The venues of the network that are in use."""
    return render(request, "web/list.html", {"listing": listing_of(VENUES, request.actor, request.GET.dict())})


def rooms_shown(base: Base, actor: Actor) -> dict[str, Any]:
    """What the page of a base shows of its rooms, its hours, what closes it, and whom it can receive."""
    may_keep = base.valid_to is None and may(actor, "bases.keep_base", at=base.place)
    rooms = [venue for venue in venues_of(base) if venue.is_active or may_keep]
    return {
        "venues": [(venue, equipment_words(venue), _owner_of(venue)) for venue in rooms if not venue.is_vehicle],
        "vehicles": [venue for venue in rooms if venue.is_vehicle],
        "week": week_words(hours_of(base)),
        "closures": closures_ahead(base),
        "reception": reception_of(base),
        "may_keep": may_keep,
        "rooms_apart": [venue for venue in rooms if hasattr(venue, "own_rule")],
    }


def _owner_of(venue: Venue) -> str:
    """Whose a borrowed venue is; "" for one of the base's own."""
    loans = list(venue.loans.all())
    loan = loan_on(loans, clock.today()) or (loans[-1] if loans else None)
    return loan.owner if loan else ""


@view_rule("bases.view_base", kind="venue")
@require_GET
def venue(request: DoorstepRequest, venue_id: int) -> HttpResponse:
    """One venue: seats, equipment, when it can be used and on whose terms."""
    found = venue_by_id(venue_id, request.actor)
    own, rule = hours_of(found.base, found), rule_of(found.base, found)
    shown = {
        "venue": found,
        "base": found.base,
        "equipment": equipment_words(found),
        "week": week_words(own or hours_of(found.base)),
        "has_own_hours": bool(own),
        "loans": found.loans.order_by("-valid_from"),
        "today": clock.today(),
        "closures": [c for c in closures_ahead(found.base) if c.venue_id in (None, found.pk)],
        "may_keep": may(request.actor, "bases.keep_base", at=found.base.place),
        "opens_classes": any(may(request.actor, "bases.keep_base", at=grant.place) for grant in request.actor.grants),
        "reach": reach_words(rule.reach) if rule else reach_of(found.base),
        "own_rule": rule,
        "goes": found.is_vehicle or found.lane != found.pk,
        "is_whole": found.lane != found.pk,
        "reserves": any(may(request.actor, "bases.reserve_venue", at=grant.place) for grant in request.actor.grants),
    }
    return render(request, "bases/venue.html", shown)


def kept_base(request: DoorstepRequest, base_id: int) -> Base:
    """A base in use that one keeps; raises NotFound."""
    base = base_by_id(base_id, request.actor)
    if base.valid_to is not None or base.kind == Base.Kind.BELT:
        raise NotFound
    return _keeps(request, base)


def kept_venue(request: DoorstepRequest, venue_id: int) -> Venue:
    """A venue of a base that one keeps; raises NotFound."""
    found = venue_by_id(venue_id, request.actor)
    _keeps(request, found.base)
    return found


def _keeps(request: DoorstepRequest, base: Base) -> Base:
    if not may(request.actor, "bases.keep_base", at=base.place):
        raise NotFound
    return base


def answered(
    request: DoorstepRequest, form: Any, write: Callable[[], object], said: str, *, shown: dict[str, Any], back: str
) -> HttpResponse:
    """The form as it stands, or, once it is written, the way back; a refusal goes onto the form."""
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            write()
            messages.success(request, said)
            return redirect(back)
    status = 422 if request.method == "POST" else 200
    return render(request, "bases/place_form.html", {"form": form, "back": back, **shown}, status=status)


@view_rule("bases.keep_base", kind="base")
def venue_new(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Enter a room or spot of a base."""
    base = kept_base(request, base_id)
    form = VenueForm(request.POST or None)
    return answered(
        request,
        form,
        lambda: add_venue(base=base, **form.cleaned_data, actor=request.actor),
        _("已登记。"),
        shown={"base": base, "title": _("加一个场地")},
        back=reverse("bases:base", args=[base.pk]),
    )


@view_rule("bases.keep_base", kind="venue")
def venue_edit(request: DoorstepRequest, venue_id: int) -> HttpResponse:
    """Change name, seats and equipment of a venue; what a vehicle is stays."""
    found = kept_venue(request, venue_id)
    start = {"name": found.name, "seats": found.seats, "equipment": found.equipment}
    form: Any = VenueForm(request.POST or None, initial=start)
    if found.is_vehicle:
        del form.fields["equipment"]
    return answered(
        request,
        form,
        lambda: change_venue(venue=found, **form.cleaned_data, actor=request.actor),
        _("已保存。"),
        shown={"base": found.base, "title": _("修改车船") if found.is_vehicle else _("修改场地")},
        back=reverse("bases:venue", args=[found.pk]),
    )


@view_rule("bases.keep_base", kind="venue")
@require_POST
def venue_use(request: DoorstepRequest, venue_id: int) -> HttpResponse:
    """Put a venue out of use, or into use again."""
    found = kept_venue(request, venue_id)
    turns: dict[str, Turn] = {
        "restore": (restore_venue, _("又能用了。")),
        "retire": (retire_venue, _("已停用。以后开班选不到它，随时可以恢复。")),
    }
    return press_one_of(request, turns, to=reverse("bases:venue", args=[found.pk]), venue=found)


@view_rule("bases.keep_base", kind="base")
def hours(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Say when a base, or with `venue` one venue of it, is open each week."""
    base = kept_base(request, base_id)
    chosen = request.GET.get("venue", "")
    found = kept_venue(request, whole(chosen) or 0) if chosen else None
    sent = request.POST if request.method == "POST" and "always" not in request.POST else None
    groups = HourGroups(sent, initial=groups_of(hours_of(base, found)), prefix="group")
    problem = ""
    if request.method == "POST" and (sent is None or groups.is_valid()):
        try:
            set_hours(base=base, venue=found, spans=spans_of(groups) if sent else [], actor=request.actor)
        except DoorstepError as refusal:
            problem = refusal.text
        else:
            messages.success(request, _("开放时间已保存。"))
            return redirect("bases:venue", found.pk) if found else redirect("bases:base", base.pk)
    shown = {"base": base, "venue": found, "groups": groups, "problem": problem}
    return render(request, "bases/hours.html", shown, status=422 if request.method == "POST" else 200)


@view_rule("bases.keep_base", kind="base")
def closure_new(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Say that a base, or one venue of it, cannot be used for a time."""
    base = kept_base(request, base_id)
    rooms = {venue.pk: venue for venue in venues_of(base) if venue.is_active}
    chosen = request.GET.get("venue", "")
    form = ClosureForm(request.POST or None, rooms=list(rooms.values()), initial={"venue": chosen})

    def write() -> Closure:
        data = dict(form.cleaned_data)
        return close_place(base=base, venue=rooms.get(data.pop("venue") or 0), **data, actor=request.actor)

    shown = {"base": base, "title": _("登记不开放的时间")}
    return answered(
        request,
        form,
        write,
        _("已登记。那段时间开不了班，已经排了的班会看到提醒。"),
        shown=shown,
        back=reverse("bases:base", args=[base.pk]),
    )


@view_rule("bases.keep_base", kind="closure")
@require_POST
def closure_lift(request: DoorstepRequest, closure_id: int) -> HttpResponse:
    """Let a place be used again."""
    found = closure_by_id(closure_id, request.actor)
    _keeps(request, found.base)
    to = reverse("bases:base", args=[found.base_id])
    return press(request, _("已取消，那段时间照常开放。"), lift_closure, to=to, closure=found)


@view_rule("bases.keep_base", kind="venue")
def loan_new(request: DoorstepRequest, venue_id: int) -> HttpResponse:
    """Enter whose a venue is and on which terms it is lent."""
    found = kept_venue(request, venue_id)
    form = LoanForm(request.POST or None, initial={"valid_from": clock.today()})
    return answered(
        request,
        form,
        lambda: lend_venue(venue=found, **form.cleaned_data, actor=request.actor),
        _("已登记。只有借用期内、按产权单位的约定才能排课。"),
        shown={"base": found.base, "title": _("登记借用：%(venue)s") % {"venue": found.name}},
        back=reverse("bases:venue", args=[found.pk]),
    )


@view_rule("bases.keep_base", kind="loan")
@require_POST
def loan_end(request: DoorstepRequest, loan_id: int) -> HttpResponse:
    """Let a loan end with today."""
    found = loan_by_id(loan_id, request.actor)
    _keeps(request, found.venue.base)
    to = reverse("bases:venue", args=[found.venue_id])
    return press(request, _("已结束借用。"), end_loan, to=to, loan=found)


@view_rule("bases.keep_base", kind="base")
def reception(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Say how many people a base receives in a day, and whom to call."""
    base = kept_base(request, base_id)
    known = reception_of(base)
    names = ("people", "meals", "beds", "parking", "guides", "contact", "phone", "note")
    start = {name: getattr(known, name) for name in names} if known else {"people": base.capacity or None}
    form = ReceptionForm(request.POST or None, initial=start)
    return answered(
        request,
        form,
        lambda: set_reception(base=base, **form.cleaned_data, actor=request.actor),
        _("接待能力已保存。"),
        shown={"base": base, "title": _("接待能力")},
        back=reverse("bases:base", args=[base.pk]),
    )
