"""Which texts lack a translation? Makes the Traditional catalogue from the source, and compiles both."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import polib
from opencc import OpenCC

LOCALE = Path(__file__).resolve().parent.parent / "doorstep" / "locale"
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def load(language: str) -> polib.POFile:
    """The catalogue of a language."""
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"), wrapwidth=0)


def make_traditional() -> None:
    """Every text in Traditional characters, made from the Simplified source."""
    convert, catalogue = OpenCC("s2tw"), load("zh_Hant")
    for entry in catalogue:
        entry.msgstr = convert.convert(entry.msgid)
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    finish(catalogue, "zh_Hant")


def take_english(given: dict[str, str]) -> list[str]:
    """Enter the given translations; return the texts that still have none or whose placeholders differ.

    A text that means something else in a context is given as "context|text".
    """
    catalogue, lacking = load("en"), []
    for entry in catalogue:
        name = f"{entry.msgctxt}|{entry.msgid}" if entry.msgctxt else entry.msgid
        if name in given:
            entry.msgstr = given[name]
        if "fuzzy" in entry.flags:
            entry.flags.remove("fuzzy")
            entry.msgstr = given.get(name, "")
        same = sorted(_PLACEHOLDER.findall(entry.msgid)) == sorted(_PLACEHOLDER.findall(entry.msgstr))
        if not entry.msgstr or not same:
            lacking.append(name)
    finish(catalogue, "en")
    return lacking


def finish(catalogue: polib.POFile, language: str) -> None:
    """Write the catalogue and its compiled form, without dates that change at every run."""
    for key in ("POT-Creation-Date", "PO-Revision-Date"):
        catalogue.metadata.pop(key, None)
    folder = LOCALE / language / "LC_MESSAGES"
    catalogue.save(str(folder / "django.po"))
    catalogue.save_as_mofile(str(folder / "django.mo"))


if __name__ == "__main__":
    make_traditional()
    given = json.loads(Path(sys.argv[1]).read_text("utf-8")) if len(sys.argv) > 1 else {}
    missing = take_english(given)
    print(json.dumps(missing, ensure_ascii=False, indent=0))
    sys.exit(1 if missing else 0)
