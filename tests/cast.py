"""The named world of the tests: a small true-to-life network with every role in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from doorstep.core.actors import Actor, system_actor
from doorstep.directory.models import Account, Person, RoleGrant, Unit
from doorstep.directory.queries import actor_of_account
from doorstep.directory.services.people import appoint_post, enter_person
from doorstep.directory.services.units import found_unit
from tests.factories.standing import Standing, as_of_now, built_once, put_back

FOUNDED = date(2020, 1, 1)
PASSWORD = "spring-tea-on-the-ridge-7"

# The hash of PASSWORD, made once with the product's hasher: hashing per test would cost 30 ms an account.
_hash: list[str] = []


def password_hash() -> str:
    """The Argon2 hash of PASSWORD, made on first use."""
    from django.contrib.auth.hashers import make_password

    if not _hash:
        _hash.append(make_password(PASSWORD))
    return _hash[0]


def id_number(birth: date, serial: int, region: str = "350999") -> str:
    """A valid demo ID number: never-assigned region, birth date, serial (odd = male), check digit."""
    body = f"{region}{birth:%Y%m%d}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


@dataclass
class Cast:
    """Units, people and accounts by the names the tests call them."""

    system: Actor
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    def unit(self, name: str) -> Unit:
        """A unit by its name in the cast."""
        return self.units[name]

    def person(self, name: str) -> Person:
        """A person by name in the cast."""
        return self.people[name]

    def actor(self, name: str) -> Actor:
        """The actor of an account, with the rights it holds today."""
        return actor_of_account(self.accounts[name])


UNITS = (
    # name, parent, kind, code, full name, short name, county
    ("ningde", None, "city", "3509", "中共宁德市委组织部", "宁德市委组织部", "350900"),
    ("jiaocheng", "ningde", "county", "350902", "中共宁德市蕉城区委组织部", "蕉城区委组织部", "350902"),
    ("fuan", "ningde", "county", "350981", "中共福安市委组织部", "福安市委组织部", "350981"),
    ("huotong", "jiaocheng", "township", "350902102", "中共蕉城区霍童镇委员会", "霍童镇党委", "350902"),
    ("hubei", "jiaocheng", "township", "350902110", "中共蕉城区虎𬇙镇委员会", "虎𬇙镇党委", "350902"),
    ("saiqi", "fuan", "township", "350981101", "中共福安市赛岐镇委员会", "赛岐镇党委", "350981"),
    ("kengtou", "huotong", "branch", "B-kengtou", "中共蕉城区霍童镇坑头村支部委员会", "坑头村党支部", "350902"),
    ("shiqiao", "huotong", "branch", "B-shiqiao", "中共蕉城区霍童镇石桥村支部委员会", "石桥村党支部", "350902"),
    ("huangjia", "hubei", "branch", "B-huangjia", "中共蕉城区虎𬇙镇黄家村支部委员会", "黄家村党支部", "350902"),
    ("xiangyang", "saiqi", "branch", "B-xiangyang", "中共福安市赛岐镇象洋村支部委员会", "象洋村党支部", "350981"),
)

PEOPLE = (
    # name, unit, birth, serial, sex
    ("林秀珍", "kengtou", date(1961, 3, 12), 12, "2"),
    ("黄德旺", "kengtou", date(1958, 7, 1), 11, "1"),
    ("陈国梁", "kengtou", date(1975, 10, 20), 33, "1"),
    ("雷金妹", "shiqiao", date(1969, 5, 5), 24, "2"),
    ("林建华", "shiqiao", date(1961, 1, 9), 15, "1"),
    ("谢长春", "shiqiao", date(1988, 2, 29), 17, "1"),
    ("彭有顺", "huangjia", date(1979, 12, 31), 19, "1"),
    ("缪阿妹", "xiangyang", date(1990, 6, 18), 26, "2"),
)

ACCOUNTS = (
    # username, role, unit, person
    ("city", "city", "ningde", None),
    ("county", "county", "jiaocheng", None),
    ("other_county", "county", "fuan", None),
    ("township", "township", "huotong", None),
    ("sibling_township", "township", "hubei", None),
    ("base", "base", "huotong", None),
    ("teacher", "teacher", "huotong", None),
    ("secretary", "secretary", "kengtou", "陈国梁"),
    ("sibling_secretary", "secretary", "shiqiao", None),
    ("trainee", "trainee", "kengtou", "林秀珍"),
    ("auditor", "auditor", "ningde", None),
)


_standing: list[Standing] = []


def build_cast() -> Cast:
    """Write the cast into the database and return it.

    The services write it once in each process; after that its rows are put back as they were, which takes a tenth of
    the time.
    """
    if not _standing:
        _standing.append(built_once(_write_cast))
    cast = put_back(_standing[0])
    assert isinstance(cast, Cast)
    as_of_now([*cast.units.values(), *cast.people.values(), *cast.accounts.values()])
    return cast


def _write_cast() -> Cast:
    cast = Cast(system_actor("tests"))
    for order, (name, parent, kind, code, full, short, county) in enumerate(UNITS):
        cast.units[name] = found_unit(
            code=code,
            name=full,
            short_name=short,
            kind=kind,
            parent=cast.units[parent] if parent else None,
            county=county,
            valid_from=FOUNDED,
            order=order,
            actor=cast.system,
        )
    for number, (name, unit, birth, serial, sex) in enumerate(PEOPLE):
        cast.people[name] = enter_person(
            unit=cast.units[unit],
            name=name,
            category="full",
            since=FOUNDED,
            sex=sex,
            birth_date=birth,
            id_number=id_number(birth, serial),
            mobile=f"1990000{number:04d}",
            actor=cast.system,
        )
    appoint_post(
        person=cast.people["陈国梁"],
        unit=cast.units["kengtou"],
        post="secretary",
        is_leader=True,
        since=FOUNDED,
        actor=cast.system,
    )
    for username, role, unit, person in ACCOUNTS:
        account = Account.objects.create(
            username=username,
            display_name=person or username,
            person=cast.people[person] if person else None,
            password=password_hash(),
            created_at=cast.people["林秀珍"].created_at,
        )
        RoleGrant.objects.create(account=account, role=role, unit=cast.units[unit], valid_from=FOUNDED)
        cast.accounts[username] = account
    return cast
