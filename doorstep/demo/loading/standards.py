"""Belts, evidence for the standards, rules of schools, and the city department's stewardship of its bases."""

from __future__ import annotations

from datetime import timedelta

from doorstep.bases.models import Base, Belt
from doorstep.bases.queries.standards import standards_of
from doorstep.bases.services.belts import publish_belt
from doorstep.bases.services.standards import judge_standards
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.regulations import plan_regulations
from doorstep.demo.rules.standards import PlannedEvidence, plan_evidence

TABLES = (
    *("bases_stewardship", "bases_belt_places", "bases_evidence"),
    *("bases_regulation", "bases_regulationreading"),
)
STAFF = ("township", "base", "teacher")  # the demo accounts that work at a school


def load_standards(city: City) -> None:
    """Write stewardships, belts, evidence and the rules of schools."""
    city_unit = city.tree.units[0]
    stewarded = city.network.of_kind("demonstration_base")
    copy_rows(
        "bases_stewardship",
        "id base_id unit_id place valid_from",
        ((n, b.id, city_unit.id, city_unit.path, b.opened) for n, b in enumerate(stewarded, start=1)),
    )
    copy_rows("bases_belt", "base_id argument", ((belt.id, "") for belt, _places in city.network.belts))
    links = ((belt.id, place.id) for belt, places in city.network.belts for place in places)
    copy_rows("bases_belt_places", "id belt_id base_id", ((n, *link) for n, link in enumerate(links, start=1)))
    items = standards_of(list(Base.objects.order_by("pk")), city.as_of)
    planned = plan_evidence(city.network.bases, items, seed=city.seed, as_of=city.as_of)
    stewards = {base.id: city_unit.path for base in stewarded}
    copy_rows(
        "bases_evidence",
        "id base_id place review_place county item asked rule title note file file_name file_size issued_on expires_on "
        "status filed_at reviewed_at review_note",
        (_row(n, one, stewards) for n, one in enumerate(planned, start=1)),
    )
    _regulations(city)


def _regulations(city: City) -> None:
    """Everybody has read the first versions; what came later waits for those who work there."""
    planned = plan_regulations(city.network.bases, seed=city.seed, as_of=city.as_of)
    copy_rows(
        "bases_regulation",
        "id base_id kind number title text file file_name file_size valid_from valid_to end_reason issued_at",
        (
            (one.id, one.base.id, one.kind, one.number, one.title, one.text, "", "", 0, one.starts, one.ends, "",
             clock.at_local(one.starts, 9))
            for one in planned
        ),
    )  # fmt: skip
    workers = [
        (number, place.unit.id) for number, place in enumerate(city.accounts, start=1) if place.account.role in STAFF
    ]
    read = [
        (one.id, account, clock.at_local(one.starts + timedelta(days=3), 10))
        for one in planned
        for account, unit in workers
        if one.number == 1 and one.base.unit.id == unit
    ]
    copy_rows(
        "bases_regulationreading", "id regulation_id account_id read_at", ((n, *r) for n, r in enumerate(read, 1))
    )


def judge_city(actor: Actor) -> None:
    """Judge every base once all that is counted is there, and publish the belts that have their five ones."""
    judge_standards(actor=actor)
    ready = Belt.objects.exclude(base__aspects__is_had=False).select_related("base")
    for belt in ready.order_by("pk"):
        publish_belt(belt=belt, actor=actor)


def _row(number: int, one: PlannedEvidence, stewards: dict[int, str]) -> tuple[object, ...]:
    unit = one.base.unit
    filed = clock.at_local(one.issued + timedelta(days=1), 10)
    reviewed = None if one.status == "waiting" else filed + timedelta(days=1, hours=5)
    return (
        number, one.base.id, unit.path, stewards.get(one.base.id, unit.path), unit.county, one.item.key, one.item.text,
        one.item.reference, one.title, one.note, "", "", 0, one.issued, one.expires, one.status, filed, reviewed,
        one.review_note,
    )  # fmt: skip
