"""Offices keep the tree of units; what was, stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from doorstep.core import clock
from doorstep.core.actors import system_actor
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.models import Account, Membership, Unit, UnitPlacement
from doorstep.directory.queries import actor_of_account, children_of, search_hits
from doorstep.directory.services import people
from doorstep.directory.services.beginning import begin_city
from doorstep.directory.services.divisions import load_divisions
from doorstep.directory.services.people import move_member
from doorstep.directory.services.unit_changes import end_unit, found_units, rename_unit, reopen_unit
from doorstep.directory.services.units import move_unit
from tests.cast import FOUNDED, Cast

TOMORROW = clock.today() + timedelta(days=1)
_WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
pytestmark = pytest.mark.django_db
NEW = [("中共霍童镇外表村支部委员会", "外表村党支部"), ("中共霍童镇大石村支部委员会", "大石村党支部")]


def refusal(code: str):  # noqa: ANN201
    return pytest.raises(DoorstepError, match=f"^{code}:")


def wanted(cast: Cast, **changed: object) -> dict[str, object]:
    """What `found_units` is asked for: two branches of the township."""
    plain = {"parent": cast.unit("huotong"), "kind": "branch", "names": NEW, "division": "", "since": FOUNDED}
    return {**plain, "actor": cast.actor("township"), **changed}


def emptied(cast: Cast, unit: str) -> Unit:
    """A branch whose members have gone elsewhere."""
    for membership in Membership.objects.filter(unit=cast.unit(unit), valid_to=None).select_related("person"):
        move_member(person=membership.person, unit=cast.unit("shiqiao"), on=clock.today(), actor=cast.actor("township"))
    return cast.unit(unit)


def test_several_units_are_entered_at_once(cast: Cast) -> None:
    made = found_units(**wanted(cast))  # type: ignore[arg-type]
    assert [(u.code, u.name, u.short_name, u.kind, u.county, u.division_id, u.valid_from) for u in made] == [
        ("350902102-01", *NEW[0], "branch", "350902", None, FOUNDED),
        ("350902102-02", *NEW[1], "branch", "350902", None, FOUNDED),
    ]
    assert [u.path for u in made] == [f"{cast.unit('huotong').path}{u.pk}/" for u in made]
    assert {u.pk for u in made} <= {u.pk for u in children_of(cast.unit("huotong"))}
    assert search_hits("外表", cast.actor("township"), kind="unit") == [made[0].pk]
    told = Activity.objects.filter(event="directory.unit_founded", subject_id__in=[str(u.pk) for u in made])
    assert told.count() == 2
    assert [found.name for found in check_invariants() if not found.holds] == []


def test_all_or_none_is_entered(cast: Cast) -> None:
    twice = [NEW[0], ("中共蕉城区霍童镇坑头村支部委员会", "坑头")]
    with refusal("unit_name_taken"):
        found_units(**wanted(cast, names=twice))  # type: ignore[arg-type]
    with refusal("unit_name_taken"):
        found_units(**wanted(cast, names=[NEW[0], NEW[0]]))  # type: ignore[arg-type]
    with refusal("unit_name_too_long"):
        found_units(**wanted(cast, names=[("长" * 121, "长")]))  # type: ignore[arg-type]
    with refusal("unit_name_too_long"):
        found_units(**wanted(cast, names=[("长", "长" * 61)]))  # type: ignore[arg-type]
    assert not Unit.objects.filter(name=NEW[0][0]).exists()


def test_a_kind_stands_only_below_a_wider_one(cast: Cast) -> None:
    with refusal("unit_kind_wrong"):
        found_units(**wanted(cast, kind="township"))  # type: ignore[arg-type]
    with refusal("unit_kind_wrong"):
        found_units(**wanted(cast, parent=cast.unit("kengtou")))  # type: ignore[arg-type]


def test_a_township_stands_on_a_division_of_its_county(cast: Cast) -> None:
    load_divisions(actor=system_actor("test"))
    Unit.objects.filter(code="350902").update(division="350902")
    cast.unit("jiaocheng").refresh_from_db()
    new = [("中共蕉城区赤溪镇委员会", "赤溪镇党委")]
    plain = {"parent": cast.unit("jiaocheng"), "kind": "township", "names": new, "actor": cast.actor("county")}
    for code in ("", "350902", "350981102", "999"):  # none, a county, another county's, unknown
        with refusal("division_needed"):
            found_units(**wanted(cast, **plain, division=code))  # type: ignore[arg-type]
    with refusal("division_needed"):
        found_units(**wanted(cast, **{**plain, "names": [*new, NEW[0]]}, division="350902103"))  # type: ignore[arg-type]
    (made,) = found_units(**wanted(cast, **plain, division="350902103"))  # type: ignore[arg-type]
    assert (made.code, made.division_id, made.county) == ("350902103", "350902103", "350902")
    with refusal("division_needed"):  # it has its office
        found_units(**wanted(cast, **{**plain, "names": NEW[:1]}, division="350902103"))  # type: ignore[arg-type]


def test_a_branch_may_stand_on_a_village(cast: Cast) -> None:
    load_divisions(actor=system_actor("test"))
    village = "350902102201"
    (first,) = found_units(**wanted(cast, names=NEW[:1], division=village))  # type: ignore[arg-type]
    (second,) = found_units(**wanted(cast, names=NEW[1:], division=village))  # type: ignore[arg-type]
    assert [first.code, second.code] == [village, "350902102-01"]
    assert [first.division_id, second.division_id] == [village, village]
    with refusal("division_needed"):
        found_units(**wanted(cast, names=[("丙", "丙")], division="350902102999"))  # type: ignore[arg-type]


def test_another_name_is_found_at_once_and_the_log_keeps_the_old_one(cast: Cast) -> None:
    unit = cast.unit("kengtou")
    old = {"name": unit.name, "short_name": unit.short_name}
    new = {"name": "中共霍童镇新坑村支部委员会", "short_name": "新坑村党支部"}
    renamed = rename_unit(unit=unit, actor=cast.actor("township"), **new)
    assert (renamed.name, renamed.short_name) == tuple(new.values())
    assert search_hits("新坑", cast.actor("township"), kind="unit") == [unit.pk]
    row = Activity.objects.get(event="directory.unit_renamed")
    assert (row.detail["before"], row.detail["after"]) == (old, new)
    rename_unit(unit=unit, actor=cast.actor("township"), **new)
    assert Activity.objects.filter(event="directory.unit_renamed").count() == 1
    with refusal("unit_name_taken"):
        rename_unit(unit=unit, name=cast.unit("shiqiao").name, short_name="x", actor=cast.actor("township"))


def test_the_top_of_the_tree_may_be_renamed(cast: Cast) -> None:
    top = Unit.objects.get(parent=None)
    assert rename_unit(unit=top, name="甲", short_name="乙", actor=cast.actor("city")).name == "甲"


def test_a_unit_with_members_or_units_below_does_not_end(cast: Cast) -> None:
    with pytest.raises(DoorstepError) as refused:
        end_unit(unit=cast.unit("kengtou"), reason="合并", actor=cast.actor("township"))
    count = Membership.objects.filter(unit=cast.unit("kengtou"), valid_to=None).count()
    assert refused.value.code == "unit_still_needed"
    assert refused.value.params == {"unit": "坑头村党支部", "members": count, "below": 0}
    with pytest.raises(DoorstepError) as refused:
        end_unit(unit=cast.unit("huotong"), reason="合并", actor=cast.actor("county"))
    assert refused.value.params == {"unit": "霍童镇党委", "members": 0, "below": 2}


def test_an_ended_unit_is_left_out_and_comes_back(cast: Cast) -> None:
    unit, actor = emptied(cast, "kengtou"), cast.actor("township")
    ended = end_unit(unit=unit, reason="并入石桥", actor=actor)
    assert ended.valid_to == clock.today()
    assert unit not in children_of(cast.unit("huotong"))
    assert unit in children_of(cast.unit("huotong"), clock.today() - timedelta(days=1))
    assert Activity.objects.get(event="directory.unit_ended").detail["reason"] == "并入石桥"
    for change in (
        lambda: end_unit(unit=unit, reason="x", actor=actor),
        lambda: rename_unit(unit=unit, name="x", short_name="x", actor=actor),
    ):
        with refusal("unit_is_over"):
            change()
    assert reopen_unit(unit=unit, actor=actor).valid_to is None
    assert unit in children_of(cast.unit("huotong"))
    assert UnitPlacement.objects.filter(unit=unit, valid_to=None).count() == 1
    assert [found.name for found in check_invariants() if not found.holds] == []
    with refusal("unit_is_open"):
        reopen_unit(unit=unit, actor=actor)


def _moving_while_it_ends(cast: Cast, name: str, unit: str) -> str:
    """Somebody moves to a unit while its end is written and not yet committed; what became of the move."""

    def arrive() -> str:
        try:
            move_member(person=cast.person(name), unit=cast.unit(unit), on=TOMORROW, actor=cast.actor("township"))
            return "moved"
        except DoorstepError as problem:
            return problem.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            end_unit(unit=cast.unit(unit), reason="x", actor=cast.actor("township"))
            coming = pool.submit(arrive)
            with connection.cursor() as cursor:
                while True:
                    cursor.execute(_WAITING)
                    if cursor.fetchone() or coming.done():
                        break
        return coming.result()


def test_nobody_comes_to_a_unit_that_is_just_ended_and_without_the_hold_somebody_would(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = cast_committed
    (empty, other) = found_units(**wanted(cast))  # type: ignore[arg-type]
    cast.units.update(first=empty, second=other)
    assert _moving_while_it_ends(cast, "黄德旺", "first") == "member_unit_has_ended"
    assert Membership.objects.filter(unit=empty).count() == 0
    monkeypatch.setattr(people, "hold_open", lambda *_of: None)
    assert _moving_while_it_ends(cast, "黄德旺", "second") == "moved"


def test_no_unit_comes_back_below_one_that_has_ended(cast: Cast) -> None:
    (group,) = found_units(**wanted(cast, kind="general_branch", names=NEW[:1]))  # type: ignore[arg-type]
    (branch,) = found_units(**wanted(cast, parent=group, names=NEW[1:]))  # type: ignore[arg-type]
    for unit in (branch, group):
        end_unit(unit=unit, reason="x", actor=cast.actor("township"))
    with refusal("unit_is_open"):
        reopen_unit(unit=branch, actor=cast.actor("township"))


def test_what_has_ended_does_not_stand_up_when_the_unit_above_moves(cast: Cast) -> None:
    unit = emptied(cast, "kengtou")
    end_unit(unit=unit, reason="x", actor=cast.actor("township"))
    day = clock.today() + timedelta(days=1)
    move_unit(unit=cast.unit("huotong"), parent=Unit.objects.get(parent=None), on=day, actor=cast.actor("city"))
    assert list(UnitPlacement.objects.filter(unit=unit, valid_to=None)) == []
    assert Unit.objects.get(pk=unit.pk).path == f"{Unit.objects.get(code='350902102').path}{unit.pk}/"


def test_the_top_of_the_tree_does_not_end(cast: Cast) -> None:
    with pytest.raises(NotFound):
        end_unit(unit=Unit.objects.get(parent=None), reason="x", actor=cast.actor("city"))
    with pytest.raises(NotFound):
        reopen_unit(unit=Unit.objects.get(parent=None), actor=cast.actor("city"))


def test_a_city_begins_with_its_offices_and_one_account() -> None:
    load_divisions(actor=system_actor("test"))
    out = StringIO()
    call_command("begin", "350900", "--account", "office", stdout=out)
    word, name, password, role, code = out.getvalue().splitlines()[0].split()
    assert (word, name, role, code) == ("account:", "office", "city", "350900")
    account = Account.objects.get()
    assert account.check_password(password)
    assert account.must_change_password
    assert not account.is_demo
    kinds = {kind: Unit.objects.filter(kind=kind).count() for kind in ("city", "county", "township")}
    assert kinds == {"city": 1, "county": 9, "township": 127}
    town = Unit.objects.get(code="350902105")
    assert (town.name, town.short_name, town.parent.code) == ("中共蕉城区霍童镇委员会", "霍童镇党委", "350902")  # type: ignore[union-attr]
    assert [g.place for g in actor_of_account(account).grants] == [Unit.objects.get(code="350900").path]
    assert [found.name for found in check_invariants() if not found.holds] == []
    errors = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("begin", "350900", stderr=errors)
    assert "不能再建一次" in errors.getvalue()


def test_a_city_that_is_not_on_the_lists_does_not_begin() -> None:
    load_divisions(actor=system_actor("test"))
    for code in ("350902", "999999"):
        with refusal("no_such_city"):
            begin_city(code=code, username="x", password="x", actor=system_actor("test"))
    assert not Unit.objects.exists()


def test_a_township_enters_renames_moves_and_ends_units_on_its_pages(
    cast: Cast, sign_in: Callable[[str], Client]
) -> None:
    client, town = sign_in("township"), cast.unit("huotong")
    form = {"kind": "branch", "names": "\n".join(name for name, _short in NEW), "since": "2026-11-01"}
    assert client.get(reverse("directory:unit_new", args=[town.pk])).status_code == 200
    answer = client.post(reverse("directory:unit_new", args=[town.pk]), form, follow=True)
    assert "已加 2 个单位。" in answer.content.decode()
    again = client.post(reverse("directory:unit_new", args=[town.pk]), form)
    assert again.status_code == 422
    assert "下面已有" in again.content.decode()
    unit = Unit.objects.get(name=NEW[0][0])
    assert unit.valid_from == date(2026, 11, 1)
    called = {"name": "甲支部委员会", "short_name": "甲支部"}
    client.post(reverse("directory:unit_change", args=[unit.pk]), called)
    client.post(reverse("directory:unit_end", args=[unit.pk]), {"reason": "合并"})
    unit.refresh_from_db()
    assert (unit.name, unit.valid_to) == ("甲支部委员会", clock.today())
    page = client.get(reverse("directory:unit", args=[unit.pk])).content.decode()
    assert "起已撤销。" in page
    assert reverse("directory:unit_change", args=[unit.pk]) not in page
    said = client.post(reverse("directory:unit_reopen", args=[unit.pk]), follow=True).content.decode()
    assert "已恢复。" in said
    assert "没有撤销" in client.post(reverse("directory:unit_reopen", args=[unit.pk]), follow=True).content.decode()


def test_a_county_moves_a_unit_by_its_code(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    client, unit = sign_in("county"), cast.unit("kengtou")
    page = reverse("directory:unit_move", args=[unit.pk])
    day = (clock.today() + timedelta(days=1)).isoformat()
    unknown = client.post(page, {"parent": "nowhere", "since": day})
    assert unknown.status_code == 422
    assert "没有找到这个编码的单位" in unknown.content.decode()
    said = client.post(page, {"parent": "350902110", "since": day}, follow=True).content.decode()
    assert "已改到“虎𬇙镇党委”下面。" in said
    unit.refresh_from_db()
    assert unit.parent == cast.unit("hubei")


@pytest.mark.parametrize(("names", "said"), [(" \n，无\n", "请至少写一个名称。"), ("甲\n" * 201, "一次最多 200 个")])
def test_a_form_without_names_or_with_too_many_says_so(
    cast: Cast, sign_in: Callable[[str], Client], names: str, said: str
) -> None:
    form = {"kind": "branch", "names": names, "since": "2026-11-01"}
    answer = sign_in("township").post(reverse("directory:unit_new", args=[cast.unit("huotong").pk]), form)
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize(
    ("page", "queries"), [("unit_new", 3), ("unit_change", 3), ("unit_move", 3), ("unit_end", 4), ("unit", 7)]
)
def test_the_pages_of_a_unit_ask_as_often(
    cast: Cast,
    sign_in: Callable[[str], Client],
    django_assert_num_queries,  # noqa: ANN001
    page: str,
    queries: int,
) -> None:
    client, unit = sign_in("county"), cast.unit("huotong")
    client.get(reverse(f"directory:{page}", args=[unit.pk]))
    with django_assert_num_queries(queries):
        client.get(reverse(f"directory:{page}", args=[unit.pk]))
