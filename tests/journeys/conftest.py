"""A real browser before a real server, with the worker's jobs run on demand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from doorstep.core import clock
from tests.cast import PASSWORD, Cast
from tests.factories.jobs import run_queued_jobs

# Playwright keeps a running loop in this thread; the server has threads of its own.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
DESKTOP, PHONE, SMALL = (1280, 800), (390, 844), (320, 640)

RUN_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations", "incomplete"]});
  const place = (r, n) => r.id + ": " + n.target.join(" ") + " | " + n.html.slice(0, 120);
  const told = (rows) => rows.flatMap(r => r.nodes.map(n => place(r, n)));
  return {violations: told(found.violations),
          undecided: told(found.incomplete.filter(r => r.id === "color-contrast"))};
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker("browser")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def at(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:  # noqa: ANN001
    """Open a browser window of a size, signed in as an account of the cast; errors in its console fail the test."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_page(who: str | None, size: tuple[int, int] = DESKTOP, *, password: str = PASSWORD) -> Page:
        context = browser.new_context(
            locale="zh-CN",
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            has_touch=size[0] < 500,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.append(said.text) if "Content Security Policy" in said.text else None)
        if who:
            page.goto("/login/")
            page.fill("#id_username", who)
            page.fill("#id_password", password)
            page.click("form.form button")
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert trouble == []


@pytest.fixture
def cast(cast_committed: Cast) -> Cast:
    """The named world, committed, so that the server sees it."""
    return cast_committed


@pytest.fixture
def run_jobs() -> Callable[[], None]:
    """Run every queued job of the real queue, as the worker does."""
    return run_queued_jobs


def axe(page: Page) -> list[str]:
    """What axe finds on the page: violations and contrast it cannot decide."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(RUN_AXE)
    return [*found["violations"], *(f"undecided {row}" for row in found["undecided"])]


def overflows(page: Page) -> bool:
    """True when the page scrolls sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))


class HeldClock:
    """Stands in for the clock's own holder, for every thread of the server; tests move it on."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def get(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> datetime:
        before, self.moment = self.moment, moment
        return before

    def reset(self, before: datetime) -> None:
        self.moment = before

    def set_to(self, day: date, hour: int, minute: int = 0) -> None:
        self.moment = clock.at_local(day, hour, minute)


@pytest.fixture
def held_clock(monkeypatch: pytest.MonkeyPatch) -> HeldClock:
    """The server's clock, held at 9 o'clock on 24 November 2026 until the test moves it."""
    held = HeldClock(clock.at_local(date(2026, 11, 24), 9))
    monkeypatch.setattr(clock, "_frozen", held)
    return held
