"""Every address of the router as a page in a browser: who may see it, and what is wrong with how it looks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from doorstep.directory.models import Account
from tests.factories.browsers import signed_in
from tests.house.matrix.doors import Door, all_doors
from tests.house.matrix.things import things
from tests.house.matrix.world import World, build_world
from tests.journeys.conftest import AXE
from tests.web.source_texts import PRODUCT

# What answers GET and is no page of its own.
NOT_PAGES = {
    "core:task_file": "a file",
    "bases:evidence_file": "a file",
    "bases:regulation_file": "a file",
    "catalogue:case_file": "a file",
    "catalogue:contest_file": "a file",
    "catalogue:edition_file": "a file",
    "bases:photo": "a picture, shown on the page of the photographs",
    "bases:photo_public": "a picture for the portal",
    "directory:import_template": "a workbook",
    "directory:import_workbook": "a workbook",
    "directory:import_progress": "a block of the page of the import",
    "coverage:map": "a picture, shown on the page of the unit",
    "coverage:unit_classes": "a piece of the page of the unit and of the home page",
    "classes:photo_file": "a picture, shown on the page of the session",
    "records:class_shares": "a piece of the page of the class",
    "bases:belt_map": "a picture, shown on the page of the belt",
    "bases:gaps_map": "a picture, shown above the list of what townships lack",
    "catalogue:route_map": "a picture, shown on the page of the route",
    "catalogue:panorama_picture": "a picture, shown where one looks around",
    "catalogue:public_picture": "a picture, shown where one looks around",
    "attendance:room_state": "JSON",
    "notices:picture": "a picture",
    "notices:unread": "a piece of the header of every page",
    "web:portal_route_map": "a picture, shown on the public page of the route",
    "web:portal_base_map": "a picture, shown on the public page of the base",
    "web:portal_belt_map": "a picture, shown on the public page of the belt",
    "web:portal_map_picture": "a picture, shown on the public map",
    "web:portal_cells": "JSON",
    "web:portal_outlines": "JSON",
    "web:portal_feed": "a feed",
    "web:portal_calendar": "a calendar",
    "classes:feed": "a calendar",
    "classes:session_check": "JSON",
    "classes:contract_file": "a file",
    "classes:outside_contract_file": "a file",
    "notices:circular_file": "a file",
    "classes:will_home": "leads on to the page of one's own unit",
    "web:portal_campaign_feed": "a feed",
    "web:portal_campaign_calendar": "a calendar",
    "web:sitemap": "addresses for search engines",
    "web:robots": "rules for search engines",
    "web:portal_look": "leads back to where one was, in the chosen type size",
    "records:class_hours": "hours that go to their places on the roll",
    "coverage:coverage": "leads on to the page of the unit",
    "coverage:mine": "leads on to one's own training file",
}
MEMBER = "oneself"
POST_ALONE = "an address that takes POST alone"
WHO = ("township@own", "county@ancestor", "city@ancestor", "secretary@own", MEMBER, "head", "base@own", "somebody",
       "auditor@ancestor")  # fmt: skip
MEMBER_KINDS = {"own_class", "own_person", "enrolment", "room_code"}
# What each role opens first, and what a member reads.
OPENED = (
    ("city@ancestor", "/"), ("county@ancestor", "/"), ("base@own", "/"), ("teacher@own", "/"), ("secretary@own", "/"),
    ("auditor@ancestor", "/"), ("secretary@descendant", "/coverage/left/"), ("city@ancestor", "/coverage/"),
    ("township@own", "/people/?floating=0&sort=name"),
    (MEMBER, "/"), (MEMBER, "/files/mine/"), (MEMBER, "/search/?q=zhou"),
)  # fmt: skip
WIDTHS = ((1280, 800), (390, 844))
NARROW_AND_WIDE = ((320, 640), (1920, 1080))
PHONE_BELOW, PHONE_TARGET, LARGE_TARGET, DESK_TARGET = 500, 44, 48, 24

# A view that is still being opened; looked at when it stands, for it may move what is around it.
OPENING = "[data-vr]:not([data-loaded])"

# What people of the world typed as a theme, and teachers also have as a topic.
TYPED = {"乡村振兴"}

SOUNDNESS = Path(__file__).with_name("soundness.js")
CONTROLS = (".btn-primary", ".btn-out", ".btn-quiet", ".rail a:not(.mark)", ".tabs-t a", "a.lnk", ".led tbody a")


@dataclass
class Site:
    """The world behind a real server, and one browser window that changes its visitor, width and type size."""

    world: World
    address: str
    context: BrowserContext
    page: Page
    sessions: dict[str, str]
    trouble: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def listen(self) -> None:
        """Keep what the console says, faults of scripts, and requests that leave the house."""
        page = self.page
        page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        page.on("console", lambda said: self._keep(f"console: {said.text}", _is_trouble(said)))
        home = (self.address, "data:", "blob:")
        page.on("request", lambda asked: self._keep(f"leaves: {asked.url}", not asked.url.startswith(home)))

    def _keep(self, text: str, is_trouble: bool) -> None:
        if is_trouble:
            self.trouble.append(text)

    def sit(self, who: str | None, *, language: str = settings.LANGUAGE_CODE) -> None:
        """Change the visitor and the language."""
        self.context.clear_cookies()
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.address}]
        if who:
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": self.sessions[who], "url": self.address})
            elsewhere(lambda: Account.objects.filter(username=who).update(language=language))
        else:  # public pages as somebody from outside sees them, who proved a number
            cookies.append({"name": "doorstep_outside", "value": self.world.outside_cookie, "url": self.address})
        self.context.add_cookies(cookies)  # type: ignore[arg-type]

    def visitor(self, door: Door, path: str) -> str | None:
        """The first of the usual visitors who may open an address, or POST_ALONE; raises AssertionError."""
        answers = {}
        client = Client(raise_request_exception=True)
        if door.rule and door.rule.public:
            return POST_ALONE if client.get(path).status_code == 405 else None
        first = (MEMBER,) if door.rule and door.rule.kind in MEMBER_KINDS else ()
        for who in (*first, *WHO):
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
            answer = client.get(path)
            if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
                return who
            if answer.status_code == 405:
                return POST_ALONE
            answers[who] = answer.status_code
        raise AssertionError(f"{door}: nobody may open {path}: {answers}")

    def faults(self, path: str, who: str | None) -> list[str]:
        """Everything wrong with the page at an address: in both type sizes, at four widths, and in English."""
        found: list[str] = []
        self.sit(who)
        self.trouble.clear()
        self.page.set_viewport_size({"width": 1280, "height": 800})
        answer = self.page.goto(self.address + path)
        assert answer is not None
        self.page.wait_for_selector(OPENING, state="detached")
        for size, is_large in (("normal", False), ("large", True)):
            if is_large:
                self._enlarge()
            for width, told in self._looks(who, is_large=is_large):
                found += [f"{width} {size}: {said}" for said in told]
        found += self.trouble
        return found + [f"English: {said}" for said in self._in_english(path, who)]

    def _in_english(self, path: str, who: str | None) -> list[str]:
        """English runs longer: on a phone, in both type sizes; and nothing of our own stays Chinese."""
        self.sit(who, language="en")
        width, height = WIDTHS[1]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(self.address + path)
        told = [*self._ask("saidInChinese(sourceTexts)"), *self._ask("sideways()")]
        self._enlarge()
        return [*told, *(f"large: {said}" for said in self._ask("sideways()"))]

    def _enlarge(self) -> None:
        """Large type, as the switch of the page sets it."""
        self._ask("enlarge()")

    def _looks(self, who: str | None, *, is_large: bool) -> Iterator[tuple[int, list[str]]]:
        for width, height in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": height})
            yield width, self._ask(f"axeFinds({str(is_large).lower()})")
            is_members = who in (None, MEMBER)
            on_phone = LARGE_TARGET if is_large and is_members else PHONE_TARGET
            yield width, self._ask(f"smallTargets({on_phone if width < PHONE_BELOW else DESK_TARGET})")
            yield width, self._ask("sideways()")
            if is_large and is_members:
                yield width, self._ask("smallType()")
            if width >= PHONE_BELOW and not is_large:
                yield width, self._touched()
        for width, height in NARROW_AND_WIDE:
            self.page.set_viewport_size({"width": width, "height": height})
            yield width, self._ask("sideways()")

    def _ask(self, question: str) -> list[Any]:
        return list(self.page.evaluate(f"() => soundness.{question}"))

    def _touched(self) -> list[str]:
        """Contrast of the first control of each kind under the mouse and in focus; one that looks the same, once."""
        told = []
        for selector, look in self._ask(f"firstControls({json.dumps(CONTROLS)})"):
            if look in self.touched:
                continue
            self.touched.add(look)
            control = self.page.locator(f"{selector} >> visible=true").first
            control.evaluate("e => e.setAttribute('data-touched', '')")
            control.scroll_into_view_if_needed()
            control.hover(force=True)
            told += [f"hover: {said}" for said in self._ask("contrastOf('[data-touched]')")]
            self.page.mouse.move(0, 0)
            control.focus()
            told += [f"focus: {said}" for said in self._ask("contrastOf('[data-touched]')")]
            control.evaluate("e => { e.blur(); e.removeAttribute('data-touched') }")
        return told


def source_texts() -> list[str]:
    """The whole texts of the interface, as they stand in the source."""
    catalogue = polib.pofile(str(PRODUCT / "locale/en/LC_MESSAGES/django.po"))
    texts = [entry.msgid for entry in catalogue if entry.msgstr != entry.msgid and "%(" not in entry.msgid]
    return [text for text in texts if text not in TYPED]


def _is_trouble(said: ConsoleMessage) -> bool:
    """What the driver says of its own speed, here where the processor draws, is none of ours."""
    return said.type in ("error", "warning") and "GL Driver Message" not in said.text


def elsewhere(act: Callable[[], object]) -> None:
    """Do something on a connection of its own, committed: the test's own is rolled back."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(_and_close, act).result()


def _and_close(act: Callable[[], object]) -> None:
    act()
    connection.close()


def _sign_in(who: str) -> str:
    return signed_in(Account.objects.get(username=who)).cookies[settings.SESSION_COOKIE_NAME].value


def page_doors() -> list[Door]:
    """Every address that answers GET with a page; those which refuse GET are found out by asking."""
    doors = [d for d in all_doors() if d.method == "GET" and (not d.is_api or d.name == "api:docs")]
    # A door with a question is the same page, asked for somebody else's things.
    return [d for d in doors if d.name not in NOT_PAGES and "?" not in d.route]


def address_of(site: Site, door: Door) -> str:
    """The path of a door with the ids of the world in it."""
    assert door.rule is not None
    kinds = things(site.world)
    assert door.rule.kind in kinds, f"{door}: kind {door.rule.kind!r} is not in tests/house/matrix/things.py"
    path = "/" + door.route
    for name, value in kinds[door.rule.kind].values.items():
        for converter in ("int", "str", "uuid", "slug"):
            path = path.replace(f"<{converter}:{name}>", str(value))
    assert "<" not in path, f"{door}: no value for {path}"
    return path


@contextmanager
def open_site(browser: Browser) -> Iterator[Site]:
    """Write the world, serve it, open a window; afterwards the database is empty again."""
    world = build_world()
    server = LiveServer("localhost")
    context = browser.new_context(locale="zh-CN", reduced_motion="reduce", has_touch=True)
    for script in (AXE, SOUNDNESS):
        context.add_init_script(path=script)
    context.add_init_script(f"window.sourceTexts = {json.dumps(source_texts())}")
    try:
        sessions = {who: _sign_in(who) for who in {*WHO, *(who for who, _ in OPENED)}}
        site = Site(world, server.url, context, context.new_page(), sessions)
        site.listen()
        yield site
    finally:
        context.close()
        server.stop()
        call_command("flush", verbosity=0, interactive=False)
        connection.close_pool()  # type: ignore[attr-defined]  # the threads of the server left theirs in it
