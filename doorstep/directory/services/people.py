"""How people are entered, moved, appointed, and how a masked field is shown."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import blind_index, seal, unseal
from doorstep.core.errors import Invalid, Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.events import FieldRevealed, MemberMoved, PostChanged
from doorstep.directory.models import Membership, Person, Post, SearchKey, Unit
from doorstep.directory.services.units import write_search_keys

_REVEALABLE = {"id_number": "id_number_sealed", "mobile": "mobile_sealed", "address": "address_sealed"}


class PersonKnown(Refused):
    """Somebody with this ID number is in the rosters already."""

    code = "person_known"
    template = _(
        "这个身份证号已经登记过，没有再登记。人在别的支部的，请上级办转组织关系；以前离开的，请在“已离开的学员”里恢复。"
    )


class AlreadyThere(Refused):
    """The person belongs to that unit already."""

    code = "member_already_there"
    template = _("%(person)s已经在“%(unit)s”，不用再转。")


class UnitHasEnded(Refused):
    """The unit is no more on the day somebody would come to it."""

    code = "member_unit_has_ended"
    template = _("“%(unit)s”%(on)s起已撤销，不能转入。请另选一个支部。")


class MoveTooEarly(Refused):
    """The day of the move lies before the last one."""

    code = "member_move_too_early"
    template = _("%(person)s是 %(since)s 转入现支部的，转出日期要晚于那一天。")


class PostHeld(Refused):
    """The person holds that post there already."""

    code = "post_held"
    template = _("%(person)s在“%(unit)s”已任这个职务，不用再任。")


class PostIsOver(Refused):
    """The post has ended."""

    code = "post_is_over"
    template = _("%(person)s已在 %(on)s 离任。")


class PostEndsTooEarly(Invalid):
    """A post ends after it began."""

    code = "post_ends_too_early"
    template = _("离任日期要晚于任职日期 %(since)s。")


class ReasonNeeded(Invalid):
    """A masked field is shown only for a stated reason."""

    code = "reason_needed"
    template = _("请写明查看的原因（至少 4 个字），会记入日志。")


@transaction.atomic
def enter_person(
    *,
    unit: Unit,
    name: str,
    category: str,
    since: date,
    sex: str = "0",
    birth_date: date | None = None,
    id_number: str = "",
    mobile: str = "",
    actor: Actor,
) -> Person:
    """A new person with a primary membership in `unit` from `since` on. Raises PersonKnown, UnitHasEnded."""
    require(actor, "directory.edit_person", at=unit.path)
    hold_open(unit, since)
    now = clock.now()
    person = Person(
        county=unit.county,
        place=unit.path if since <= clock.today() else "",
        name=name,
        sex=sex,
        birth_date=birth_date,
        category=category,
        id_number_sealed=seal(id_number, field="id_number"),
        id_number_index=blind_index(id_number, field="id_number") or None,
        mobile_sealed=seal(mobile, field="mobile"),
        mobile_index=blind_index(mobile, field="mobile") or None,
        created_at=now,
        updated_at=now,
    )
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise PersonKnown from None
    Membership.objects.create(person=person, unit=unit, county=unit.county, valid_from=since)
    write_search_keys(kind="person", object_id=person.pk, place=unit.path, names=[name])
    record(MemberMoved(person.pk), actor=actor, place=unit.path, county=unit.county, subject=("person", person.pk))
    return person


@transaction.atomic
def move_member(*, person: Person, unit: Unit, on: date, reason: str = "", actor: Actor) -> Membership:
    """Transfer a person's primary membership to `unit` from `on`; the past stays as it was.

    Needs the right at both units. Raises AlreadyThere, MoveTooEarly, UnitHasEnded.
    """
    require(actor, "directory.move_member", at=unit.path)
    hold_open(unit, on)
    Person.objects.select_for_update().get(pk=person.pk)
    current = person.memberships.filter(is_primary=True, valid_to__isnull=True).select_related("unit").first()
    if current is not None:
        require(actor, "directory.move_member", at=current.unit.path)
        if current.unit_id == unit.pk:
            raise AlreadyThere(person=person.name, unit=unit.short_name)
        if current.valid_from >= on:
            raise MoveTooEarly(person=person.name, since=current.valid_from.isoformat())
        Membership.objects.filter(pk=current.pk).update(valid_to=on)
    membership = Membership.objects.create(
        person=person, unit=unit, county=unit.county, valid_from=on, reason=reason[:40]
    )
    Person.objects.filter(pk=person.pk).update(county=unit.county, updated_at=clock.now())
    if on <= clock.today():
        Person.objects.filter(pk=person.pk).update(place=unit.path)
    SearchKey.objects.filter(kind="person", object_id=person.pk).update(place=unit.path)
    record(
        MemberMoved(person.pk),
        actor=actor,
        place=unit.path,
        county=unit.county,
        subject=("person", person.pk),
        detail={"from": current.unit_id if current else None, "to": unit.pk, "on": on.isoformat()},
    )
    return membership


def hold_open(unit: Unit, on: date) -> None:
    """Keep a unit from being ended while somebody comes to it. Raises UnitHasEnded."""
    end = Unit.objects.select_for_update(no_key=True).values_list("valid_to", flat=True).get(pk=unit.pk)
    if end is not None and end <= on:
        raise UnitHasEnded(unit=unit.short_name, on=end.isoformat())


@transaction.atomic
def follow_memberships(*, actor: Actor) -> int:
    """Place everybody where their primary membership of today stands; return how many had to be placed anew.

    Memberships that begin or end with a day move people without anybody doing anything on that day.
    """
    require(actor, "directory.move_member")
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"today": clock.today()})
        return int(cursor.rowcount)


_FOLLOW = """
    UPDATE directory_person p SET place = homes.path
      FROM (SELECT q.id, coalesce(u.path, '') AS path FROM directory_person q
              LEFT JOIN directory_membership m ON m.person_id = q.id AND m.is_primary AND m.valid_from <= %(today)s
                        AND (m.valid_to IS NULL OR m.valid_to > %(today)s)
              LEFT JOIN directory_unit u ON u.id = m.unit_id) homes
     WHERE homes.id = p.id AND homes.path <> p.place
"""


@transaction.atomic
def appoint_post(*, person: Person, unit: Unit, post: str, is_leader: bool, since: date, actor: Actor) -> Post:
    """A person takes up a post in `unit` from `since` on; each post once at a time. Raises PostHeld."""
    require(actor, "directory.appoint_post", at=unit.path)
    Person.objects.select_for_update().get(pk=person.pk)
    if Post.objects.filter(person=person, unit=unit, post=post, valid_to=None).exists():
        raise PostHeld(person=person.name, unit=unit.short_name)
    row = Post.objects.create(person=person, unit=unit, post=post, is_leader=is_leader, valid_from=since)
    record(PostChanged(person.pk), actor=actor, place=unit.path, county=unit.county, subject=("person", person.pk))
    return row


@transaction.atomic
def end_post(*, post: Post, on: date, actor: Actor) -> Post:
    """A person leaves a post on `on`. Raises PostEndsTooEarly, PostIsOver."""
    require(actor, "directory.appoint_post", at=post.unit.path)
    left = Post.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=post.pk)
    if left.valid_to is not None:
        raise PostIsOver(person=left.person.name, on=left.valid_to.isoformat())
    if on <= left.valid_from:
        raise PostEndsTooEarly(since=left.valid_from.isoformat())
    left.valid_to = on
    left.save(update_fields=["valid_to"])
    unit, told = left.unit, PostChanged(left.person_id)
    record(told, actor=actor, place=unit.path, county=unit.county, subject=("person", left.person_id))
    return left


@transaction.atomic
def reveal_field(*, person: Person, field: str, reason: str, actor: Actor) -> str:
    """A masked field in full, for a stated reason that goes into the activity log.

    `field` is id_number, mobile or address. Raises ReasonNeeded.
    """
    require(actor, "directory.reveal_person", at=_place_of(person))
    if field not in _REVEALABLE or len(reason.strip()) < 4:
        raise ReasonNeeded
    record(
        FieldRevealed(person.pk, field),
        actor=actor,
        place=_place_of(person) or "",
        county=person.county,
        subject=("person", person.pk),
        detail={"reason": reason.strip()[:200]},
    )
    return unseal(getattr(person, _REVEALABLE[field]), field=field)


def _place_of(person: Person) -> str | None:
    home = person.memberships.filter(is_primary=True, valid_to__isnull=True).select_related("unit").first()
    return home.unit.path if home else None
