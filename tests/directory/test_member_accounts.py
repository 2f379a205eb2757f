"""An account for a member of the roster: theirs, at their branch, once, and only from the office above them."""

from __future__ import annotations

import pytest
from django.test import Client

from doorstep.directory.models import Account
from tests.cast import Cast
from tests.factories.browsers import signed_in

pytestmark = pytest.mark.django_db


def test_it_is_theirs_at_their_branch_once(cast: Cast) -> None:
    who, township = cast.person("黄德旺"), signed_in(cast.accounts["township"])
    assert f"/accounts/new/?person={who.pk}" in township.get(f"/people/{who.pk}/").content.decode()
    address = f"/accounts/new/?person={who.pk}"
    # What else is sent is not asked for: role and branch are known.
    form = {"username": "huangdewang", "role": "city", "unit": "3509"}
    assert township.post(address, form).status_code == 200
    made = Account.objects.get(username="huangdewang")
    grants = [(grant.role, grant.unit) for grant in made.grants.all()]
    assert (made.person, made.display_name, grants) == (who, "黄德旺", [("trainee", cast.unit("kengtou"))])
    again = township.post(address, {"username": "another"})
    assert again.status_code == 422
    assert "“黄德旺”已有账号" in again.content.decode()
    assert not Account.objects.filter(username="another").exists()
    assert f"/accounts/new/?person={who.pk}" not in township.get(f"/people/{who.pk}/").content.decode()


@pytest.mark.parametrize(
    ("name", "status"), [("sibling_township", 404), ("other_county", 404), ("secretary", 403), ("trainee", 403)]
)
def test_nobody_else_opens_it(cast: Cast, name: str, status: int) -> None:
    address = f"/accounts/new/?person={cast.person('黄德旺').pk}"
    client = signed_in(cast.accounts[name])
    assert [client.get(address).status_code, client.post(address, {"username": "xyz"}).status_code] == [status] * 2
    assert not Account.objects.filter(username="xyz").exists()


def test_the_first_password_opens_nothing_but_its_own_change(cast: Cast) -> None:
    who = cast.person("黄德旺")
    answer = signed_in(cast.accounts["township"]).post(f"/accounts/new/?person={who.pk}", {"username": "huangdewang"})
    first = answer.context["password"]
    phone = Client()
    phone.post("/login/", {"username": "huangdewang", "password": first})
    held = phone.get("/me/?all=1")
    assert (held.status_code, held["Location"]) == (302, "/password/?next=%2Fme%2F%3Fall%3D1")
    assert phone.get("/c/").status_code == 200
    assert "别人也见过" in phone.get(held["Location"]).content.decode()
    own = "jia-men-kou-2026"
    changed = phone.post(held["Location"], {"current": first, "new": own, "again": own})
    assert (changed.status_code, changed["Location"]) == (302, "/me/?all=1")
    assert phone.get("/me/").status_code == 200
