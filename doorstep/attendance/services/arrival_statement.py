"""The SQL that takes arrivals in one round trip: who asks, may they, is it the time, who came, write, answer.

It is written by hand because a room full of people arrives within minutes. It reads tokens, grants, sessions,
enrolments and policies of the lower apps where they stand, changes only what this app owns, and decides as
`permissions`, `policies_at` and `rules.marks` do; tests hold them together.
"""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, permissions_of

# Columns of the input, in order: SQL type of each array.
INPUT = {
    "n": "int",
    "caller": "int",
    "account_id": "bigint",
    "session_id": "bigint",
    "person_id": "bigint",
    "key": "uuid",
    "step": "bigint",
    "method": "text",
    "arrived_at": "timestamptz",
    "device": "text",
}
_MINUTES = ("opens_minutes_before", "late_after_minutes", "closes_minutes_after")
_STEPS = ("room_code_step_seconds", "room_code_grace_steps")


def _given() -> str:
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in INPUT.items())
    return f"input AS MATERIALIZED (SELECT * FROM unnest({arrays}) AS t({', '.join(INPUT)}))"


def _hall() -> str:
    """The sessions named, with the policies in force on their day at their place; the most specific place wins.

    The class row is held against `close_roll`, which locks it: an arrival is before the closing or refused.
    """
    keys = ", ".join(f"'attendance.{key}'" for key in (*_MINUTES, *_STEPS))
    values = ", ".join(
        f"max(value) FILTER (WHERE key = 'attendance.{key}')::int AS {key}" for key in (*_MINUTES, *_STEPS)
    )
    return f"""
hall AS MATERIALIZED (
  SELECT s.id AS session_id, s.training_class_id, s.starts_at, s.ends_at, c.place, c.is_joint,
    c.county AS class_county,
    extract(year FROM s.held_on)::smallint AS year,
    s.is_cancelled OR c.status NOT IN ('open', 'running') AS is_off,
    r.closed_at IS NOT NULL OR c.status = 'closed' AS is_closed,
    s.starts_at - make_interval(mins => p.opens_minutes_before) AS opens_at,
    s.starts_at + make_interval(mins => p.late_after_minutes) AS late_at,
    s.ends_at + make_interval(mins => p.closes_minutes_after) AS closes_at,
    extract(epoch FROM %(now)s::timestamptz)::bigint / p.room_code_step_seconds AS step,
    p.room_code_grace_steps AS grace_steps
  FROM (SELECT DISTINCT session_id FROM input) i
  JOIN classes_session s ON s.id = i.session_id
  JOIN classes_trainingclass c ON c.id = s.training_class_id
  LEFT JOIN attendance_roll r ON r.training_class_id = c.id
  CROSS JOIN LATERAL (SELECT {values} FROM (
    SELECT DISTINCT ON (p.key) p.key, p.value FROM core_policy p
    WHERE p.key IN ({keys}) AND p.valid_from <= s.held_on AND (p.valid_to IS NULL OR p.valid_to > s.held_on)
      AND starts_with(c.place, p.place)
    ORDER BY p.key, length(p.place) DESC, p.valid_from DESC, p.version DESC) best) p
  FOR KEY SHARE OF c
)"""


_DOOR = """
door AS MATERIALIZED (
  SELECT i.caller, t.account_id, a.person_id, t.device,
    jsonb_array_length(t.scopes) = 0 OR t.scopes ? 'attendance.check_in' AS may_check_in,
    jsonb_array_length(t.scopes) = 0 OR t.scopes ? 'attendance.arrive' AS may_arrive
  FROM unnest(%(digests)s::bytea[]) WITH ORDINALITY i(digest, caller)
  JOIN directory_accesstoken t ON t.digest = i.digest AND t.revoked_at IS NULL AND t.expires_at > %(now)s
  JOIN directory_account a ON a.id = t.account_id AND a.is_active
)"""


_SHARED = """(h.is_joint AND EXISTS (SELECT 1 FROM classes_classhost o
      WHERE o.training_class_id = h.training_class_id AND o.status = 'accepted' AND starts_with(o.place, u.path)))"""


def _reach(rows: tuple[Permission, ...]) -> str:
    """The permission rows as a condition on a grant `g` at unit `u` and the place of a class `h`."""
    parts = []
    for row in rows:
        roles = ", ".join(f"'{role}'" for role in sorted(row.roles))
        where = {
            Scope.ANYWHERE: "true",
            Scope.SUBTREE: "starts_with(h.place, u.path)",
            Scope.LINE: "starts_with(u.path, h.place)",
            Scope.SHARED: _SHARED,
        }[row.scope]  # nobody is let in for being oneself: a grant always has a place
        parts.append(f"g.role IN ({roles}) AND {where}")
    return " OR ".join(f"({part})" for part in parts) or "false"


def _reached() -> str:
    return f"""
reached AS MATERIALIZED (
  SELECT i.caller, i.session_id
  FROM (SELECT DISTINCT caller, session_id FROM input WHERE caller > 0) i
  JOIN door d ON d.caller = i.caller AND d.may_check_in
  JOIN hall h ON h.session_id = i.session_id
  WHERE EXISTS (
    SELECT 1 FROM directory_rolegrant g JOIN directory_unit u ON u.id = g.unit_id
    WHERE g.account_id = d.account_id AND g.valid_from <= %(today)s AND (g.valid_to IS NULL OR g.valid_to > %(today)s)
      AND ({_reach(permissions_of("attendance.check_in"))}))
)"""


_JUDGED = """
judged AS MATERIALIZED (
  SELECT i.n, i.key, i.method, i.arrived_at, coalesce(nullif(d.device, ''), i.device) AS device,
    coalesce(d.account_id, i.account_id) AS account_id,
    h.session_id, h.year, h.place, h.class_county, h.opens_at, h.starts_at, h.late_at, h.closes_at,
    e.county, e.person_id, p.name,
    CASE
      WHEN i.caller > 0 AND d.account_id IS NULL THEN 'token_refused'
      WHEN h.session_id IS NULL THEN 'not_found'
      WHEN i.caller > 0 AND i.method = 'room_code' AND NOT d.may_arrive THEN 'not_permitted'
      WHEN i.caller > 0 AND i.method <> 'room_code' AND r.caller IS NULL THEN
        CASE WHEN d.may_check_in THEN 'not_found' ELSE 'not_permitted' END
      WHEN e.holds IS NOT TRUE THEN 'not_enrolled'
      WHEN h.is_closed THEN 'roll_closed'
      WHEN h.is_off THEN 'session_off'
      WHEN NOT h.step - i.step BETWEEN 0 AND h.grace_steps THEN 'code_expired'
      WHEN i.arrived_at > %(latest)s THEN 'in_future'
      WHEN i.arrived_at < h.opens_at THEN 'too_early'
      WHEN i.arrived_at > h.closes_at THEN 'too_late'
      ELSE '' END AS refusal
  FROM input i
  LEFT JOIN door d ON d.caller = i.caller
  LEFT JOIN hall h ON h.session_id = i.session_id
  LEFT JOIN reached r ON r.caller = i.caller AND r.session_id = i.session_id
  LEFT JOIN LATERAL (
    SELECT e.county, e.person_id, e.status IN ('nominated', 'confirmed') AS holds FROM classes_enrolment e
    WHERE e.person_id = CASE WHEN i.caller > 0 AND i.method = 'room_code' THEN d.person_id ELSE i.person_id END
      AND e.training_class_id = h.training_class_id ORDER BY 3 DESC LIMIT 1) e ON true
  LEFT JOIN directory_person p ON p.id = e.person_id
)"""

_TRACE = """
  INSERT INTO core_activity (county, year, id, at, event, account_id, actor_kind, actor_name, place,
    subject_kind, subject_id, detail, request_id)"""

_WRITTEN = f"""
arrived AS (
  INSERT INTO attendance_checkin
    (county, year, session_id, person_id, key, arrived_at, received_at, method, account_id, device)
  SELECT county, year, session_id, person_id, key, arrived_at, %(now)s, method, account_id, device
  FROM judged WHERE refusal = '' ORDER BY session_id, person_id, n
  ON CONFLICT DO NOTHING
  RETURNING county, year, session_id, person_id, key, arrived_at, method, account_id
),
marked AS (
  INSERT INTO attendance_mark (county, year, session_id, person_id, state, source, revision, marked_at, account_id)
  SELECT a.county, a.year, a.session_id, a.person_id, CASE WHEN a.arrived_at > h.late_at THEN 'late' ELSE 'present' END,
    'check_in', 0, %(now)s, a.account_id
  FROM arrived a JOIN hall h ON h.session_id = a.session_id
  ON CONFLICT (county, session_id, person_id, year) DO UPDATE
    SET state = excluded.state, source = 'check_in', revision = attendance_mark.revision + 1,
      marked_at = excluded.marked_at, account_id = excluded.account_id
    WHERE attendance_mark.state NOT IN ('present', 'late', 'early')
),
traced AS ({_TRACE}
  SELECT h.class_county, extract(year FROM %(today)s::date)::smallint, gen_random_uuid(), %(now)s,
    'attendance.checked_in', a.account_id, %(kind)s, '', h.place, 'session', a.session_id::text,
    jsonb_build_object('session_id', a.session_id, 'person_id', a.person_id, 'method', a.method), ''
  FROM arrived a JOIN hall h ON h.session_id = a.session_id
  WHERE %(upload)s = ''
),
told AS ({_TRACE}
  SELECT class_county, extract(year FROM %(today)s::date)::smallint, gen_random_uuid(), %(now)s,
    'attendance.arrivals_uploaded', account_id, %(kind)s, '', place, 'session', session_id::text,
    jsonb_build_object('upload_id', %(upload)s, 'sent', count(*), 'refused', count(*) FILTER (WHERE refusal <> '')), ''
  FROM judged WHERE %(upload)s <> '' AND account_id IS NOT NULL AND session_id IS NOT NULL
    AND refusal NOT IN ('token_refused', 'not_found', 'not_permitted')
  GROUP BY class_county, account_id, place, session_id
),
answered AS MATERIALIZED (
  SELECT j.*,
    (j.session_id, j.person_id, j.key) IN (SELECT session_id, person_id, key FROM arrived) IS TRUE AS is_written
  FROM judged j
)
SELECT n, CASE WHEN refusal = '' AND NOT is_written THEN 'unclear' ELSE refusal END, session_id, person_id, name,
  'accepted', CASE WHEN is_written THEN arrived_at END, CASE WHEN arrived_at > late_at THEN 'late' ELSE 'present' END,
  CASE WHEN NOT is_written THEN opens_at END, CASE WHEN NOT is_written THEN starts_at END,
  CASE WHEN NOT is_written THEN closes_at END
FROM answered"""

# Who was seen before, or under whose key: asked only for arrivals that the first statement did not write.
_RECALLED = f"""
recalled AS MATERIALIZED (
  SELECT j.*, k.arrived_at AS known_at, k.key AS known_key,
    u.key IS NOT NULL AND (u.session_id <> j.session_id OR u.person_id IS DISTINCT FROM j.person_id) AS is_reused
  FROM judged j
  LEFT JOIN attendance_checkin k
    ON k.county = j.county AND k.session_id = j.session_id AND k.person_id = j.person_id AND k.year = j.year
  LEFT JOIN attendance_checkin u ON u.key = j.key
  WHERE j.refusal NOT IN ('token_refused', 'not_found', 'not_permitted')
),
traced AS ({_TRACE}
  SELECT class_county, extract(year FROM %(today)s::date)::smallint, gen_random_uuid(), %(now)s,
    'attendance.seen_again', account_id, %(kind)s, '', place, 'session', session_id::text,
    jsonb_build_object('session_id', session_id, 'person_id', person_id, 'method', method), ''
  FROM recalled WHERE known_at IS NOT NULL AND NOT is_reused AND %(upload)s = ''
)
SELECT n, CASE WHEN is_reused THEN 'idempotency_key_reused' WHEN known_at IS NULL THEN refusal ELSE '' END,
  session_id, person_id, name, CASE WHEN known_key = key THEN 'accepted' ELSE 'known' END, known_at,
  CASE WHEN known_at > late_at THEN 'late' ELSE 'present' END,
  CASE WHEN known_at IS NULL THEN opens_at END, CASE WHEN known_at IS NULL THEN starts_at END,
  CASE WHEN known_at IS NULL THEN closes_at END
FROM recalled"""


def _judging() -> str:
    return "WITH " + ",".join((_given(), _hall(), _DOOR, _reached(), _JUDGED))


def taking() -> str:
    """Judges and writes; what it neither writes nor refuses comes back `unclear`.

    Parameters: the arrays of INPUT (`caller` counts in `digests` from 1; 0 stands for an account already asked),
    digests, now, today, latest, kind (of actor) and upload (the id of an upload that leaves one trace for all,
    or empty text).
    """
    return f"{_judging()},{_WRITTEN}"


def recalling() -> str:
    """Says of arrivals not written whether they were known before; same parameters, leaves a trace of its own."""
    return f"{_judging()},{_RECALLED}"
