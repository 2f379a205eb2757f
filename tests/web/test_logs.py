"""Nothing that people typed, and no secret, stands in a log (item 24)."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast, id_number

pytestmark = pytest.mark.django_db


def test_sec24_logs_hold_no_password_no_query_no_code(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client = Client()
        client.post("/login/?next=/secretnext", {"username": "township", "password": PASSWORD})
        client.post("/login/", {"username": "township", "password": "wrong-secret"})
        client.get("/people/", {"q": "林秀珍"})
        client.get("/c/AbCdEfSecretCode/")
        person = cast.person("林秀珍")
        client.post(f"/people/{person.pk}/reveal/", {"field": "id_number", "reason": "核对身份"})
    said = "\n".join(str(r.__dict__) for r in caplog.records if not r.name.startswith("django.db"))
    assert "/people/" in said
    hidden = (PASSWORD, "wrong-secret", "secretnext", "林秀珍", "AbCdEfSecretCode", id_number(person.birth_date, 12))
    assert [word for word in hidden if word in said] == []
