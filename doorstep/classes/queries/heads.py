"""What the head and the tabs of a class's pages show."""

from __future__ import annotations

from typing import Any

from doorstep.classes.models import Leave, TrainingClass
from doorstep.classes.queries.classes import standing_of
from doorstep.classes.queries.hosts import host_places
from doorstep.classes.queries.leave import leaves_of
from doorstep.classes.queries.naming import refusal_of_names
from doorstep.core.actors import Actor
from doorstep.core.permissions import may


def class_head(training_class: TrainingClass, actor: Actor, tab: str) -> dict[str, Any]:
    """The context of `classes/head.html`; `tab` is the one shown: overview people seats leaves roll archive."""
    place = training_class.place
    standing = standing_of(training_class)
    keeps = any(may(actor, "classes.nominate", at=grant.place) for grant in actor.grants)
    runs = may(actor, "classes.confirm_seats", at=place)
    return {
        "training_class": training_class,
        "standing": standing,
        "tab": tab,
        "waiting": leaves_of(training_class, actor).filter(status=Leave.Status.ASKED).count(),
        "is_living": training_class.status in ("draft", "open", "running"),
        "may_edit": may(actor, "classes.edit_class", at=place),
        "may_run": may(actor, "classes.help_class", at=place, shared=host_places(training_class)),
        "may_nominate": keeps and refusal_of_names(training_class, standing, runs_class=runs) is None,
    }
