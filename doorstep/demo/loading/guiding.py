"""Guidance stations, mentor pairs, trainer courses and rights to teach of the planned city."""

from __future__ import annotations

from datetime import timedelta

from doorstep.catalogue.queries.rights import course_key
from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows, run
from doorstep.demo.rules.city import City
from doorstep.demo.rules.guiding import GOALS, Guiding, plan_duties, plan_guiding, plan_posts_of_guides

_NAMES = (
    "station stationstaff stationschool coaching mentorship observation trainercourse trainee teachingright rightrule "
    "guidepair guidecheck technicianduty techniciansent"
)
TABLES = tuple(f"faculty_{name}" for name in _NAMES.split())


def load_guiding(city: City) -> None:
    """Write how teachers are guided and trained."""
    found = plan_guiding(city.tree, city.teachers, city.courses, seed=city.seed, as_of=city.as_of)
    _load_stations(found)
    _load_pairs(found)
    _load_training(found)
    plan_posts_of_guides(found, city.network.bases, city.teachers, seed=city.seed, as_of=city.as_of)
    plan_duties(found, city.tree, city.teachers, as_of=city.as_of)
    _load_guides(found)
    _load_duties(found)


def _load_stations(found: Guiding) -> None:
    copy_rows(
        "faculty_station",
        "id unit_id place county name founded_on",
        ((n, unit.id, unit.path, unit.county, name, day) for n, unit, name, day in found.stations),
    )
    copy_rows("faculty_stationstaff", "id station_id teacher_id since", found.staff)
    copy_rows("faculty_stationschool", "id station_id unit_id since", found.schools)
    moment = clock.now()
    copy_rows(
        "faculty_coaching",
        "id school_id teacher_id held_on subject findings withdrawn_for entered_at",
        ((*row, "", moment) for row in found.coachings),
    )


def _load_pairs(found: Guiding) -> None:
    goals, moment = _array(GOALS), clock.now()
    copy_rows(
        "faculty_mentorship",
        "id mentor_id apprentice_id subject status begun_on closed_on closing_note goals",
        ((*row, goals) for row in found.pairs),
    )
    copy_rows(
        "faculty_observation",
        "id mentorship_id observed_on lesson marks remarks withdrawn_for entered_at",
        (
            (n, pair, day, lesson, _array(marks), said, "", moment)
            for n, pair, day, lesson, marks, said in found.lessons
        ),
    )


def _load_training(found: Guiding) -> None:
    moment = clock.now()
    copy_rows(
        "faculty_trainercourse",
        "id unit_id place county title starts_on ends_on hours key taught",
        (
            (n, u.id, u.path, u.county, title, day, day + timedelta(days=1), 12, course_key(c.id), c.title)
            for n, u, title, day, c in found.courses
        ),
    )
    copy_rows(
        "faculty_trainee",
        "id course_id teacher_id hours is_passed entered_at",
        ((*row, moment) for row in found.trainees),
    )
    copy_rows(
        "faculty_teachingright",
        "id teacher_id key taught source basis trainer_course_id given_on valid_until rule withdrawn_for entered_at",
        (
            (
                n, teacher, course_key(c.id), c.title, "course" if held else "grant", basis, held, given, until,
                "training.right_months@1", "", moment,
            )
            for n, teacher, c, held, basis, given, until in found.rights
        ),
    )  # fmt: skip
    copy_rows(
        "faculty_rightrule",
        "id key taught place county set_at",
        (
            (n, course_key(c.id), c.title, c.unit.path, c.unit.county, moment)
            for n, c in enumerate(found.bound, start=1)
        ),
    )


def _load_guides(found: Guiding) -> None:
    moment = clock.now()
    copy_rows(
        "faculty_guidepair",
        "id point_id place county official post guide_id since ended_for",
        (
            (n, base.id, base.unit.path, base.unit.county, official, post, guide, since, "")
            for n, base, official, post, guide, since in found.cared
        ),
    )
    copy_rows(
        "faculty_guidecheck",
        "id pair_id checked_on is_good note entered_at",
        ((*row, moment) for row in found.checks),
    )


def _load_duties(found: Guiding) -> None:
    copy_rows(
        "faculty_technicianduty",
        "id department_id place county served_id served_place year quota lessons",
        (
            (n, unit.id, unit.path, unit.county, served.id, served.path, *figures)
            for n, unit, served, *figures in found.duties
        ),
    )
    copy_rows(
        "faculty_techniciansent",
        "id duty_id teacher_id sent_on recalled_for",
        ((*row, "") for row in found.sent),
    )


def load_duty_lessons(city: City) -> None:
    """What the technicians have taught already, a morning each; after the invitations of the classes."""
    run(
        """
        INSERT INTO faculty_engagement (id, teacher_id, status, "group", key, title, "where", starts_at, ends_at,
            held_from, held_until, place, county, asked_at, answered_at, reason)
        SELECT (SELECT coalesce(max(id), 0) FROM faculty_engagement) + row_number() OVER (), s.teacher_id, 'accepted',
            'duty:' || d.id, 'duty:' || s.id || ':' || n, '定点授课', u.short_name, at, at + interval '2 hours', at,
            at + interval '2 hours', d.served_place, u.county, at - interval '9 days', at - interval '8 days', ''
        FROM faculty_techniciansent s JOIN faculty_technicianduty d ON d.id = s.duty_id
        JOIN directory_unit u ON u.id = d.served_id CROSS JOIN generate_series(1, 1 + s.id %% 4) n
        CROSS JOIN LATERAL (SELECT %(morning)s::timestamptz - make_interval(days => (17 * n)::int) AS at) AS times
        """,
        morning=clock.at_local(city.as_of, 9),
    )


def _array(values: tuple[object, ...]) -> str:
    return "{" + ",".join(map(str, values)) + "}"
