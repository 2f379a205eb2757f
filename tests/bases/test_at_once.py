"""Two people at the same evidence at the same moment: one of them does it, the other is told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connections

from doorstep.bases.models import AspectState, Evidence
from doorstep.bases.services.standards import (
    EvidenceReviewedAlready,
    EvidenceWaits,
    review_evidence,
    take_back_evidence,
)
from doorstep.core.errors import DoorstepError
from doorstep.core.models import Activity
from tests.cast import Cast
from tests.factories.bases import LINK, file_link
from tests.factories.classes import make_base


def both(*works: Callable[[], object]) -> list[str]:
    """What came of works begun together: `done` or the code of the refusal, in order of the alphabet."""
    gate, said = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            work()
            said.append("done")
        except DoorstepError as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(said)


WRITERS = 16


def gathered(work: Callable[[int], object]) -> Counter[str]:
    """What came of it when sixteen do the same at one moment: how often `done`, and each refusal by its code."""
    gate = threading.Barrier(WRITERS)

    def run(number: int) -> str:
        try:
            gate.wait(60)
            work(number)
        except DoorstepError as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(WRITERS) as pool:
        return Counter(pool.map(run, range(WRITERS)))


def test_accepted_returned_and_taken_back_at_once_is_one_of_them(cast_committed: Cast) -> None:
    cast = cast_committed
    school = make_base(cast.unit("huotong"))
    county, city, keeper = cast.actor("county"), cast.actor("city"), cast.actor("base")
    for _ in range(5):
        evidence = file_link(school, actor=cast.actor("township"))
        said = both(
            partial(review_evidence, evidence=evidence, accept=True, note="", actor=county),
            partial(review_evidence, evidence=evidence, accept=False, note="没有盖章", actor=city),
            partial(take_back_evidence, evidence=evidence, actor=keeper),
        )
        assert said == ["done", EvidenceReviewedAlready.code, EvidenceReviewedAlready.code]
        told = ("bases.evidence_reviewed", "bases.evidence_taken_back")
        assert Activity.objects.filter(event__in=told, detail__evidence_id=evidence.pk).count() == 1
        Evidence.objects.filter(pk=evidence.pk).update(status="taken_back", reviewed_at=None, review_note="")


def test_two_keepers_file_for_one_item_at_once(cast_committed: Cast) -> None:
    cast = cast_committed
    school = make_base(cast.unit("huotong"))
    keepers = cast.actor("township"), cast.actor("base")
    said = both(*(partial(file_link, school, actor=keeper) for keeper in keepers))
    assert said == ["done", EvidenceWaits.code]
    assert Evidence.objects.filter(base=school, item=LINK).count() == 1
    assert AspectState.objects.filter(base=school).count() == 5
