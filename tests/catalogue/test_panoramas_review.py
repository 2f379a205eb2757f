"""A scene, and each change of one that is shown, is looked at by the level above; visitors see what was accepted."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.models import Base
from doorstep.catalogue.jobs.panoramas import folder_path
from doorstep.catalogue.models import Panorama, PanoramaEdition, Route
from doorstep.catalogue.queries.panoramas_shown import tour_of_route
from doorstep.catalogue.queries.panoramas_states import panoramas_to_mend, panoramas_to_review, state_kept
from doorstep.catalogue.rules.panoramas import MarkFacts, MarkState, PanoramaFacts, SceneState, differences
from doorstep.catalogue.services import panoramas_refusals as refusals
from doorstep.catalogue.services.panoramas import change_panorama, end_panorama
from doorstep.catalogue.services.panoramas_marks import change_mark, end_mark, place_mark, restore_mark
from doorstep.catalogue.services.panoramas_pictures import replace_picture, take_picture
from doorstep.catalogue.services.panoramas_review import hand_in_panorama, review_panorama, withdraw_panorama
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.notices.models import Message
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import make_base
from tests.factories.courses import given_course
from tests.factories.jobs import run_queued_jobs
from tests.factories.panoramas import SEEN, given_mark, given_panorama, upload
from tests.factories.routes import make_course, make_route

NEW = PanoramaFacts("村口", "新修了一座亭子。", "县融媒体中心")


@pytest.fixture
def base(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"), name="霍童党校")


@pytest.fixture
def route(cast: Cast, base: Base) -> Route:
    """A published route with one stop."""
    make_course(cast.unit("ningde"))
    made = make_route(cast.unit("huotong"), [base, make_base(cast.unit("hubei"), name="虎𬇙党校")])
    Route.objects.filter(pk=made.pk).update(status="published", published_at=clock.now())
    made.refresh_from_db()
    return made


def again(row: Any) -> Any:
    row.refresh_from_db()
    return row


def stamp_of(panorama: Panorama) -> str:
    return state_kept(Panorama.objects.get(pk=panorama.pk)).stamp


def broken() -> list[str]:
    return [found.name for found in check_invariants(limit=1) if not found.holds]


def test_the_level_above_looks_first_and_nobody_at_their_own(cast: Cast, base: Base) -> None:
    keeper, county, made = cast.actor("base"), cast.actor("county"), given_panorama(base, status="draft")
    judge = partial(review_panorama, panorama=made, note="", actor=county)
    with pytest.raises(refusals.PanoramaStandsSo):
        judge(accept=True, stamp=stamp_of(made))
    hand_in_panorama(panorama=made, actor=keeper)
    assert not PanoramaEdition.objects.exists()
    for name in ("base", "township"):
        with pytest.raises(NotPermitted):
            review_panorama(panorama=made, accept=True, note="", stamp=stamp_of(made), actor=cast.actor(name))
    assert list(panoramas_to_review(county)) == [made]
    assert [list(panoramas_to_review(cast.actor(name))) for name in ("base", "township", "other_county")] == [
        [],
        [],
        [],
    ]
    with pytest.raises(refusals.PanoramaNoteMissing):
        review_panorama(panorama=made, accept=False, note=" ", stamp=stamp_of(made), actor=county)
    back = review_panorama(panorama=made, accept=False, note=" 看得清车牌 ", stamp=stamp_of(made), actor=county)
    assert (back.status, back.review_note) == ("declined", "看得清车牌")
    assert list(panoramas_to_mend(keeper)) == [made]
    assert list(panoramas_to_mend(cast.actor("sibling_township"))) == []
    with pytest.raises(refusals.PanoramaStandsSo):
        judge(accept=True, stamp=stamp_of(made))
    hand_in_panorama(panorama=made, actor=keeper)
    assert again(made).review_note == ""
    assert judge(accept=True, stamp=stamp_of(made)).status == "published"
    assert PanoramaEdition.objects.get().panorama == made
    own = given_panorama(base, status="draft")
    hand_in_panorama(panorama=own, actor=county)
    assert list(panoramas_to_review(county)) == []
    with pytest.raises(refusals.PanoramaIsOwn):
        review_panorama(panorama=own, accept=True, note="", stamp=stamp_of(own), actor=county)
    assert broken() == []


def test_what_is_accepted_is_what_was_looked_at(cast: Cast, base: Base) -> None:
    """Words, signs and the picture may change while one looks: then one looks again."""
    keeper, county, made = cast.actor("base"), cast.actor("county"), given_panorama(base, status="draft")
    mark = given_mark(made)
    hand_in_panorama(panorama=made, actor=keeper)
    changes = (
        lambda: change_panorama(panorama=made, facts=NEW, version=1, actor=keeper),
        lambda: place_mark(panorama=made, facts=MarkFacts(1, 2, "亭子"), actor=keeper),
        lambda: change_mark(mark=mark, facts=MarkFacts(3, 4, "樟树"), actor=keeper),
        lambda: end_mark(mark=mark, actor=keeper),
        lambda: Panorama.objects.filter(pk=made.pk).update(folder="9" * 32),
    )
    for change in changes:
        seen = stamp_of(made)
        change()
        with pytest.raises(refusals.PanoramaLookedDifferent):
            review_panorama(panorama=made, accept=True, note="", stamp=seen, actor=county)
    assert again(made).status == "waiting"
    # Who mends it with their own hand does not say the word on it either.
    restore_mark(mark=mark, actor=county)
    with pytest.raises(refusals.PanoramaIsOwn):
        review_panorama(panorama=made, accept=True, note="", stamp=stamp_of(made), actor=county)


def test_while_a_change_waits_visitors_see_what_was_accepted(cast: Cast, base: Base, route: Route) -> None:
    keeper, county = cast.actor("base"), cast.actor("county")
    made, inside = given_panorama(base, title="村口"), given_panorama(base, title="展馆")
    course = given_course(cast.unit("huotong"), title="账本")
    mark = given_mark(made, course=course)
    given_mark(made, target=inside, yaw=30.0)

    def seen() -> tuple[Any, ...]:
        scene = tour_of_route(route, is_public=True).scenes[0]
        return scene.title, scene.seen, [(one.title, one.course) for one in scene.marks]

    first = ("村口", SEEN, [("大樟树", "账本"), ("展馆", "")])
    assert seen() == first
    change_panorama(panorama=made, facts=NEW, version=1, actor=keeper)
    end_mark(mark=mark, actor=keeper)
    change_panorama(panorama=inside, facts=PanoramaFacts("新展馆", SEEN, "县融媒体中心"), version=1, actor=keeper)
    assert (again(made).status, seen()) == ("draft", first)
    hand_in_panorama(panorama=made, actor=keeper)
    assert seen() == first
    review_panorama(panorama=made, accept=False, note="写清楚", stamp=stamp_of(made), actor=county)
    assert seen() == first
    hand_in_panorama(panorama=made, actor=keeper)
    review_panorama(panorama=made, accept=True, note="", stamp=stamp_of(made), actor=county)
    assert seen() == ("村口", NEW.seen, [("展馆", "")])
    assert broken() == []


def test_what_is_put_back_as_it_was_needs_no_word(cast: Cast, base: Base) -> None:
    keeper, made = cast.actor("base"), given_panorama(base)
    mark = given_mark(made)
    as_it_was = PanoramaFacts(made.title, made.seen, made.credit)
    end_mark(mark=mark, actor=keeper)
    assert again(made).status == "draft"
    restore_mark(mark=mark, actor=keeper)
    assert again(made).status == "published"
    change_panorama(panorama=made, facts=PanoramaFacts("x"), version=1, actor=keeper)
    assert again(made).status == "draft"
    change_panorama(panorama=made, facts=as_it_was, version=2, actor=keeper)
    assert again(made).status == "published"


@pytest.mark.django_db(transaction=True)
def test_another_picture_waits_beside_the_one_visitors_see(cast_committed: Cast) -> None:
    keeper, county = cast_committed.actor("base"), cast_committed.actor("county")
    made = given_panorama(make_base(cast_committed.unit("huotong"), name="霍童党校"))
    old = made.folder
    for _n in range(2):  # the second one takes the place of a picture nobody has seen
        unseen = again(made).folder
        replace_picture(panorama=made, upload=upload(), name="x.jpg", actor=keeper)
        run_queued_jobs()
        assert folder_path(old).is_dir()
        assert (again(made).status, made.edition.folder) == ("draft", old)
    assert not folder_path(unseen).exists()
    hand_in_panorama(panorama=made, actor=keeper)
    review_panorama(panorama=made, accept=True, note="", stamp=stamp_of(made), actor=county)
    assert PanoramaEdition.objects.get().folder == again(made).folder
    assert [folder_path(old).exists(), folder_path(made.folder).is_dir()] == [False, True]


def test_a_picture_that_was_only_shown_goes_with_what_was_shown(cast_committed: Cast) -> None:
    keeper = cast_committed.actor("base")
    made = given_panorama(make_base(cast_committed.unit("huotong")))
    shown = made.folder
    replace_picture(panorama=made, upload=upload(), name="x.jpg", actor=keeper)
    run_queued_jobs()
    end_panorama(panorama=again(made), actor=keeper)
    assert not PanoramaEdition.objects.exists()
    assert [folder_path(shown).exists(), folder_path(again(made).folder).is_dir()] == [False, True]


def test_taken_down_and_put_away_nobody_sees_it_at_once(cast: Cast, base: Base, route: Route) -> None:
    for name, act in (("base", withdraw_panorama), ("county", withdraw_panorama), ("base", end_panorama)):
        made = given_panorama(base, serial=Panorama.objects.count() + 500)
        address = f"/portal/panoramas/{made.folder}/base.webp"
        assert Client().get(address).status_code == 200
        change_panorama(panorama=made, facts=NEW, version=1, actor=cast.actor("base"))
        hand_in_panorama(panorama=made, actor=cast.actor("base"))
        act(panorama=made, actor=cast.actor(name))
        assert Client().get(address).status_code == 404
        assert not PanoramaEdition.objects.filter(panorama=made).exists()
        assert again(made).status in ("draft", "disabled")
    assert broken() == []


def test_pictures_that_wait_are_for_those_who_keep_the_place(cast: Cast, base: Base, route: Route) -> None:
    made = given_panorama(base)
    old, new = made.folder, "8" * 32
    folder_path(old).with_name(new).mkdir()
    (folder_path(new) / "base.webp").write_bytes((folder_path(old) / "base.webp").read_bytes())
    Panorama.objects.filter(pk=made.pk).update(incoming=new)
    take_picture(panorama=made, incoming=new, width=2048, actor=cast.actor("base"))
    found = {}
    for name in ("base", "county", "trainee", "sibling_township"):
        visitor = signed_in(cast.accounts[name])
        found[name] = [
            visitor.get(f"/panoramas/{made.pk}/pictures/{folder}/base.webp").status_code for folder in (old, new)
        ]
    both_seen, old_only = [200, 200], [200, 404]
    assert found == {"base": both_seen, "county": both_seen, "trainee": old_only, "sibling_township": old_only}
    assert [Client().get(f"/portal/panoramas/{folder}/base.webp").status_code for folder in (old, new)] == old_only


@pytest.mark.django_db(transaction=True)
def test_who_handed_it_in_and_who_keeps_the_place_hear_what_became_of_it(cast_committed: Cast) -> None:
    cast = cast_committed
    keeper, county = cast.actor("base"), cast.actor("county")
    made = given_panorama(make_base(cast.unit("huotong"), name="霍童党校"), status="draft", title="村口")
    for accept, note in ((False, "看得清车牌"), (True, "")):
        hand_in_panorama(panorama=made, actor=keeper)
        review_panorama(panorama=made, accept=accept, note=note, stamp=stamp_of(made), actor=county)
    run_queued_jobs()
    rows = Message.objects.filter(text__startswith="catalogue.panorama").order_by("pk")
    told = {(row.text, row.account_id == cast.accounts["base"].pk, row.link) for row in rows}
    link = reverse("catalogue:panorama", args=[made.pk])
    assert {(text, link) for text, is_keeper, link in told if is_keeper} == {
        ("catalogue.panorama_returned", link),
        ("catalogue.panorama_published", link),
    }
    assert not rows.filter(account=cast.accounts["county"]).exists()


def test_on_its_page_it_is_handed_in_looked_at_and_given_back(cast: Cast, base: Base) -> None:
    keeper, county = signed_in(cast.accounts["base"]), signed_in(cast.accounts["county"])
    made = given_panorama(base, title="村口")
    page, turn = (reverse(f"catalogue:{name}", args=[made.pk]) for name in ("panorama", "panorama_turn"))
    review = reverse("catalogue:panorama_review", args=[made.pk])

    def text(client: Client, address: str = page) -> str:
        return client.get(address).content.decode()

    assert "报送审核" not in text(keeper)
    facts = {"title": "村口", "seen": NEW.seen, "north": "0", "plan_x": "50", "plan_y": "50", "version": "1"}
    keeper.post(page, {**facts, "credit": made.credit})
    assert "改过：看得见什么。来的人看到的还是原来公开的样子，报送审核、上级发布后才换。" in text(keeper)
    assert keeper.post(turn, {"answer": "hand_in"}).headers["Location"] == page
    assert 'id="review"' not in text(keeper)
    assert "审核 1 处实景" in text(county, "/")
    assert "霍童党校" in text(county, reverse("catalogue:panoramas_list") + f"?status=waiting&county={base.county}")
    assert 'id="review"' in text(county)
    stale = county.post(review, {"answer": "accept", "stamp": "x" * 30})
    assert (stale.status_code, "在您看的时候又改过" in stale.content.decode()) == (422, True)
    silent = county.post(review, {"answer": "return", "stamp": stamp_of(made)})
    assert (silent.status_code, "退回要写明要改什么" in silent.content.decode()) == (422, True)
    assert keeper.post(review, {"answer": "accept", "stamp": stamp_of(made)}).status_code == 403
    assert county.post(review, {"answer": "return", "note": "写清楚", "stamp": stamp_of(made)}).status_code == 302
    assert "退回的原因</b>：写清楚" in text(keeper)
    assert "实景要改：霍童党校　村口" in text(keeper, "/")
    keeper.post(turn, {"answer": "hand_in"})
    county.post(page, {**facts, "title": "村口亭子", "version": "2"})
    assert "这是您自己报送或改过的" in text(county)
    second = signed_in(cast.accounts["city"])
    assert second.post(review, {"answer": "accept", "stamp": stamp_of(made)}).status_code == 302
    assert again(made).edition.title == "村口亭子"


def test_the_database_refuses_what_cannot_be(base: Base) -> None:
    made = given_panorama(base)
    for rows, changes in (
        (Panorama.objects, {"status": "declined", "review_note": ""}),
        (Panorama.objects, {"status": "waiting", "seen": ""}),
        (PanoramaEdition.objects, {"seen": ""}),
        (PanoramaEdition.objects, {"folder": ""}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)
    assert broken() == []
    Panorama.objects.filter(pk=made.pk).update(title="别的")
    assert broken() == ["panorama_shown_was_accepted"]


words = st.text(max_size=3)
angles = st.floats(-180, 179)
marks = st.builds(MarkState, st.integers(1, 3), angles, angles, words, words, st.none(), st.none())
states = st.builds(
    SceneState, words, words, words, angles, st.tuples(st.integers(0, 100), st.integers(0, 100)), words,
    st.integers(0, 9000), st.lists(marks, max_size=2).map(tuple),
)  # fmt: skip


@given(states, states)
def test_two_states_have_one_stamp_exactly_when_nothing_differs(one: SceneState, other: SceneState) -> None:
    assert (one.stamp == other.stamp) == (one == other)
    assert differences(one, one) == []
    if one.width == other.width:
        assert bool(differences(one, other)) == (one != other)
