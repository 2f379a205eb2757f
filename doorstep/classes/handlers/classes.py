"""What is said of classes and their sessions: to who is seated, their secretaries, and who has seats to fill."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.classes.events import ClassCancelled, ClassOpened, SeatsHandedDown, SessionCancelled, SessionMoved
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.queries.concerned import class_told, runners, seat_keepers, seated_accounts, session_told
from doorstep.core import clock
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, state_text

OPENED = state_text(
    "classes.class_opened", _("开班了：%(title)s"), _("%(unit)s，%(first)s 到 %(last)s。这个班由您带，去看名单和课表。")
)
SEATS = state_text(
    "classes.seats_handed_down",
    _("有名额：%(title)s"),
    _("%(unit)s的班，%(first)s 到 %(last)s。去看分到多少名额，提名参训。"),
)
CANCELLED = state_text(
    "classes.class_cancelled",
    _("班次取消了：%(title)s"),
    _("%(unit)s的班，原定 %(first)s 到 %(last)s，不办了，不用再去。"),
)
MOVED = state_text(
    "classes.session_moved",
    _("课改了时间或地点：%(title)s"),
    _("“%(session)s”现在是 %(starts)s，在%(where)s。请按新的来。"),
)
SESSION_CANCELLED = state_text(
    "classes.session_cancelled",
    _("有一次课取消了：%(title)s"),
    _("“%(session)s”，原定 %(starts)s，不上了。其他课次照常。"),
)


def _letter(text: str, held: TrainingClass, to: Iterable[int], session: Session | None = None) -> Letter:
    fields: dict[str, object] = {
        "title": held.title,
        "unit": held.unit.short_name,
        "first": held.starts_on,
        "last": held.ends_on,
    }
    if session is not None:
        fields |= {
            "session": session.title,
            "starts": f"{clock.local(session.starts_at):%Y-%m-%d %H:%M}",
            "where": session.where,
        }
    return Letter(text, to, fields, reverse("classes:class", args=[held.pk]))


@tells(ClassOpened)
def tell_opened(happened: ClassOpened) -> Iterable[Letter]:
    """A class is open: its head. A draft is told to nobody; who has seats is told when they are handed down."""
    held = class_told(happened.training_class_id)
    if held.status != TrainingClass.Status.DRAFT:
        yield _letter(OPENED, held, [held.head_id] if held.head_id else [])


@tells(SeatsHandedDown)
def tell_seats(happened: SeatsHandedDown) -> Iterable[Letter]:
    """Seats were handed down: the units that have them."""
    held = class_told(happened.training_class_id)
    if held.status in (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING):
        yield _letter(SEATS, held, seat_keepers(held))


@tells(ClassCancelled)
def tell_cancelled(happened: ClassCancelled) -> Iterable[Letter]:
    """A class is not held: who had a seat, their secretaries, who had seats to fill, and who runs it."""
    held = class_told(happened.training_class_id)
    people, secretaries = seated_accounts(held)
    yield _letter(CANCELLED, held, [*people, *secretaries, *seat_keepers(held), *runners(held)])


@tells(SessionMoved)
def tell_moved(happened: SessionMoved) -> Iterable[Letter]:
    """A session is at another time or place: who is seated, and their secretaries. The teacher is asked anew."""
    yield from _of_session(MOVED, happened.session_id)


@tells(SessionCancelled)
def tell_session_cancelled(happened: SessionCancelled) -> Iterable[Letter]:
    """A session is not held: who is seated, and their secretaries. The teacher is let go."""
    yield from _of_session(SESSION_CANCELLED, happened.session_id)


def _of_session(text: str, session_id: int) -> Iterable[Letter]:
    session = session_told(session_id)
    people, secretaries = seated_accounts(session.training_class)
    yield _letter(text, session.training_class, [*people, *secretaries, *runners(session.training_class)], session)
