"""How a checked roster is written, all or nothing, and taken back while nothing hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.events import RosterCommitted
from doorstep.directory.jobs.roster_answer import forget_files
from doorstep.directory.models import RosterImport, RosterRow
from doorstep.directory.rules.person_columns import LEADING_POSTS, PLAIN
from doorstep.directory.rules.search_keys import keys_of
from doorstep.directory.services.roster_lines import KEEP_POSTS

SEALED_COLUMNS = (
    "id_number_sealed",
    "id_number_index",
    "mobile_sealed",
    "mobile_index",
    "landline_sealed",
    "address_sealed",
)
OPEN_STATUSES = ("error", "ambiguous", "conflict")
_ALL = (*PLAIN, *SEALED_COLUMNS)


class RosterNotReady(Refused):
    """Some rows still need an answer."""

    code = "roster_not_ready"
    template = _("还有 %(count)s 行有问题。请改好或选择跳过，再写入；现在一行也没有写。")


class RosterAlreadyDone(Refused):
    """The import was written, taken back or given up already."""

    code = "roster_already_done"
    template = _("这份名册已经处理过了。要再导入，请重新上传。")


class RosterStale(Refused):
    """The people concerned changed after the check."""

    code = "roster_stale"
    template = _("核对之后，系统里有 %(count)s 人变动了。请重新核对一次，再写入；现在一行也没有写。")


@transaction.atomic
def commit_roster(*, roster_import: RosterImport, actor: Actor) -> RosterImport:
    """Write every new, changed and moved person of a checked import in one transaction.

    Raises RosterAlreadyDone, RosterNotReady, RosterStale; then nothing is written.
    """
    require(actor, "directory.import_roster", at=roster_import.place)
    locked = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if locked.status != RosterImport.Status.CHECKED:
        raise RosterAlreadyDone
    _must_be_ready(locked)
    if locked.counts.get("move"):
        require(actor, "directory.move_member", at=locked.place)
    _must_be_fresh(locked)
    now = clock.now()
    locked.written = _write(locked, {"import": locked.pk, "now": now, "today": clock.today()})
    locked.status = RosterImport.Status.COMMITTED
    locked.committed_at = now
    locked.save(update_fields=["status", "committed_at", "written"])
    # The workbook with the findings names the rows left out; it stays as long as the import can be taken back.
    transaction.on_commit(lambda: forget_files(locked, keep_answer=True))
    if any(locked.counts.get(action) for action in ("new", "update", "move")):
        record(
            RosterCommitted(locked.pk),
            actor=actor,
            place=locked.place,
            county=locked.county,
            subject=("roster_import", locked.pk),
            detail={"file": locked.filename, "digest": locked.digest, "counts": locked.counts},
        )
    return locked


def _must_be_ready(roster_import: RosterImport) -> None:
    waiting = RosterRow.objects.filter(
        roster_import=roster_import, status__in=["error", "ambiguous", "conflict"]
    ).count()
    if waiting:
        raise RosterNotReady(count=waiting)


def _must_be_fresh(roster_import: RosterImport) -> None:
    """Nobody concerned may have changed since the check, and no unit may have been closed."""
    told = {"import": roster_import.pk, "checked": roster_import.checked_at}
    with connection.cursor() as cursor:
        # No unit ends while people come to it; units are held before people, as by `move_member`.
        cursor.execute(
            "SELECT FROM directory_unit WHERE id IN (SELECT unit_id FROM directory_rosterrow "
            "WHERE roster_import_id = %(import)s AND action IN ('new', 'update', 'move')) "
            "ORDER BY id FOR NO KEY UPDATE",
            told,
        )
        # Writers of the same people wait for each other here, in the order of ids.
        cursor.execute(
            "SELECT p.updated_at > %(checked)s FROM directory_person p WHERE p.id IN (SELECT person_id FROM "
            "directory_rosterrow WHERE roster_import_id = %(import)s AND action IN ('update', 'move')) "
            "ORDER BY p.id FOR UPDATE",
            told,
        )
        changed = sum(1 for (is_newer,) in cursor if is_newer)
        cursor.execute(
            "SELECT count(*) FROM directory_rosterrow r "
            "LEFT JOIN directory_unit u ON u.id = r.unit_id AND u.valid_to IS NULL "
            "LEFT JOIN directory_membership m ON m.person_id = r.person_id AND m.is_primary AND m.valid_to IS NULL "
            "WHERE r.roster_import_id = %(import)s AND (r.action IN ('new', 'update', 'move') AND u.id IS NULL "
            "OR r.action = 'move' AND m.unit_id IS DISTINCT FROM r.from_unit_id "
            "OR r.action = 'new' AND EXISTS ("
            "SELECT 1 FROM directory_person p WHERE p.id_number_index = r.id_number_index))",
            told,
        )
        changed += cursor.fetchone()[0]
    if changed:
        raise RosterStale(count=changed)


def _write(roster_import: RosterImport, told: dict[str, Any]) -> dict[str, Any]:
    """Run the statements in order; what the undo needs to know comes back."""
    told["since"] = roster_import.effective_on
    told["reason"] = reason_of(roster_import)
    told["leading"] = list(LEADING_POSTS)
    written: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for statement in (_KEEP_BEFORE, _INSERT_PEOPLE, _UPDATE_PEOPLE, _CLOSE_MEMBERSHIPS, _INSERT_MEMBERSHIPS):
            cursor.execute(statement, told)
        cursor.execute(_END_POSTS, told)
        written["posts_ended"] = [row[0] for row in cursor.fetchall()]
        cursor.execute(_INSERT_POSTS, {**told, "keep": KEEP_POSTS})
        written["posts_added"] = [row[0] for row in cursor.fetchall()]
    _write_search_keys(roster_import)
    return written


def reason_of(roster_import: RosterImport) -> str:
    """What a membership written by an import is marked with."""
    return f"roster:{roster_import.pk}"


_KEEP_BEFORE = f"""
    INSERT INTO directory_rosterbefore (roster_import_id, person_id, county, updated_at, {", ".join(_ALL)})
    SELECT r.roster_import_id, p.id, p.county, p.updated_at, {", ".join(f"p.{c}" for c in _ALL)}
      FROM directory_rosterrow r JOIN directory_person p ON p.id = r.person_id
     WHERE r.roster_import_id = %(import)s AND r.action IN ('update', 'move')
"""  # noqa: S608 - column names of ours
_INSERT_PEOPLE = f"""
    INSERT INTO directory_person (id, county, place, created_at, updated_at, {", ".join(_ALL)})
    SELECT r.person_id, u.county, CASE WHEN %(since)s <= %(today)s THEN u.path ELSE '' END, %(now)s, %(now)s,
           {", ".join(f"r.{c}" for c in _ALL)}
      FROM directory_rosterrow r JOIN directory_unit u ON u.id = r.unit_id
     WHERE r.roster_import_id = %(import)s AND r.action = 'new'
"""  # noqa: S608 - column names of ours
_UPDATE_PEOPLE = f"""
    UPDATE directory_person p SET county = u.county, place = u.path, updated_at = %(now)s,
           {", ".join(f"{c} = r.{c}" for c in PLAIN)},
           {
    ", ".join(
        f"{c} = CASE WHEN r.changed ? '{c.rsplit('_', 1)[0]}' THEN r.{c} ELSE p.{c} END" for c in SEALED_COLUMNS[2:]
    )
}
      FROM directory_rosterrow r JOIN directory_unit u ON u.id = r.unit_id
     WHERE p.id = r.person_id AND r.roster_import_id = %(import)s AND r.action IN ('update', 'move')
"""  # noqa: S608 - column names of ours
_CLOSE_MEMBERSHIPS = """
    UPDATE directory_membership m SET valid_to = %(today)s
      FROM directory_rosterrow r
     WHERE m.person_id = r.person_id AND m.is_primary AND m.valid_to IS NULL
       AND r.roster_import_id = %(import)s AND r.action = 'move'
"""
_INSERT_MEMBERSHIPS = """
    INSERT INTO directory_membership (person_id, unit_id, county, is_primary, valid_from, reason)
    SELECT r.person_id, r.unit_id, u.county, true,
           CASE WHEN r.action = 'new' THEN greatest(%(since)s::date, u.valid_from) ELSE %(today)s END, %(reason)s
      FROM directory_rosterrow r JOIN directory_unit u ON u.id = r.unit_id
     WHERE r.roster_import_id = %(import)s AND r.action IN ('new', 'move')
"""
# A post ends with a move, and when the roster no longer names it.
_END_POSTS = """
    UPDATE directory_post t SET valid_to = greatest(%(today)s::date, t.valid_from + 1)
      FROM directory_rosterrow r
     WHERE t.person_id = r.person_id AND t.valid_to IS NULL AND r.roster_import_id = %(import)s
       AND (r.action = 'move' AND t.unit_id = r.from_unit_id
            OR r.action = 'update' AND t.unit_id = r.unit_id AND r.changed ? 'posts'
               AND NOT t.post = ANY(string_to_array(r.posts, ';')))
 RETURNING t.id
"""
_INSERT_POSTS = """
    INSERT INTO directory_post (person_id, unit_id, post, is_leader, valid_from)
    SELECT r.person_id, r.unit_id, named.post, named.post = ANY(%(leading)s),
           CASE WHEN r.action = 'new' THEN greatest(%(since)s::date, u.valid_from) ELSE %(today)s END
      FROM directory_rosterrow r JOIN directory_unit u ON u.id = r.unit_id,
           unnest(string_to_array(r.posts, ';')) AS named(post)
     WHERE r.roster_import_id = %(import)s AND r.posts NOT IN ('', %(keep)s)
       AND (r.action IN ('new', 'move') OR r.changed ? 'posts')
       AND NOT EXISTS (SELECT 1 FROM directory_post t WHERE t.person_id = r.person_id AND t.unit_id = r.unit_id
                          AND t.post = named.post AND t.valid_to IS NULL)
 RETURNING id
"""


def _write_search_keys(roster_import: RosterImport) -> None:
    """The keys of new names and the places of moved people, worked out once for each different name."""
    told = [roster_import.pk]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM directory_searchkey k USING directory_rosterrow r WHERE k.kind = 'person' AND "
            "k.object_id = r.person_id AND r.roster_import_id = %s AND r.changed ? 'name'",
            told,
        )
        cursor.execute(
            "UPDATE directory_searchkey k SET place = u.path FROM directory_rosterrow r "
            "JOIN directory_unit u ON u.id = r.unit_id WHERE k.kind = 'person' AND k.object_id = r.person_id "
            "AND r.roster_import_id = %s AND r.action = 'move'",
            told,
        )
        cursor.execute(
            "SELECT DISTINCT name FROM directory_rosterrow WHERE roster_import_id = %s "
            "AND (action = 'new' OR changed ? 'name')",
            told,
        )
        names = [row[0] for row in cursor.fetchall()]
        if names:
            _insert_keys(cursor, names, roster_import.pk)


def _insert_keys(cursor: Any, names: Sequence[str], import_id: int) -> None:
    cursor.execute("CREATE TEMPORARY TABLE roster_name_key (name varchar, key varchar) ON COMMIT DROP")
    with cursor.copy("COPY roster_name_key (name, key) FROM STDIN") as copy:
        for name in names:
            for key in keys_of(name):
                copy.write_row((name, key))
    cursor.execute(
        "INSERT INTO directory_searchkey (key, kind, object_id, place) "
        "SELECT k.key, 'person', r.person_id, u.path FROM directory_rosterrow r "
        "JOIN roster_name_key k ON k.name = r.name JOIN directory_unit u ON u.id = r.unit_id "
        "WHERE r.roster_import_id = %s AND (r.action = 'new' OR r.changed ? 'name') "
        "ORDER BY k.key, r.person_id",
        [import_id],
    )
    cursor.execute("DROP TABLE roster_name_key")
