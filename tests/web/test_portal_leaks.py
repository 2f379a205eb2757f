"""Nothing personal on a public page: by the types of what pages are made of, and by reading every page."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

import doorstep
from doorstep.bases.models import Base, Belt, Closure, Photo, Reception
from doorstep.catalogue.models import (
    Case,
    Package,
    PackageStep,
    Panorama,
    PanoramaEdition,
    PanoramaMark,
    Route,
    RouteStop,
)
from doorstep.classes.models import OutsideGroup, Session, TrainingClass
from doorstep.classes.queries.outside import contact_of
from doorstep.core.clock import frozen
from doorstep.core.crypto import unseal
from doorstep.core.masking import personal_number
from doorstep.directory.models import Account, Person
from doorstep.faculty.models import Teacher
from tests.house.matrix.doors import Door, Matrix, all_doors
from tests.house.matrix.world import NOON, World, build_world

pytestmark = pytest.mark.django_db

PLAIN = {int, str, bool, float, date, datetime, UUID, type(None)}
PUBLIC_ROOMS = sorted(Path(doorstep.__file__).parent.glob("*/queries/*public*.py"))
PERSONAL = {"teacher", "guide", "head", "person", "phone", "mobile", "contact", "host", "account", "writer", "author"}


def shapes() -> Iterator[type[Any]]:
    """Every dataclass that the public rooms of the apps give."""
    for path in PUBLIC_ROOMS:
        module = importlib.import_module(f"doorstep.{path.parent.parent.name}.queries.{path.stem}")
        for one in vars(module).values():
            if dataclasses.is_dataclass(one) and isinstance(one, type) and one.__module__ == module.__name__:
                yield one


def leaves(hint: Any) -> Iterator[Any]:
    """The types a hint is made of."""
    if get_origin(hint) is None:
        yield hint
    for part in get_args(hint):
        if part is not Ellipsis:
            yield from leaves(part)


def strange(shape: type[Any]) -> list[str]:
    """Fields that could hold a row of a table, or whose name is a person's."""
    known = PLAIN | set(shapes())
    hints = get_type_hints(shape)
    by_type = [f"{shape.__name__}.{name}" for name, hint in hints.items() if not set(leaves(hint)) <= known]
    return by_type + [f"{shape.__name__}.{name}" for name in hints if set(name.split("_")) & PERSONAL]


def test_what_public_pages_are_made_of_cannot_hold_a_person() -> None:
    assert {path.parent.parent.name for path in PUBLIC_ROOMS} == {"bases", "catalogue", "classes", "notices"}
    assert len(list(shapes())) >= 21
    assert [said for shape in shapes() for said in strange(shape)] == []


def test_a_field_that_holds_a_person_would_be_seen() -> None:
    rows = [("guide_name", str), ("teacher", str), ("row", Person), ("rows", tuple[Person, ...])]
    for name, kind in rows:
        assert strange(dataclasses.make_dataclass("Leaking", [(name, kind)])) == [f"Leaking.{name}"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), frozen(NOON), transaction.atomic():
        made = build_world()
        fill(made)
        yield made
        transaction.set_rollback(True)


def fill(world: World) -> None:
    """Put people wherever the product lets one name them, under names that stand nowhere else."""
    for account in Account.objects.all():
        account.username, account.display_name = f"zhanghao{account.pk}x", f"账号主人{account.pk}号"
        account.save(update_fields=["username", "display_name"])
    for teacher in Teacher.objects.all():
        Teacher.objects.filter(pk=teacher.pk).update(name=f"讲课的{teacher.pk}号")
    guide = Teacher.objects.filter(is_active=True).order_by("pk")[0]
    RouteStop.objects.filter(route=world.routes["sound"]).update(guide=guide, needs_no_guide=False)
    Session.objects.update(teacher=guide, location="周P家的院子")
    TrainingClass.objects.update(note="有事找周P，13900000501", head=world.head)
    for course in world.courses.values():
        course.teachers.add(guide)
    Base.objects.update(host="周N")
    Belt.objects.update(argument="周N牵的头", published_by=world.account)
    Closure.objects.update(reason="周R借用")
    Reception.objects.update(contact="周P", phone="0593-1234567", note="周P接待")
    Route.objects.update(return_note="周P写的", published_by=world.account)
    _fill_the_menu(world)
    for article in world.articles.values():
        article.versions.update(written_by=world.account, reviewed_by=world.head, review_note="问周P")


def _fill_the_menu(world: World) -> None:
    """The fullest package, cases by a person who agreed and by an office, photographs with a credit, signs."""
    account = world.account
    full = {"teacher_categories": ["school", "expert"], "teacher_count": 2, "segments": ["farmers"], "terms": "提前约"}
    Package.objects.filter(pk=world.packages["open"].pk).update(
        route=world.routes["sound"], meals=1, price_kind="steps", own_is_free=True, **full
    )
    Package.objects.update(return_note="问周P", published_by=account)
    steps = {"first": 20, "last": 50, "fen": 3000, "per": "person"}
    PackageStep.objects.create(package=world.packages["open"], **steps)
    agreed = {"author_kind": "person", "author": "周H", "has_consent": True, "base": world.point}
    Case.objects.filter(pk=world.cases["accepted"].pk).update(**agreed)
    Case.objects.exclude(pk=world.cases["accepted"].pk).update(author_kind="role", author="镇党校校长周R")
    Case.objects.exclude(status="declined").update(review_note="周P看过")
    Case.objects.update(written_by=account, handed_in_by=account, reviewed_by=account)
    Photo.objects.update(credit="霍童镇党委", review_note="问周P", added_by=account, reviewed_by=account)
    # What waits or was given back is not what visitors see of a scene.
    Panorama.objects.exclude(folder="").update(
        seen="周P站在门口", credit="周P", review_note="问周P", handed_in_by=account
    )
    PanoramaMark.objects.filter(target=None).update(title="周P", text="周P讲")
    PanoramaEdition.objects.update(marks=[_sign("三百年了。")])


def _sign(text: str) -> dict[str, Any]:
    return {"id": 1, "yaw": 0.0, "pitch": 0.0, "title": "大樟树", "text": text, "course_id": None, "target_id": None}


def secrets(world: World) -> set[str]:
    """Every name, number and account of the database."""
    people = list(Person.objects.all())
    found = {person.name for person in people}
    found |= {unseal(person.id_number_sealed, field="id_number") for person in people if person.id_number_sealed}
    found |= {unseal(person.mobile_sealed, field="mobile") for person in people if person.mobile_sealed}
    found |= set(Teacher.objects.values_list("name", flat=True))
    for group in OutsideGroup.objects.select_related("number"):
        found |= {group.name, *contact_of(group)}
    for names in Account.objects.values_list("username", "display_name"):
        found |= set(names)
    return {one for one in found if one} | {"0593-1234567", "周P", "周N", "周R", "周H"}


def public_doors() -> list[Door]:
    """Every address of the router that answers GET without a login."""
    return [door for door in all_doors() if door.method == "GET" and door.rule and door.rule.public]


def leaks(world: World, door: Door, path: str) -> list[str]:
    """What a page tells that it must not, in its body and in its head."""
    answer = Client().get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace") + repr(sorted(answer.headers.items()))
    found = [f"{path}: {secret}" for secret in secrets(world) if secret in text]
    number = "" if door.name == "notices:picture" else personal_number(text)
    return [*found, *([f"{path}: {number}"] if number else [])]


def test_the_walk_reads_every_public_page(world: World) -> None:
    matrix = Matrix(world)
    portal = [door for door in public_doors() if door.route.startswith(("portal/", "photos/", "sitemap", "robots"))]
    assert len(portal) >= 34
    answered = {door.name: Client().get(matrix.address(door)).status_code for door in portal}
    others = {name: status for name, status in answered.items() if status != 200}
    assert others == {"web:portal_look": 302, "notices:picture": 404}  # one leads back, one is not published yet


def test_no_public_page_names_a_person(world: World) -> None:
    assert len(secrets(world)) > 40
    matrix = Matrix(world)
    doors = public_doors()
    paths = [(door, matrix.address(door)) for door in doors]
    asked = [(door, f"{path}?q=zp") for door, path in paths if door.name in ("web:portal_search", "web:portal_bases")]
    assert [said for door, path in [*paths, *asked] for said in leaks(world, door, path)] == []


def test_the_walk_reads_them_at_their_fullest(world: World) -> None:
    matrix = Matrix(world)
    wanted = {
        "web:portal_package": (
            "党校教师、专家学者",
            "20–50 人每人 30 元",
            "看得到的路线",
            "提前约",
            "其中本单位党员",
        ),
        "web:portal_packages": ("套餐open",),
        "web:portal_case": ("连下二十天雨", "少烂三成", world.point.name),
        "web:portal_cases": ("通过的案例",),
        "web:portal_base": ("廊桥边的课，霍童镇党委", "三十来人坐着听讲"),
        "web:portal_route": ("走进实景",),
        "web:portal": ("套餐open", "通过的案例", "能看实景"),
        "catalogue:public_route_view": ("大樟树", "三百年了。", "县融媒体中心"),
    }
    for name, words in wanted.items():
        (door,) = [one for one in public_doors() if one.name == name]
        text = Client().get(matrix.address(door)).content.decode()
        assert [word for word in words if word not in text] == [], name


@pytest.mark.parametrize(
    ("name", "plant"),
    [
        ("web:portal_package", lambda world: Package.objects.update(terms="找周P")),
        ("web:portal_packages", lambda world: Package.objects.update(theme="周H带队")),
        ("web:portal_case", lambda world: Case.objects.update(action="请打 13912345678")),
        ("web:portal_cases", lambda world: Case.objects.filter(status="passed").update(title="周R的案例")),
        ("web:portal_base", lambda world: Photo.objects.update(credit="周P")),
        ("catalogue:public_route_view", lambda world: PanoramaEdition.objects.update(marks=[_sign("周N讲")])),
        ("web:portal_route", lambda world: Route.objects.filter(pk=world.routes["sound"].pk).update(theme="周P带路")),
        ("web:portal_class", lambda world: TrainingClass.objects.update(title="请打 13912345678")),
        ("web:portal_base", lambda world: Base.objects.update(theme=f"找{world.teacher.name}")),
        ("web:portal_calendar", lambda world: TrainingClass.objects.update(title="林秀珍的班")),
    ],
)
def test_a_name_on_a_page_would_be_seen(world: World, name: str, plant: Any) -> None:
    world.teacher.refresh_from_db()
    matrix = Matrix(world)
    (door,) = [one for one in public_doors() if one.name == name]
    with transaction.atomic():
        plant(world)
        assert leaks(world, door, matrix.address(door)) != []
        transaction.set_rollback(True)
    assert leaks(world, door, matrix.address(door)) == []
