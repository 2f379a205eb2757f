"""Documents say what the product does: flow, commands, glossary, policies, events."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from doorstep.__main__ import COMMANDS
from doorstep.core.events import flow
from doorstep.core.permissions import all_actions

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "doorstep"
HANDBOOK = ROOT / "docs/handbook"
MOST_OF_A_PICTURE = 60_000  # bytes: the handbook is read on phones over slow lines


def told() -> str:
    lines = []
    for name, handlers in flow().items():
        lines += [name, *(f"  -> {handler}" for handler in handlers)]
    return "\n".join(lines)


def test_the_flow_is_written_down_as_it_is() -> None:
    written = (ROOT / "docs/flow.md").read_text("utf-8").split("```")[1].strip()
    assert written == told()


def test_events_are_named_in_the_past_tense_under_their_app() -> None:
    apps = {p.parent.name for p in PRODUCT.glob("*/apps.py")}
    assert [name for name in flow() if name.split(".")[0] not in apps] == []


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_the_doors_that_exist(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    for door in ("bin/start", "bin/test"):
        assert door in text
        assert (ROOT / door).exists()
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


def test_every_policy_the_code_asks_for_is_shipped() -> None:
    shipped = {line.split(",")[0] for line in (PRODUCT / "core/reference/policies.csv").read_text("utf-8").splitlines()}
    asked = set()
    pattern = re.compile(
        r"\"((?:hours|credit|attendance|class|leave|roster|township|concentrated|coverage)\.[a-z_.0-9]+)\""
    )
    for path in PRODUCT.rglob("*.py"):
        if "migrations" in path.parts or "demo" in path.parts or path.name in ("permissions.py", "events.py"):
            continue
        for line in path.read_text("utf-8").splitlines():
            if "policy" in line or "polic" in line or line.strip().startswith('"'):
                asked |= set(pattern.findall(line))
    assert {key for key in asked if not key.endswith(".")} - shipped - set(flow()) - set(all_actions()) == set()


def test_every_package_has_its_licence_noted() -> None:
    noted = set(re.findall(r"`([^`]+)`", (ROOT / "docs/licences.md").read_text("utf-8").split("## Packages")[1]))
    locked = set()
    for lock in ("requirements.txt", "requirements-dev.txt"):
        locked |= set(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", (ROOT / lock).read_text("utf-8"), re.M))
    asked = json.loads((ROOT / "frontend/package.json").read_text("utf-8"))
    assert len(locked) > 90
    assert (locked | asked["dependencies"].keys() | asked["devDependencies"].keys()) - noted == set()


def test_every_command_of_the_operators_is_described() -> None:
    assert {
        "serve",
        "worker",
        "migrate",
        "demo",
        "import-roster",
        "load-travel",
        "coverage",
        "figures",
        "check-invariants",
        "flow",
    } <= set(COMMANDS)


def test_glossary_words_are_the_words_of_the_interface() -> None:
    import polib

    texts = "\n".join(e.msgid for e in polib.pofile(str(PRODUCT / "locale/en/LC_MESSAGES/django.po")))
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M)[1:]
    words = {re.split(r"[（：]", word.strip())[0] for row in rows for word in row.split("、")[:1]}
    assert {w for w in words if w and w not in texts and w != "---"} == set()


def named_in(page: Path) -> list[str]:
    """The links and pictures of a page that lead to files."""
    return [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")) if "://" not in target]


def pages_of_the_handbook() -> list[Path]:
    return sorted(HANDBOOK.glob("*.md"))


@pytest.mark.parametrize("page", pages_of_the_handbook(), ids=lambda page: page.name)
def test_what_a_page_of_the_handbook_names_is_there(page: Path) -> None:
    assert [target for target in named_in(page) if not (page.parent / target).is_file()] == []


def test_every_page_and_picture_of_the_handbook_is_led_to() -> None:
    pages = pages_of_the_handbook()
    assert {page.name for page in pages} - {"README.md"} == {
        target for target in named_in(HANDBOOK / "README.md") if target.endswith(".md")
    }
    pictures = {picture.name: picture.stat().st_size for picture in (HANDBOOK / "pictures").iterdir()}
    shown = {Path(target).name for page in pages for target in named_in(page) if target.startswith("pictures/")}
    assert shown == set(pictures)
    assert {name: size for name, size in pictures.items() if size > MOST_OF_A_PICTURE} == {}
    for readme in ("README.md", "README.zh-CN.md"):
        assert "docs/handbook/README.md" in named_in(ROOT / readme)


def test_what_operators_are_told_to_type_exists() -> None:
    told_to = (HANDBOOK / "operations.md").read_text("utf-8")
    commands = set(re.findall(r"`doorstep ([a-z-]+)", told_to))
    assert commands == set(COMMANDS)
    source = "\n".join(path.read_text("utf-8") for path in PRODUCT.rglob("*.py"))
    settings = set(re.findall(r"`(DOORSTEP_[A-Z_]+)`", told_to))
    kept = {f"DOORSTEP_{name.upper()}" for name in re.findall(r'_secret\("([a-z_]+)"\)', source)}
    assert len(settings) > 10
    assert {name for name in settings if f'"{name}"' not in source} - kept == set()
