"""Units and people for machines, and who is let in: an access token, or the session of a signed-in browser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from pydantic import Field

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.api import Id, Line, Page, Paging, page_of
from doorstep.core.api import words as _
from doorstep.core.errors import NotPermitted, TokenRefused
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.models import Person, Unit
from doorstep.directory.queries import (
    children_of,
    home_units,
    members_of,
    named,
    people_visible_to,
    person_by_id,
    unit_by_id,
    units_visible_to,
)
from doorstep.directory.services.sessions import actor_by_token

router = Router()


class ForeignWrite(NotPermitted):
    """A write with the session of a browser, but without the token of one of this site's pages."""

    code = "csrf_failed"
    template = gettext_lazy(
        "这次写入没有带上本站页面的验证码（X-CSRFToken），什么都没有做。请从本站页面再做一次；程序请改用令牌。"
    )


class TokenDoor(HttpBearer):
    """`Authorization: Bearer ds_…`: a token acts for its account, within its scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor behind the token; raises TokenRefused."""
        actor = actor_by_token(secret=token.strip())
        if actor is None:
            raise TokenRefused
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class SessionDoor(APIKeyCookie):
    """The session of a signed-in browser; writes need its CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        """The session's key; raises TokenRefused when nobody is signed in, ForeignWrite for another site's page."""
        if not request.user.is_authenticated:
            raise TokenRefused
        try:
            return super()._get_key(request)
        except HttpError:
            raise ForeignWrite from None

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor:
        """The actor of the session."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return actor


class UnitOut(Schema):
    """A unit of the organisation tree."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    parent: int | None
    depth: int
    county: str
    division: str | None
    valid_from: date
    valid_to: date | None


class HomeOut(Schema):
    """The unit a person belongs to today."""

    id: int
    code: str
    short_name: str


class PersonOut(Schema):
    """A person; ID number and phone are masked."""

    id: int
    name: str
    sex: str
    birth_year: int | None
    category: str
    floating: bool
    unit: HomeOut | None
    id_number: str
    mobile: str


class GrantOut(Schema):
    """A role held at a unit."""

    role: str
    unit: int
    name: str


class MeOut(Schema):
    """Who a request acts for, and what it may do."""

    account: int | None
    person: int | None
    name: str
    kind: str
    scopes: list[str]
    grants: list[GrantOut]


class UnitFilters(Paging):
    """Which units."""

    kind: Literal["city", "county", "township", "committee", "general_branch", "branch", "work_unit"] | None = None
    code: Annotated[Line, Field(max_length=40)] | None = None
    parent: Id | None = None
    q: Line = ""


class PeopleFilters(Paging):
    """Which people; `unit` means that unit and all below it."""

    unit: Id | None = None
    category: Literal["full", "probationary", "developing", "activist", "applicant", "outside"] | None = None
    q: Line = ""


def _unit_out(unit: Unit) -> UnitOut:
    return UnitOut(
        id=unit.pk,
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        kind=unit.kind,
        parent=unit.parent_id,
        depth=unit.depth,
        county=unit.county,
        division=unit.division_id,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
    )


def _units_out(units: Iterable[Unit]) -> list[UnitOut]:
    return [_unit_out(unit) for unit in units]


def _people_out(people: Sequence[Person]) -> list[PersonOut]:
    homes = home_units([person.pk for person in people], clock.today())
    return [_person_out(person, homes.get(person.pk)) for person in people]


def _person_out(person: Person, home: Unit | None) -> PersonOut:
    return PersonOut(
        id=person.pk,
        name=person.name,
        sex=person.sex,
        birth_year=person.birth_date.year if person.birth_date else None,
        category=person.category,
        floating=person.floating,
        unit=HomeOut(id=home.pk, code=home.code, short_name=home.short_name) if home else None,
        id_number=person.id_number_masked,
        mobile=person.mobile_masked,
    )


@router.get("/me", response=MeOut, summary=_("这个令牌代表谁、能做什么"), tags=["me"])
@view_rule("", kind="none")
def me(request: DoorstepRequest) -> MeOut:
    """The account behind the token or session, its roles, and the actions the token is narrowed to."""
    actor = request.actor
    return MeOut(
        account=actor.account_id,
        person=actor.person_id,
        name=actor.name,
        kind=actor.kind,
        scopes=sorted(actor.scopes),
        grants=[
            GrantOut(role=g.role, unit=int(g.place.rstrip("/").rsplit("/", 1)[-1]), name=g.title) for g in actor.grants
        ],
    )


@router.get("/units", response=Page[UnitOut], summary=_("单位列表"), tags=["units"])
@view_rule("directory.view_unit", kind="list")
def units(request: DoorstepRequest, filters: Query[UnitFilters]) -> Page[UnitOut]:
    """The units one may see that exist today."""
    rows = units_visible_to(request.actor).filter(valid_to__isnull=True)
    wanted: dict[str, Any] = {"kind": filters.kind, "code": filters.code, "parent": filters.parent}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if filters.q:
        rows = named(rows, filters.q, kind="unit")
    return page_of(rows, filters, _units_out)


@router.get("/units/{int:unit_id}", response=UnitOut, summary=_("一个单位"), tags=["units"])
@view_rule("directory.view_unit", kind="unit")
def unit(request: DoorstepRequest, unit_id: Id) -> UnitOut:
    """One unit."""
    return _unit_out(unit_by_id(unit_id, request.actor))


@router.get("/units/{int:unit_id}/children", response=list[UnitOut], summary=_("直属下级"), tags=["units"])
@view_rule("directory.view_unit", kind="unit")
def unit_children(request: DoorstepRequest, unit_id: Id) -> list[UnitOut]:
    """The units directly below one, as far as one may see them, in the official order."""
    above = unit_by_id(unit_id, request.actor)
    seen = units_visible_to(request.actor).filter(parent=above)
    return _units_out(children_of(above).filter(pk__in=seen.values("pk")))


@router.get("/people", response=Page[PersonOut], summary=_("人员列表（已遮盖）"), tags=["people"])
@view_rule("directory.view_person", kind="list")
def people(request: DoorstepRequest, filters: Query[PeopleFilters]) -> Page[PersonOut]:
    """The people one may see."""
    rows = people_visible_to(request.actor)
    if filters.category:
        rows = rows.filter(category=filters.category)
    if filters.unit:
        inside = members_of(unit_by_id(filters.unit, request.actor), clock.today())
        rows = rows.filter(pk__in=inside.values("pk"))
    if filters.q:
        rows = named(rows, filters.q, kind="person")
    return page_of(rows, filters, _people_out)


@router.get("/people/{int:person_id}", response=PersonOut, summary=_("一个人（已遮盖）"), tags=["people"])
@view_rule("directory.view_person", kind="person")
def person(request: DoorstepRequest, person_id: Id) -> PersonOut:
    """One person; ID number and phone stay masked."""
    return _people_out([person_by_id(person_id, request.actor)])[0]
