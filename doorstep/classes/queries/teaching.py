"""Which sessions somebody gives."""

from __future__ import annotations

from django.db.models import QuerySet

from doorstep.classes.models import Session, TrainingClass
from doorstep.core import clock


def sessions_taught(teacher_id: int) -> QuerySet[Session]:
    """The sessions a teacher gives from now on, those going on included, with class and place; drafts are not told."""
    living = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING)
    rows = Session.objects.filter(
        teacher=teacher_id, is_cancelled=False, ends_at__gte=clock.now(), training_class__status__in=living
    )
    return rows.select_related("training_class__unit", "venue", "base", "township", "course").order_by(
        "starts_at", "pk"
    )
