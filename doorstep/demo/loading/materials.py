"""Materials with the ledger of their copies, practice cases and drawn pictures of the planned city."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.cases import RETURN_NOTE, PlannedCase
from doorstep.demo.rules.city import City
from doorstep.demo.rules.drawings import ALT, CREDIT, SCENES, SIZE, drawing, scene_of
from doorstep.demo.rules.lots import stream

TABLES = (
    "catalogue_material",
    "catalogue_edition",
    "catalogue_edition_courses",
    "catalogue_shelf",
    "catalogue_sending",
    "catalogue_case",
    "catalogue_case_courses",
    "bases_photo",
)
DRAWN, TO_REVIEW = 30, 3  # places with a picture, of which the last wait for review


def load_materials(city: City) -> None:
    """Write the materials, editions, shelves, parcels and the ledger."""
    stock, now = city.stock, clock.at_local(city.as_of, 9)
    copy_rows(
        "catalogue_material",
        "id title kind unit_id place about is_retired version",
        ((m.id, m.title, m.kind, m.unit.id, m.unit.path, m.about, False, 1) for m in stock.materials),
    )
    copy_rows(
        "catalogue_edition",
        "id material_id number year isbn file file_name file_size added_at",
        ((e.id, e.material.id, e.number, e.year, "", "", "", 0, now - timedelta(days=210)) for e in stock.editions),
    )
    uses = [(edition.id, course.id) for edition in stock.editions for course in edition.courses]
    copy_rows("catalogue_edition_courses", "id edition_id course_id", ((n, *use) for n, use in enumerate(uses, 1)))
    _load_ledger(city)


def _load_ledger(city: City) -> None:
    stock = city.stock
    units = {move.unit.id: move.unit for move in stock.moves}
    shelves = {key: n for n, key in enumerate(sorted({(m.edition.id, m.unit.id) for m in stock.moves}), start=1)}
    copy_rows(
        "catalogue_shelf",
        "id edition_id unit_id place county",
        ((n, edition, unit, units[unit].path, units[unit].county) for (edition, unit), n in shelves.items()),
    )
    copy_rows(
        "catalogue_sending",
        "id edition_id from_unit_id from_place to_unit_id to_place copies received note difference status sent_at "
        "ended_at",
        (
            (
                s.id, s.edition.id, s.source.id, s.source.path, s.target.id, s.target.path, s.copies, s.received, "",
                s.difference, "sent" if s.received is None else "received", clock.at_local(s.sent_on, 9),
                None if s.received is None else clock.at_local(s.sent_on + timedelta(days=3), 9),
            )
            for s in stock.sendings
        ),
    )  # fmt: skip
    copy_rows(
        "catalogue_movement",
        "county year id shelf_id kind copies sending_id training_class_id note moved_at",
        (
            (
                m.unit.county, m.on.year, m.id, shelves[m.edition.id, m.unit.id], m.kind, m.copies,
                m.sending.id if m.sending else None, m.training_class, m.note, clock.at_local(m.on, 9),
            )
            for m in stock.moves
        ),
    )  # fmt: skip


def load_cases(city: City) -> None:
    """Write the cases, and which courses were made from them."""
    now = clock.at_local(city.as_of, 9)
    copy_rows(
        "catalogue_case",
        "id title unit_id place county base_id author_kind author has_consent problem action result themes status "
        "version review_note reviewed_at",
        (_case(case, now) for case in city.cases),
    )
    links = [(case.id, course.id) for case in city.cases for course in case.courses]
    copy_rows("catalogue_case_courses", "id case_id course_id", ((n, *link) for n, link in enumerate(links, 1)))


def _case(case: PlannedCase, now: datetime) -> tuple[object, ...]:
    unit = case.base.unit
    at = now - timedelta(days=20 + case.id) if case.standing in ("passed", "declined") else None
    note = RETURN_NOTE if case.standing == "declined" else ""
    return (
        case.id, case.title, unit.id, unit.path, unit.county, case.base.id, "unit", unit.short_name, False,
        case.problem, case.action, case.result, f"{{{case.theme}}}", case.standing, 1, note, at,
    )  # fmt: skip


def load_photos(city: City) -> None:
    """Draw each scene once, and let the first places show the one that fits them."""
    rng, now = stream(city.seed, "photos"), clock.at_local(city.as_of, 9)
    folder = settings.MEDIA_ROOT / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    names = {}
    for scene in SCENES:
        for width, content in drawing(scene, rng).items():
            names[scene, width] = name = f"photos/{uuid.UUID(int=rng.getrandbits(128), version=4).hex}.webp"
            target = settings.MEDIA_ROOT / name
            target.touch(mode=0o600)
            target.write_bytes(content)
    rows = []
    for number, base in enumerate([one for one in city.network.bases if one.kind != "belt"][:DRAWN], start=1):
        scene, is_shown = scene_of(base.theme, base.kind), number <= DRAWN - TO_REVIEW
        key = uuid.UUID(int=rng.getrandbits(128), version=4)
        rows.append(
            (
                number, base.id, key, 1, base.name, ALT[scene], CREDIT, is_shown, names[scene, 480],
                names[scene, 1280], *SIZE, "published" if is_shown else "waiting", 1, "", now - timedelta(days=9),
                now - timedelta(days=8) if is_shown else None,
            )
        )  # fmt: skip
    copy_rows(
        "bases_photo",
        "id base_id key number caption alt credit is_cover small large width height status version review_note "
        "added_at reviewed_at",
        rows,
    )
