"""Every read of units, people and accounts that leaves the directory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from doorstep.core import clock
from doorstep.core.actors import Actor, Grant
from doorstep.core.errors import NotFound
from doorstep.core.invariants import Invariant
from doorstep.core.permissions import lines_of, may, visible_to
from doorstep.directory.models import (
    Account,
    Division,
    Membership,
    Person,
    Post,
    RoleGrant,
    RosterRow,
    Unit,
    UnitPlacement,
)
from doorstep.directory.permissions import STAFF_ROLES, WORKING
from doorstep.directory.queries.divisions import divisions_on, in_force
from doorstep.directory.queries.names import named as named
from doorstep.directory.queries.names import search_hits as search_hits


def grants_of(account: Account) -> list[RoleGrant]:
    """The role grants in force today, with their units, in a stable order."""
    return list(account.grants.filter(in_force(clock.today())).select_related("unit").order_by("pk"))


def role_name(role: str) -> str:
    """The word for a role."""
    return str(RoleGrant.Role(role).label)


def actor_of_account(account: Account, *, role: str = "") -> Actor:
    """The actor of an account with all it holds today.

    `role` is the id of the grant the person works under now; it only orders the grants (the first one decides
    the home page), rights are those of all grants.
    """
    grants = sorted(grants_of(account), key=lambda g: str(g.pk) != str(role))
    return Actor(
        account_id=account.pk,
        person_id=account.person_id,
        name=account.display_name,
        grants=tuple(Grant(g.role, g.unit.path, g.unit.short_name, g.pk) for g in grants),
    )


def actor_of_account_id(account_id: int) -> Actor:
    """The actor of an account by id; raises NotFound when it may not sign in."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise NotFound
    return actor_of_account(account)


def is_demo_database() -> bool:
    """True when the database holds the demo city."""
    return Account.objects.filter(is_demo=True).exists()


def units_visible_to(actor: Actor) -> QuerySet[Unit]:
    """The units `actor` may see."""
    return visible_to(actor, "directory.view_unit", Unit.objects.all(), place="path")


def unit_by_id(unit_id: int, actor: Actor) -> Unit:
    """One unit that `actor` may see; raises NotFound."""
    unit = units_visible_to(actor).filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    return unit


def unit_by_code(code: str) -> Unit:
    """The unit with this code, or the party committee of the division with this code; raises NotFound."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        kinds = [Unit.Kind.CITY, Unit.Kind.COUNTY, Unit.Kind.TOWNSHIP, Unit.Kind.COMMITTEE, Unit.Kind.GENERAL_BRANCH]
        unit = (
            Unit.objects.filter(division_id=code, kind__in=[*kinds, Unit.Kind.BRANCH]).order_by("depth", "pk").first()
        )
    if unit is None:
        raise NotFound
    return unit


def unit_at(path: str) -> Unit:
    """The unit standing at a place; raises NotFound."""
    unit = Unit.objects.filter(path=path).first()
    if unit is None:
        raise NotFound
    return unit


def has_root(unit_ids: Iterable[int]) -> bool:
    """True when one of the units is the top of the tree, below which everybody is."""
    return Unit.objects.filter(pk__in=list(unit_ids), parent=None).exists()


def top_place() -> tuple[str, str]:
    """Path and county of the top of the tree, for what concerns everybody; empty before there is one."""
    top = Unit.objects.filter(parent=None).order_by("path").values_list("path", "county").first()
    return top or ("", "")


def units_by_ids(ids: Iterable[int]) -> dict[int, Unit]:
    """Units by id, whatever their place; for showing names next to rows one may already see."""
    return Unit.objects.in_bulk(list(ids))


def children_of(unit: Unit, on: date | None = None) -> QuerySet[Unit]:
    """The units directly below `unit` (today, or as the tree stood on `on`), in the official order."""
    if on is None or on >= clock.today():
        return Unit.objects.filter(parent=unit).filter(in_force(clock.today())).order_by("order", "id")
    placed = UnitPlacement.objects.filter(in_force(on), parent=unit).values("unit")
    return Unit.objects.filter(pk__in=placed).order_by("order", "id")


def network_offices() -> list[Unit]:
    """Every office in use today, with the one above it and where it lies: the city's, then county by county."""
    rows = Unit.objects.filter(in_force(clock.today()), kind__in=("city", "county", "township"))
    return list(rows.select_related("parent", "division").order_by("county", "depth", "order", "id"))


def last_placed_on(unit_id: int) -> date:
    """The day since which a unit stands where it stands now; raises NotFound."""
    day = (
        UnitPlacement.objects.filter(unit=unit_id).order_by("-valid_from").values_list("valid_from", flat=True).first()
    )
    if day is None:
        raise NotFound
    return day


def line_of(unit: Unit) -> list[Unit]:
    """The unit and all above it, from the top."""
    return list(Unit.objects.filter(path__in=lines_of(unit.path)).order_by("depth"))


def people_visible_to(actor: Actor) -> QuerySet[Person]:
    """The people `actor` may see: oneself, and the primary members of units in reach today."""
    return people_where(actor, "directory.view_person")


def people_where(actor: Actor, action: str) -> QuerySet[Person]:
    """The people at whose home today `actor` may do `action`, and oneself when it reaches oneself."""
    return visible_to(actor, action, Person.objects.all(), owner="pk")


def person_by_id(person_id: int, actor: Actor) -> Person:
    """One person that `actor` may see; raises NotFound."""
    person = people_visible_to(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    return person


def people_by_ids(ids: Iterable[int]) -> dict[int, Person]:
    """People by id, whatever their place; for showing names next to rows one may already see."""
    return Person.objects.in_bulk(list(ids))


def has_account(person_id: int) -> bool:
    """True when the person can sign in already."""
    return Account.objects.filter(person=person_id).exists()


def home_units(person_ids: Iterable[int], on: date) -> dict[int, Unit]:
    """The primary unit of each person on a day; people without one are left out."""
    rows = Membership.objects.filter(in_force(on), is_primary=True, person__in=list(person_ids)).select_related("unit")
    return {row.person_id: row.unit for row in rows}


def homes_on(day: date) -> QuerySet[Membership]:
    """The primary memberships in force on a day, with the person and the unit; for callers that narrow them down."""
    return Membership.objects.filter(in_force(day), is_primary=True).select_related("person", "unit")


def people_of_import(roster_import_id: int) -> list[int]:
    """The ids of the people whom a roster import brought in, changed or moved, also after it was taken back."""
    rows = RosterRow.objects.filter(roster_import=roster_import_id, action__in=["new", "update", "move"])
    return sorted({person_id for person_id in rows.values_list("person_id", flat=True) if person_id})


def members_of(unit: Unit, on: date) -> QuerySet[Person]:
    """The people whose primary unit on a day is `unit` or below it, by name."""
    rows = Membership.objects.filter(in_force(on), is_primary=True, unit__path__startswith=unit.path)
    return Person.objects.filter(pk__in=rows.values("person")).order_by("name", "pk")


def posts_of(person_ids: Iterable[int]) -> dict[int, list[Post]]:
    """All posts of the given people, oldest first."""
    found: dict[int, list[Post]] = {}
    for post in Post.objects.filter(person__in=list(person_ids)).select_related("unit").order_by("valid_from", "pk"):
        found.setdefault(post.person_id, []).append(post)
    return found


def accounts_visible_to(actor: Actor) -> QuerySet[Account]:
    """The accounts that hold a role in units `actor` looks after."""
    grants = visible_to(actor, "directory.view_account", RoleGrant.objects.all(), place="unit__path")
    return Account.objects.filter(pk__in=grants.values("account"))


@dataclass(frozen=True, slots=True)
class Hit:
    """One find of the search box."""

    kind: str
    object_id: int


def accounts_serving(unit: Unit) -> QuerySet[Account]:
    """The accounts of those who work for a unit today: with an office there, or at a base below it; by name."""
    here = Q(grants__unit=unit, grants__role__in=WORKING.split())
    at_bases = Q(grants__unit__path__startswith=unit.path, grants__role="base")
    today = clock.today()
    in_force = Q(grants__valid_from__lte=today) & (Q(grants__valid_to=None) | Q(grants__valid_to__gt=today))
    rows = Account.objects.filter(in_force, here | at_bases, is_active=True)
    return rows.distinct().order_by("display_name", "pk")


def units_where(actor: Actor, action: str) -> list[Unit]:
    """The units at which `actor` holds a role that may do `action`, the present one first."""
    places = [grant.place for grant in actor.grants if may(actor, action, at=grant.place)]
    return [unit_at(place) for place in dict.fromkeys(places)]


def _staff(unit: Any) -> Q:
    """Accounts of those who work today at `unit` itself: its office, its base, its teachers."""
    today = clock.today()
    in_force = Q(grants__valid_from__lte=today) & (Q(grants__valid_to=None) | Q(grants__valid_to__gt=today))
    return in_force & Q(grants__unit=unit, grants__role__in=STAFF_ROLES, is_active=True)


def staff_at(unit: Unit) -> QuerySet[Account]:
    """The accounts of those who work at a unit today, by name."""
    return Account.objects.filter(_staff(unit)).distinct().order_by("display_name", "pk")


def staff_of(column: str) -> QuerySet[Account]:
    """For sub-selects: the same for the unit in the outer row's `column`; who holds two roles there stands twice."""
    return Account.objects.filter(_staff(OuterRef(column)))


def staff_places(actor: Actor) -> list[str]:
    """The places at which `actor` works, in the sense of `staff_at`."""
    return [grant.place for grant in actor.grants if grant.role in STAFF_ROLES]


def roster_counts() -> dict[str, int]:
    """How many members, branches and units there are today; a member is a full or probationary one in a branch."""
    day = clock.today()
    kinds = [Person.Category.FULL, Person.Category.PROBATIONARY]
    home = Membership.objects.filter(in_force(day), is_primary=True, person__category__in=kinds)
    units = Unit.objects.filter(in_force(day))
    return {
        "member": home.count(),
        "branch": units.filter(kind=Unit.Kind.BRANCH).count(),
        "unit": units.count(),
        "township": divisions_on(day, Division.Level.TOWNSHIP).count(),
        "village": divisions_on(day, Division.Level.VILLAGE).count(),
    }


_PLACES = """
SELECT p.id, p.place, u.path FROM directory_person p
LEFT JOIN directory_membership m ON m.person_id = p.id AND m.is_primary
     AND daterange(m.valid_from, m.valid_to) @> date '{today}'
LEFT JOIN directory_unit u ON u.id = m.unit_id WHERE p.place <> coalesce(u.path, '')
"""


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of the tree, memberships and keys."""
    return (
        Invariant(
            "unit_path_matches_parent",
            "每个单位的路径等于上级路径加自己的编号",
            "SELECT u.id, u.path FROM directory_unit u LEFT JOIN directory_unit p ON p.id = u.parent_id "
            "WHERE u.path <> coalesce(p.path, '') || u.id || '/'",
        ),
        Invariant(
            "unit_current_placement",
            "每个现存单位恰有一条现行位置，且与路径一致",
            "SELECT u.id FROM directory_unit u LEFT JOIN directory_unitplacement p "
            "ON p.unit_id = u.id AND p.valid_to IS NULL "
            "WHERE u.valid_to IS NULL AND (p.id IS NULL OR p.path <> u.path)",
        ),
        Invariant(
            "membership_county",
            "组织关系上的县与所在单位一致",
            "SELECT m.id FROM directory_membership m JOIN directory_unit u ON u.id = m.unit_id "
            "WHERE m.county <> u.county",
        ),
        Invariant(
            "person_county_is_home",
            "人的现所在县等于现主要归属单位的县",
            "SELECT p.id FROM directory_person p JOIN directory_membership m ON m.person_id = p.id AND m.is_primary "
            "AND m.valid_to IS NULL WHERE p.county <> m.county",
        ),
        Invariant(
            "person_place_is_home",
            "人的位置等于今天主要归属单位的路径",
            _PLACES.replace("{today}", clock.today().isoformat()),
        ),
        Invariant(
            "person_sealed_and_indexed",
            "身份证号要么都有密文和检索值，要么都没有",
            "SELECT id FROM directory_person WHERE (length(id_number_sealed) > 0) <> (id_number_index IS NOT NULL)",
        ),
        Invariant(
            "roster_row_of_import",
            "花名册的每一行都属于一次导入",
            "SELECT r.roster_import_id, r.row FROM directory_rosterrow r "
            "WHERE NOT EXISTS (SELECT FROM directory_rosterimport i WHERE i.id = r.roster_import_id)",
        ),
    )
