"""The same key, the same answer: how a write sent twice is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.errors import DoorstepError, Invalid, Refused
from doorstep.core.models import IdempotencyKey

LONGEST_KEY = 80


class KeyMissing(Invalid):
    """A write without a key: sent again it could be done twice."""

    code = "idempotency_key_missing"
    template = _("请求缺少编号（Idempotency-Key）。请给每次写入一个新的 UUID；没收到回答时，用同一个编号再发。")


class KeyUnreadable(Invalid):
    """The key is longer than any honest one, or not plain text."""

    code = "idempotency_key_unreadable"
    template = _("请求编号（Idempotency-Key）要是 1 到 80 个可见的英文字符，最好用 UUID。")


class KeyReused(Invalid):
    """The key came before with another content."""

    code = "idempotency_key_reused"
    template = _("这个请求编号已用于另一个内容的请求。请换一个新的编号再发。")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: the HTTP status and the body, to the byte."""

    status: int
    body: str


def check_key(key: str) -> None:
    """Raises KeyMissing or KeyUnreadable for what is no key of a write."""
    if not key:
        raise KeyMissing
    if not (len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise KeyUnreadable


def answer_once(
    *, account_id: int, key: str, content: bytes, work: Callable[[], Answer], refusal: Callable[[DoorstepError], Answer]
) -> Answer:
    """Do `work` and keep its answer under `key`, both in one transaction; a key known already is answered as before.

    `content` is all that makes the request what it is (method, address, body). Two at once: the second waits for
    the first. A replay writes once itself, so that on a replicated database it waits for the standby like the first
    did. Refusals by the rules (409, 422) are kept as answers too, by `refusal`; what one may not see or do is not.
    Raises KeyMissing, KeyUnreadable, KeyReused.
    """
    check_key(key)
    fingerprint = sha256(content).digest()
    with transaction.atomic():
        claimed = IdempotencyKey(
            account_id=account_id, key=key, fingerprint=fingerprint, status=0, answer="", created_at=clock.now()
        )
        # The unique index makes a second one wait here until the first has committed or given up.
        IdempotencyKey.objects.bulk_create([claimed], ignore_conflicts=True)
        known = IdempotencyKey.objects.get(account_id=account_id, key=key)
        if bytes(known.fingerprint) != fingerprint:
            raise KeyReused
        if known.status:
            IdempotencyKey.objects.filter(pk=known.pk).update(replays=F("replays") + 1)
            return Answer(known.status, known.answer)
        answer = _done(work, refusal)
        IdempotencyKey.objects.filter(pk=known.pk).update(status=answer.status, answer=answer.body)
        return answer


def _done(work: Callable[[], Answer], refusal: Callable[[DoorstepError], Answer]) -> Answer:
    try:
        with transaction.atomic():
            return work()
    except DoorstepError as error:
        if error.status not in (Refused.status, Invalid.status):
            raise
        return refusal(error)
