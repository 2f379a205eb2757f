"""Materials and their copies: entered, sent down the tree, given to classes, counted; nothing is ever owed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from doorstep.catalogue.models import Course, Edition, Material, Movement, Sending, Shelf
from doorstep.catalogue.queries.materials import edition_by_id, edition_words, editions_for, material_counts
from doorstep.catalogue.queries.stock import balance_on, holdings_of
from doorstep.catalogue.services import materials_refusals as refusals
from doorstep.catalogue.services.materials import (
    MaterialFacts,
    add_edition,
    bring_back_material,
    change_material,
    choose_courses,
    enter_material,
    retire_material,
)
from doorstep.catalogue.services.stock import (
    MOST,
    call_back_copies,
    count_copies,
    issue_copies,
    receive_copies,
    return_copies,
    send_copies,
    take_in_copies,
)
from doorstep.classes.queries.materials import copies_lacking_at, materials_of_class, materials_short
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity, Policy
from doorstep.directory.models import Unit
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_class
from tests.factories.courses import draft_course, given_course, short_courses
from tests.factories.materials import PDF, make_edition

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def book(cast: Cast) -> Edition:
    """A textbook of the county, thirty copies of it there."""
    return make_edition(cast.unit("jiaocheng"), copies=30)


def held(edition: Edition, unit: Unit) -> int:
    return holdings_of([unit.pk]).get((unit.pk, edition.pk), (0, 0))[0]


def sound() -> bool:
    return [f.name for f in check_invariants(limit=3) if not f.holds] == []


def enter(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def test_entered_changed_retired_and_brought_back(cast: Cast) -> None:
    unit, actor = cast.unit("huotong"), cast.actor("township")
    made = enter_material(unit=unit, facts=MaterialFacts(" 葡萄读本 ", "textbook"), actor=actor)
    assert made.title == "葡萄读本"
    with pytest.raises(refusals.MaterialTaken):
        enter_material(unit=unit, facts=MaterialFacts("葡萄读本", "slides"), actor=actor)
    with pytest.raises(NotPermitted):
        enter_material(unit=cast.unit("jiaocheng"), facts=MaterialFacts("x", "slides"), actor=actor)
    facts = MaterialFacts("葡萄四季", "hand_out", "一年怎么管")
    assert change_material(material=made, facts=facts, version=1, actor=actor).version == 2
    with pytest.raises(refusals.MaterialChangedMeanwhile):
        change_material(material=made, facts=facts, version=1, actor=actor)
    retire_material(material=made, actor=actor)
    assert material_counts() == {"material": 0}
    for refused in (
        partial(retire_material, material=made),
        partial(change_material, material=made, facts=facts, version=2),
        partial(add_edition, material=made, year=2026),
    ):
        with pytest.raises(refusals.MaterialStandsSo):
            refused(actor=actor)
    enter_material(unit=unit, facts=facts, actor=actor)
    with pytest.raises(refusals.MaterialTaken):
        bring_back_material(material=made, actor=actor)
    Material.objects.exclude(pk=made.pk).update(title="另一种")
    assert not bring_back_material(material=made, actor=actor).is_retired
    assert Activity.objects.filter(subject_kind="material", subject_id=str(made.pk)).count() == 4


def test_an_edition_has_a_checked_book_number_and_a_private_file(cast: Cast) -> None:
    unit, actor = cast.unit("huotong"), cast.actor("township")
    material = enter_material(unit=unit, facts=MaterialFacts("葡萄读本", "textbook"), actor=actor)
    with pytest.raises(refusals.IsbnWrong):
        add_edition(material=material, year=2026, isbn="978-7-115-54608-2", actor=actor)
    file = {"upload": io.BytesIO(PDF), "upload_name": "读本.pdf"}
    first = add_edition(material=material, year=2025, isbn="978-7-115-54608-1", **file, actor=actor)
    assert (first.number, first.isbn, first.file_size) == (1, "9787115546081", len(PDF))
    assert (django_settings.MEDIA_ROOT / first.file).read_bytes() == PDF
    with pytest.raises(refusals.IsbnTaken):
        add_edition(material=material, year=2026, isbn="9787115546081", actor=actor)
    assert add_edition(material=material, year=2026, isbn="  ", actor=actor).number == 2
    address = reverse("catalogue:edition_file", args=[first.pk])
    answer = enter(cast, "teacher").get(address)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert enter(cast, "trainee").get(address).status_code == 404
    assert "下载" not in enter(cast, "trainee").get(reverse("catalogue:material", args=[material.pk])).content.decode()


def test_a_course_uses_one_edition_of_a_material(cast: Cast) -> None:
    city, actor = cast.unit("ningde"), cast.actor("city")
    first = make_edition(city)
    second = add_edition(material=first.material, year=2026, actor=actor)
    here, draft = given_course(cast.unit("huotong")), draft_course(city, title="草稿")
    choose_courses(edition=first, course_ids=[here.pk], actor=actor)
    with pytest.raises(NotFound):
        choose_courses(edition=first, course_ids=[draft.pk], actor=actor)
    second = Edition.objects.select_related("material").get(pk=second.pk)
    choose_courses(edition=second, course_ids=[here.pk], actor=actor)
    assert (first.courses.count(), second.courses.count()) == (0, 1)
    Course.objects.filter(pk=here.pk).update(stage="disabled", stage_before="reviewed")
    choose_courses(edition=second, course_ids=[here.pk], actor=actor)
    assert sound()
    # Of another township's course nobody here decides.
    own = make_edition(cast.unit("huotong"), title="镇里的")
    other = given_course(cast.unit("hubei"))
    with pytest.raises(NotFound):
        choose_courses(edition=own, course_ids=[other.pk], actor=cast.actor("township"))


def test_sent_down_received_with_a_difference_and_called_back(cast: Cast, book: Edition) -> None:
    county, town, township = cast.actor("county"), cast.unit("huotong"), cast.actor("township")
    here = cast.unit("jiaocheng")
    parcel = send_copies(edition=book, unit=here, to=town, copies=12, note="走公文包", actor=county)
    assert (held(book, here), held(book, town)) == (18, 0)
    assert holdings_of([town.pk])[town.pk, book.pk] == (0, 12)
    with pytest.raises(refusals.DifferenceUntold):
        receive_copies(sending=parcel, received=11, difference=" ", actor=township)
    with pytest.raises(refusals.CopiesWrong):
        receive_copies(sending=parcel, received=-1, difference="x", actor=township)
    with pytest.raises(NotPermitted):
        receive_copies(sending=parcel, received=12, difference="", actor=cast.actor("sibling_township"))
    receive_copies(sending=parcel, received=11, difference="泡水一册", actor=township)
    assert (held(book, here), held(book, town)) == (18, 11)
    again = partial(receive_copies, sending=parcel, received=1, difference="")
    for late in (partial(call_back_copies, sending=parcel), again):
        with pytest.raises(refusals.SendingOver):
            late(actor=county)
    second = send_copies(edition=book, unit=here, to=town, copies=18, actor=county)
    assert held(book, here) == 0
    with pytest.raises(NotPermitted):
        call_back_copies(sending=second, actor=township)
    call_back_copies(sending=second, actor=county)
    assert held(book, here) == 18
    back = send_copies(edition=book, unit=town, to=here, copies=1, actor=township)
    lost = receive_copies(sending=back, received=0, difference="寄丢了", actor=county)
    assert (lost.received, held(book, here)) == (0, 18)
    same = receive_copies(
        sending=send_copies(edition=book, unit=town, to=here, copies=1, actor=township), received=1, difference="x",
        actor=county,
    )  # fmt: skip
    assert same.difference == ""
    assert sound()


def test_copies_go_only_one_step_along_the_tree(cast: Cast, book: Edition) -> None:
    here, county = cast.unit("jiaocheng"), cast.actor("county")
    for to in (here, cast.unit("kengtou"), cast.unit("saiqi")):
        with pytest.raises(refusals.SendingElsewhere):
            send_copies(edition=book, unit=here, to=to, copies=1, actor=county)
    send_copies(edition=book, unit=here, to=cast.unit("ningde"), copies=1, actor=county)
    for copies in (0, -3, MOST + 1):
        with pytest.raises(refusals.CopiesWrong):
            send_copies(edition=book, unit=here, to=cast.unit("huotong"), copies=copies, actor=county)
        with pytest.raises(refusals.CopiesWrong):
            take_in_copies(edition=book, unit=here, copies=copies, actor=county)
    with pytest.raises(refusals.NotEnoughCopies) as refused:
        send_copies(edition=book, unit=here, to=cast.unit("huotong"), copies=30, actor=county)
    assert "只有 29 册" in refused.value.text
    assert held(book, here) == 29


def test_the_same_form_sent_twice_moves_copies_once(cast: Cast, book: Edition) -> None:
    here, county, key = cast.unit("jiaocheng"), cast.actor("county"), uuid4()
    town = cast.unit("huotong")
    for _ in range(2):
        take_in_copies(edition=book, unit=here, copies=10, key=key, actor=county)
        send_copies(edition=book, unit=here, to=town, copies=10, key=key, actor=county)
        issue_copies(edition=book, unit=here, training_class_id=7, copies=10, key=key, actor=county)
        return_copies(edition=book, unit=here, training_class_id=7, copies=4, key=key, actor=county)
    assert held(book, here) == 24
    assert Sending.objects.count() == 1
    take_in_copies(edition=book, unit=here, copies=11, key=key, actor=county)
    assert held(book, here) == 35
    retire_material(material=book.material, actor=county)
    with pytest.raises(refusals.MaterialStandsSo):
        take_in_copies(edition=edition_by_id(book.pk), unit=here, copies=1, actor=county)


def test_a_class_gives_back_no_more_than_it_has(cast: Cast, book: Edition) -> None:
    here, county = cast.unit("jiaocheng"), cast.actor("county")
    given = partial(issue_copies, edition=book, unit=here, actor=county)
    back = partial(return_copies, edition=book, unit=here, actor=county)
    given(training_class_id=1, copies=10)
    given(training_class_id=2, copies=5)
    with pytest.raises(refusals.NotEnoughCopies):
        given(training_class_id=1, copies=16)
    with pytest.raises(refusals.ReturnTooMany):
        back(training_class_id=2, copies=6)
    back(training_class_id=2, copies=5)
    with pytest.raises(refusals.ReturnTooMany):
        back(training_class_id=2, copies=1)
    with pytest.raises(refusals.CopiesWrong):
        back(training_class_id=1, copies=0)
    assert held(book, here) == 20


def test_a_count_puts_the_ledger_right_by_a_further_line(cast: Cast, book: Edition) -> None:
    here, count = cast.unit("jiaocheng"), partial(count_copies, edition=book, actor=cast.actor("county"))
    assert count(unit=here, counted=30, seen=30, note="") is None
    with pytest.raises(refusals.CountNoteMissing):
        count(unit=here, counted=28, seen=30, note=" ")
    with pytest.raises(refusals.CopiesWrong):
        count(unit=here, counted=-1, seen=30, note="x")
    line = count(unit=here, counted=28, seen=30, note="虫蛀两册")
    assert line is not None
    assert (line.copies, held(book, here)) == (-2, 28)
    with pytest.raises(refusals.StockMovedMeanwhile):
        count(unit=here, counted=30, seen=30, note="x")
    shelf = Shelf.objects.get()
    assert balance_on(shelf) == 28
    assert sound()


def test_the_database_refuses_to_change_or_remove_a_line(book: Edition) -> None:
    for attempt in (
        lambda: Movement.objects.update(copies=1),
        lambda: Movement.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            attempt()
    line = Movement.objects.get()
    for kind, copies, note in (("taken_in", -1, ""), ("counted", 5, ""), ("issued", -1, ""), ("sent", -1, "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Movement.objects.create(
                county=line.county, year=2026, shelf=line.shelf, kind=kind, copies=copies, note=note,
                moved_at=clock.now(),
            )  # fmt: skip


Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "send", "receive", "back", "issue", "return", "count"]), st.integers(0, 12)),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_no_shelf_owes_and_the_sum_is_what_a_person_would_count(cast: Cast, steps: list[Step]) -> None:
    """A person with two piles, a post bag and a class, beside the ledger."""
    above, below = cast.unit("jiaocheng"), cast.unit("huotong")
    with transaction.atomic():
        edition = make_edition(above)
        piles = {above.pk: 0, below.pk: 0}
        post: list[Sending] = []
        given_out = 0
        for what, n in steps:
            try:
                if what == "take":
                    take_in_copies(edition=edition, unit=above, copies=n, actor=SYSTEM)
                    piles[above.pk] += n
                elif what == "send":
                    post.append(send_copies(edition=edition, unit=above, to=below, copies=n, actor=SYSTEM))
                    piles[above.pk] -= n
                elif what == "receive" and post:
                    receive_copies(sending=post.pop(), received=n, difference="x", actor=SYSTEM)
                    piles[below.pk] += n
                elif what == "back" and post:
                    piles[above.pk] += call_back_copies(sending=post.pop(), actor=SYSTEM).copies
                elif what == "issue":
                    issue_copies(edition=edition, unit=below, training_class_id=1, copies=n, actor=SYSTEM)
                    piles[below.pk], given_out = piles[below.pk] - n, given_out + n
                elif what == "return":
                    return_copies(edition=edition, unit=below, training_class_id=1, copies=n, actor=SYSTEM)
                    piles[below.pk], given_out = piles[below.pk] + n, given_out - n
                elif what == "count":
                    count_copies(edition=edition, unit=above, counted=n, seen=piles[above.pk], note="x", actor=SYSTEM)
                    piles[above.pk] = n
            except (refusals.CopiesWrong, refusals.NotEnoughCopies, refusals.ReturnTooMany):
                pass
            found = holdings_of(piles)
            assert {unit: found.get((unit, edition.pk), (0, 0))[0] for unit in piles} == piles
            assert min(piles.values()) >= 0
            assert given_out >= 0
        owed = ("stock_was_never_below_nothing", "sending_is_in_both_ledgers", "class_gives_back_what_it_has")
        assert [f.name for f in check_invariants(limit=1) if not f.holds and f.name in owed] == []
        transaction.set_rollback(True)


def test_two_people_give_out_the_last_copies_at_once(cast_committed: Cast) -> None:
    cast = cast_committed
    with clock.frozen(clock.at_local(TODAY, 12)):
        town = cast.unit("huotong")
        book = make_edition(town, copies=5)
        give = partial(issue_copies, edition=book, unit=town, copies=5)
        send = partial(send_copies, edition=book, unit=town, to=cast.unit("kengtou"), copies=5)
        for class_id in range(1, 6):
            said = both(
                partial(give, training_class_id=class_id, actor=cast.actor("township")),
                partial(give, training_class_id=class_id, actor=cast.actor("base")),
                partial(send, actor=cast.actor("county")),
            )
            assert said == [refusals.NotEnoughCopies.code, refusals.NotEnoughCopies.code, "done"]
            assert held(book, town) == 0
            take_in_copies(edition=book, unit=town, copies=5, actor=SYSTEM)


def test_two_people_receive_and_call_back_one_parcel_at_once(cast_committed: Cast) -> None:
    cast = cast_committed
    with clock.frozen(clock.at_local(TODAY, 12)):
        above, town = cast.unit("jiaocheng"), cast.unit("huotong")
        book = make_edition(above, copies=5)
        for _ in range(4):
            parcel = send_copies(edition=book, unit=above, to=town, copies=1, actor=SYSTEM)
            said = both(
                partial(receive_copies, sending=parcel, received=1, difference="", actor=cast.actor("township")),
                partial(call_back_copies, sending=parcel, actor=cast.actor("county")),
            )
            assert said == ["done", refusals.SendingOver.code]
        assert held(book, above) + held(book, town) == 5


def test_who_plans_classes_is_told_in_time(cast: Cast) -> None:
    town, county = cast.unit("huotong"), cast.actor("county")
    course = given_course(cast.unit("ningde"))
    book = make_edition(cast.unit("ningde"), courses=[course])
    parts = short_courses(town, 4)
    assert [one.pk for one in editions_for([course.pk, parts[0].pk])[course.pk]] == [book.pk]
    planned = make_class(town, sessions=[half_day(date(2026, 12, 20), course_id=course.pk)], capacity=30)
    make_class(town, sessions=[half_day(date(2027, 2, 20), course_id=course.pk)], capacity=99)
    (short,) = materials_short(county)
    assert (short.unit.pk, short.edition.pk, short.held, short.coming, short.lacking) == (town.pk, book.pk, 0, 0, 35)
    assert copies_lacking_at([town.pk], TODAY) == {town.pk: 35}
    assert materials_short(cast.actor("city")) == []
    assert [one.unit.pk for one in materials_short(cast.actor("township"))] == [town.pk]
    assert materials_short(cast.actor("sibling_township")) == []
    for who in ("township", "county"):
        assert "教材不够开班用：霍童镇党委还差 35 册" in enter(cast, who).get("/").content.decode()
    take_in_copies(edition=book, unit=cast.unit("jiaocheng"), copies=50, actor=SYSTEM)
    send_copies(edition=book, unit=cast.unit("jiaocheng"), to=town, copies=34, actor=SYSTEM)
    assert [(one.coming, one.lacking) for one in materials_short(county)] == [(34, 1)]
    home = enter(cast, "township").get("/").content.decode()
    assert "点收 34 册" in home
    Policy.objects.filter(key="material.reserve_copies").update(value="4")
    assert materials_short(county) == []
    receive_copies(sending=Sending.objects.get(), received=34, difference="", actor=SYSTEM)
    issue_copies(edition=book, unit=town, training_class_id=planned.pk, copies=30, actor=SYSTEM)
    assert materials_short(county) == []
    retire_material(material=book.material, actor=SYSTEM)
    assert editions_for([course.pk])[course.pk] == []
    assert [(one.held, one.given, one.is_needed) for one in materials_of_class(planned)] == [(4, 30, False)]


def test_a_half_day_needs_what_its_parts_use(cast: Cast) -> None:
    parts = short_courses(cast.unit("jiaocheng"), 4)
    stack = given_course(
        cast.unit("huotong"), title="半天", kind="stack", mode="", theory_minutes=0, skill_minutes=0,
        parts=tuple(part.pk for part in parts),
    )  # fmt: skip
    book = make_edition(cast.unit("jiaocheng"), courses=parts[:2])
    assert [one.pk for one in editions_for([stack.pk])[stack.pk]] == [book.pk]


def test_from_the_form_to_the_class(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    township, course = enter(cast, "township"), given_course(cast.unit("huotong"))
    new = reverse("catalogue:material_new")
    assert township.post(new, {"title": "", "kind": "textbook"}).status_code == 422
    township.post(new, {"title": "葡萄读本", "kind": "textbook", "about": "一年怎么管"})
    material = Material.objects.get()
    assert township.post(new, {"title": "葡萄读本", "kind": "slides"}).status_code == 422
    edit = reverse("catalogue:material_edit", args=[material.pk])
    body = {"title": "葡萄四季读本", "kind": "textbook", "version": "1"}
    assert township.post(edit, body).status_code == 302
    assert township.post(edit, body).status_code == 422
    assert township.post(edit, {**body, "version": "x"}).status_code == 422
    add = reverse("catalogue:edition_new", args=[material.pk])
    assert township.post(add, {"year": "2026", "isbn": "123"}).status_code == 422
    answer = township.post(add, {"year": "2026", "isbn": "978-7-115-54608-1"})
    edition = Edition.objects.get()
    courses = reverse("catalogue:edition_courses", args=[edition.pk])
    assert answer.headers["Location"] == courses
    assert "葡萄冬季管护" in township.get(courses).content.decode()
    assert township.post(courses, {"courses": ["x"]}).status_code == 422
    township.post(courses, {"courses": [course.pk]})
    assert edition.courses.get() == course
    unit, key = cast.unit("huotong"), str(uuid4())
    stock = reverse("catalogue:stock_of", args=[unit.pk])
    take = {"answer": "take_in", "edition": edition.pk, "copies": "40", "key": key}
    for _ in range(2):
        assert township.post(stock, take).status_code == 302
    assert township.post(stock, {**take, "copies": "x"}).status_code == 422
    assert township.post(stock, {**take, "copies": "0"}).status_code == 422
    assert township.post(stock, {**take, "answer": "x"}).status_code == 404
    assert township.post(stock, {**take, "edition": "999999"}).status_code == 404
    send = {**take, "answer": "send", "copies": "3", "to": cast.unit("kengtou").pk}
    assert township.post(stock, {**send, "to": cast.unit("saiqi").pk}).status_code == 404
    assert township.post(stock, send).status_code == 302
    count = {"answer": "count", "edition": edition.pk, "copies": "36", "seen": "37", "note": "少一册"}
    assert township.post(stock, {**count, "note": ""}).status_code == 422
    assert township.post(stock, {**count, "seen": ""}).status_code == 422
    township.post(stock, count)
    assert "盘点和账上一致" in township.post(stock, {**count, "seen": "36"}, follow=True).content.decode()
    planned = make_class(unit, sessions=[half_day(date(2026, 12, 7), course_id=course.pk)], capacity=60)
    with django_assert_num_queries(18):
        page = township.get(stock).content.decode()
    assert "按今后 60 天的班次算，教材还缺 29 册" in page
    parcel = Sending.objects.get()
    address = reverse("catalogue:sending", args=[parcel.pk])
    assert township.post(address, {"answer": "receive", "received": "2"}).status_code == 422
    assert township.post(address, {"answer": "receive", "received": "x"}).status_code == 422
    assert township.post(address, {"answer": "x"}).status_code == 404
    township.post(address, {"answer": "receive", "received": "2", "difference": "少一册"})
    assert "少一册" in township.get(address).content.decode()
    give = reverse("classes:materials", args=[planned.pk])
    body = {"edition": edition.pk, "copies": "30", "key": key, "answer": "issue"}
    assert "课上要用" in township.get(give).content.decode()
    for _ in range(2):
        assert township.post(give, body).status_code == 302
    assert township.post(give, {**body, "copies": "31"}).status_code == 422
    assert township.post(give, {**body, "copies": ""}).status_code == 422
    township.post(give, {**body, "answer": "return", "copies": "4"})
    assert [(one.held, one.given) for one in materials_of_class(planned)] == [(10, 26)]
    assert held(edition, unit) == 10
    turn = reverse("catalogue:material_turn", args=[material.pk])
    assert [township.post(turn, {"answer": answer}).status_code for answer in ("retire", "bring_back", "x")] == [
        302,
        302,
        404,
    ]
    with django_assert_num_queries(7):
        page = township.get(reverse("catalogue:material", args=[material.pk])).content.decode()
    assert "葡萄冬季管护" in page
    assert sound()


def test_what_others_may_see(cast: Cast, book: Edition) -> None:
    township, auditor = enter(cast, "sibling_township"), enter(cast, "auditor")
    stock = reverse("catalogue:stock_of", args=[cast.unit("jiaocheng").pk])
    assert township.get(stock).status_code == 404
    assert auditor.get(stock).status_code == 200
    assert auditor.post(stock, {"answer": "take_in", "edition": book.pk, "copies": "1"}).status_code == 403
    assert "入库" in enter(cast, "county").get(stock).content.decode()
    page = enter(cast, "trainee").get(reverse("catalogue:material", args=[book.material_id])).content.decode()
    assert "哪里有" not in page
    assert enter(cast, "trainee").get(reverse("catalogue:material_new")).status_code == 404
    assert edition_words(book) == "葡萄栽培读本（第 1 版，2026 年）"
    with pytest.raises(NotFound):
        edition_by_id(0)


@pytest.mark.parametrize("number", [1, 3])
def test_the_lists_ask_as_many_questions_however_long(
    cast: Cast, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(number):
        book = make_edition(cast.unit("jiaocheng"), title=f"读本{n}", copies=5)
        send_copies(edition=book, unit=cast.unit("jiaocheng"), to=cast.unit("huotong"), copies=1, actor=SYSTEM)
    county = enter(cast, "county")
    county.get("/")
    for name, queries, found in (
        ("materials", 7, number), ("stock", 6, number), ("movements", 5, 2 * number), ("sendings", 4, number),
    ):  # fmt: skip
        with django_assert_num_queries(queries):
            answer = county.get(reverse(f"catalogue:{name}"))
        assert len(answer.context["listing"].rows) == found
    for name in ("stock", "movements", "sendings", "materials"):
        answer = county.get(reverse(f"catalogue:{name}"), {"q": "db0"})
        assert {str(row.pk) for row in answer.context["listing"].rows} != set()
        assert len(county.get(reverse(f"catalogue:{name}"), {"q": "没有"}).context["listing"].rows) == 0
    stock = reverse("catalogue:stock")
    assert len(county.get(stock, {"there": "1"}).context["listing"].rows) == number
    assert len(county.get(stock, {"there": "0"}).context["listing"].rows) == 0
    assert len(county.get(reverse("catalogue:sendings"), {"difference": "1"}).context["listing"].rows) == 0
    assert len(county.get(reverse("catalogue:sendings"), {"difference": "0"}).context["listing"].rows) == 0
    assert len(county.get(reverse("catalogue:materials"), {"use": "0"}).context["listing"].rows) == 0
