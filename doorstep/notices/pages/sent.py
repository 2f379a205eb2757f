"""What others were told because of what one did, and whether it reached them: the proof of delivery."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.notices.models import Delivery, Message
from doorstep.notices.queries.messages import messages_sent


def tabs_for(actor: Actor) -> dict[str, bool]:
    """Which tabs beside one's own messages somebody has: circulars, wordings; asks the database nothing."""

    def anywhere(action: str) -> bool:
        return any(may(actor, action, at=grant.place) for grant in actor.grants)

    return {"sees_circulars": anywhere("notices.view_circular"), "may_word": anywhere("notices.word_messages")}


def proof_of(row: Message) -> str:
    """By which channels a message left, when, and what the other side answered; why where it did not."""
    return _("；").join(_proof(one) for one in sorted(row.deliveries.all(), key=lambda one: one.channel))


def _proof(one: Delivery) -> str:
    said = [str(one.get_channel_display()), str(one.get_state_display())]
    if one.sent_at:
        said.append(clock.day_and_time(one.sent_at))
    return "　".join([*said, *filter(None, (one.receipt, one.reason))])


def _standing(rows: QuerySet[Message], said: str) -> QuerySet[Message]:
    if said in ("read", "unread"):
        return rows.filter(read_at__isnull=said == "unread")
    return rows.filter(Exists(Delivery.objects.filter(message=OuterRef("pk"), state=said)))


SENT = register_list(
    ListSpec(
        name="notices.sent",
        action="notices.own_messages",
        title=gettext_lazy("我发出的"),
        columns=(
            ListColumn("title", gettext_lazy("什么事"), lambda r: r.title),
            ListColumn(
                "to", gettext_lazy("告诉了谁"), lambda r: r.account.display_name, sort=("account__display_name",)
            ),
            ListColumn("status", gettext_lazy("状态"), lambda r: "read" if r.is_read else "unread", "status"),
            ListColumn("proof", gettext_lazy("发出的情况"), proof_of),
            ListColumn("came", gettext_lazy("时间"), lambda r: clock.day_and_time(r.created_at), sort=("created_at",)),
        ),
        source=lambda actor, params: messages_sent(actor),
        default_sort=("-created_at",),
        filters=(
            ListFilter(
                "q", gettext_lazy("谁的名字"), lambda rows, v: rows.filter(account__display_name__icontains=v), "text"
            ),
            ListFilter(
                "status",
                gettext_lazy("状态"),
                _standing,
                choices=(
                    ("unread", gettext_lazy("未读")),
                    ("read", gettext_lazy("已读")),
                    *Delivery.State.choices,
                ),
            ),
        ),
        empty_text=gettext_lazy("还没有。您接单、开班、发通知以后，告诉了谁、到了没有，都在这里。"),
        row_line2=lambda r: f"{r.account.display_name}　{clock.day_and_time(r.created_at)}",
    )
)


@view_rule("notices.own_messages", kind="own_list")
@require_GET
def sent(request: DoorstepRequest) -> HttpResponse:
    """Who was told because of what one did, the latest first."""
    listing = listing_of(SENT, request.actor, request.GET.dict())
    return render(request, "notices/sent.html", {"listing": listing, **tabs_for(request.actor)})
