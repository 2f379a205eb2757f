"""The steps by which free seats of a locked class go to those who wait for them, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from django.utils.translation import gettext_lazy as _

from doorstep.classes.events import MovedUp, PassedOver
from doorstep.classes.models import Quota, TrainingClass, WaitingPlace
from doorstep.classes.queries.orders import chosen_by
from doorstep.classes.queries.people import nominees, overlaps_of
from doorstep.classes.queries.seats import quota_states
from doorstep.classes.queries.waiting import may_use_pool
from doorstep.classes.queries.waiting_order import standings_among
from doorstep.classes.queries.words import moment_text
from doorstep.classes.rules.people import Nominee
from doorstep.classes.rules.seats import pool_of
from doorstep.classes.rules.waiting import Waits, goes_first, moving_up
from doorstep.classes.services.locking import lock_enrolments, lock_quotas, note_counts, note_event
from doorstep.classes.services.seating import save_seats, seat_row
from doorstep.classes.services.waiting_refusals import WaitingFirst
from doorstep.core import clock
from doorstep.core.actors import Actor, system_actor
from doorstep.directory.queries import units_by_ids

LEFT_BRANCH = _("轮到时已不在%(unit)s")
IS_ELSEWHERE = _("轮到时%(when)s已排在“%(title)s”，时间重叠")
WAITING, MOVED, PASSED = WaitingPlace.Status.WAITING, WaitingPlace.Status.MOVED, WaitingPlace.Status.PASSED


def lock_waiting(training_class: TrainingClass) -> list[WaitingPlace]:
    """Those who wait for a seat in a locked class, in the order in which they are served.

    Each with `given_for`, what a seat is given to them for when it is given now.
    """
    locked = WaitingPlace.objects.select_for_update(of=("self",)).filter(training_class=training_class, status=WAITING)
    rows = list(locked.select_related("person").order_by("number"))
    known = standings_among(rows, training_class)
    for row in rows:
        row.given_for = known[row.pk].given_for
    return sorted(rows, key=lambda row: known[row.pk].nth)


def waits_of(rows: Iterable[WaitingPlace], training_class: TrainingClass, quotas: Sequence[Quota]) -> list[Waits]:
    """Places on the list as the rules see them."""
    return [Waits(w.number, w.person_id, w.place, may_use_pool(training_class, quotas, w.place)) for w in rows]


def end_place(
    row: WaitingPlace, status: WaitingPlace.Status, actor: Actor, *, reason: str = "", jumped: int = 0
) -> None:
    """Let a person wait no longer."""
    row.status, row.ended_at, row.ended_by_id = status, clock.now(), actor.account_id
    row.reason, row.jumped = reason[:200], jumped
    row.given_for = row.given_for[:200] if status == MOVED else ""
    row.save(update_fields=["status", "ended_at", "ended_by", "reason", "jumped", "given_for"])


def must_let_waiting_first(
    training_class: TrainingClass,
    quotas: Sequence[Quota],
    seats: Mapping[int, int | None],
    people: Sequence[Nominee],
    waiting: Sequence[WaitingPlace],
) -> None:
    """Raise WaitingFirst when one of these people would take a seat past somebody who waits for it."""
    ahead = 0
    for person in people if waiting else ():
        passed = passed_by(person, seats[person.person_id], training_class, quotas, waiting, people)
        ahead = max(ahead, len(passed))
    if ahead:
        organiser = training_class.unit.short_name
        raise WaitingFirst(title=training_class.title, count=ahead, organiser=organiser)


def passed_by(
    person: Nominee,
    seat: int | None,
    training_class: TrainingClass,
    quotas: Sequence[Quota],
    waiting: Sequence[WaitingPlace],
    among: Sequence[Nominee] = (),
) -> list[Waits]:
    """Those who wait before `person` and have a claim on what they would take, without the people `among` them.

    `waiting` are all who wait, in the order in which they are served; who is not on the list comes after them.
    """
    besides = {person.person_id, *(one.person_id for one in among)}
    ahead = takewhile(lambda w: w.person_id != person.person_id, waiting)
    others = [w for w in ahead if w.person_id not in besides]
    states = quota_states(quotas)
    before = waits_of(others, training_class, quotas)
    return [one for one in before if goes_first(one, place=person.place, seat=seat, quotas=states)]


def leave_the_list(
    training_class: TrainingClass, waiting: Sequence[WaitingPlace], person_ids: Iterable[int], actor: Actor
) -> None:
    """People who were given a seat wait no longer."""
    seated = set(person_ids)
    for row in waiting:
        if row.person_id in seated:
            end_place(row, MOVED, actor)
            detail = {"number": row.number, "given_for": row.given_for}
            note_event(MovedUp(training_class.pk, row.person_id), training_class, actor, **detail)


def move_up(training_class: TrainingClass, *, spare: int = 0) -> int:
    """Give the free seats of a locked class to those who may take them, in order; returns how many moved up.

    `spare` of the organiser's own seats have just become free. A class that has begun, or whose office decides, moves
    nobody up. Who is at another class at that time, or left the branch, is passed over with the reason.
    """
    is_auto = training_class.succession == TrainingClass.Succession.AUTO
    if training_class.status != TrainingClass.Status.OPEN or not is_auto:
        return 0
    waiting = lock_waiting(training_class)
    if not waiting:
        return 0
    actor = system_actor("classes.move_up")
    quotas = lock_quotas(training_class)
    people = {one.person_id: one for one in nominees(w.person_id for w in waiting)}
    hindered = _hindrances(training_class, waiting, people)
    while True:
        states = quota_states(quotas)
        pool = pool_of(training_class.capacity, states, training_class.seats_taken)
        chosen = moving_up(waits_of(waiting, training_class, quotas), states, pool=pool, spare=spare)
        blocked = [w for w in waiting if w.number in chosen and w.person_id in hindered]
        if not blocked:
            break
        for row in blocked:
            end_place(row, PASSED, actor, reason=hindered[row.person_id])
            note_event(PassedOver(training_class.pk, row.person_id), training_class, actor, reason=row.reason)
        waiting = [w for w in waiting if w not in blocked]
    _seat(training_class, [w for w in waiting if w.number in chosen], people, chosen, actor)
    return len(chosen)


def _hindrances(
    training_class: TrainingClass, waiting: Sequence[WaitingPlace], people: Mapping[int, Nominee]
) -> dict[int, str]:
    """Why people who wait could not take a seat today: person id -> sentence."""
    found = {}
    units = units_by_ids({w.unit_id for w in waiting})
    for row in waiting:
        if row.person_id not in people or people[row.person_id].unit_id != row.unit_id:
            found[row.person_id] = str(LEFT_BRANCH % {"unit": units[row.unit_id].short_name})
    for sitting in overlaps_of(training_class, [w.person_id for w in waiting if not w.accepts_overlap]):
        words = {"when": moment_text(sitting.starts_at), "title": sitting.title}
        found.setdefault(sitting.person_id, str(IS_ELSEWHERE % words))
    return found


def _seat(
    training_class: TrainingClass,
    rows: Sequence[WaitingPlace],
    people: Mapping[int, Nominee],
    seats: Mapping[int, int | None],
    actor: Actor,
) -> None:
    """Write the seats of those who move up; they were put forward by who put them on the list."""
    if not rows:
        return
    before = lock_enrolments(training_class, [w.person_id for w in rows])
    chooser, fresh = chosen_by(training_class), []
    for row in rows:
        seat = seat_row(training_class, people[row.person_id], seats[row.number], before, actor)
        seat.nominated_by_id = row.listed_by_id
        seat.is_self_chosen = chooser is not None and seat.place.startswith(chooser)
        fresh.append(seat)
    save_seats(fresh)
    note_counts(training_class)
    leave_the_list(training_class, rows, [w.person_id for w in rows], actor)
