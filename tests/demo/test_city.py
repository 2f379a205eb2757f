"""The loaded demo city: its figures, its people's numbers, and the invariants of every app on it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Sum

from doorstep.attendance.models import CheckIn, Mark
from doorstep.bases.models import Base, BookingRule, Photo, Reservation, VenueRule, Visit
from doorstep.bases.queries.reservations import reservations_to_answer
from doorstep.catalogue.models import Case, Course, CourseVersion, Edition, Material, Movement, Package, Route, Sending
from doorstep.catalogue.queries.courses import IN_USE, faults_said, short_ones
from doorstep.catalogue.queries.courses import standing_of as course_standing
from doorstep.catalogue.queries.courses import with_standing as with_course_standing
from doorstep.catalogue.queries.packages import standing_of as package_standing
from doorstep.catalogue.queries.packages import with_standing as with_package_standing
from doorstep.catalogue.queries.packages_told import package_shown, plan_of
from doorstep.catalogue.queries.routes import standing_of, with_standing
from doorstep.catalogue.queries.routes_days import day_of
from doorstep.catalogue.rules.cases import CaseFacts, case_faults
from doorstep.classes.models import ClassHost, Enrolment, Leave, Order, Session, TrainingClass
from doorstep.classes.queries.first_lessons import first_lessons
from doorstep.classes.queries.waiting_order import waiting_rule
from doorstep.classes.queries.will import will_of
from doorstep.core.actors import system_actor
from doorstep.core.clock import at_local, frozen
from doorstep.core.crypto import blind_index, unseal
from doorstep.core.errors import NotPermitted
from doorstep.core.events import retell
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.demo.queries import account_lines
from doorstep.demo.rules.accounts import ACCOUNTS
from doorstep.demo.rules.city import City
from doorstep.demo.services import NotAnEmptyDatabase, build_city
from doorstep.directory.models import Account, Membership, Person, Post, SearchKey, Unit, UnitPlacement
from doorstep.directory.queries import actor_of_account, is_demo_database
from doorstep.directory.rules.id_number import clean_id_number
from doorstep.faculty.models import Engagement, Lecture, Mentorship, StandingLink, TeachingRight, TourStop
from doorstep.faculty.queries.links import links_told, points_quiet
from doorstep.faculty.queries.rights import rights_held
from doorstep.faculty.queries.stations import stations_told
from doorstep.notices.models import Circular, CircularFile, CircularReceipt, Message
from doorstep.planning.models import ClassLink, Plan, PlanChange
from doorstep.records.models import Posting
from tests.cast import Cast
from tests.demo.conftest import AS_OF, MEMBERS


def figures() -> dict[str, Any]:
    out = StringIO()
    call_command("figures", json=True, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def run_demo(**options: Any) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def test_the_network_is_the_case_studys(city: City) -> None:
    found = figures()
    expected = {
        "academy": 1, "demonstration_base": 10, "township_school": 126, "mobile_school": 68, "teacher_pool": 145,
        "micro_site": 60,
        "township": 127, "village": 2368, "member": MEMBERS, "lecture_group": 226, "liaison_point": 19,
    }  # fmt: skip
    assert {key: found[key] for key in expected} == expected
    assert found["teaching_point"] >= 800
    assert found["teacher"] > 2000
    assert Base.objects.filter(is_flagged=True).count() == 22
    sites = Base.objects.filter(kind="micro_site")
    assert all(site.host and 0 < site.capacity <= 30 for site in sites), "a micro-site has a host and a few chairs"
    told = "academy demonstration_base township_school teaching_point flagged_point mobile_school belt route package"
    told += " course panorama visit material case teacher_pool teacher member class"
    assert [name for name in told.split() if not found[name] > 0] == []
    for name in ("person_times", "persons", "hours"):
        assert set(found[name]) == {"2024", "2025", "2026"}
    assert all(found["persons"][year] <= found["person_times"][year] for year in found["persons"])


def test_courses_stand_in_every_stage(city: City) -> None:
    courses = list(with_course_standing(Course.objects.all()))
    standing = Counter(course_standing(course) for course in courses)
    assert set(standing) == {"draft", "waiting", "declined", "trial", "reviewed", "premium", "disabled"}
    kinds = Counter(course.kind for course in courses if course.stage in IN_USE)
    assert (kinds["general"], kinds["sub"], kinds["stack"]) == (1, 15, 2)
    assert short_ones(Course.objects.all()).count() >= 6
    assert figures()["course"] == sum(kinds.values())
    for version in CourseVersion.objects.exclude(status="draft"):
        assert faults_said(version, version.course.place) == [], version.title
    assert Course.objects.filter(teachers__isnull=True).count() == 0
    assert not Course.objects.filter(stage_at__date__gt=city.as_of).exists(), "nothing is decided in the future"


def test_teachers_are_guided_and_trained(city: City) -> None:
    found = figures()
    assert (found["guidance_station"], found["mentorship"]) == (9, 378)
    county = actor_of_account(Account.objects.get(username="county"))
    (station,) = stations_told(county)
    assert 0 < station.waiting < station.served
    assert station.coached > 0
    assert set(Mentorship.objects.values_list("status", flat=True)) == {"open", "signed"}
    held = rights_held(list(TeachingRight.objects.values_list("teacher", flat=True)), ["course:2"])
    assert held.values()


def test_figures_are_said_to_people_too(city: City) -> None:
    out = StringIO()
    call_command("figures", stdout=out)
    assert "township_school     126" in out.getvalue()


def test_every_invariant_of_every_app_holds(city: City) -> None:
    broken = [(f.name, f.offenders) for f in check_invariants(limit=3) if not f.holds]
    assert broken == []


def test_some_classes_are_joint_some_in_the_field_and_some_bases_open_to_all(city: City) -> None:
    held = TrainingClass.objects.exclude(status="cancelled").filter(unit__kind__in=("county", "township"))
    share = held.filter(is_joint=True).count() / held.count()
    assert 0.01 < share < 0.12
    assert ClassHost.objects.filter(status="invited").count() <= 1
    assert Session.objects.filter(lat__isnull=False).exists()
    assert set(BookingRule.objects.values_list("reach", flat=True)) >= {"network", "township"}
    assert set(VenueRule.objects.values_list("reach", flat=True)) == {"own", "network"}


def test_id_numbers_are_of_the_region_nobody_was_born_in(city: City) -> None:
    numbers = set()
    for person in Person.objects.all():
        number = unseal(person.id_number_sealed, field="id_number")
        numbers.add(number)
        assert number.startswith("350999")
        assert clean_id_number(number, today=AS_OF, allow_demo=True).value == number
        assert (int(number[16]) % 2 == 1) == (person.sex == "1")
        assert person.birth_date is not None
        assert number[6:14] == f"{person.birth_date:%Y%m%d}"
        assert person.id_number_index is not None
        assert bytes(person.id_number_index) == blind_index(number, field="id_number")
    assert len(numbers) == MEMBERS


def test_people_can_be_found_by_two_characters(city: City) -> None:
    person = Person.objects.order_by("pk")[0]
    keys = SearchKey.objects.filter(kind="person", object_id=person.pk)
    assert person.name[:2] in set(keys.values_list("key", flat=True))
    assert set(SearchKey.objects.values_list("kind", flat=True)) == {
        "person",
        "unit",
        "class",
        "base",
        "course",
        "route",
        "package",
        "material",
        "case",
    }


def test_routes_over_real_places_can_be_booked(city: City) -> None:
    with frozen(at_local(AS_OF, 9)):
        found = {route: day_of(route) for route in with_standing(Route.objects.order_by("pk"))}
        standing = Counter(standing_of(route) for route in found)
    assert figures()["route"] == standing["published"] + standing["lapsed"] >= 20
    assert (standing["draft"], standing["waiting"], standing["lapsed"]) == (1, 1, 1)
    for route, day in found.items():
        known = {"只有星期二、星期三、星期四、星期五、星期六、星期日各站都开放"}
        told = {fault.text for fault in day.faults if "选的场地已不用" not in fault.text}
        assert told <= known, route.name
        assert 2 <= len(day.lines) <= 5
    assert any(len({line.stop.base.county for line in day.lines}) == 2 for day in found.values())


def test_there_are_orders_in_every_standing(city: City) -> None:
    standing = Counter(Order.objects.values_list("status", flat=True))
    assert set(standing) == set(Order.Status.values)
    assert figures()["order"] == standing.total() >= 19
    assert figures()["unmet_demand"] >= 8
    assert Order.objects.filter(overdue_at__isnull=False, status="placed").exists()
    assert Order.objects.filter(kind="lesson").exists()


def test_groups_came_from_outside_and_are_counted_apart(city: City) -> None:
    rows = Order.objects.filter(outside__isnull=False)
    assert {"placed", "accepted", "countered", "declined", "withdrawn", "lapsed"} <= {
        *rows.values_list("status", flat=True)
    }
    found = figures()
    assert found["outside_order"] == rows.count() >= 14
    assert found["outside_person_times"] == found["outside_persons"] == {"2026": 44}
    assert {q.status for row in rows for q in row.quotes.all()} == {"open", "accepted", "declined"}
    # Who was taken on has a contract, a file one can open.
    signed = list(rows.filter(status="accepted", quotes__status="accepted"))
    assert signed
    for row in signed:
        contract = row.contracts.get()
        kept = (Path(settings.MEDIA_ROOT) / contract.file).read_bytes()
        assert (contract.file_name, len(kept), kept[:5]) == ("培训服务合同.pdf", contract.file_size, b"%PDF-")


def test_a_county_gives_seats_by_criteria_and_a_base_asks_first(city: City) -> None:
    with frozen(at_local(AS_OF, 9)):
        county, other = (Unit.objects.get(kind="county", county=code) for code in ("350902", "350981"))
        assert waiting_rule(county.path).levels == (("uncovered",), ("secretary", "newcomer"), ("short",))
        assert waiting_rule(other.path).levels == ()
        base = Base.objects.get(code="JD-xiadang")
        assert base.booking_rule.asks_first
        asked = Reservation.objects.filter(venue__base=base, kind="meeting", unit__kind="township", is_asked=True)
        keeper = actor_of_account(Account.objects.get(username="base"))
        assert reservations_to_answer(keeper).count() == asked.count() == 2
    assert Reservation.objects.filter(purpose="支部书记座谈会", is_asked=False, state="live", expires_at=None).exists()


def test_circulars_stand_in_every_way_and_people_were_told(city: City) -> None:
    assert {*Circular.objects.values_list("status", flat=True)} == {*Circular.Status.values}
    receipts = CircularReceipt.objects.all()
    assert receipts.filter(read_at=None).exists()
    assert receipts.filter(read_at__isnull=False, acknowledged_at=None).exists()
    assert receipts.filter(acknowledged_at__isnull=False).exists()
    told = Message.objects.values_list("text", flat=True).distinct()
    assert {"classes.order_placed", "classes.order_accepted", "notices.circular_issued"} <= {*told}
    assert "notices.circular_unread" in told
    worded = Message.objects.filter(text="classes.order_placed", wording__isnull=False)
    assert worded.filter(account__grants__unit__county="350902").count() == worded.count() > 0
    assert CircularFile.objects.get().file_size > 0
    before = Message.objects.count()
    for row in Activity.objects.filter(event="notices.circular_issued"):
        retell(row)  # as the worker does when it comes to what the building queued
    assert Message.objects.count() == before


def test_ever_more_seats_are_chosen(city: City) -> None:
    top = Unit.objects.get(parent=None)
    shares = [count.chosen_share for _year, count in will_of(top, AS_OF.year).years]
    assert [share is not None for share in shares] == [True] * 3
    assert shares == sorted(shares)  # type: ignore[type-var]
    assert 30 < (shares[-1] or 0) < 40


def test_packages_can_be_ordered(city: City) -> None:
    with frozen(at_local(AS_OF, 9)):
        found = {package: package_shown(plan_of(package), package.place) for package in packages_now()}
    standing = Counter(package_standing(package) for package in found)
    assert (standing["draft"], standing["waiting"], standing["lapsed"]) == (2, 1, 1)
    assert figures()["package"] == standing["published"] + 1 >= 17
    assert {package.price_kind for package in found} == {"free", "person", "group", "steps"}
    for package, shown in found.items():
        told = [fault.text for fault in shown.bars]
        assert bool(told) == (package_standing(package) == "lapsed"), (package.name, told)


def packages_now() -> list[Package]:
    return list(with_package_standing(Package.objects.order_by("pk")))


def test_people_came_to_see_the_places(city: City) -> None:
    visits = Visit.objects.all()
    assert figures()["visit"] == round(206_000 * MEMBERS / 170_000)
    assert set(visits.values_list("year", flat=True)) == {2024, 2025, 2026}
    with frozen(at_local(AS_OF, 9)):
        assert not visits.filter(visited_on__gte=AS_OF).exists()
    flagged = visits.filter(base__is_flagged=True)
    assert flagged.exists()


def test_groups_lecture_and_teachers_look_after_schools(city: City) -> None:
    lectures = Lecture.objects.filter(voided_at=None)
    assert lectures.values("group").distinct().count() > 200
    assert set(lectures.values_list("given_on__year", flat=True)) == {2025, 2026}
    asked = Engagement.objects.filter(group__startswith="tour:")
    assert asked.count() == TourStop.objects.count() > 20
    assert {"offered", "accepted"} == set(asked.values_list("status", flat=True))
    assert StandingLink.objects.filter(point=None, base__kind="township_school").count() == 126
    with frozen(at_local(AS_OF, 9)):
        office = actor_of_account(Account.objects.get(username="city"))
        assert points_quiet(office).exists()
        assert 0 < links_told(office).filter(is_short=True).count() < 100
        lessons = first_lessons(office, AS_OF.year)
        assert Counter(lessons.values_list("standing", flat=True)) == {"done": 119, "missing": 7}


def test_textbooks_have_come_down_the_tree_and_into_hands(city: City) -> None:
    assert figures()["material"] == Material.objects.count() == 13
    assert set(Sending.objects.values_list("status", flat=True)) == {"sent", "received"}
    assert Sending.objects.exclude(difference="").count() >= 5
    assert set(Movement.objects.values_list("kind", flat=True)) == {
        "taken_in", "sent", "received", "issued", "returned", "counted",
    }  # fmt: skip
    assert Edition.objects.filter(courses__isnull=False).distinct().count() >= 5


def test_cases_and_drawn_pictures_say_what_they_are(city: City) -> None:
    standing = Counter(Case.objects.values_list("status", flat=True))
    assert standing == {"passed": 16, "waiting": 1, "declined": 1, "draft": 2}
    assert figures()["case"] == 16
    assert not Case.objects.exclude(author_kind="unit").exists()
    assert Case.objects.filter(courses__isnull=False).count() == 3
    for case in Case.objects.all():
        assert case_faults(CaseFacts(case.title, case.problem, case.action, case.result, tuple(case.themes))) == []
    photos = list(Photo.objects.all())
    assert Counter(photo.status for photo in photos) == {"published": 27, "waiting": 3}
    for photo in photos:
        assert photo.credit == "示意画，不是照片"
        assert (settings.MEDIA_ROOT / photo.small).stat().st_size < (settings.MEDIA_ROOT / photo.large).stat().st_size


def test_a_running_class_with_sessions_today_and_things_to_decide(city: City) -> None:
    school = Base.objects.get(name="霍童镇党校")
    running = TrainingClass.objects.get(base=school, status="running")
    assert running.sessions.filter(held_on=AS_OF).count() == 2
    assert Leave.objects.filter(training_class=running, status="asked").exists()
    coming = TrainingClass.objects.get(base=school, status="open")
    assert coming.seats_taken < coming.capacity
    assert coming.quotas.aggregate(Sum("seats"))["seats__sum"] > coming.seats_taken
    past = Mark.objects.filter(session__training_class=running)
    assert past.exists()
    assert not past.filter(session__held_on__gte=AS_OF).exists()


def test_moves_and_changes_of_post_are_dated(city: City) -> None:
    transferred = Membership.objects.filter(reason="组织关系转接")
    assert transferred.exists()
    for row in transferred:
        assert Membership.objects.get(person=row.person_id, valid_to=row.valid_from).unit_id != row.unit_id
    assert Post.objects.filter(post="2", valid_to__isnull=False).exists()
    assert Post.objects.filter(is_leader=True).count() > 100


def test_units_of_the_new_street_stood_in_the_zone_before(city: City) -> None:
    street, zone = Unit.objects.get(code="350982004"), Unit.objects.get(code="350982500")
    below = Unit.objects.filter(path__startswith=street.path).exclude(pk=street.pk)
    for unit in below:
        before = UnitPlacement.objects.get(unit=unit, valid_to=street.valid_from)
        assert before.path.startswith(zone.path)
    assert zone.valid_to == street.valid_from


def test_a_class_over_new_year_gives_hours_in_both_years(city: City) -> None:
    over = TrainingClass.objects.filter(starts_on=date(2025, 12, 30)).first()
    assert over is not None
    assert set(Posting.objects.filter(training_class=over).values_list("year", flat=True)) == {2025, 2026}


def test_hours_obey_the_policies(city: City) -> None:
    sums = Posting.objects.values("person", "earned_on").annotate(hours=Sum("hours")).values_list("hours", flat=True)
    assert max(sums) == 8
    absent = Mark.objects.filter(state="absent")[:20]
    for mark in absent:
        assert not Posting.objects.filter(session=mark.session_id, person=mark.person_id).exists()
    withdrawn = Enrolment.objects.filter(status="withdrawn")
    for seat in withdrawn:
        assert not Posting.objects.filter(training_class=seat.training_class_id, person=seat.person_id).exists()


def test_the_ledger_is_what_closing_the_rolls_would_have_written(city: City) -> None:
    from doorstep.records.services import post_credit

    for class_id in (
        Posting.objects.order_by("training_class").values_list("training_class", flat=True).distinct()[::40]
    ):
        assert post_credit(training_class_id=class_id, actor=system_actor("tests")) == 0


def test_arrivals_stand_behind_every_present_mark(city: City) -> None:
    present = Mark.objects.filter(state__in=["present", "late", "early"]).count()
    assert CheckIn.objects.count() == present
    assert present > 1000


def test_accounts_of_every_role_can_sign_in(city: City) -> None:
    lines = [str(line) for line in account_lines()]
    assert len(lines) == len(ACCOUNTS) == 8
    assert all(line.startswith("account: ") and len(line.split()) == 5 for line in lines)
    for line in account_lines():
        account = Account.objects.get(username=line.username)
        assert account.check_password(line.password)
        assert account.is_demo
        with frozen(at_local(AS_OF, 9)):
            assert actor_of_account(account).holds(line.role)
    assert Account.objects.get(username="secretary").person is not None
    assert run_demo(accounts=True).splitlines() == lines


def test_a_second_run_does_nothing_and_says_so(city: City) -> None:
    before = counted_rows()
    said = run_demo()
    assert "nothing changed" in said
    assert "account: city " in said
    assert counted_rows() == before
    with pytest.raises(NotAnEmptyDatabase):
        build_city(members=500, seed=1, as_of=AS_OF, actor=system_actor("tests"))


def counted_rows() -> dict[str, int]:
    counts = {}
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def test_the_sequences_follow(city: City) -> None:
    with transaction.atomic():
        Unit.objects.create(
            code="new",
            name="新单位",
            short_name="新单位",
            kind="branch",
            path="new",
            depth=1,
            county="350902",
            valid_from=AS_OF,
        )
        transaction.set_rollback(True)


def test_branches_are_of_the_usual_size(city: City) -> None:
    sizes = Membership.objects.filter(valid_to__isnull=True).values("unit").annotate(n=Count("pk"))
    assert Counter(Unit.objects.filter(pk__in=[s["unit"] for s in sizes]).values_list("kind", flat=True)).keys() == {
        "branch"
    }


@pytest.mark.django_db
def test_never_beside_real_people(cast: Cast) -> None:
    before = counted_rows()
    with pytest.raises(CommandError, match="真实"):
        run_demo(size=400)
    assert "database in use" in run_demo(if_empty=True)
    assert not is_demo_database()
    assert counted_rows() == before


@pytest.mark.django_db
def test_not_through_any_role(cast: Cast) -> None:
    for name in cast.accounts:
        with pytest.raises(NotPermitted):
            build_city(members=400, seed=1, as_of=AS_OF, actor=cast.actor(name))


@pytest.mark.django_db
def test_too_small_a_city_is_refused() -> None:
    with pytest.raises(CommandError, match="at least"):
        run_demo(size=10)


def test_schools_have_plans_in_every_standing_with_their_classes(city: City) -> None:
    standing = Counter(Plan.objects.filter(year=AS_OF.year).values_list("status", flat=True))
    schools = Base.objects.filter(kind="township_school").count()
    assert figures()["plan"] == standing["approved"] >= schools * 6 // 10
    assert min(standing[name] for name in ("draft", "waiting", "declined")) >= 1
    assert Plan.objects.filter(year=AS_OF.year, base__kind="township_school").count() < schools
    others = Plan.objects.filter(year=AS_OF.year, status="approved").exclude(base__kind="township_school")
    assert Counter(others.values_list("base__kind", flat=True)) == {"academy": 1, None: 9}
    held = ClassLink.objects.filter(line__plan__in=others).values_list("line__plan__base__kind", flat=True)
    assert set(held) == {"academy", None}
    assert ClassLink.objects.count() >= 150  # a city as small as this one holds few classes
    assert {"changed", "dropped"} == set(PlanChange.objects.values_list("kind", flat=True))
