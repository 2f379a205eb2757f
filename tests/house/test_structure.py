"""The house checks itself: rooms, lengths, writes, actors, migrations."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "doorstep"
APPS = sorted(p.parent.name for p in PRODUCT.glob("*/apps.py"))
ROOMS = {
    "rules", "events", "permissions", "models", "queries", "services", "handlers", "jobs", "pages", "api",
    "templates", "migrations", "management",
}  # fmt: skip
# What is no room: Django's own furniture, shipped reference data, and what two apps are made of.
FURNITURE = {"apps", "urls", "templatetags", "static", "reference"}
OWN_ROOMS = {
    "core": {
        "actors", "clock", "crypto", "errors", "exports", "fields", "invariants", "listing", "masking", "numbers",
        "pictures", "policies", "public", "registry", "replays", "requests", "tasks", "turning", "views",
    },
    "directory": {"middleware", "sign_in"},
    "web": {"navigation", "shell", "status_words"},
    "demo": None,
}  # fmt: skip
WRITES = {"create", "bulk_create", "update", "bulk_update", "delete", "save", "get_or_create", "update_or_create"}
MAY_WRITE = {"services", "jobs", "migrations", "demo"}


def modules() -> Iterator[Path]:
    """Every Python file of the product but migrations."""
    for path in sorted(PRODUCT.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def where(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def room_of(path: Path) -> str:
    parts = path.relative_to(PRODUCT).parts
    return Path(parts[1]).stem if len(parts) > 1 else ""


def test_every_room_is_known() -> None:
    strangers = []
    for app in APPS:
        own = OWN_ROOMS.get(app, set())
        if own is None:
            continue
        for entry in (PRODUCT / app).iterdir():
            name = entry.stem
            if name.startswith("__") or name in ROOMS | FURNITURE | own:
                continue
            strangers.append(f"{app}/{entry.name}")
    assert strangers == []


def test_functions_keep_their_length() -> None:
    lengths = {}
    for path in modules():
        for node in functions(path):
            lengths[f"{where(path, node)} {node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
    long = {name: n for name, n in lengths.items() if n > 50}
    assert long == {}
    assert quantiles(lengths.values(), n=10)[-1] <= 25


def test_files_keep_their_length() -> None:
    lengths = {where(p): len(p.read_text("utf-8").splitlines()) for p in modules()}
    assert {name: n for name, n in lengths.items() if n > 400} == {}
    assert median(n for name, n in lengths.items() if "__init__" not in name) <= 130


def test_every_module_and_public_function_says_what_it_is_for() -> None:
    silent = [where(p) for p in modules() if p.read_text("utf-8").strip() and not ast.get_docstring(tree_of(p))]
    for path in modules():
        for node in tree_of(path).body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                silent.append(f"{where(path, node)} {node.name}")
    assert silent == []


def _writing_calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(tree_of(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        chain = ast.unparse(node.func.value)
        if ".objects" in chain or "select_for_update" in chain or node.func.attr in ("bulk_create", "save"):
            yield node


def test_writes_are_only_in_services() -> None:
    offenders = []
    for path in modules():
        parts = set(path.relative_to(PRODUCT).with_suffix("").parts)
        if parts & MAY_WRITE or path.relative_to(PRODUCT).as_posix() in ("core/tasks.py", "core/replays.py"):
            continue
        # record() is the one writer of the log; pictures are saved as bytes, never as rows
        if path.relative_to(PRODUCT).as_posix() in ("core/events.py", "core/pictures.py"):
            continue
        offenders += [f"{where(path, call)} {ast.unparse(call)[:60]}" for call in _writing_calls(path)]
    assert offenders == []


def _is_service(path: Path) -> bool:
    return room_of(path) == "services"


def _first_statement(node: ast.FunctionDef) -> str:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return ast.unparse(body[0]) if body else ""


# What signing in writes: nobody acts yet.
NOBODY_ACTS = {"note_sign_in", "note_sign_in_failure", "actor_by_token"}


def _service_functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in modules():
        if _is_service(path):
            for node in tree_of(path).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield path, node


def test_services_take_the_actor_and_ask_first() -> None:
    offenders = []
    for path, node in _service_functions():
        names = [a.arg for a in node.args.kwonlyargs]
        if "actor" in names and (node.args.args or not _first_statement(node).startswith("require(actor, ")):
            offenders.append(f"{where(path, node)} {node.name}")
    assert offenders == []


def test_parts_of_services_stay_within_services() -> None:
    """A function of `services` without an actor is a part of others, which have asked: only they may call it."""
    parts = {
        (path.relative_to(PRODUCT).parts[0], node.name)
        for path, node in _service_functions()
        if "actor" not in [a.arg for a in node.args.kwonlyargs] and node.name not in NOBODY_ACTS
    }
    offenders = []
    for path in modules():
        app = path.relative_to(PRODUCT).parts[0]
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ImportFrom) or ".services" not in (node.module or ""):
                continue
            owner = (node.module or "").split(".")[1]
            inside = room_of(path) == "services" or (app == owner and room_of(path) in ("jobs", "handlers"))
            if not inside and app != "demo":
                offenders += [f"{where(path, node)} {a.name}" for a in node.names if (owner, a.name) in parts]
    assert offenders == []


def test_migrations_have_telling_names() -> None:
    assert [where(p) for p in PRODUCT.glob("*/migrations/*_auto_*.py")] == []


def test_source_says_nothing_of_its_making() -> None:
    words = re.compile(r"/work/|/root/|index-url|\"resolved\"", re.I)
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    found = []
    for name in names:
        path = ROOT / name
        if not name or not path.is_file() or path.suffix in (".png", ".ico", ".mo", ".woff2", ".wasm"):
            continue
        if name.startswith("tests/house/") or name.startswith("tests/config/"):
            continue
        text = path.read_text("utf-8", errors="replace")
        found += [f"{name}: {m.group(0)}" for m in words.finditer(text)]
    assert found == []
