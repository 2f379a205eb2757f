"""What a group from outside does by itself: look for free days, order, change, answer, sign, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from doorstep.catalogue.queries.offers import Offer, audience_choices, offer_of_course, offer_of_package
from doorstep.catalogue.queries.packages_public import package_offered, packages_of_route
from doorstep.catalogue.queries.public import course_offered, route_for_all
from doorstep.classes.models import Order
from doorstep.classes.pages.order_forms import NoForm
from doorstep.classes.pages.order_new import day_typed, months_shown, why_never
from doorstep.classes.pages.outside_forms import ContractForm, OutsideForm
from doorstep.classes.pages.outside_visits import (
    Visitor,
    for_visitors,
    must_be_a_person,
    opened_now,
    visitor_of,
)
from doorstep.classes.queries.order_turns import offer_kept, turn_shown
from doorstep.classes.queries.orders import most_lesson_people, offer_of_order, wishes_of
from doorstep.classes.queries.orders_shown import is_to_come, order_word
from doorstep.classes.queries.outside import (
    IN_LINE,
    LIVING,
    contact_masked,
    contact_of,
    contract_by_id,
    contracts_of,
    last_group,
    own_order,
    own_orders,
    quote_by_number,
    quotes_of,
)
from doorstep.classes.queries.receiving import needs_of, needs_words
from doorstep.classes.rules.reception import KINDS
from doorstep.classes.services.contracts import add_contract
from doorstep.classes.services.order_waiting import pass_offer, take_offer, wait_for_day
from doorstep.classes.services.orders import agree_order, call_off_order, refuse_order, withdraw_order
from doorstep.classes.services.outside_orders import change_outside_order, order_from_outside
from doorstep.classes.services.quotes import accept_quote, decline_quote
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import kept_file, view_rule
from doorstep.faculty.queries import language_choices

if TYPE_CHECKING:
    from doorstep.catalogue.models import Course, Package
    from doorstep.directory.models import Unit

ENDS = {"withdraw": ("changed", "no_room", "other"), "call_off": ("changed", "other")}


def _people(text: str, offer: Offer) -> int:
    """How many come: as typed, within what the offer takes."""
    wanted = int(text) if text.isdecimal() and len(text) < 6 else offer.least_people
    return max(offer.least_people, min(offer.most_people, wanted))


def _form(request: DoorstepRequest, offer: Offer, *, is_new: bool, initial: dict[str, Any]) -> OutsideForm:
    return OutsideForm(
        posted(request),
        initial=initial,
        half_days=offer.half_days,
        is_at_door=not offer.base_ids,
        audiences=audience_choices(),
        languages=language_choices(),
        is_new=is_new,
    )


def _days(request: DoorstepRequest) -> list[Any]:
    said = request.POST if request.method == "POST" else request.GET
    texts = [said.get("wait_from", ""), said.get("wait_until", "")] if "wait" in said else said.getlist("day")[:20]
    return list(dict.fromkeys(day for text in texts if (day := day_typed(text))))


def _calendar(
    offer: Offer, provider: Unit, people: int, chosen: list[Any], *, may_choose: bool = True
) -> dict[str, Any]:
    """The calendar of free days, for outsiders as for the provider itself: they come to its own rooms."""
    months = months_shown(offer, provider, provider, people, chosen, may_choose=may_choose)
    weekdays = [WEEKDAYS_ABBR[n] for n in range(7)]
    return {"offer": offer, "provider": provider, "months": months, "weekdays": weekdays, "never": why_never(months)}


@never_cache
@view_rule("", kind="public_package", public=True, post="classes.order_from_outside")
def package(request: DoorstepRequest, package_id: int) -> HttpResponse:
    """The free days of a package for everybody; ordering it, for whoever proved a number."""
    found = package_offered(package_id)
    return _ordering(request, offer_of_package(found), found.unit, package=found)


@never_cache
@view_rule("", kind="public_course", public=True, post="classes.order_from_outside")
def course(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """The free days for a course that is brought to the group; ordering it, for whoever proved a number."""
    found = course_offered(course_id)
    return _ordering(request, offer_of_course(found, most_lesson_people(found.unit.path)), found.unit, course=found)


@require_GET
@view_rule("", kind="public_route", public=True)
def route(request: DoorstepRequest, route_id: int) -> HttpResponse:
    """A route is ordered as one of its packages: the only one at once, else which."""
    found, (packages, has_more) = route_for_all(route_id), packages_of_route(route_id)
    if len(packages) == 1:
        return redirect("classes:outside_package", packages[0].id)
    return render(request, "classes/outside_route.html", {"route": found, "packages": packages, "has_more": has_more})


def _ordering(
    request: DoorstepRequest, offer: Offer, provider: Unit, package: Package | None = None, course: Course | None = None
) -> HttpResponse:
    visitor = visitor_of(request)
    if visitor is None and request.method == "POST":
        return redirect(f"{request.path}?late=1")
    said = request.POST if request.method == "POST" else request.GET
    people, chosen = _people(said.get("people", ""), offer), _days(request)
    waits = "wait" in said
    form = _form(request, offer, is_new=True, initial={"people": people, **(_known(visitor) if visitor else {})})
    if visitor and request.method == "POST" and form.is_valid():
        sent = _sent(request, visitor, form, package, course)
        if sent:
            return sent
    shown = {
        **_calendar(offer, provider, people, [] if waits else chosen, may_choose=visitor is not None),
        "wants_to_wait": waits,
        "wait_from": said.get("wait_from", ""),
        "wait_until": said.get("wait_until", ""),
        "package": package,
        "course": course,
        "form": form,
        "visitor": visitor,
        "people": people,
        "opened": opened_now(),
        "is_late": "late" in request.GET,
    }
    return render(request, "classes/outside_new.html", shown, status=422 if form.errors else 200)


def _known(visitor: Visitor) -> dict[str, Any]:
    """What was said the last time, so that it need not be typed again."""
    group = last_group(visitor.number)
    if group is None:
        return {}
    return {"name": group.name, "kind": group.kind, "origin": group.origin, "contact": contact_of(group)[0]}


def _sent(
    request: DoorstepRequest, visitor: Visitor, form: OutsideForm, package: Package | None, course: Course | None
) -> HttpResponse | None:
    try:
        must_be_a_person(request.POST.get("opened", ""))
        waits = "wait" in request.POST
        facts = form.facts(_days(request), package=package, course=course, waits=waits)
        order = order_from_outside(number=visitor.number, group=form.group(), facts=facts, actor=visitor.actor)
    except DoorstepError as problem:
        _tell(form, problem)
        return None
    words = (
        _("已排进候补，有空位就给您留着，发短信告诉您。")
        if waits
        else _("预约已送出，%(unit)s会答复，并发短信告诉您。")
    )
    messages.success(request, words % {"unit": order.provider.short_name})
    return redirect("classes:outside_order", order.pk)


def _tell(form: OutsideForm, problem: DoorstepError) -> None:
    field = {"order_people": "people", "order_place": "location", "order_needs": "meals"}.get(problem.code)
    form.add_error(field if field in form.fields else None, problem.text)


@view_rule("", kind="none", public=True)
@require_GET
@for_visitors
def mine(request: DoorstepRequest, visitor: Visitor) -> HttpResponse:
    """All that was ordered with the number, the last first."""
    rows = [(one, order_word(one)) for one in own_orders(visitor.actor)[:100]]
    return render(request, "classes/outside_mine.html", {"rows": rows, "visitor": visitor})


def _page(request: DoorstepRequest, visitor: Visitor, order: Order, problem: str = "", **forms: Any) -> HttpResponse:
    shown = {
        "order": order,
        "word": order_word(order),
        "wishes": wishes_of(order),
        "needs": needs_words(needs_of(order)),
        "contact": contact_masked(order.outside) if order.outside else ("", ""),
        "quotes": quotes_of(order),
        "contracts": contracts_of(order),
        "sessions": _sessions(order),
        "may_change": order.status == Order.Status.PLACED,
        "may_reply": order.status == Order.Status.COUNTERED,
        "may_withdraw": order.status in (*LIVING, *IN_LINE),
        **_in_line(order),
        "may_sign": order.ended_at is None or order.training_class is not None,
        "may_call_off": is_to_come(order),
        **{prefix: NoForm(reasons=reasons, prefix=prefix) for prefix, reasons in ENDS.items()},
        "upload": ContractForm(),
        "visitor": visitor,
        "problem": problem,
        **forms,
    }
    return render(request, "classes/outside_order.html", shown, status=422 if problem or forms else 200)


def _in_line(order: Order) -> dict[str, Any]:
    """Which place an order that waits has and why, or the day that is kept for it."""
    if order.status == Order.Status.WAITING:
        return turn_shown(order)
    return {"kept": offer_kept(order)} if order.status == Order.Status.OFFERED else {}


def _sessions(order: Order) -> list[Any]:
    held = order.training_class
    if held is None:
        return []
    return list(held.sessions.filter(is_cancelled=False).select_related("base", "venue").order_by("starts_at"))


@view_rule("", kind="outside_order", public=True)
@require_GET
@for_visitors
def order(request: DoorstepRequest, visitor: Visitor, order_id: int) -> HttpResponse:
    """One order of one's own: how it stands, and what can be done now."""
    return _page(request, visitor, own_order(order_id, visitor.actor))


@view_rule("", kind="outside_order", public=True, post="classes.order_from_outside")
@for_visitors
def change(request: DoorstepRequest, visitor: Visitor, order_id: int) -> HttpResponse:
    """Change the days, the heads and the rest, as long as nobody has answered."""
    found = own_order(order_id, visitor.actor)
    offer, wishes = offer_of_order(found), wishes_of(found)
    names = (*KINDS, "audience", "language", "note", "location")
    initial = {name: getattr(found, name) for name in names} | {"part": wishes[0].part if wishes else ""}
    form = _form(request, offer, is_new=False, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_outside_order(order=found, facts=form.facts(_days(request)), actor=visitor.actor)
        except DoorstepError as problem:
            _tell(form, problem)
        else:
            messages.success(request, _("预约已改好，对方会看到。"))
            return redirect("classes:outside_order", found.pk)
    chosen = _days(request) if request.method == "POST" else [wish.day for wish in wishes]
    shown = {**_calendar(offer, found.provider, found.people, chosen), "order": found, "form": form, "visitor": visitor}
    return render(request, "classes/outside_change.html", shown, status=422 if form.errors else 200)


_REPLIES: dict[str, tuple[Callable[..., Order], Any]] = {
    "agree": (agree_order, gettext_lazy("已同意改期，班已开好。")),
    "refuse": (refuse_order, gettext_lazy("已回复不同意，可以另约一个日子。")),
    "wait": (wait_for_day, gettext_lazy("已排进候补，有空位就给您留着，发短信告诉您。")),
    "take": (take_offer, gettext_lazy("就是这天，班已开好。")),
    "pass": (pass_offer, gettext_lazy("这天给了后面的，您还在候补里。")),
}


@view_rule("", kind="outside_order", public=True, post="classes.order_from_outside")
@require_POST
@for_visitors
def reply(request: DoorstepRequest, visitor: Visitor, order_id: int) -> HttpResponse:
    """Agree to another day or not, take the order back, or say that one cannot come."""
    found = own_order(order_id, visitor.actor)
    answer = request.POST.get("answer", "")
    if answer == "withdraw":
        return _ended(request, visitor, found, answer, withdraw_order, _("预约已撤回。"))
    if answer == "call_off":
        said = _("已告诉对方来不了，班已取消，场地空出来了。")
        return _ended(request, visitor, found, answer, call_off_order, said)
    if answer not in _REPLIES:
        raise NotFound
    act, said = _REPLIES[answer]
    return _done(request, visitor, found, lambda: act(order=found, actor=visitor.actor), str(said))


def _done(request: DoorstepRequest, visitor: Visitor, order: Order, act: Callable[[], Any], said: str) -> HttpResponse:
    try:
        act()
    except DoorstepError as problem:
        return _page(request, visitor, own_order(order.pk, visitor.actor), problem.text)
    messages.success(request, said)
    return redirect("classes:outside_order", order.pk)


def _ended(
    request: DoorstepRequest, visitor: Visitor, order: Order, prefix: str, end: Callable[..., Order], said: str
) -> HttpResponse:
    """End an order with the reason that the form under `prefix` gives."""
    form = NoForm(posted(request), reasons=ENDS[prefix], prefix=prefix)
    if not form.is_valid():
        forms: dict[str, Any] = {prefix: form}
        return _page(request, visitor, order, **forms)
    given = form.cleaned_data
    return _done(request, visitor, order, lambda: end(order=order, **given, actor=visitor.actor), said)


@view_rule("", kind="outside_order", public=True, post="classes.order_from_outside")
@for_visitors
def quote(request: DoorstepRequest, visitor: Visitor, order_id: int, number: int) -> HttpResponse:
    """One quote on a sheet to print; POST agrees to it or does not."""
    found = own_order(order_id, visitor.actor)
    shown = quote_by_number(found, number)
    if request.method == "POST":
        acts = {"accept": accept_quote, "decline": decline_quote}
        act = acts.get(request.POST.get("answer", ""))
        if act is None:
            raise NotFound
        said = _("已回复报价，对方会看到。")
        return _done(request, visitor, found, lambda: act(quote=shown.quote, actor=visitor.actor), said)
    back = request.path.split("quotes/")[0]
    return render(request, "classes/quote_print.html", {"order": found, "shown": shown, "back": back})


@view_rule("", kind="outside_order", public=True, post="classes.keep_contract")
@require_POST
@for_visitors
def contract(request: DoorstepRequest, visitor: Visitor, order_id: int) -> HttpResponse:
    """Hand a contract in."""
    found = own_order(order_id, visitor.actor)
    form = ContractForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, visitor, found, upload=form)
    file = form.cleaned_data["contract"]
    return _done(
        request,
        visitor,
        found,
        lambda: add_contract(order=found, upload=file, name=file.name, actor=visitor.actor),
        _("合同已传，对方会看到。"),
    )


@view_rule("", kind="outside_order", public=True)
@require_GET
@for_visitors
def contract_file(request: DoorstepRequest, visitor: Visitor, order_id: int, contract_id: int) -> FileResponse:
    """One contract of one's own order, as a download."""
    kept = contract_by_id(own_order(order_id, visitor.actor), contract_id)
    return kept_file(kept.file, called=kept.file_name)
