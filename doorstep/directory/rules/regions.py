"""Which province, city or county does a written destination mean?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from doorstep.directory.rules.reference import RegionSpan, region_spans
from doorstep.directory.rules.roster_types import Choice, Cleaned, ambiguous, note, warn
from doorstep.directory.rules.text_forms import is_nothing, packed, simplified

_SUFFIX = re.compile(r"(?:省|市|县|区|自治区|自治州|地区|盟|旗|特别行政区|(?:壮族|回族|维吾尔)自治区)$")
_ABROAD = re.compile(r"国外|境外|海外|出国|美国|日本|意大利|阿根廷|南非|澳门|香港|台湾")
_MOST_CHOICES = 6


def _stem(name: str) -> str:
    return _SUFFIX.sub("", name) if len(name) > 2 else name


@lru_cache(maxsize=1)
def _current() -> dict[str, tuple[RegionSpan, ...]]:
    """The regions in force in the last year listed, under their names and stems."""
    newest = max(span.last_year for spans in region_spans().values() for span in spans)
    found: dict[str, list[RegionSpan]] = {}
    for spans in region_spans().values():
        for span in spans:
            if span.last_year == newest and span.name not in ("市辖区", "县"):
                # 乾安县 is written 干安县 once a text is in simplified characters.
                for name in {simplified(span.name), simplified(_stem(span.name))}:
                    found.setdefault(name, []).append(span)
    return {name: tuple(spans) for name, spans in found.items()}


def full_name(span: RegionSpan) -> str:
    """Province, city and county in one text."""
    parts = [span.province, span.city if span.city not in ("市辖区", "县") else "", span.name]
    return "".join(dict.fromkeys(part for part in parts if part))


@lru_cache(maxsize=4096)
def destination_name(code: str) -> str:
    """A destination in words; text that is no code stays as it is."""
    spans = region_spans().get(code)
    return full_name(spans[-1]) if spans else code


def _named(span: RegionSpan, rest: str) -> bool:
    """True when `rest`, the text before the name, consists of its province and city."""
    for part in (span.province, span.city):
        for form in (part, _stem(part)):
            if form and rest.startswith(form):
                rest = rest[len(form) :]
                break
    return not rest


def _candidates(text: str) -> Iterable[RegionSpan]:
    for start in range(len(text) - 1):
        for span in _current().get(text[start:], ()):
            if _named(span, text[:start]):
                yield span


@lru_cache(maxsize=16384)
def clean_destination(value: str) -> Cleaned:
    """The six-digit code of where a floating member went; a text that names no region is kept as it is."""
    text = simplified(packed(value)).removeprefix("中国").removesuffix("务工").removesuffix("经商")
    if is_nothing(text):
        return Cleaned()
    if re.fullmatch(r"\d{6}(?:\d{6})?", text) and text[:6] in region_spans():
        return Cleaned(text[:6])
    found = {span.code: span for span in _candidates(text)}
    if len(found) > 1:
        # 北京市 is both a province and, in the lists, its own city: the highest level is meant.
        top = [span for span in found.values() if span.level == "province"]
        found = {span.code: span for span in top} if len(top) == 1 else found
    if len(found) == 1:
        return Cleaned(next(iter(found)))
    if found:
        options = [Choice(span.code, full_name(span)) for span in found.values()][:_MOST_CHOICES]
        return Cleaned(problems=(ambiguous("flow_to", "flow_to.several", *options, raw=text),))
    if _ABROAD.search(text):
        return Cleaned(text[:60], (note("flow_to", "flow_to.abroad", raw=text),))
    return Cleaned(text[:60], (warn("flow_to", "flow_to.unknown", raw=text),))
