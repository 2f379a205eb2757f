"""How people leave the network for good, and how that is taken back."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.events import MemberLeft, MemberReturned
from doorstep.directory.models import Membership, Person, Post, RoleGrant, SearchKey
from doorstep.directory.services.accounts import close_grant
from doorstep.directory.services.people import hold_open

# What somebody holds as a member; what they are employed for they may go on doing after they moved away.
ROLES_OF_MEMBERS = (RoleGrant.Role.SECRETARY, RoleGrant.Role.TRAINEE)


class NotHere(Refused):
    """The person has left the unit meanwhile, or only attends there."""

    code = "member_not_here"
    template = _("%(person)s已经不在%(unit)s了，没有再登记。请刷新看看。")


class LeavesLater(Invalid):
    """A leaving is entered once it has happened, and after the person came."""

    code = "member_leaves_later"
    template = _("离开日期要晚于转入现支部的 %(since)s，不能晚于今天。")


class IsBack(Refused):
    """The leaving was taken back, or the person has come to another unit since."""

    code = "member_is_back"
    template = _("%(person)s已经恢复，或者已转到别的支部。请到“学员”里查看。")


@transaction.atomic
def leave_network(*, membership: Membership, left_as: str, on: date, actor: Actor) -> Membership:
    """Whoever belongs to a unit belongs to none from `on` on; their posts end, what they attended stays.

    Their roles end today: all of them when they died or were removed, those of a member when they moved away. Needs the
    right to move them. Raises NotHere, LeavesLater.
    """
    require(actor, "directory.move_member", at=membership.unit.path)
    person = Person.objects.select_for_update().get(pk=membership.person_id)
    current = Membership.objects.select_related("unit").get(pk=membership.pk)
    if not current.is_primary or current.valid_to is not None:
        raise NotHere(person=person.name, unit=current.unit.short_name)
    if not current.valid_from < on <= clock.today():
        raise LeavesLater(since=current.valid_from.isoformat())
    current.valid_to, current.left_as = on, left_as
    current.save(update_fields=["valid_to", "left_as"])
    open_ones = {"person": person, "valid_to": None}
    Membership.objects.filter(**open_ones).update(valid_to=Greatest(on, F("valid_from") + timedelta(days=1)))
    Post.objects.filter(**open_ones).update(valid_to=Greatest(on, F("valid_from") + timedelta(days=1)))
    _end_roles(person, left_as, actor)
    _stand(person, "")
    _record(MemberLeft(person.pk), current, actor, on=on.isoformat(), left_as=left_as)
    return current


@transaction.atomic
def take_back_leaving(*, membership: Membership, actor: Actor) -> Membership:
    """Somebody had not left: they belong to the unit as before, without the posts, roles and seats they had.

    Raises IsBack, UnitHasEnded.
    """
    require(actor, "directory.move_member", at=membership.unit.path)
    hold_open(membership.unit, clock.today())
    person = Person.objects.select_for_update().get(pk=membership.person_id)
    left = Membership.objects.select_related("unit").get(pk=membership.pk)
    since = Membership.objects.filter(person=person, is_primary=True, valid_from__gt=left.valid_from)
    if not left.left_as or since.exists():
        raise IsBack(person=person.name)
    left.valid_to, left.left_as = None, ""
    left.save(update_fields=["valid_to", "left_as"])
    _stand(person, left.unit.path)
    _record(MemberReturned(person.pk), left, actor)
    return left


def _end_roles(person: Person, left_as: str, actor: Actor) -> None:
    held = RoleGrant.objects.select_related("unit").filter(account__person=person, valid_to=None)
    if left_as == Membership.Leaving.AWAY:
        held = held.filter(role__in=ROLES_OF_MEMBERS)
    for grant in held.order_by("pk"):
        close_grant(grant, actor)


def _stand(person: Person, place: str) -> None:
    """Let a person stand, and be found, at `place`; "" is nowhere."""
    Person.objects.filter(pk=person.pk).update(place=place, updated_at=clock.now())
    SearchKey.objects.filter(kind="person", object_id=person.pk).update(place=place)


def _record(happened: MemberLeft | MemberReturned, at: Membership, actor: Actor, **detail: str) -> None:
    subject = ("person", at.person_id)
    record(happened, actor=actor, place=at.unit.path, county=at.unit.county, subject=subject, detail=detail)
