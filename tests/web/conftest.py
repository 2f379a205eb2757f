"""A real browser before the shell's own pages, without a server or a database."""

from __future__ import annotations

import io
import json
import mimetypes
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import segno
from django.conf import settings
from django_vite.core.asset_loader import DjangoViteAssetLoader
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from doorstep.config.bundle import BUNDLE, build_bundle
from tests.web.preview.pages import page_html

STATIC = Path(__file__).resolve().parents[2] / "doorstep" / "web"
CSP = "; ".join(" ".join([name, *values]) for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items())


def code_of(text: str, kind: str) -> bytes:
    """A QR code as a picture."""
    out = io.BytesIO()
    if kind == "svg":
        segno.make(text).save(out, kind="svg", border=0, dark="#17130f", light=None, omitsize=True)
    else:
        segno.make(text).save(out, kind="png", border=4, scale=6)
    return out.getvalue()


def room_state() -> dict[str, object]:
    """What the room screen is told."""
    latest = [
        {"name": "雷金妹", "unit": "石桥村党支部", "at": "14:26"},
        {"name": "欧阳建国", "unit": "虎𬇙镇黄家村党支部", "at": "14:26"},
        {"name": "林秀珍", "unit": "霍童镇坑头村股份经济合作社联合党支部", "at": "14:25"},
    ]
    return {"code": code_of("https://example.invalid/s/7K2M", "svg").decode(), "word": "5831", "changes_in": 9.2,
            "step": 15, "present": 61, "expected": 86, "leave": 4, "at": "14:26:08", "latest": latest}  # fmt: skip


@dataclass
class Desk:
    """Pages opened so far, what they asked for, and what answers them."""

    browser: Browser
    bundle: Path
    answers: dict[str, Callable[[Route], None]] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def open(self, name: str, width: int = 1280, height: int = 800, *, large: bool = False) -> Page:
        """Open a page of the preview at a size."""
        html = page_html(name, large=large)
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", base_url="http://doorstep.test"
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda said: self.trouble.append(said.text) if "Security Policy" in said.text else None)
        page.on("request", lambda request: self.asked.append(request))
        page.route("**/*", lambda route: self._answer(route, html))
        page.goto("/page/")
        page.wait_for_selector("[data-loaded]", timeout=10_000)
        return page

    def _answer(self, route: Route, html: str) -> None:
        path = route.request.url.split("doorstep.test", 1)[-1].split("?")[0]
        if path in self.answers:
            self.answers[path](route)
        elif path == "/page/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": CSP})
        elif path == "/messages/unread/":
            route.fulfill(body="", content_type="text/html; charset=utf-8")
        elif path == "/state/":
            route.fulfill(body=json.dumps(room_state()), content_type="application/json", headers={"ETag": '"1"'})
        elif (file := self._file(path)).is_file():
            route.fulfill(path=file, content_type=mimetypes.guess_type(file)[0] or "application/wasm")
        else:
            route.fulfill(status=404, body="")

    def _file(self, path: str) -> Path:
        inside = path.removeprefix("/static/bundle/")
        return self.bundle / inside if inside != path else STATIC / path.lstrip("/")

    def sent_to(self, path: str) -> list[Request]:
        """The requests that went to `path`."""
        return [request for request in self.asked if request.url.endswith(path)]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the front-end bundle, built from the sources as they are; a later build does not disturb it."""
    build_bundle()
    copy = tmp_path_factory.mktemp("web") / "bundle"
    shutil.copytree(BUNDLE, copy)
    DjangoViteAssetLoader._instance = None  # it read the manifest when Django started, perhaps an older one
    return copy


@pytest.fixture
def desk(browser: Browser, bundle: Path) -> Iterator[Desk]:  # noqa: F811
    """Opens pages; a script error or a refusal by the content policy fails the test."""
    desk = Desk(browser, bundle)
    yield desk
    for context in desk.contexts:
        context.close()
    assert desk.trouble == []
