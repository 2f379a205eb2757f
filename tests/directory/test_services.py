"""Units, people and accounts change only as the rules allow, and the past stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from doorstep.core import clock
from doorstep.core.crypto import unseal
from doorstep.core.errors import DoorstepError, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.models import Membership, Person, Post, RoleGrant, Unit, UnitPlacement
from doorstep.directory.queries import (
    actor_of_account,
    children_of,
    home_units,
    members_of,
    people_visible_to,
    search_hits,
    units_visible_to,
)
from doorstep.directory.services.accounts import (
    change_password,
    end_role,
    grant_role,
    issue_token,
    open_account,
    revoke_token,
    set_preferences,
)
from doorstep.directory.services.people import appoint_post, end_post, move_member, reveal_field
from doorstep.directory.services.units import move_unit
from tests.cast import FOUNDED, PASSWORD, Cast

pytestmark = pytest.mark.django_db


def refusal(code: str):  # noqa: ANN201
    return pytest.raises(DoorstepError, match=f"^{code}")


def test_a_move_leaves_the_past_alone(cast: Cast) -> None:
    person, day = cast.person("黄德旺"), date(2026, 6, 1)
    move_member(person=person, unit=cast.unit("shiqiao"), on=day, actor=cast.actor("township"))
    assert home_units([person.pk], day - timedelta(days=1))[person.pk] == cast.unit("kengtou")
    assert home_units([person.pk], day)[person.pk] == cast.unit("shiqiao")
    assert person in members_of(cast.unit("kengtou"), date(2025, 12, 31))
    assert person not in members_of(cast.unit("kengtou"), day)


def test_a_move_needs_the_right_at_both_ends(cast: Cast) -> None:
    before = list(Membership.objects.values())
    with pytest.raises(NotPermitted):
        move_member(
            person=cast.person("黄德旺"), unit=cast.unit("huangjia"), on=date(2026, 6, 1), actor=cast.actor("township")
        )
    assert list(Membership.objects.values()) == before
    moved = move_member(
        person=cast.person("黄德旺"), unit=cast.unit("xiangyang"), on=date(2026, 6, 1), actor=cast.actor("city")
    )
    assert (moved.county, Person.objects.get(pk=moved.person_id).county) == ("350981", "350981")


def test_who_has_no_unit_any_more_is_taken_in(cast: Cast) -> None:
    person, day = cast.person("黄德旺"), date(2026, 6, 1)
    person.memberships.update(valid_to=date(2026, 2, 1))
    moved = move_member(person=person, unit=cast.unit("shiqiao"), on=day, actor=cast.actor("township"))
    assert (moved.unit, moved.valid_from, moved.valid_to) == (cast.unit("shiqiao"), day, None)
    assert home_units([person.pk], date(2026, 3, 1)) == {}
    assert home_units([person.pk], day) == {person.pk: cast.unit("shiqiao")}


def test_moves_that_make_no_sense_are_refused(cast: Cast) -> None:
    person = cast.person("黄德旺")
    with refusal("member_already_there"):
        move_member(person=person, unit=cast.unit("kengtou"), on=date(2026, 6, 1), actor=cast.system)
    with refusal("member_move_too_early"):
        move_member(person=person, unit=cast.unit("shiqiao"), on=FOUNDED, actor=cast.system)


def test_the_database_itself_refuses_two_homes_at_once(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            person=cast.person("黄德旺"), unit=cast.unit("shiqiao"), county="350902", valid_from=date(2026, 1, 1)
        )


def test_a_unit_moves_with_all_below_it_and_its_past_can_be_asked(cast: Cast) -> None:
    day = date(2026, 5, 1)
    moved = move_unit(unit=cast.unit("huotong"), parent=cast.unit("fuan"), on=day, actor=cast.actor("city"))
    assert moved.path == f"{cast.unit('fuan').path}{moved.pk}/"
    branch = Unit.objects.get(code="B-kengtou")
    assert branch.path == f"{moved.path}{branch.pk}/"
    assert branch.depth == 3
    with clock.frozen(clock.at_local(date(2026, 11, 1), 9)):
        assert cast.unit("huotong") in children_of(cast.unit("jiaocheng"), on=day - timedelta(days=1))
        assert cast.unit("huotong") not in children_of(cast.unit("jiaocheng"))
    assert UnitPlacement.objects.filter(unit=branch).count() == 2
    assert {"姓名": search_hits("林秀", cast.actor("other_county"), kind="person")} == {
        "姓名": [cast.person("林秀珍").pk]
    }
    assert [f for f in check_invariants() if not f.holds and f.name.startswith("unit")] == []


def test_a_unit_cannot_stand_below_itself(cast: Cast) -> None:
    with refusal("unit_below_itself"):
        move_unit(unit=cast.unit("huotong"), parent=cast.unit("kengtou"), on=date(2026, 5, 1), actor=cast.actor("city"))


def test_a_unit_does_not_move_before_it_stood_where_it_stands(cast: Cast) -> None:
    day = date(2026, 5, 1)
    move_unit(unit=cast.unit("kengtou"), parent=cast.unit("hubei"), on=day, actor=cast.actor("city"))
    before = list(UnitPlacement.objects.order_by("pk").values())
    for on in (day - timedelta(days=1), day):
        with refusal("unit_move_too_early"):
            move_unit(unit=cast.unit("kengtou"), parent=cast.unit("huotong"), on=on, actor=cast.actor("city"))
    assert list(UnitPlacement.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("who", ["township", "secretary", "trainee", "auditor", "other_county", "teacher", "base"])
def test_only_city_and_county_move_units(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        move_unit(unit=cast.unit("shiqiao"), parent=cast.unit("hubei"), on=date(2026, 5, 1), actor=cast.actor(who))


def test_people_are_seen_from_above_and_by_themselves(cast: Cast) -> None:
    seen = {who: set(people_visible_to(cast.actor(who)).values_list("name", flat=True)) for who in cast.accounts}
    kengtou, shiqiao = {"林秀珍", "黄德旺", "陈国梁"}, {"雷金妹", "林建华", "谢长春"}
    assert seen["city"] == kengtou | shiqiao | {"彭有顺", "缪阿妹"}
    assert seen["county"] == kengtou | shiqiao | {"彭有顺"}
    assert seen["township"] == kengtou | shiqiao
    assert seen["sibling_township"] == {"彭有顺"}
    assert seen["secretary"] == kengtou
    assert seen["trainee"] == {"林秀珍"}
    assert seen["auditor"] == seen["teacher"] == seen["base"] == set()


def test_units_are_seen_along_the_line(cast: Cast) -> None:
    seen = set(units_visible_to(cast.actor("secretary")).values_list("code", flat=True))
    assert seen == {"3509", "350902", "350902102", "B-kengtou"}


def test_search_finds_by_characters_and_initials_within_reach(cast: Cast) -> None:
    found = cast.person("陈国梁").pk
    for text in ("陈国梁", "陈国", "国梁", "cgl", "CG", "陳國梁"):
        assert search_hits(text, cast.actor("township"), kind="person") == [found], text
        assert search_hits(text, cast.actor("sibling_township"), kind="person") == []
    assert search_hits("", cast.actor("city"), kind="person") == []
    found_units = search_hits("虎𬇙", cast.actor("city"), kind="unit")
    assert found_units == [cast.unit("hubei").pk, cast.unit("huangjia").pk]


def test_sensitive_fields_are_sealed_and_shown_for_a_reason(cast: Cast) -> None:
    person = cast.person("林秀珍")
    raw = Person.objects.values_list("id_number_sealed", flat=True).get(pk=person.pk)
    number = unseal(raw, field="id_number")
    assert number.encode() not in bytes(raw)
    assert person.id_number_masked == f"3509**********{number[-4:]}"
    with refusal("reason_needed"):
        reveal_field(person=person, field="id_number", reason=" a ", actor=cast.actor("secretary"))
    with pytest.raises(NotPermitted):
        reveal_field(person=person, field="id_number", reason="核对信息", actor=cast.actor("sibling_secretary"))
    shown = reveal_field(person=person, field="id_number", reason="核对信息", actor=cast.actor("secretary"))
    assert shown == number
    row = Activity.objects.get(event="directory.field_revealed")
    assert (row.account_id, row.subject_id, row.detail["reason"]) == (
        cast.accounts["secretary"].pk,
        str(person.pk),
        "核对信息",
    )
    assert number not in str(row.detail)


def test_the_log_can_only_grow(cast: Cast) -> None:
    row = Activity.objects.first()
    assert row is not None
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        Activity.objects.filter(pk=row.pk).update(event="x")
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        Activity.objects.filter(pk=row.pk).delete()


def test_posts_are_dated(cast: Cast) -> None:
    post = appoint_post(
        person=cast.person("谢长春"),
        unit=cast.unit("shiqiao"),
        post="secretary",
        is_leader=True,
        since=date(2026, 3, 1),
        actor=cast.actor("township"),
    )
    with pytest.raises(NotPermitted):
        end_post(post=post, on=date(2026, 9, 1), actor=cast.actor("sibling_township"))
    again = {"person": post.person, "unit": post.unit, "post": "secretary", "is_leader": True}
    with refusal("post_held"):
        appoint_post(**again, since=date(2026, 4, 1), actor=cast.actor("township"))
    with refusal("post_ends_too_early"):
        end_post(post=post, on=date(2026, 3, 1), actor=cast.actor("township"))
    assert end_post(post=post, on=date(2026, 9, 1), actor=cast.actor("county")).valid_to == date(2026, 9, 1)
    with refusal("post_is_over"):
        end_post(post=post, on=date(2026, 10, 1), actor=cast.actor("township"))
    assert appoint_post(**again, since=date(2026, 10, 1), actor=cast.actor("township")).valid_to is None


def test_a_township_appoints_and_relieves_on_the_page_of_a_person(
    cast: Cast, sign_in: Callable[[str], Client], django_assert_num_queries
) -> None:  # noqa: ANN001
    client, person = sign_in("township"), cast.person("谢长春")
    page = reverse("directory:post_new", args=[person.pk])
    client.get(page)
    with django_assert_num_queries(8):
        shown = client.get(page).content.decode()
    assert "党支部书记" in shown
    assert "无职党员" not in shown
    unit = home_units([person.pk], clock.today())[person.pk]
    form = {"post": "2", "unit": unit.pk, "since": "2026-11-01"}
    assert "已任职" in client.post(page, form, follow=True).content.decode()
    again = client.post(page, form)
    assert (again.status_code, "已任这个职务" in again.content.decode()) == (422, True)
    post = Post.objects.get(person=person, valid_to=None)
    assert (post.post, post.is_leader, post.unit, post.valid_from) == ("2", True, unit, date(2026, 11, 1))
    leave = reverse("directory:post_end", args=[post.pk])
    assert leave in client.get(reverse("directory:person", args=[person.pk])).content.decode()
    with django_assert_num_queries(3):
        client.get(leave)
    early = client.post(leave, {"on": "2026-11-01"})
    assert (early.status_code, "离任日期要晚于任职日期" in early.content.decode()) == (422, True)
    assert "已离任。" in client.post(leave, {"on": "2026-11-20"}, follow=True).content.decode()
    assert sign_in("sibling_township").get(leave).status_code == 404


def test_accounts_and_roles(cast: Cast) -> None:
    township = cast.actor("township")
    kwargs = {"display_name": "新人", "unit": cast.unit("kengtou"), "password": PASSWORD, "person": None}
    account = open_account(username="new.one", role="secretary", phone="19900009999", actor=township, **kwargs)
    assert account.must_change_password
    with refusal("account_name_taken"):
        open_account(username="new.one", role="secretary", actor=township, **kwargs)
    with refusal("account_name_taken"):
        open_account(username="new.two", role="secretary", phone="19900009999", actor=township, **kwargs)
    with refusal("grant_too_high"):
        grant_role(account=account, role="county", unit=cast.unit("kengtou"), since=clock.today(), actor=township)
    with refusal("grant_too_high"):
        mine = cast.accounts["township"]
        grant_role(account=mine, role="base", unit=cast.unit("huotong"), since=clock.today(), actor=township)
    with pytest.raises(NotPermitted):
        grant_role(account=account, role="trainee", unit=cast.unit("huangjia"), since=clock.today(), actor=township)
    grant = RoleGrant.objects.get(account=account)
    epoch = account.session_epoch
    end_role(grant=grant, actor=township)
    account.refresh_from_db()
    assert account.session_epoch == epoch + 1
    assert actor_of_account(account).grants == ()


def test_a_role_ended_after_today_began_leaves_its_trace_and_one_of_today_none(cast: Cast) -> None:
    account, township = cast.accounts["secretary"], cast.actor("township")
    old = RoleGrant.objects.get(account=account)
    new = grant_role(account=account, role="base", unit=cast.unit("kengtou"), since=clock.today(), actor=township)
    for grant in (old, new):
        end_role(grant=grant, actor=township)
    assert list(RoleGrant.objects.filter(account=account).values_list("pk", "valid_to")) == [(old.pk, clock.today())]


def test_preferences_that_are_none_change_nothing(cast: Cast) -> None:
    account, actor = cast.accounts["trainee"], cast.actor("trainee")
    for type_size, language, kept in (
        ("large", "en", ("large", "en")),
        (None, None, ("large", "en")),
        ("giant", "fr", ("large", "en")),
        (None, "zh-hans", ("large", "zh-hans")),
    ):
        set_preferences(account=account, type_size=type_size, language=language, actor=actor)
        account.refresh_from_db()
        assert (account.type_size, account.language) == kept


def test_passwords_change_only_for_oneself_and_end_other_sessions(cast: Cast) -> None:
    mine, actor = cast.accounts["secretary"], cast.actor("secretary")
    with refusal("not_found"):
        change_password(account=cast.accounts["city"], current=PASSWORD, new="a-new-long-pass-9", actor=actor)
    with refusal("wrong_password"):
        change_password(account=mine, current="no", new="a-new-long-pass-9", actor=actor)
    with refusal("password_too_weak"):
        change_password(account=mine, current=PASSWORD, new="12345", actor=actor)
    before = mine.get_session_auth_hash()
    changed = change_password(account=mine, current=PASSWORD, new="a-new-long-pass-9", actor=actor)
    assert changed.get_session_auth_hash() != before
    assert changed.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_tokens_belong_to_one_account(cast: Cast) -> None:
    mine, actor = cast.accounts["township"], cast.actor("township")
    token, secret = issue_token(account=mine, name="脚本", scopes=[], days=30, actor=actor)
    assert secret.encode() not in bytes(token.digest)
    with refusal("not_found"):
        issue_token(account=cast.accounts["city"], name="x", scopes=[], days=1, actor=actor)
    with refusal("not_found"):
        revoke_token(token_id=token.pk, actor=cast.actor("city"))
    revoke_token(token_id=token.pk, actor=actor)
    token.refresh_from_db()
    assert token.revoked_at is not None
