"""What orders ask of one: to answer, to reply to another day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.classes.queries.orders import counters_to_reply, orders_to_answer
from doorstep.core.actors import Actor
from doorstep.web.queries.home_tasks import MOST, Task


def order_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """Orders to answer, and those nobody below answered; other days to reply to."""
    places = {grant.place for grant in actor.grants}
    for order in orders_to_answer(actor)[:MOST]:
        words = _("答复点单：%(title)s") % {"title": order.title}
        if order.provider_place not in places:
            words = _("%(unit)s到期没有答复点单：%(title)s") % {"unit": order.provider.short_name, "title": order.title}
        values = {"unit": order.who, "day": f"{order.first_on:%m-%d}", "n": order.people}
        note = _("%(unit)s　想 %(day)s 去　%(n)s 人") % values
        yield Task(order.answer_by, words, note, _("去答复"), reverse("classes:order", args=[order.pk]))
    for order in counters_to_reply(actor)[:MOST]:
        words, act = _("回复改期：%(title)s"), _("去回复")
        if order.status == "offered":
            words, act = _("候补有空位了：%(title)s"), _("去确认")
        note, address = order.provider.short_name, reverse("classes:order", args=[order.pk])
        yield Task(order.reply_by or today, words % {"title": order.title}, note, act, address)
