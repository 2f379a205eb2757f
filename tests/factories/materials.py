"""Materials, copies, cases and photographs, for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

from doorstep.bases.models import Base, Photo
from doorstep.bases.services.photos import PhotoFacts, add_photo
from doorstep.catalogue.models import Case, Course, Edition
from doorstep.catalogue.rules.cases import CaseFacts
from doorstep.catalogue.services.cases import Naming, hand_in_case, review_case, write_case
from doorstep.catalogue.services.materials import MaterialFacts, add_edition, choose_courses, enter_material
from doorstep.catalogue.services.stock import take_in_copies
from doorstep.directory.models import Unit
from tests.factories.classes import SYSTEM

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_edition(
    unit: Unit, *, title: str = "葡萄栽培读本", copies: int = 0, courses: Sequence[Course] = ()
) -> Edition:
    """The first edition of a textbook of `unit`, so many copies of it there, used by some courses."""
    material = enter_material(unit=unit, facts=MaterialFacts(title, "textbook"), actor=SYSTEM)
    edition = add_edition(material=material, year=2026, actor=SYSTEM)
    if courses:
        choose_courses(edition=edition, course_ids=[course.pk for course in courses], actor=SYSTEM)
    if copies:
        take_in_copies(edition=edition, unit=unit, copies=copies, actor=SYSTEM)
    return Edition.objects.select_related("material__unit").get(pk=edition.pk)


def case_facts(**changes: Any) -> CaseFacts:
    """How a village got its grapes out over the rainy season."""
    values: dict[str, Any] = {
        "title": "雨季里把葡萄卖出去",
        "problem": "连下二十天雨，葡萄烂在架上。",
        "action": "党员带头搭避雨棚，分片包户。",
        "result": "搭棚 120 亩，少烂三成。",
        "themes": ("revival",),
    }
    return CaseFacts(**{**values, **changes})


def case_body(**changes: Any) -> dict[str, Any]:
    """The same as the form sends it."""
    facts = case_facts()
    said = {name: getattr(facts, name) for name in ("title", "problem", "action", "result")}
    naming = {"author_kind": "unit", "author": "霍童镇党委", "themes": list(facts.themes)}
    return {**said, **naming, **changes}


BY_UNIT = Naming("unit", "霍童镇党委")


def draft_case(unit: Unit, **changes: Any) -> Case:
    """A case that nobody has handed in."""
    made = write_case(unit=unit, facts=case_facts(**changes), author=BY_UNIT, actor=SYSTEM)
    return Case.objects.select_related("unit").get(pk=made.pk)


def accepted_case(unit: Unit, **changes: Any) -> Case:
    """A case everybody may read."""
    case = hand_in_case(case=draft_case(unit, **changes), actor=SYSTEM)
    review_case(case=case, accept=True, note="", version=case.version, actor=SYSTEM)
    return Case.objects.select_related("unit").get(pk=case.pk)


def picture(width: int = 1600, height: int = 1000, *, kind: str = "JPEG") -> bytes:
    """A photograph of a hillside, taken somewhere by somebody."""
    out = io.BytesIO()
    notes = Image.Exif()
    notes[0x010F] = "Camera of somebody"
    notes.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (width, height), "seagreen").save(out, kind, exif=notes)
    return out.getvalue()


FACTS = PhotoFacts("廊桥边的课", "廊桥边的石阶上，三十来人坐着听讲", "霍童镇党委")


def make_photo(base: Base, **changes: Any) -> Photo:
    """A photograph of a base that waits for review; `changes` go to the service."""
    values: dict[str, Any] = {"upload_name": "a.jpg", "facts": FACTS, "actor": SYSTEM, **changes}
    made = add_photo(base=base, upload=io.BytesIO(values.pop("content", None) or picture(64, 40)), **values)
    return Photo.objects.select_related("base").get(pk=made.pk)
