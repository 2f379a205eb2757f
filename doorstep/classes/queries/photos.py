"""The pictures of sessions that are shown."""

from __future__ import annotations

from django.db.models import Count

from doorstep.classes.models import Session, SessionPhoto, TrainingClass
from doorstep.core.errors import NotFound


def photos_of(session: Session) -> list[SessionPhoto]:
    """The pictures of a session, in the order they were added."""
    return list(session.photos.filter(taken_away_at=None).order_by("added_at", "pk"))


def photo_counts(training_class: TrainingClass) -> dict[int, int]:
    """Session id -> how many pictures of it are shown."""
    rows = SessionPhoto.objects.filter(session__training_class=training_class, taken_away_at=None)
    return dict(rows.order_by().values_list("session").annotate(count=Count("pk")))


def photo_by_id(training_class: TrainingClass, photo_id: int) -> SessionPhoto:
    """One picture of a class already seen; raises NotFound."""
    rows = SessionPhoto.objects.filter(session__training_class=training_class, taken_away_at=None)
    found = rows.select_related("session__training_class").filter(pk=photo_id).first()
    if found is None:
        raise NotFound
    return found
