"""What yearly plans ask of one: to hand in, to mend, to decide on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.core.actors import Actor
from doorstep.core.clock import local
from doorstep.planning.queries.plans import planners_due, plans_to_decide, plans_to_mend
from doorstep.web.queries.home_tasks import MOST, UNITS_NAMED, Task


def plan_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """Plans one writes that are not handed in or were returned; those that wait for one's word."""
    for planner, due, plan_id in planners_due(actor, today)[:MOST]:
        words = _("%(name)s %(year)s 年的计划还没报") % {"name": planner.name, "year": today.year}
        new = f"{reverse('planning:plan_new')}?planner={planner.key}"
        url = reverse("planning:plan", args=[plan_id]) if plan_id else new
        note = _("是草稿，加好就报送") if plan_id else _("可以照抄上一年的，再改")
        yield Task(due, words, note, _("去编计划"), url)
    for plan in plans_to_mend(actor)[:MOST]:
        words = _("%(name)s %(year)s 年的计划要改") % {"name": plan.name, "year": plan.year}
        yield Task(today, words, plan.decision_note, _("去改"), reverse("planning:plan", args=[plan.pk]))
    waiting = list(plans_to_decide(actor)[:200])
    for plans, page in (
        ([plan for plan in waiting if plan.base is None], f"{reverse('planning:counties')}?own="),
        ([plan for plan in waiting if plan.base], f"{reverse('planning:schools')}?standing="),
    ):
        if not plans:
            continue
        names = _("、").join([plan.name for plan in plans][:UNITS_NAMED])
        first = plans[0]
        url = reverse("planning:plan", args=[first.pk])
        if len(plans) > 1:
            url = f"{page}{first.status}&year={first.year}"
        due = local(first.handed_in_at).date() if first.handed_in_at else today
        yield Task(due, _("审核 %(n)s 份年度计划") % {"n": len(plans)}, names, _("去审核"), url)
