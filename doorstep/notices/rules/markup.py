"""What a text written with a few signs looks like on a page, and what may never stand on one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import nh3

PICTURE_ADDRESS = "/portal/pictures/{id}.webp"
TAGS = {"h2", "h3", "p", "br", "ul", "ol", "li", "strong", "em", "a", "blockquote", "figure", "figcaption", "img"}
_OWN_PICTURE = re.compile(r"/portal/pictures/\d{1,18}\.webp")
_ADDRESS = re.compile(r"(?:https?://|tel:|/portal/)[^\s\"'<>]*", re.I)
_PICTURE = re.compile(r"!\[([^\]\n]{1,120})\]\((\d{1,4})\)")
_LINK = re.compile(r"\[([^\]\n]{1,120})\]\(([^)\s]{1,300})\)")
_STRONG = re.compile(r"\*\*([^*\n]+)\*\*")
_EM = re.compile(r"\*([^*\n]+)\*")
_ITEM, _STEP = re.compile(r"[-*]\s+(.+)"), re.compile(r"\d{1,3}[.、]\s*(.+)")
# An ID number, a mobile number; people write both with spaces and strokes between.


@dataclass(frozen=True, slots=True)
class Drawn:
    """A text as pages show it, the pictures it uses, and the numbers of pictures there are none of."""

    html: str
    pictures: tuple[int, ...]
    missing: tuple[int, ...]


def drawn(text: str, pictures: Mapping[int, tuple[int, int, int]]) -> Drawn:
    """`text` as safe HTML; `pictures` gives number -> (id, width, height).

    A line `# ` is a heading, `## ` a smaller one, `- ` an item, `1. ` a step, `> ` a quotation; `**strong**`, `*em*`,
    `[words](address)`, and `![what it shows](2)` for picture 2. Everything else is words: no HTML is taken over.
    """
    numbers = [int(found[1]) for found in _PICTURE.findall(text)]
    used = tuple(dict.fromkeys(pictures[n][0] for n in numbers if n in pictures))
    missing = tuple(dict.fromkeys(n for n in numbers if n not in pictures))
    blocks = [block for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if block.strip()]
    html = "\n".join(part for block in blocks for part in _block(block.split("\n"), pictures))
    return Drawn(cleaned(html), used, missing)


def _block(lines: Sequence[str], pictures: Mapping[int, tuple[int, int, int]]) -> Iterator[str]:
    """The lines between two empty ones: each run of lines of a kind is one part."""
    run: list[str] = []
    kind = ""
    for line in [*(one.strip() for one in lines), None]:
        now, words = _kind_of(line) if line is not None else ("end", "")
        if run and (now != kind or kind in ("h2", "h3", "figure")):
            yield _part(kind, run, pictures)
            run = []
        kind = now
        run.append(words)


def _kind_of(line: str) -> tuple[str, str]:
    for sign, kind in (("## ", "h3"), ("# ", "h2"), ("> ", "blockquote")):
        if line.startswith(sign):
            return kind, line.removeprefix(sign)
    if _PICTURE.fullmatch(line):
        return "figure", line
    for pattern, kind in ((_ITEM, "ul"), (_STEP, "ol")):
        if found := pattern.fullmatch(line):
            return kind, found[1]
    return "p", line


def _part(kind: str, lines: Sequence[str], pictures: Mapping[int, tuple[int, int, int]]) -> str:
    if kind in ("ul", "ol"):
        return f"<{kind}>{''.join(f'<li>{_words(line)}</li>' for line in lines)}</{kind}>"
    if kind == "figure":
        found = _PICTURE.fullmatch(lines[0])
        return _figure(found[1], pictures.get(int(found[2]))) if found else ""
    return f"<{kind}>{'<br>'.join(map(_words, lines))}</{kind}>"


def _figure(says: str, picture: tuple[int, int, int] | None) -> str:
    if picture is None:
        return f"<p>{escape(says)}</p>"
    number, width, height = picture
    address = PICTURE_ADDRESS.format(id=number)
    image = f'<img src="{address}" alt="{escape(says)}" width="{width}" height="{height}" loading="lazy">'
    return f"<figure>{image}<figcaption>{escape(says)}</figcaption></figure>"


def _words(line: str) -> str:
    """The words of a line with what is strong and where links lead; a link that leads nowhere known is its words."""
    safe = escape(line)
    safe = _LINK.sub(lambda m: f'<a href="{m[2]}">{m[1]}</a>' if _ADDRESS.fullmatch(m[2]) else m[1], safe)
    return _EM.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", safe))


def cleaned(html: str) -> str:
    """HTML with nothing in it but the few elements of `TAGS`: asked once more, whoever made it."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height", "loading"}},
        attribute_filter=_kept,
        url_schemes={"http", "https", "tel"},
        link_rel="noopener nofollow",
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _ADDRESS.fullmatch(value) else None
    if name == "src":
        return value if _OWN_PICTURE.fullmatch(value) else None
    return value
