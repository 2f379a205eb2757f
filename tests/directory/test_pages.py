"""The directory's pages: signing in, lists, a person, accounts; with a stated number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from doorstep.core.models import Activity
from doorstep.directory.models import Account, Membership, RoleGrant
from doorstep.directory.pages.lists import ACTIVITY
from doorstep.directory.services.accounts import grant_role
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def test_sign_in_by_name_and_by_phone(cast: Cast, client: Client) -> None:
    from doorstep.core.crypto import blind_index

    Account.objects.filter(username="township").update(phone_index=blind_index("19900008888", field="mobile"))
    for name in ("township", "19900008888"):
        answer = Client().post("/login/", {"username": name, "password": PASSWORD, "next": "/people/"})
        assert (answer.status_code, answer["Location"]) == (302, "/people/"), name


def test_a_wrong_name_and_a_wrong_password_sound_the_same(cast: Cast) -> None:
    texts = []
    for name, password in (("township", "no"), ("nobody", "no"), ("township\0", "x")):
        answer = Client().post("/login/", {"username": name, "password": password})
        assert answer.status_code == 422
        texts.append("用户名或密码不对" in answer.content.decode())
    assert texts[:2] == [True, True]


def test_five_failures_lock_for_a_while(cast: Cast) -> None:
    client = Client()
    codes = [client.post("/login/", {"username": "county", "password": "no"}).status_code for _ in range(6)]
    assert codes[-1] == 429
    assert client.post("/login/", {"username": "county", "password": PASSWORD}).status_code == 429
    assert "15" in client.post("/login/", {"username": "county", "password": PASSWORD}).content.decode()


def _tries(name: str, password: str = "no", *, address: str = "10.0.0.1", times: int = 1, via: str = "") -> list[int]:
    typed, headers = {"username": name, "password": password}, {"X-Forwarded-For": via} if via else {}
    return [Client(REMOTE_ADDR=address, headers=headers).post("/login/", typed).status_code for _ in range(times)]


def test_one_who_mistypes_locks_nobody_else_at_the_same_address(cast: Cast) -> None:
    assert _tries("county", times=5) == [422] * 4 + [429]
    assert _tries("county", PASSWORD) == [429]
    assert _tries("township", PASSWORD) == [302]
    assert _tries("county", PASSWORD, address="10.0.0.2") == [302]
    assert Activity.objects.filter(event="directory.sign_in_failed", detail__locked=True).count() == 2


def test_many_names_from_one_address_lock_it_and_no_other(cast: Cast) -> None:
    assert set(_tries("township", times=4)) == {422}
    assert _tries("township", PASSWORD) == [302]  # one's own failures are forgiven, those of others are not
    tried = [_tries(f"nobody-{number}")[0] for number in range(60)]
    assert tried == [422] * 59 + [429]
    assert _tries("township", PASSWORD) == [429]
    assert _tries("township", PASSWORD, address="10.0.0.2") == [302]


def test_one_name_tried_from_many_addresses_is_locked(cast: Cast) -> None:
    tried = [code for last in range(5) for code in _tries("county", address=f"10.0.1.{last}", times=5)]
    assert tried.count(429) == 5
    assert _tries("county", PASSWORD, address="10.0.2.1") == [429]
    assert _tries("township", PASSWORD, address="10.0.1.1") == [302]


def test_an_address_is_taken_from_our_own_proxies_alone(cast: Cast, settings: Any) -> None:
    for claimed in range(5):
        codes = _tries("county", via=f"192.0.2.{claimed}")
    assert codes == [429]  # nobody is trusted: the header says nothing
    settings.DOORSTEP_PROXIES = 1
    for claimed in range(5):
        codes = _tries("base", via=f"192.0.2.{claimed}, 198.51.100.7")
    assert codes == [429]  # the proxy's own word is the last
    assert _tries("base", PASSWORD, via="198.51.100.8") == [302]
    assert _tries("city", PASSWORD, via="nonsense") == [302]


def test_the_addresses_of_one_ipv6_network_are_one(cast: Cast) -> None:
    codes = [_tries("county", address=f"2001:db8:0:1::{last}")[0] for last in range(1, 6)]
    assert codes[-1] == 429
    assert _tries("county", PASSWORD, address="2001:db8:0:2::1") == [302]
    assert _tries("base", address="::ffff:10.0.0.1", times=5)[-1] == 429
    assert (_tries("base", PASSWORD), _tries("base", PASSWORD, address="::ffff:10.0.0.2")) == ([429], [302])


def test_a_phone_number_tried_is_not_kept_in_plain(cast: Cast) -> None:
    _tries("19900008888")
    assert [len(name) for name in AccessAttempt.objects.values_list("username", flat=True)] == [64]


def test_a_form_sent_without_a_session_leads_back_to_its_page(cast: Cast) -> None:
    page, client = "/classes/?sort=title", Client()
    sent = client.post("/imports/17/answer/", {"x": "1"}, headers={"Referer": f"http://testserver{page}"})
    assert sent["Location"] == "/login/?next=%2Fclasses%2F%3Fsort%3Dtitle&unsaved=1"
    assert "没有保存" in client.get(sent["Location"]).content.decode()
    signed = client.post(sent["Location"], {"username": "township", "password": PASSWORD, "next": page})
    assert (signed["Location"], client.get(page).status_code) == (page, 200)
    for stranger in ("https://elsewhere.example/classes/", "http://testserver.example/", "nonsense", ""):
        sent = Client().post("/imports/17/answer/", headers={"Referer": stranger})
        assert sent["Location"] == "/login/?next=%2F&unsaved=1"
    opened = Client().get(page, headers={"Referer": "http://testserver/people/"})
    assert opened["Location"] == "/login/?next=%2Fclasses%2F%3Fsort%3Dtitle"
    assert "没有保存" not in Client().get(opened["Location"]).content.decode()


def test_a_part_of_a_page_is_no_place_to_sign_in(cast: Cast) -> None:
    there = {"HX-Request": "true", "Referer": "http://testserver/people/"}
    answer = Client().get("/search/?q=a", headers=there)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/login/?next=%2Fpeople%2F")
    assert Client().post("/me/", headers=there)["HX-Redirect"] == "/login/?next=%2Fpeople%2F&unsaved=1"


def test_an_address_for_forms_alone_says_so(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("township")
    answer = client.get("/imports/17/answer/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "什么都没有写入" in answer.content.decode()
    assert client.get("/imports/17/answer/", headers={"Accept": "application/json"}).json()["code"] == (
        "method_not_allowed"
    )


def test_a_password_manager_knows_the_fields(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    first, own = Client().get("/login/").content.decode(), sign_in("township").get("/password/").content.decode()
    assert re.findall(r'autocomplete="([a-z-]+)"', first) == ["username", "current-password"]
    assert re.findall(r'type="password"[^>]* autocomplete="([a-z-]+)"', own) == [
        "current-password",
        "new-password",
        "new-password",
    ]


def test_more_than_is_taken_at_once_is_said_to_be_too_long(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    long = "x" * (3 * 1024 * 1024)
    answer = sign_in("township").post("/password/", long, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()
    machine = sign_in("township").post("/api/v1/classes", f'"{long}"', content_type="application/json")
    assert (machine.status_code, machine.json()["code"]) == (413, "too_long")
    nowhere = sign_in("township").get("/api/v1/nothing-here")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "not_found")


def test_no_page_without_signing_in(cast: Cast, client: Client) -> None:
    for path in ("/", "/people/", "/units/", "/accounts/", "/search/?q=x", "/tokens/", "/activity/", "/help/"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/login/"), path


def test_next_never_leads_away(cast: Cast) -> None:
    answer = Client().post("/login/", {"username": "city", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_people_list(cast: Cast, sign_in: Callable[[str], Client], django_assert_num_queries) -> None:  # noqa: ANN001
    client = sign_in("township")
    client.get("/people/")
    with django_assert_num_queries(4):  # account, grants, rows, one's views
        page = client.get("/people/").content.decode()
    assert "林秀珍" in page
    assert "彭有顺" not in page
    found = client.get("/people/", {"q": "lxz"}).content.decode()
    assert ("林秀珍" in found, "黄德旺" in found) == (True, False)


def test_a_foreign_person_is_not_there(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    stranger = cast.person("缪阿妹").pk
    client = sign_in("township")
    assert client.get(f"/people/{stranger}/").status_code == 404
    answer = client.post(f"/people/{stranger}/reveal/", {"field": "id_number", "reason": "想看一看"})
    assert answer.status_code == 404
    assert "缪阿妹" not in answer.content.decode()
    assert not Activity.objects.filter(event="directory.field_revealed").exists()


def test_reveal_asks_for_a_reason(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    person = cast.person("林秀珍")
    client = sign_in("secretary")
    assert client.post(f"/people/{person.pk}/reveal/", {"field": "id_number", "reason": ""}).status_code == 422
    shown = client.post(f"/people/{person.pk}/reveal/", {"field": "id_number", "reason": "核对身份"})
    assert "35099919610312" in shown.content.decode()


def test_moving_a_person_by_the_page(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    person = cast.person("黄德旺")
    client = sign_in("township")
    assert client.get(f"/people/{person.pk}/move/").status_code == 200
    bad = client.post(f"/people/{person.pk}/move/", {"unit": cast.unit("kengtou").pk, "on": "2026-06-01"})
    assert (bad.status_code, "不用再转" in bad.content.decode()) == (422, True)
    good = client.post(f"/people/{person.pk}/move/", {"unit": cast.unit("shiqiao").pk, "on": "2026-06-01"})
    assert good.status_code == 302
    assert Membership.objects.filter(person=person).count() == 2


def test_opening_an_account_by_the_page(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    client = sign_in("township")
    form = {"username": "new.person", "display_name": "新人", "role": "secretary", "unit": "B-kengtou"}
    assert client.post("/accounts/new/", {**form, "unit": "B-huangjia"}).status_code == 422
    page = client.post("/accounts/new/", form)
    assert page.status_code == 200
    account = Account.objects.get(username="new.person")
    assert client.get(f"/accounts/{account.pk}/").status_code == 200
    grant = RoleGrant.objects.get(account=account)
    assert client.post(f"/accounts/roles/{grant.pk}/end/").status_code == 302


def test_language_and_type_size_stay(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    client = sign_in("township")
    client.post("/preferences/", {"type_size": "large", "language": "en"})
    account = Account.objects.get(username="township")
    assert (account.type_size, account.language) == ("large", "en")
    assert 'class="large"' in client.get("/help/").content.decode()
    visitor = Client()
    visitor.post("/preferences/", {"type_size": "large"})
    assert 'class="large"' in visitor.get("/login/").content.decode()


def test_signing_out_leaves_nothing(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    client = sign_in("city")
    answer = client.post("/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/people/").status_code == 302


def test_only_the_auditor_reads_the_log(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    auditor = sign_in("auditor")
    page = auditor.get("/activity/?event=directory.unit_founded").content.decode()
    assert page.count('data-label="事项">新建单位<') == len(cast.units)
    assert 'data-label="事项">' not in sign_in("city").get("/activity/").content.decode()


def test_the_log_is_read_in_words_and_exported_with_its_codes(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    grant_role(
        account=cast.accounts["township"],
        role="county",
        unit=cast.unit("fuan"),
        since=date(2026, 1, 1),
        actor=cast.actor("city"),
    )
    page = sign_in("auditor").get("/activity/").content.decode()
    assert "授予身份" in page
    assert f">{cast.accounts['city'].display_name}<" in page
    assert "系统" in page, "what nobody's account did"
    assert f"账号 {cast.accounts['township'].display_name}<" in page
    assert f"单位 {cast.unit('fuan').short_name}<" in page
    assert ">directory.role_granted<" not in page
    exported = {column.key for column in ACTIVITY.columns}
    assert {"code", "account_id"} <= exported


def test_personal_pages_are_not_kept_by_the_browser(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    answer = sign_in("city").get("/people/")
    assert answer["Cache-Control"] == "no-store"
    assert "unsafe" not in answer["Content-Security-Policy"].replace("'wasm-unsafe-eval'", "")


def test_a_list_that_is_not_theirs_is_refused(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    for name, path in (
        ("trainee", "/accounts/"),
        ("base", "/accounts/"),
        ("teacher", "/activity/"),
        ("base", "/people/"),
    ):
        page = sign_in(name).get(path)
        assert (page.status_code, "导出 Excel" in page.content.decode()) == (403, False), (name, path)
    assert sign_in("auditor").get("/activity/").status_code == 200


def test_an_empty_list_offers_only_what_one_may_do(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    for name, offered in (("township", True), ("trainee", False)):
        page = sign_in(name).get("/classes/")
        assert ("这里还是空的" in page.content.decode(), "/classes/new/" in page.content.decode()) == (True, offered)
