"""The ways out of the product: mail, and the operator's gateways for SMS, WeCom and DingTalk; one shape for all."""

from __future__ import annotations

import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from doorstep.core import clock

SECONDS = 10  # a gateway that says nothing for so long is tried again later
MOST_BYTES = 4096
Sender = Callable[[str, str, str, str], str]


class NotSent(Exception):
    """A message did not leave; the text says why, for people."""


def send(channel: str, address: str, title: str, text: str) -> str:
    """Send one text; returns the receipt of the other side, or "". Raises NotSent."""
    target = settings.DOORSTEP_CHANNELS.get(channel, "")
    if not target:
        raise NotSent(_("这个渠道已经停用"))
    kind = urlsplit(target).scheme
    senders: dict[str, Sender] = {"file": _into_file, "smtp": _by_mail, "smtps": _by_mail, "http": _by_gateway}
    sender = senders.get("http" if kind == "https" else kind)
    if sender is None:
        raise NotSent(_("这个渠道没有设好，请联系系统管理员"))
    return sender(channel, address, title, text)


def _line(channel: str, address: str, title: str, text: str) -> str:
    return json.dumps({"channel": channel, "to": address, "title": title, "text": text}, ensure_ascii=False)


def _into_file(channel: str, address: str, title: str, text: str) -> str:
    """A line in a file beside the data, for the demo and for trying out: nothing leaves the machine."""
    path = Path(urlsplit(settings.DOORSTEP_CHANNELS[channel]).path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a", encoding="utf-8") as file:
        file.write(_line(channel, address, title, text) + "\n")
    return f"file:{clock.now():%Y%m%dT%H%M%S}"


def _by_mail(channel: str, address: str, title: str, text: str) -> str:
    where = urlsplit(settings.DOORSTEP_CHANNELS[channel])
    backend = get_connection(
        settings.EMAIL_BACKEND,
        host=where.hostname,
        port=where.port or (465 if where.scheme == "smtps" else 25),
        username=where.username or "",
        password=where.password or "",
        use_ssl=where.scheme == "smtps",
        timeout=SECONDS,
    )
    letter = EmailMessage(title, text, settings.DOORSTEP_MAIL_FROM, [address], connection=backend)
    try:
        letter.send()
    except OSError as problem:
        raise NotSent(_("邮件服务器没有接收：%(why)s") % {"why": type(problem).__name__}) from problem
    return str(letter.extra_headers.get("Message-ID", ""))


def _by_gateway(channel: str, address: str, title: str, text: str) -> str:
    """One POST to the operator's gateway, signed, so that it knows who asks; its answer is the receipt."""
    body = _line(channel, address, title, text).encode()
    signed = hmac.new(settings.DOORSTEP_CHANNEL_KEY.encode(), body, sha256).hexdigest()
    request = urllib.request.Request(  # noqa: S310  (http or https alone come here)
        settings.DOORSTEP_CHANNELS[channel],
        data=body,
        headers={"Content-Type": "application/json", "X-Doorstep-Signature": f"sha256={signed}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return str(answer.read(MOST_BYTES).decode("utf-8", "replace"))[:120]
    except urllib.error.HTTPError as problem:
        raise NotSent(_("网关没有接收：%(why)s") % {"why": problem.code}) from problem
    except OSError as problem:
        raise NotSent(_("网关连不上：%(why)s") % {"why": type(problem).__name__}) from problem
