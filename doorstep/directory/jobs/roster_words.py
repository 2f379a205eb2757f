"""How is a finding told to a person, in their language?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from doorstep.directory.rules.roster_texts import CHOICE_WORDS, COLUMN_NAMES, SENTENCE, SEX_WORDS, TEXTS
from doorstep.directory.rules.roster_types import Problem


def column_name(key: str) -> str:
    """The name of a roster column."""
    return gettext(COLUMN_NAMES[key]) if key in COLUMN_NAMES else key


def what_and_why(field: str, code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong, and why or what to do, with the finding's own values filled in."""
    told = {"column": column_name(str(params.get("key", field))), **params}
    if "by_id" in told and field == "sex":
        told["by_id_name"] = gettext(SEX_WORDS[told["by_id"]])
    what, why = TEXTS[code]
    return gettext(what) % told, gettext(why) % told


def sentence(field: str, code: str, params: Mapping[str, Any]) -> str:
    """The finding in one line."""
    what, why = what_and_why(field, code, params)
    return gettext(SENTENCE) % {"what": what, "why": why}


def choice_word(label: str) -> str:
    """What a proposal is called: the product's own words translated, values as they are."""
    return gettext(label) if label in CHOICE_WORDS else label


def message_of(problem: Problem) -> dict[str, Any]:
    """A finding as machines read it."""
    message: dict[str, Any] = {
        "field": problem.field,
        "code": problem.code,
        "text": sentence(problem.field, problem.code, problem.params),
        "level": problem.level.value,
    }
    if problem.suggestion is not None:
        message["suggestion"] = problem.suggestion
    if problem.choices:
        message["choices"] = [{"value": choice.value, "label": choice_word(choice.label)} for choice in problem.choices]
    return message
