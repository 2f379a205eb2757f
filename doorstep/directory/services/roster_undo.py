"""How a written roster is taken back, as long as nothing hangs on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.events import RosterUndone
from doorstep.directory.jobs.roster_answer import forget_files
from doorstep.directory.models import Membership, Person, Post, RosterBefore, RosterImport, RosterRow
from doorstep.directory.rules.person_columns import PLAIN
from doorstep.directory.services.roster_commit import SEALED_COLUMNS, reason_of
from doorstep.directory.services.units import write_search_keys

UNDO_DAYS = 7
_ALL = (*PLAIN, *SEALED_COLUMNS)


class RosterUndoTooLate(Refused):
    """The days in which an import can be taken back are over, or it was never written."""

    code = "roster_undo_too_late"
    template = _("这份名册不能撤销：没有写入过，或写入已超过 %(days)s 天。个别的人可以在学员页改。")


class RosterInUse(Refused):
    """Something was built on what the import wrote."""

    code = "roster_in_use"
    template = _(
        "名册里有 %(count)s 人已经报名、签到或被改动，整批撤销会弄丢这些记录，所以没有撤销。个别的人可以在学员页改。"
    )


@transaction.atomic
def undo_roster(*, roster_import: RosterImport, actor: Actor) -> RosterImport:
    """Take back everything an import wrote; the people it brought in disappear, the others are as before.

    Raises RosterUndoTooLate, RosterInUse; then nothing changes.
    """
    require(actor, "directory.import_roster", at=roster_import.place)
    locked = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    recent = locked.committed_at and clock.now() - locked.committed_at < timedelta(days=UNDO_DAYS)
    if locked.status != RosterImport.Status.COMMITTED or not recent:
        raise RosterUndoTooLate(days=UNDO_DAYS)
    _must_be_unused(locked)
    _take_back(locked)
    locked.status = RosterImport.Status.UNDONE
    locked.undone_at = clock.now()
    locked.save(update_fields=["status", "undone_at"])
    transaction.on_commit(lambda: forget_files(locked))
    record(
        RosterUndone(locked.pk),
        actor=actor,
        place=locked.place,
        county=locked.county,
        subject=("roster_import", locked.pk),
        detail={"file": locked.filename, "counts": locked.counts},
    )
    return locked


def _must_be_unused(roster_import: RosterImport) -> None:
    """Nobody written may have changed since, nobody brought in may be referred to from anywhere."""
    rows = RosterRow.objects.filter(roster_import=roster_import)
    touched = rows.filter(action__in=["new", "update", "move"]).values("person_id")
    used = Person.objects.filter(pk__in=touched, updated_at__gt=roster_import.committed_at).count()
    fresh = rows.filter(action="new").values("person_id")
    own = {Membership, Post}
    for relation in Person._meta.related_objects:
        # Relations without a constraint in the database are derived figures, which follow by themselves.
        if relation.related_model in own or not getattr(relation.field, "db_constraint", True):
            continue
        used += relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": fresh}).count()
    later = Membership.objects.filter(person__in=touched, valid_from__gt=roster_import.committed_at)
    used += later.exclude(reason=reason_of(roster_import)).count()
    if used:
        raise RosterInUse(count=used)


def _take_back(roster_import: RosterImport) -> None:
    told: dict[str, Any] = {
        "import": roster_import.pk,
        "reason": reason_of(roster_import),
        "added": roster_import.written.get("posts_added", []),
        "ended": roster_import.written.get("posts_ended", []),
    }
    with connection.cursor() as cursor:
        for statement in _TAKE_BACK:
            cursor.execute(statement, told)
    _name_again(roster_import)
    RosterBefore.objects.filter(roster_import=roster_import).delete()


def _name_again(roster_import: RosterImport) -> None:
    """The search keys of people whose name is the old one again."""
    renamed = RosterRow.objects.filter(roster_import=roster_import, changed__contains=["name"]).exclude(action="new")
    for person in Person.objects.filter(pk__in=renamed.values("person_id")):
        place = person.memberships.filter(is_primary=True, valid_to__isnull=True).values_list("unit__path", flat=True)
        write_search_keys(kind="person", object_id=person.pk, place=place.first() or "", names=[person.name])


_NEW = "SELECT person_id FROM directory_rosterrow WHERE roster_import_id = %(import)s AND action = 'new'"
_TAKE_BACK = (
    "DELETE FROM directory_post WHERE id = ANY(%(added)s)",
    "UPDATE directory_post SET valid_to = NULL WHERE id = ANY(%(ended)s)",
    """
    DELETE FROM directory_membership m USING directory_rosterrow r
     WHERE r.roster_import_id = %(import)s AND m.person_id = r.person_id AND m.reason = %(reason)s
    """,
    # The membership a move had closed is the latest one left.
    """
    UPDATE directory_membership m SET valid_to = NULL FROM directory_rosterrow r
     WHERE r.roster_import_id = %(import)s AND r.action = 'move' AND m.person_id = r.person_id
       AND m.unit_id = r.from_unit_id AND m.is_primary AND m.valid_to =
           (SELECT max(x.valid_to) FROM directory_membership x WHERE x.person_id = m.person_id AND x.is_primary)
    """,
    f"DELETE FROM directory_searchkey WHERE kind = 'person' AND object_id IN ({_NEW})",  # noqa: S608 - text of ours
    f"""
    UPDATE directory_person p
       SET county = b.county, updated_at = b.updated_at, {", ".join(f"{c} = b.{c}" for c in _ALL)}
      FROM directory_rosterbefore b WHERE b.roster_import_id = %(import)s AND p.id = b.person_id
    """,  # noqa: S608 - column names of ours
    """
    UPDATE directory_person p SET place = coalesce(u.path, '')
      FROM directory_rosterrow r LEFT JOIN directory_unit u ON u.id = r.from_unit_id
     WHERE r.roster_import_id = %(import)s AND r.action = 'move' AND p.id = r.person_id
    """,
    """
    UPDATE directory_searchkey k SET place = coalesce(u.path, '')
      FROM directory_rosterrow r LEFT JOIN directory_unit u ON u.id = r.from_unit_id
     WHERE r.roster_import_id = %(import)s AND r.action = 'move' AND k.kind = 'person' AND k.object_id = r.person_id
    """,
    f"DELETE FROM directory_person WHERE id IN ({_NEW})",  # noqa: S608 - text of ours
)
