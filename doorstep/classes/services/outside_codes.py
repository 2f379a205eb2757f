"""A stranger proves a mobile number: a code is sent, and a visit opened with it; no account is made."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from doorstep.classes.events import OutsideNumberProved
from doorstep.classes.models import OutsideCode, OutsideNumber
from doorstep.classes.queries.outside import ADDRESS, CODE, PHONE, TOKEN, figure, figures
from doorstep.classes.rules.outside import (
    CodeLimits,
    CodesSent,
    barred,
    is_mobile,
    is_spent,
    may_be_code,
    plain_number,
)
from doorstep.classes.services.outside_refusals import CodeNotSent, CodeWrong, NumberWrong, TooManyCodes
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import blind_index, seal, sign
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.notices.services.channels import NotSent, send

# The first key of the transaction lock under which codes are counted, so that a burst is counted one by one.
_CODES = 2_005
_A_DAY = timedelta(hours=24)
_SEEN = timedelta(minutes=1)  # a visit is written down anew at most so often


def send_code(*, phone: str, address: str, actor: Actor) -> str:
    """Send a code to a number; returns what the browser has to keep to use it.

    A number that has had its share gets none, and the answer is the same: who asks learns nothing about a number.
    Raises NumberWrong, TooManyCodes, CodeNotSent.
    """
    require(actor, "classes.prove_number")
    number = plain_number(phone)
    if not is_mobile(number):
        raise NumberWrong
    token, digits = secrets.token_urlsafe(24), f"{secrets.randbelow(1_000_000):06d}"
    if _written(number, address, token, digits):
        minutes = figure("code_minutes")
        text = _("验证码 %(code)s，%(minutes)s 分钟内有效，用于外单位预约。不要告诉别人。")
        try:
            send("sms", number, _("家门口"), text % {"code": digits, "minutes": minutes})
        except NotSent:
            raise CodeNotSent from None
    return token


@transaction.atomic
def _written(number: str, address: str, token: str, digits: str) -> bool:
    """Keep a code unless one of the limits is reached; whether it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_CODES])
    phone_index, address_index = blind_index(number, field=PHONE), blind_index(address or "-", field=ADDRESS)
    minutes, *limits = figures("code_minutes", "codes_number", "codes_address", "codes_all", "codes_apart")
    why = barred(_sent(phone_index, address_index), clock.now(), CodeLimits(*limits))
    if why in ("address", "all"):
        raise TooManyCodes
    if why:
        return False
    OutsideCode.objects.create(
        phone_index=phone_index,
        phone_sealed=seal(number, field=PHONE),
        address_index=address_index,
        digest=sign(f"{token} {digits}", purpose=CODE),
        token_digest=sign(token, purpose=TOKEN),
        made_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=minutes),
    )
    return True


def _sent(phone_index: bytes, address_index: bytes) -> CodesSent:
    rows = OutsideCode.objects.filter(made_at__gt=clock.now() - _A_DAY)
    own = rows.filter(phone_index=phone_index)
    last = own.order_by("-made_at").values_list("made_at", flat=True).first()
    return CodesSent(own.count(), rows.filter(address_index=address_index).count(), rows.count(), last)


def prove_number(*, token: str, digits: str, actor: Actor) -> OutsideNumber:
    """Take the code that was sent: the visit is open from then on. A code opens one visit, once. Raises CodeWrong."""
    require(actor, "classes.prove_number")
    most = figure("code_tries")
    number = _proved(token, digits.strip(), most, actor)
    if number is None:
        raise CodeWrong(most=most)
    return number


@transaction.atomic
def _proved(token: str, digits: str, most: int, actor: Actor) -> OutsideNumber | None:
    """The number, or None; a wrong try is written down all the same, so nothing is raised in here."""
    rows = OutsideCode.objects.select_for_update(of=("self",)).filter(token_digest=sign(token, purpose=TOKEN))
    code = rows.filter(number=None, ended_at=None).first()
    if code is None or is_spent(code.tries, most, clock.now(), code.expires_at):
        return None
    wanted = sign(f"{token} {digits}", purpose=CODE)
    if not (may_be_code(digits) and hmac.compare_digest(bytes(code.digest), wanted)):
        OutsideCode.objects.filter(pk=code.pk).update(tries=F("tries") + 1)
        return None
    number, is_new = OutsideNumber.objects.get_or_create(
        phone_index=bytes(code.phone_index),
        defaults={"phone_sealed": bytes(code.phone_sealed), "created_at": clock.now()},
    )
    code.number, code.seen_at = number, clock.now()
    code.save(update_fields=["number", "seen_at"])
    record(
        OutsideNumberProved(number.pk),
        actor=actor,
        place=number.place,
        county="",
        subject=("outside_number", number.pk),
        detail={"new": is_new},
    )
    return number


@transaction.atomic
def keep_visit(*, visit: OutsideCode, actor: Actor) -> None:
    """Write down that a visit goes on; at most once a minute."""
    require(actor, "classes.order_from_outside", at=visit.number.place if visit.number else None)
    if visit.seen_at is None or visit.seen_at + _SEEN <= clock.now():
        OutsideCode.objects.filter(pk=visit.pk, ended_at=None).update(seen_at=clock.now())


@transaction.atomic
def end_visit(*, visit: OutsideCode, actor: Actor) -> None:
    """End a visit: its token opens nothing any more."""
    require(actor, "classes.order_from_outside", at=visit.number.place if visit.number else None)
    OutsideCode.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=clock.now())
