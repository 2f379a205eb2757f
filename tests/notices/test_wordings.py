"""How offices word messages: checked placeholders, nearest office first, versions kept, back to what was shipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound, NotPermitted
from doorstep.core.models import Activity
from doorstep.notices.models import Message, Wording
from doorstep.notices.queries.fields import FIELDS, allowed_in_body, allowed_in_title, words_for
from doorstep.notices.queries.wording_checks import Words
from doorstep.notices.queries.wordings import wordings_for
from doorstep.notices.rules.texts import known_texts, state_text
from doorstep.notices.rules.wordings import as_places, fields_in, filled, in_fields, in_words, wrong_place
from doorstep.notices.services import refusals
from doorstep.notices.services.sending import choose_channel, send_due
from doorstep.notices.services.wordings import word_text
from tests.cast import Cast
from tests.factories.classes import SYSTEM
from tests.factories.messages import TRIED, given_message, given_wording

TODAY = date(2026, 11, 24)
CANCELLED = "classes.class_cancelled"
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def titles(cast: Cast, *names: str) -> list[str]:
    """What those accounts read of one happening, in the order named."""
    told = {row.account_id: row.title for row in given_message(*(cast.accounts[name] for name in names), title="甲班")}
    return [told[cast.accounts[name].pk] for name in names]


class TestRules:
    """Placeholders by their words."""

    def test_every_field_of_every_shipped_text_has_a_word_and_no_two_share_one(self) -> None:
        shipped = [text for name, text in known_texts().items() if not name.startswith("tests.")]
        assert len(shipped) > 40
        used = {name for text in shipped for name in fields_in(f"{text.title}{text.body}")}
        assert used - FIELDS.keys() == set()
        words = [str(one.word) for one in FIELDS.values()]
        assert len(words) == len(set(words))

    def test_a_title_may_say_what_the_shipped_title_says_and_what_names_nobody(self) -> None:
        text = known_texts()["classes.order_countered"]
        assert list(allowed_in_title(text)) == ["title", "provider", "counter", "reply"]
        assert list(allowed_in_body(text)) == ["title", "provider", "counter", "reply", "note"]

    def test_what_was_shipped_is_read_with_words(self) -> None:
        assert as_places("%(title)s 到 100%%") == "{title} 到 100%"
        assert in_words("{title}，{unknown}", words_for(("title",))) == "{标题}，{unknown}"
        assert words_for(("unknown",)) == {"unknown": "unknown"}

    def test_what_does_not_fit_is_named(self) -> None:
        allowed = {"title": "标题"}
        assert wrong_place(in_fields("{标题}{ 标题 }{title}", allowed), allowed) == ""
        assert wrong_place("{note}", allowed) == "{note}"
        assert wrong_place("{}", allowed) == "{}"
        assert wrong_place("{title", allowed) == "{"
        assert wrong_place("title}", allowed) == "}"

    @given(
        st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=20)),
        st.text(alphabet="甲{}%()s", max_size=20),
    )
    def test_values_are_filled_in_once_and_never_read_as_placeholders(
        self, fields: dict[str, str], around: str
    ) -> None:
        bare = around.replace("{", "").replace("}", "")
        wording = bare + "".join(f"{{{name}}}" for name in fields) + bare
        assert filled(wording, fields) == bare + "".join(fields.values()) + bare

    @given(st.lists(st.sampled_from(sorted(FIELDS)), max_size=5))
    def test_words_and_fields_go_both_ways(self, names: list[str]) -> None:
        words = words_for(tuple(FIELDS))
        wording = "，".join(f"{{{name}}}" for name in names)
        assert in_fields(in_words(wording, words), words) == wording


@pytest.mark.django_db
class TestWhatHolds:
    """Whose words, for whom, from when."""

    def test_a_county_speaks_for_its_own_people_and_the_city_for_all_others(self, cast: Cast) -> None:
        given_wording(cast.unit("ningde"), "市里说：{标题}")
        given_wording(cast.unit("jiaocheng"), "蕉城说：{标题}", "内容：{标题}{missing}")
        assert titles(cast, "city", "county", "township", "secretary") == [
            "市里说：甲班", "蕉城说：甲班", "蕉城说：甲班", "蕉城说：甲班",
        ]  # fmt: skip
        assert Message.objects.get(account=cast.accounts["county"]).body == "内容：甲班"
        assert Message.objects.get(account=cast.accounts["city"]).body == ""
        assert wordings_for({}) == {}

    def test_what_was_told_stays_as_it_was_and_the_shipped_words_come_back(self, cast: Cast) -> None:
        unit = cast.unit("jiaocheng")
        given_wording(unit, "旧说法：{标题}")
        assert titles(cast, "county") == ["旧说法：甲班"]
        given_wording(unit, "新说法：{标题}")
        given_wording(unit, "")
        assert titles(cast, "county") == ["试一试：甲班"]
        assert [row.title for row in Message.objects.order_by("pk")] == ["旧说法：甲班", "试一试：甲班"]
        rows = Wording.objects.order_by("version").values_list("version", "title", "is_in_force")
        assert list(rows) == [(1, "旧说法：{title}", False), (2, "新说法：{title}", False), (3, "", True)]
        assert Activity.objects.filter(event="notices.text_worded").count() == 3

    def test_a_channel_has_words_of_its_own_and_the_inbox_keeps_its_own(
        self, cast: Cast, settings: Any, tmp_path: Path
    ) -> None:
        path = tmp_path / "sent.jsonl"
        settings.DOORSTEP_CHANNELS = dict.fromkeys(("sms", "mail"), f"file://{path}")
        for channel, address in (("sms", "13900001234"), ("mail", "a@b.cn")):
            choose_channel(channel=channel, address=address, rhythm="at_once", actor=cast.actor("county"))
        given_wording(cast.unit("jiaocheng"), "短：{标题}", "不会出去", way="sms")
        assert titles(cast, "county") == ["试一试：甲班"]
        assert send_due(actor=SYSTEM) == 2
        sent = path.read_text("utf-8")
        assert ("短：甲班" in sent, "试一试：甲班" in sent, "不会出去" in sent) == (True, True, False)

    @pytest.mark.parametrize(
        ("title", "body", "refusal", "said"),
        [
            ("", "x", refusals.WordingEmpty, "标题不能空着"),
            ("{附言}", "", refusals.WordingPlaceWrong, "标题里的“{附言}”"),
            ("{名字}", "", refusals.WordingPlaceWrong, "“{名字}”填不进去"),
            ("{标题", "", refusals.WordingPlaceWrong, "“{”填不进去"),
            ("好", "{人数}", refusals.WordingPlaceWrong, "内容里的“{人数}”"),
            ("长" * 121, "", refusals.WordingTooLong, "最多 120 个字"),
            ("好", "长" * 601, refusals.WordingTooLong, "内容最多 600"),
            ("问 13912345678", "", refusals.WordingHoldsNumbers, "139…"),
            ("好", "问 13912345678", refusals.WordingHoldsNumbers, "139…"),
        ],
    )
    def test_what_may_not_be_said_is_refused_by_name(
        self, cast: Cast, title: str, body: str, refusal: type[DoorstepError], said: str
    ) -> None:
        with pytest.raises(refusal) as problem:
            word_text(
                unit=cast.unit("ningde"), text="classes.order_countered", way="inbox", words=Words(title, body),
                seen=0, actor=cast.actor("city"),
            )  # fmt: skip
        assert said in problem.value.text
        assert Wording.objects.count() == 0

    def test_a_text_without_fields_says_that_there_are_none(self, cast: Cast) -> None:
        bare = state_text("tests.bare", "一句话")
        with pytest.raises(refusals.WordingPlaceWrong) as problem:
            given_wording(cast.unit("ningde"), "{标题}", text=bare)
        assert "（没有）" in problem.value.text

    def test_only_what_there_is_and_only_ones_own(self, cast: Cast) -> None:
        city, own = cast.actor("city"), {"words": Words("好"), "seen": 0}
        for text, way in (("nothing", "inbox"), (TRIED, "pigeon")):
            with pytest.raises(NotFound):
                word_text(unit=cast.unit("ningde"), text=text, way=way, actor=city, **own)  # type: ignore[arg-type]
        for who, unit in (("county", "ningde"), ("county", "fuan"), ("city", "jiaocheng"), ("township", "huotong")):
            with pytest.raises(NotPermitted):
                word_text(unit=cast.unit(unit), text=TRIED, way="inbox", actor=cast.actor(who), **own)  # type: ignore[arg-type]

    def test_said_again_it_is_the_same_version_and_an_older_page_is_refused(self, cast: Cast) -> None:
        unit = cast.unit("ningde")
        first = given_wording(unit, "甲")
        assert given_wording(unit, "甲") == first
        with pytest.raises(refusals.WordingChangedMeanwhile):
            word_text(unit=unit, text=TRIED, way="inbox", words=Words("乙"), seen=0, actor=SYSTEM)

    def test_the_database_keeps_one_in_force_and_a_body_inside(self, cast: Cast) -> None:
        unit = cast.unit("ningde")
        row = {"unit": unit, "place": unit.path, "text": TRIED, "written_at": clock.now()}
        Wording.objects.create(**row, way="sms", version=1, title="甲")
        for changes in (
            {"way": "sms", "version": 2, "title": "乙"},
            {"way": "sms", "version": 1, "title": "乙", "is_in_force": False},
            {"way": "mail", "version": 1, "title": "乙", "body": "内容"},
            {"way": "inbox", "version": 1, "title": "", "body": "内容"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Wording.objects.create(**row, **changes)


def test_two_at_once_make_one_version(cast_committed: Cast) -> None:
    unit, start = cast_committed.unit("ningde"), Barrier(4)

    def write(number: int) -> str:
        try:
            start.wait(10)
            word_text(unit=unit, text=TRIED, way="inbox", words=Words(f"第{number}"), seen=0, actor=SYSTEM)
        except refusals.WordingChangedMeanwhile as problem:
            return problem.code
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(write, range(4))) == ["done", *["wording_changed"] * 3]
    assert Wording.objects.filter(is_in_force=True).count() == 1


@pytest.mark.django_db
class TestPages:
    """The list of texts, one of them, its preview."""

    def test_an_office_changes_looks_and_goes_back(self, cast: Cast, sign_in: SignIn) -> None:
        county, page = sign_in("county"), reverse("notices:wording", args=[CANCELLED, "inbox"])
        shown = county.get(page).content.decode()
        assert ("收到的样子" in shown, "党员冬训班" in shown, "用回原来的说法" in shown) == (True, True, False)
        look = county.post(reverse("notices:wording_preview", args=[CANCELLED, "inbox"]), {"title": "停办：{标题}"})
        assert ("停办：党员冬训班" in look.content.decode(), Wording.objects.count()) == (True, 0)
        wrong = county.post(page, {"title": "停办：{谁}", "seen": "0", "act": "save"})
        assert (wrong.status_code, "“{谁}”填不进去" in wrong.content.decode()) == (422, True)
        assert "停办：{谁}" in wrong.content.decode()
        done = county.post(page, {"title": "停办：{标题}", "body": "", "seen": "0", "act": "save"}, follow=True)
        assert ("已保存" in done.content.decode(), "第 1 版" in done.content.decode()) == (True, True)
        assert "停办：{标题}" in county.get(reverse("notices:wordings_changed")).content.decode()
        assert "（改过）" in county.get(reverse("notices:wordings")).content.decode()
        late = county.post(page, {"title": "又改", "seen": "0", "act": "save"})
        assert (late.status_code, "刚才被别人改过" in late.content.decode()) == (422, True)
        back = county.post(page, {"title": "", "seen": "1", "act": "back"}, follow=True)
        assert "已用回原来的说法" in back.content.decode()
        rows = county.get(reverse("notices:wordings_changed"), {"status": "in_force"}).context["listing"].rows
        assert [row.version for row in rows] == [2]
        rows = county.get(reverse("notices:wordings_changed"), {"q": "停办", "way": "inbox"}).context["listing"].rows
        assert [row.version for row in rows] == [1]

    def test_the_list_finds_by_words_and_is_the_offices_own(self, cast: Cast, sign_in: SignIn) -> None:
        given_wording(cast.unit("fuan"), "福安：{标题}", text=CANCELLED)
        county = sign_in("county")
        found = county.get(reverse("notices:wordings"), {"q": "点单已接"})
        assert [row["title"] for row in found.context["rows"]] == ["点单已接：{标题}"]
        assert "没有这样的消息" in county.get(reverse("notices:wordings"), {"q": "没有的字"}).content.decode()
        assert county.get(reverse("notices:wordings")).context["changed"] == 0
        assert county.get(reverse("notices:wordings_changed")).context["listing"].rows == []
        for who in ("township", "secretary"):
            for name in ("wordings", "wordings_changed"):
                assert sign_in(who).get(reverse(f"notices:{name}")).status_code in (403, 404)
        for text, way in (("nothing", "inbox"), (CANCELLED, "sms"), (CANCELLED, "pigeon")):
            assert county.get(reverse("notices:wording", args=[text, way])).status_code == 404

    def test_a_channel_that_is_there_has_one_line(self, cast: Cast, sign_in: SignIn, settings: Any) -> None:
        settings.DOORSTEP_CHANNELS = {"sms": "file:///tmp/none"}
        page = reverse("notices:wording", args=[CANCELLED, "sms"])
        shown = sign_in("county").get(page).content.decode()
        assert ('name="body"' in shown, "发出去的只有这一句" in shown) == (False, True)

    @pytest.mark.parametrize("count", [1, 3])
    def test_pages_ask_a_fixed_number_of_questions(
        self, cast: Cast, sign_in: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(count):
            given_wording(cast.unit("jiaocheng"), f"第 {number} 次：{{标题}}", text=CANCELLED)
        county = sign_in("county")
        county.get(reverse("notices:wordings"))
        with django_assert_num_queries(4):
            county.get(reverse("notices:wordings"))
        with django_assert_num_queries(4):
            county.get(reverse("notices:wordings_changed"))
        with django_assert_num_queries(4):
            county.get(reverse("notices:wording", args=[CANCELLED, "inbox"]))
