"""Every text is there in three languages, and every page speaks the one that was chosen."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from doorstep.attendance.queries.codes import room_code_now
from doorstep.classes.models import Enrolment, Leave, Quota, TrainingClass
from doorstep.classes.queries.people import nominees
from doorstep.classes.rules.titles import next_title
from doorstep.classes.services.leave import ask_leave
from doorstep.classes.services.people import nominate
from doorstep.classes.services.seats import hand_down_seats
from doorstep.core import clock
from doorstep.core.jobs import export_list
from doorstep.core.models import LongTask
from doorstep.coverage.services.refreshing import rebuild_year
from doorstep.directory.models import AccessToken, Account, RosterImport
from doorstep.directory.rules.outlines import outlines
from doorstep.directory.rules.reference import code_lists
from doorstep.faculty.models import Teacher
from doorstep.notices.models import Message
from doorstep.notices.rules.circulars import number_after
from doorstep.records.services import post_credit
from tests.cast import FOUNDED, PASSWORD, Cast
from tests.factories import classes as planned
from tests.factories import rolls
from tests.factories.browsers import signed_in
from tests.factories.messages import given_circular, told
from tests.factories.policies import ship_policies
from tests.web.source_texts import (
    CHINESE,
    PRODUCT,
    python_files,
    stray_in_python,
    stray_in_template,
    templates,
    texts_in_python,
    texts_in_template,
)

NOON = clock.at_local(date(2026, 11, 24), 12)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")
QUOTED = re.compile(r"“[^”]*”")
DATA_APPS = ("directory", "notices", "bases", "faculty", "catalogue", "classes")
# Chinese in Python that nobody reads as a page, and why.
EXEMPT = {
    "__main__.py": "the operator's own lines, in two languages",
    "config": "what the terminal says while starting, before a language is known",
    "demo": "the people and places of the demo city are Chinese data",
    "/management/": "lines of the terminal",
    "/queries/invariants.py": "statements of check-invariants, printed for operators",
    "/queries/invariants_guiding.py": "statements of check-invariants, printed for operators",
    "/queries/checks.py": "statements of check-invariants, printed for operators",
    "bases/queries/invariants.py": "a statement of check-invariants",
    "directory/queries": "statements of check-invariants",
    "attendance/rules/codes.py": "a full-width dash that people type",
    "bases/rules/datum.py": "a full-width comma that people type",
    "catalogue/rules/cases.py": "reads figures as people write them; the title of a lesson in Chinese",
    "notices/rules/markup.py": "numbers of a list as people type them",
    "notices/rules/circulars.py": "the number of a circular as offices write it",
    "classes/rules/titles.py": "numbers of terms in the titles of classes",
    "directory/rules": "reads Chinese rosters: headings, dates, names and codes as people write them",
    "directory/jobs/roster_judging.py": "proposals, kept in Chinese and translated when shown",
    "directory/jobs/roster_template.py": "the invented examples of the roster template",
    "directory/services/roster_tally.py": "joins names of units as they are kept",
}


@pytest.fixture(autouse=True)
def language_given_back() -> Iterator[None]:
    """A request leaves its language behind in the thread; the tests that follow begin in Chinese."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


def catalogue(language: str) -> polib.POFile:
    """The catalogue of a language as it is shipped."""
    return polib.pofile(str(PRODUCT / "locale" / language / "LC_MESSAGES" / "django.po"))


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_every_text_is_translated_with_the_same_placeholders(language: str) -> None:
    entries = catalogue(language)
    assert [e.msgid for e in entries if not e.msgstr or "fuzzy" in e.flags or e.obsolete] == []
    differing = [
        e.msgid for e in entries if sorted(PLACEHOLDER.findall(e.msgid)) != sorted(PLACEHOLDER.findall(e.msgstr))
    ]
    assert differing == []


def test_english_is_english() -> None:
    """Chinese stands in English only as a quotation, such as the name of a column."""
    assert [e.msgstr for e in catalogue("en") if CHINESE.search(QUOTED.sub("", e.msgstr))] == []


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    compiled = polib.mofile(str(PRODUCT / "locale" / language / "LC_MESSAGES" / "django.mo"))
    texts = [{(e.msgctxt, e.msgid): e.msgstr for e in one} for one in (compiled, catalogue(language))]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_every_marked_text_is_in_the_catalogue(language: str) -> None:
    """Run `bin/messages` when this fails."""
    marked = set[str]().union(*map(texts_in_python, python_files()), *map(texts_in_template, templates()))
    assert len(marked) > 1000
    assert sorted(marked - {e.msgid for e in catalogue(language)}) == []


def test_no_template_holds_unmarked_chinese() -> None:
    assert {p.name: stray for p in templates() if (stray := stray_in_template(p))} == {}


def test_no_python_file_holds_unmarked_chinese() -> None:
    def exempt(path: Path) -> bool:
        name = path.relative_to(PRODUCT).as_posix()
        return any(name.startswith(part) or (part.startswith("/") and part in name) for part in EXEMPT)

    assert {str(p): stray for p in python_files() if not exempt(p) and (stray := stray_in_python(p))} == {}


def _addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every address outside the API with the names of its variables."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _addresses(entry, route)
        elif isinstance(entry, URLPattern) and not route.startswith("api/"):
            yield route, re.findall(r"<(?:\w+:)?(\w+)>", route)


def things(cast: Cast) -> dict[str, Any]:
    """One thing of each kind at 霍童镇, by the names the addresses use."""
    ship_policies()
    unit, person, day = cast.unit("huotong"), cast.person("林秀珍"), date(2026, 12, 7)
    base = planned.make_base(unit)
    opened = planned.make_class(unit, sessions=[planned.half_day(day), planned.half_day(day, 14)], base_id=base.pk)
    hand_down_seats(training_class=opened, table={unit.pk: 20, cast.unit("kengtou").pk: 5}, actor=cast.system)
    nominate(training_class=opened, people=nominees([person.pk]), actor=cast.system)
    enrolment = Enrolment.objects.select_related("training_class", "person").get(training_class=opened)
    asked = ask_leave(
        enrolment=enrolment, sessions=list(opened.sessions.all())[1:], kind="sick", reason="住院", actor=cast.system
    )
    held = rolls.held_class(unit, [date(2026, 3, 2)], {person: "present", cast.person("黄德旺"): "late"})
    post_credit(training_class_id=held.pk, actor=cast.system)
    rebuild_year(year=2026, actor=cast.system)
    account = cast.accounts["teacher"]
    roster = RosterImport.objects.create(
        unit=unit, place=unit.path, county=unit.county, filename="x.xlsx", digest="x", version=1, effective_on=FOUNDED,
        status="checked", counts={"rows": 1, "new": 1}, account_id=cast.accounts["township"].pk, created_at=clock.now(),
    )  # fmt: skip
    task = LongTask.objects.create(
        kind="list_export", title="x", place=unit.path, account_id=cast.accounts["township"].pk, created_at=clock.now()
    )
    token = AccessToken.objects.create(
        account=account, name="x", digest=sha256(b"x").digest(), created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=9),
    )  # fmt: skip
    teacher = Teacher.objects.create(name="甘老师", category="local", unit=unit, place=unit.path, county=unit.county)
    circular = given_circular(unit, levels=("branch",))
    told("notices.circular_issued")
    message = Message.objects.get(account=cast.accounts["secretary"])
    session = opened.sessions.order_by("number")[0]
    quota = Quota.objects.get(training_class=opened, unit=cast.unit("huotong"))
    return {
        "class_id": opened.pk, "session_id": session.pk, "person_id": person.pk, "unit_id": unit.pk,
        "quota_id": quota.pk, "leave_id": Leave.objects.get(pk=asked.pk).pk, "base_id": base.pk,
        "teacher_id": teacher.pk, "import_id": roster.pk, "task_id": task.pk, "account_id": account.pk,
        "grant_id": account.grants.get().pk, "token_id": token.pk, "code": room_code_now(session).code,
        "name": "classes.classes", "circular_id": circular.pk, "message_id": message.pk,
    }  # fmt: skip


def data_strings() -> list[str]:
    """Everything Chinese that somebody entered, longest first."""
    found = {"简体中文", "繁體中文", "甘老师", "试一试：{Title}", "{Title}，{missing}完"} | {
        label for codes in code_lists().values() for label in codes.values()
    }
    found |= {str(feature["properties"]["name"]) for feature in outlines().values()}
    for app in DATA_APPS:
        for model in apps.get_app_config(app).get_models():
            names = [f.name for f in model._meta.concrete_fields if isinstance(f, models.CharField | models.TextField)]
            for row in model._default_manager.values_list(*names) if names else ():
                found |= {value for value in row if isinstance(value, str) and CHINESE.search(value)}
    found |= {next_title(text) for text in found} | {number_after([], 2026), number_after(["〔2026〕1号"], 2026)}
    return sorted(found, key=len, reverse=True)


def chrome_of(page: str, data: list[str]) -> str:
    """The page without what people entered and without quotations."""
    said = html.unescape(page)
    for text in data:
        said = said.replace(text, "")
    return QUOTED.sub("", said)


def client_of(cast: Cast, who: str, language: str) -> Client:
    """A signed-in browser of an account that has chosen a language."""
    Account.objects.filter(pk=cast.accounts[who].pk).update(language=language)
    return signed_in(cast.accounts[who])


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["city", "township", "secretary", "trainee"])
def test_no_page_says_anything_in_chinese_to_an_english_reader(cast: Cast, who: str) -> None:
    with clock.frozen(NOON):
        known = things(cast)
        client, data = client_of(cast, who, "en"), data_strings()
        faults, shown = {}, set[str]()
        for route, names in _addresses(get_resolver()):
            if not set(names) <= set(known):
                continue
            address = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known[found[1]]), route)
            answer = client.get(address)
            if answer.streaming or "html" not in answer.get("Content-Type", "") or answer.status_code in (302, 405):
                continue
            if answer.status_code == 200:
                shown.add(route)
            chrome = chrome_of(answer.content.decode(), data)
            if CHINESE.search(chrome):
                faults[address] = [chrome[max(0, m.start() - 30) : m.end() + 20] for m in CHINESE.finditer(chrome)][:3]
    assert faults == {}
    assert len(shown) > (8 if who == "trainee" else 25)
    assert who != "township" or {"room/<int:session_id>/", "classes/<int:class_id>/roll/", "imports/"} <= shown


@pytest.mark.django_db
def test_traditional_pages_are_traditional(cast: Cast) -> None:
    client = client_of(cast, "township", "zh-hant")
    page = client.get("/").content.decode()
    assert '<html lang="zh-Hant"' in page
    assert "覆蓋" in page
    assert "覆盖" not in page


@pytest.mark.django_db
def test_a_visitor_chooses_a_language_and_keeps_it_over_signing_in(cast: Cast) -> None:
    client = Client()
    assert "Sign in" not in client.get("/login/").content.decode()
    client.post("/preferences/", {"language": "en", "next": "/login/"})
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert "Sign in" in client.get("/login/").content.decode()
    client.post("/login/", {"username": "township", "password": PASSWORD})
    assert "Coverage" in client.get("/").content.decode()


@pytest.mark.django_db
def test_the_choice_of_an_account_holds_on_any_device(cast: Cast) -> None:
    first = client_of(cast, "township", "zh-hans")
    first.post("/preferences/", {"language": "en"})
    cast.accounts["township"].refresh_from_db()
    assert cast.accounts["township"].language == "en"
    elsewhere = signed_in(cast.accounts["township"])
    page = elsewhere.get("/").content.decode()
    assert '<html lang="en"' in page
    assert "Coverage" in page


@pytest.mark.django_db
def test_a_refusal_is_told_in_the_chosen_language(cast: Cast) -> None:
    answer = client_of(cast, "secretary", "en").get("/people/999999/", headers={"Accept": "application/json"})
    assert answer.json()["text"].startswith("Not found")


@pytest.mark.django_db
def test_an_export_speaks_the_language_it_was_asked_in(cast: Cast, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = client_of(cast, "township", "en")
    client.post("/lists/directory.people/export/", {"back": "/people/"})
    task = LongTask.objects.get(kind="list_export")
    export_list(task_id=str(task.pk))
    task.refresh_from_db()
    assert task.title == "Trainees"
    assert task.result_name.startswith("Trainees ")
    content = io.BytesIO((tmp_path / task.result_file).read_bytes())
    rows = list(openpyxl.load_workbook(content, read_only=True).active.iter_rows(values_only=True))
    cells = [str(cell) for row in rows[:3] for cell in row if cell]
    assert "Trainees" in cells
    assert "Name" in cells
    assert TrainingClass.objects.count() == 0


def test_years_and_numbers_of_records_have_no_separators(cast: Cast) -> None:
    reader = signed_in(cast.accounts["city"])
    reader.cookies["django_language"] = "en"
    page = reader.get(f"/coverage/{cast.unit('ningde').pk}/?year=2026").content.decode()
    assert "?year=2025" in page
    assert not re.search(r"2,0\d\d", page)
