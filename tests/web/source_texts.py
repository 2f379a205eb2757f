"""Which texts does the source hold, and which of them are meant for translation?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PRODUCT = Path(__file__).resolve().parents[2] / "doorstep"
# Chinese characters and full-width punctuation; the wide space is only a space.
CHINESE = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff60\U00020000-\U0003ffff]")
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext_lazy"}

_BLOCK = re.compile(r"{%\s*blocktrans\b(.*?)%}(.*?){%\s*endblocktrans\s*%}", re.S)
_INLINE = re.compile(r"{%\s*trans\s+(\"[^\"]*\"|'[^']*')[^%]*%}")
_MARKED = re.compile(r"\b_\((\"[^\"]*\"|'[^']*')\)")
_COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.S)
_FIELD = re.compile(r"{{\s*(\w+)\s*}}")


def python_files() -> Iterator[Path]:
    """Every Python file of the product but migrations."""
    return (path for path in sorted(PRODUCT.rglob("*.py")) if "migrations" not in path.parts)


def templates() -> Iterator[Path]:
    """Every template of the product."""
    return iter(sorted(PRODUCT.rglob("templates/**/*.html")))


def _marker(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return name in MARKERS


def texts_in_python(path: Path) -> set[str]:
    """The texts a Python file marks for translation."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    first = (call.args["pgettext" in ast.dump(call.func)] for call in calls if _marker(call) and call.args)
    return {node.value for node in first if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def texts_in_template(path: Path) -> set[str]:
    """The texts a template marks for translation, as the catalogue spells them."""
    source = _COMMENT.sub("", path.read_text("utf-8"))
    found = {text[1:-1].replace("%", "%%") for text in _INLINE.findall(source)}
    found |= {text[1:-1] for text in _MARKED.findall(source)}
    for options, body in _BLOCK.findall(source):
        text = " ".join(line.strip() for line in body.strip().splitlines()) if "trimmed" in options else body
        found.add(_FIELD.sub(r"%(\1)s", text.replace("%", "%%")))
    return found


def stray_in_template(path: Path) -> list[str]:
    """Lines of a template with Chinese that no tag marks for translation."""
    source = path.read_text("utf-8")
    for pattern in (_COMMENT, _BLOCK, _INLINE, _MARKED):
        source = pattern.sub(lambda found: "\n" * found[0].count("\n"), source)
    return [f"{number}: {line[:80]}" for number, line in enumerate(source.split("\n"), 1) if CHINESE.search(line)]


def stray_in_python(path: Path) -> list[str]:
    """Chinese texts of a Python file that are neither marked for translation nor a docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    fine = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _marker(node)):
        fine |= {id(node) for argument in call.args for node in ast.walk(argument)}
    found = []
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(node, ast.Constant) and isinstance(text, str) and id(node) not in fine and CHINESE.search(text):
            found.append(f"{node.lineno}: {text[:40]}")
    return found
