"""What bases have shown for their standards, and the city department's stewardship of the demonstration bases."""

from __future__ import annotations

from datetime import timedelta

from doorstep.bases.models import Base
from doorstep.bases.queries import standards_of
from doorstep.bases.services import judge_standards
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.standards import PlannedEvidence, plan_evidence

TABLES = ("bases_stewardship", "bases_evidence")


def load_standards(city: City, actor: Actor) -> None:
    """Write stewardships and evidence, then judge every base."""
    city_unit = city.tree.units[0]
    stewarded = city.network.of_kind("demonstration_base")
    copy_rows(
        "bases_stewardship",
        "id base_id unit_id place valid_from",
        ((n, b.id, city_unit.id, city_unit.path, b.opened) for n, b in enumerate(stewarded, start=1)),
    )
    items = standards_of(list(Base.objects.order_by("pk")), city.as_of)
    planned = plan_evidence(city.network.bases, items, seed=city.seed, as_of=city.as_of)
    stewards = {base.id: city_unit.path for base in stewarded}
    copy_rows(
        "bases_evidence",
        "id base_id place review_place county item asked rule title note file file_name file_size issued_on expires_on "
        "status filed_at reviewed_at review_note",
        (_row(n, one, stewards) for n, one in enumerate(planned, start=1)),
    )
    judge_standards(actor=actor)


def _row(number: int, one: PlannedEvidence, stewards: dict[int, str]) -> tuple[object, ...]:
    unit = one.base.unit
    filed = clock.at_local(one.issued + timedelta(days=1), 10)
    reviewed = None if one.status == "waiting" else filed + timedelta(days=1, hours=5)
    return (
        number, one.base.id, unit.path, stewards.get(one.base.id, unit.path), unit.county, one.item.key, one.item.text,
        one.item.reference, one.title, one.note, "", "", 0, one.issued, one.expires, one.status, filed, reviewed,
        one.review_note,
    )  # fmt: skip
