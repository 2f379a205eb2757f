"""Is a roster file refused at a first look, before anything else is started for it?

The look is taken in a process of its own: without the framework it starts in a tenth of a second, and a file that
brings its reader down brings down nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from doorstep.directory.jobs.children import limited_memory, surroundings
from doorstep.directory.rules.headers import best_sheet
from doorstep.directory.rules.roster_source import Source, open_source
from doorstep.directory.rules.roster_texts import FILE_MISSING, SENTENCE, TEXTS
from doorstep.directory.rules.upload_guard import FileRefused, inspect_upload

LOOK_LIMIT = 2  # seconds; a file that takes longer is left to the check


def glance(path: Path, filename: str) -> FileRefused | None:
    """Why a file is no roster, as far as its first rows and a look over its sheet tell; None leaves it to the check."""
    try:
        kind = inspect_upload(path, filename)
    except FileRefused as refused:
        return refused
    command = [sys.executable, "-m", __name__, str(path), f"roster.{kind}"]
    try:
        child = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=surroundings(), timeout=LOOK_LIMIT, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    if child.returncode:
        return FileRefused("file.too_heavy")
    found = json.loads(child.stdout)
    return FileRefused(found["code"], **found["params"]) if found else None


def refusal_of(arguments: Sequence[str]) -> str | None:
    """What `import-roster` with these arguments says of a file missing or refused at first look; None otherwise."""
    parser = ArgumentParser(add_help=False)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--unit")
    parser.add_argument("--json", action="store_true")
    given, _others = parser.parse_known_args(arguments)
    if given.file is None:
        return None
    if not given.file.is_file():
        return told("file.missing", file_missing(given.file), as_json=given.json)
    refused = glance(given.file, given.file.name)
    if refused is None:
        return None
    what, why = (text % refused.params for text in TEXTS[refused.code])
    return told(refused.code, SENTENCE % {"what": what, "why": why}, as_json=given.json)


def file_missing(path: Path) -> str:
    """What is said of a file that is not there."""
    return FILE_MISSING % path


def told(code: str, text: str, *, as_json: bool) -> str:
    """A refusal of the whole file, for machines or for people."""
    return json.dumps({"code": code, "text": text}, ensure_ascii=False) if as_json else text


def _look(path: Path, filename: str) -> str:
    """What the child says: nothing, or why the file is refused."""
    try:
        _look_into(open_source(path, filename))
    except FileRefused as refused:
        return json.dumps({"code": refused.code, "params": refused.params})
    return "null"


def _look_into(source: Source) -> None:
    names = source.sheets()
    try:
        name, _layout, _rows = best_sheet(source, names)
    except FileRefused:
        source.facts(names[0])  # says more, if it says anything, than that there is no heading
        raise
    source.facts(name)


if __name__ == "__main__":
    with limited_memory():
        sys.stdout.write(_look(Path(sys.argv[1]), sys.argv[2]))
