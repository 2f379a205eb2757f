"""Messages of the cast, for tests, without a queue: what was recorded is told at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from doorstep.core import clock
from doorstep.core.events import Occurrence, retell
from doorstep.core.models import Activity
from doorstep.directory.models import Account, Unit
from doorstep.notices.models import Circular, Message, Wording
from doorstep.notices.queries.wording_checks import Words
from doorstep.notices.rules.texts import Letter, state_text
from doorstep.notices.services.circulars import CircularFacts, issue_circular
from doorstep.notices.services.telling import write_messages
from doorstep.notices.services.wordings import word_text
from tests.factories.classes import SYSTEM

TRIED = state_text("tests.tried", "试一试：%(title)s", "%(title)s，%(missing)s完")


def told(*events: str) -> dict[str, list[str]]:
    """Tell of what was recorded as `events`, all of it when none is named: user name -> texts it got, in order."""
    rows = Activity.objects.filter(event__in=events) if events else Activity.objects.all()
    for row in rows.order_by("at", "id"):
        for _again in range(2):  # a handler may run twice
            retell(row)
    found: dict[str, list[str]] = {}
    for message in Message.objects.select_related("account").order_by("pk"):
        found.setdefault(message.account.username, []).append(message.text)
    return found


def given_message(
    *accounts: Account, title: str = "开班", link: str = "", sender: Account | None = None
) -> list[Message]:
    """One happening told to some accounts, because of what `sender` did."""
    occurrence = Occurrence(uuid4(), sender.pk if sender else None)
    letter = Letter(TRIED, [account.pk for account in accounts], {"title": title}, link)
    write_messages(letters=[letter], occurrence=occurrence, actor=SYSTEM)
    return list(Message.objects.filter(occurrence=occurrence.key).order_by("account"))


def given_wording(unit: Unit, title: str, body: str = "", *, text: str = TRIED, way: str = "inbox") -> Wording:
    """The next version of what a text says to the people of a unit; without a title, what was shipped."""
    seen = Wording.objects.filter(unit=unit, text=text, way=way).count()
    words = Words(title, body) if title else None
    return word_text(unit=unit, text=text, way=way, words=words, seen=seen, actor=SYSTEM)


def circular_facts(**changes: Any) -> CircularFacts:
    """A text for counties and townships, to be signed within a week."""
    today = clock.today()
    values: dict[str, Any] = {
        "number": "〔2026〕1号",
        "title": "冬训安排",
        "text": "# 怎么安排\n\n各单位**按时**开班。",
        "levels": ("county", "township"),
        "effective_on": today,
        "acknowledge_by": today + timedelta(days=7),
    }
    return CircularFacts(**{**values, **changes})


def circular_body(**changes: Any) -> dict[str, Any]:
    """The same for branches, as the form sends it."""
    facts = circular_facts()
    said = {
        "number": facts.number, "title": facts.title, "text": facts.text, "levels": ["branch"],
        "effective_on": facts.effective_on.isoformat(), "acknowledge_by": facts.acknowledge_by.isoformat(),
        "key": str(uuid4()),
    }  # fmt: skip
    return {**said, **changes}


def given_circular(unit: Unit, *, replaces: Circular | None = None, **changes: Any) -> Circular:
    """A circular of a unit."""
    facts = circular_facts(**changes)
    return issue_circular(unit=unit, facts=facts, key=uuid4(), replaces=replaces, actor=SYSTEM)
