"""One's own messages: the inbox, one of them, how many are unread, and by which channels one hears of them."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.crypto import unseal
from doorstep.core.errors import Invalid, NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.notices.models import ChannelChoice, Message
from doorstep.notices.models.messages import Channel
from doorstep.notices.pages.sent import tabs_for
from doorstep.notices.queries.channels import channels_of, channels_there, sending_hours
from doorstep.notices.queries.messages import deliveries_of, message_by_id, messages_of, unread_count
from doorstep.notices.services.messages import read_all_messages, read_message
from doorstep.notices.services.sending import FIELD, choose_channel, leave_channel

MOST_SHOWN = 99  # of unread messages, beside the bell


def _read(rows: QuerySet[Message], said: str) -> QuerySet[Message]:
    return rows.filter(read_at__isnull=said != "read")


def _came_at(row: Message) -> str:
    moment: datetime = row.created_at
    return clock.day_and_time(moment)


INBOX = register_list(
    ListSpec(
        name="notices.inbox",
        action="notices.own_messages",
        title=gettext_lazy("消息"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("什么事"),
                lambda r: r.title,
                "link",
                url=lambda r: reverse("notices:message", args=[r.pk]),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda r: "read" if r.is_read else "unread", "status"),
            ListColumn("body", gettext_lazy("内容"), lambda r: r.body),
            ListColumn("came", gettext_lazy("时间"), _came_at, sort=("created_at",)),
        ),
        source=lambda actor, params: messages_of(actor),
        default_sort=("is_read", "-created_at"),
        filters=(
            ListFilter(
                "status",
                gettext_lazy("状态"),
                _read,
                choices=(("unread", gettext_lazy("未读")), ("read", gettext_lazy("已读"))),
            ),
        ),
        empty_text=gettext_lazy("还没有消息。班次、点单、名额有变动，会在这里告诉您。"),
        row_line2=lambda r: f"{_came_at(r)}　{r.body}",
    )
)


@view_rule("notices.own_messages", kind="own_list")
@require_GET
def inbox(request: DoorstepRequest) -> HttpResponse:
    """What one was told, the unread first."""
    listing = listing_of(INBOX, request.actor, request.GET.dict())
    return render(request, "notices/inbox.html", {"listing": listing, **tabs_for(request.actor)})


@view_rule("notices.own_messages", kind="own_list")
@require_GET
def unread(request: DoorstepRequest) -> HttpResponse:
    """How many are unread, for the bell; asked after the page has come, so no page waits for it."""
    count = unread_count(request.actor)
    return render(request, "notices/unread.html", {"count": count, "shown": min(count, MOST_SHOWN), "most": MOST_SHOWN})


@view_rule("notices.own_messages", kind="own_message")
@require_GET
def message(request: DoorstepRequest, message_id: int) -> HttpResponse:
    """One message; its page tells by itself that it was opened."""
    found = message_by_id(message_id, request.actor)
    return render(request, "notices/message.html", {"message": found, "deliveries": deliveries_of(found)})


@view_rule("notices.own_messages", kind="own_message")
@require_POST
def message_read(request: DoorstepRequest, message_id: int) -> HttpResponse:
    """One has read a message."""
    read_message(message=message_by_id(message_id, request.actor), actor=request.actor)
    return HttpResponse(status=204)


@view_rule("notices.own_messages", kind="own_list")
@require_POST
def read_all(request: DoorstepRequest) -> HttpResponse:
    """Mark all as read; nothing is lost by it."""
    count = read_all_messages(actor=request.actor)
    messages.success(request, _("%(n)s 条消息都标为已读。") % {"n": count} if count else _("没有未读的消息。"))
    return redirect("notices:inbox")


class ChannelForm(forms.Form):
    """A channel, where to, and when."""

    address = forms.CharField(label=gettext_lazy("发到哪里"), max_length=120)
    rhythm = forms.ChoiceField(label=gettext_lazy("什么时候发"), choices=ChannelChoice.Rhythm.choices)


@view_rule("notices.own_messages", kind="own_list")
@require_GET
def channels(request: DoorstepRequest) -> HttpResponse:
    """By which channels one hears of messages besides the inbox."""
    return _channels(request)


def _channels(request: DoorstepRequest, problem: str = "", wrong: str = "") -> HttpResponse:
    chosen = channels_of(request.actor)
    rows = [
        {
            "channel": channel,
            "word": Channel(channel).label,
            "choice": chosen.get(channel),
            "address": unseal(chosen[channel].address_sealed, field=FIELD) if channel in chosen else "",
            "said": request.POST.get("address", "") if channel == wrong else "",
            "problem": problem if channel == wrong else "",
        }
        for channel in channels_there()
    ]
    shown = {"rows": rows, "hours": sending_hours(clock.today()), "rhythms": ChannelChoice.Rhythm.choices}
    shown |= tabs_for(request.actor)
    return render(request, "notices/channels.html", shown, status=422 if problem else 200)


@view_rule("notices.own_messages", kind="own_channel")
@require_POST
def channel(request: DoorstepRequest, channel: str) -> HttpResponse:
    """Choose a channel, or leave it."""
    if channel not in Channel.values:
        raise NotFound
    if request.POST.get("answer") == "leave":
        leave_channel(channel=channel, actor=request.actor)
        messages.success(request, _("不再发到%(word)s，消息仍在这里看。") % {"word": Channel(channel).label})
        return redirect("notices:channels")
    form = ChannelForm(request.POST)
    try:
        if not form.is_valid():
            return _channels(request, _("请填发到哪里，再选什么时候发。"), channel)
        choose_channel(channel=channel, **form.cleaned_data, actor=request.actor)
    except Invalid as problem:
        return _channels(request, problem.text, channel)
    messages.success(request, _("已保存，有新消息会发到%(word)s。") % {"word": Channel(channel).label})
    return redirect("notices:channels")
