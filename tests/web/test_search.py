"""What the search box finds comes in the order in which people mean it."""

from __future__ import annotations

from datetime import date

import pytest

from doorstep.directory.services.people import enter_person
from doorstep.web.queries.search import found_for
from tests.cast import FOUNDED, Cast

pytestmark = pytest.mark.django_db


def test_odd_readings_of_a_character_come_last(cast: Cast) -> None:
    for number, name in enumerate(("许能树", "黄天山")):
        enter_person(
            unit=cast.unit("kengtou"),
            name=name,
            category="full",
            since=FOUNDED,
            sex="1",
            birth_date=date(1980 + number, 1, 1),
            id_number="",
            mobile="",
            actor=cast.system,
        )
    people = found_for("hts", cast.actor("township"))[0]
    assert [hit.title for hit in people.hits] == ["黄天山 1981", "许能树 1980"]
    assert [hit.title for hit in found_for("xns", cast.actor("township"))[0].hits] == ["许能树 1980"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("kengtou", ["坑头村党支部"]),
        ("KENG tou", ["坑头村党支部"]),
        ("ktcdzb", ["坑头村党支部"]),
        ("kengtoucun", ["坑头村党支部"]),
        ("hubei", ["虎𬇙镇党委"]),
        ("hupei", ["虎𬇙镇党委"]),
        ("kengdou", []),
        ("keng", []),
    ],
)
def test_pinyin_is_read_written_out_and_as_initials(cast: Cast, written: str, found: list[str]) -> None:
    groups = {group.title: group for group in found_for(written, cast.actor("county"))}
    units = [hit.title for hit in groups["单位"].hits] if "单位" in groups else []
    assert [title for title in units if title in ("坑头村党支部", "虎𬇙镇党委")] == found
