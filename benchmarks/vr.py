"""VR: what the first view of a route's scenes weighs, and when it can be used, on a slow phone network and processor."""

from __future__ import annotations

import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.city import scratch_server
from benchmarks.processes import free_port, running
from benchmarks.reports import Report, run_alone

MOST_BYTES, MOST_SECONDS, MOST_SCRIPT = 2_000_000, 3.0, 300_000
DOWN, UP, LATENCY_MS, SLOWER = 1_600_000 / 8, 750_000 / 8, 150, 4
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
         "--disable-background-networking"]  # fmt: skip
# Usable: the picture is drawn, and its signs can be pressed.
USABLE = """() => document.querySelector('.vr-flat').complete && document.querySelector('.vr-signs button') !== null"""


@dataclass
class _Visit:
    """One visit with an empty cache: seconds until it can be used, until the sphere turns; bytes over the wire."""

    usable: float = 0.0
    turns: float = 0.0
    weight: dict[str, int] = field(default_factory=dict)


def measure(quick: bool) -> Report:
    """The first view of a route of the demo city: bytes, script, seconds on 1.6 Mbit/s, 150 ms and a quarter CPU."""
    with scratch_server():
        path = _demo_route()
        port = free_port()
        command = [sys.executable, "-m", "doorstep", "serve"]
        with running(command, port=port, env={"DOORSTEP_PORT": str(port)}), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
            _visit(browser, f"http://127.0.0.1:{port}{path}", is_slow=False)  # the server's own caches fill
            visits = [_visit(browser, f"http://127.0.0.1:{port}{path}") for _ in range(1 if quick else 5)]
            browser.close()
    return _judged(visits)


def _demo_route() -> str:
    """Load a small demo city; the address of a route of which every stop has a scene."""
    from datetime import date

    from doorstep.catalogue.models import Panorama
    from doorstep.core.actors import system_actor
    from doorstep.demo.services.building import build_city

    build_city(members=2000, seed=1, as_of=date(2026, 11, 24), actor=system_actor("benchmark"))
    shown = Panorama.objects.filter(base__route_stops__route__status="published").order_by("pk")
    route = shown.values_list("base__route_stops__route", flat=True)[0]
    return f"/portal/routes/{route}/view/"


def _chromium() -> str:
    return os.environ.get("DOORSTEP_CHROMIUM", "/usr/bin/chromium")


def _visit(browser: Browser, address: str, *, is_slow: bool = True) -> _Visit:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
    page, visit = context.new_page(), _Visit()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds: dict[str, str] = {}
    wire.on("Network.responseReceived", lambda told: kinds.__setitem__(told["requestId"], told["type"]))
    wire.on("Network.loadingFinished", lambda told: _weigh(visit, kinds, told))
    if is_slow:
        slow = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": DOWN, "uploadThroughput": UP}
        wire.send("Network.emulateNetworkConditions", slow)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    began = time.monotonic()
    page.goto(address, wait_until="commit")
    while not _is_usable(page):
        time.sleep(0.02)
    visit.usable = time.monotonic() - began
    page.wait_for_selector(".vr[data-loaded]", timeout=60_000)
    visit.turns = time.monotonic() - began
    context.close()
    return visit


def _is_usable(page: Any) -> bool:
    try:
        return bool(page.evaluate(USABLE))
    except Exception:  # the picture is not in the page yet
        return False


def _weigh(visit: _Visit, kinds: dict[str, str], told: dict[str, Any]) -> None:
    kind = kinds.get(told["requestId"], "Other")
    visit.weight[kind] = visit.weight.get(kind, 0) + int(told["encodedDataLength"])


def _judged(visits: list[_Visit]) -> Report:
    usable = round(statistics.median(visit.usable for visit in visits), 2)
    weight = max(sum(visit.weight.values()) for visit in visits)
    script = max(visit.weight.get("Script", 0) for visit in visits)
    return Report(
        id="VR",
        value={"usable_s": usable, "first_view_bytes": weight, "script_bytes": script},
        goal=f"usable <= {MOST_SECONDS} s, first view < {MOST_BYTES} bytes, script <= {MOST_SCRIPT}",
        holds=usable <= MOST_SECONDS and weight < MOST_BYTES and script <= MOST_SCRIPT,
        detail={
            "turns_s": round(statistics.median(visit.turns for visit in visits), 2),
            "visits": len(visits),
            "by_kind": visits[-1].weight,
        },
    )


if __name__ == "__main__":
    run_alone(measure)
