"""What a home page asks one to do, for tests that are about one thing."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from doorstep.core.actors import Actor
from doorstep.web.queries.home_tasks import Task
from doorstep.web.queries.homes import tasks_for


def tasks_but_first_lessons(actor: Actor, today: date) -> list[Task]:
    """All tasks but those of first lessons and of plans: the schools of the cast have neither leader nor plan."""
    lessons = reverse("classes:first_lessons")
    plans = reverse("planning:schools")
    return [task for task in tasks_for(actor, today) if not task.url.startswith((lessons, plans))]
