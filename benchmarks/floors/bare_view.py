"""The bare floor of a check-in: one Django view without middleware, hand-written SQL, one commit for each."""

from __future__ import annotations

import hmac
import json
import os
import uuid
from hashlib import sha256

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

from doorstep.config.database import parse_url

_SQL = """
WITH door AS (
  SELECT t.account_id, u.path FROM directory_accesstoken t JOIN directory_account a ON a.id = t.account_id AND a.is_active
  JOIN directory_rolegrant g ON g.account_id = a.id JOIN directory_unit u ON u.id = g.unit_id
  WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > now()
), seat AS (
  SELECT s.id AS session_id, e.person_id, e.county, e.year, c.place, p.name, d.account_id, s.starts_at
  FROM door d JOIN classes_session s ON s.id = %s JOIN classes_trainingclass c ON c.id = s.training_class_id
  JOIN classes_enrolment e ON e.training_class_id = c.id AND e.person_id = %s JOIN directory_person p ON p.id = e.person_id
  WHERE starts_with(c.place, d.path) AND now() BETWEEN s.starts_at - interval '1 hour' AND s.ends_at
), arrived AS (
  INSERT INTO attendance_checkin (county, year, session_id, person_id, key, arrived_at, received_at, method, account_id, device)
  SELECT county, year, session_id, person_id, %s, now(), now(), 'personal_code', account_id, '' FROM seat
  ON CONFLICT DO NOTHING RETURNING person_id
), marked AS (
  INSERT INTO attendance_mark (county, year, session_id, person_id, state, source, revision, marked_at, account_id)
  SELECT county, year, session_id, s.person_id, 'present', 'check_in', 0, now(), account_id FROM seat s JOIN arrived USING (person_id)
  ON CONFLICT DO NOTHING
), traced AS (
  INSERT INTO core_activity (county, year, id, at, event, account_id, actor_kind, actor_name, place, subject_kind, subject_id, detail, request_id)
  SELECT county, year, gen_random_uuid(), now(), 'attendance.checked_in', account_id, 'token', '', place, 'session', session_id::text, '{}', ''
  FROM seat JOIN arrived USING (person_id)
)
SELECT name FROM seat
"""


def check_in(request: HttpRequest) -> JsonResponse:
    """Take one check-in."""
    digest = sha256(request.headers["Authorization"].partition(" ")[2].encode()).digest()
    body = json.loads(request.body)
    hmac.new(b"floor", str(body["code"]).encode(), sha256).digest()
    with connection.cursor() as cursor:
        key = uuid.UUID(request.headers["Idempotency-Key"])
        cursor.execute(_SQL, [digest, body["session"], body["person"], key])
        row = cursor.fetchone()
    return JsonResponse({"name": row[0]} if row else {"code": "refused"}, status=201 if row else 409)


urlpatterns = [path("check-in", check_in)]

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    SECRET_KEY="floor",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **parse_url(os.environ["DATABASE_URL"]),
            "CONN_MAX_AGE": None,
            "OPTIONS": {"prepare_threshold": 3, "server_side_binding": True},  # as lean as hand-written SQL can be
        }
    },
)
django.setup()
application = get_wsgi_application()
