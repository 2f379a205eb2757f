"""What classes do when somebody leaves the network: seats and places on waiting lists go to others."""

from __future__ import annotations

from doorstep.classes.services.leavers import give_up_places
from doorstep.core.actors import system_actor
from doorstep.core.events import handles
from doorstep.directory.events import MemberLeft

_ACTOR = system_actor("classes.give_up_places")


@handles(MemberLeft)
def follow_leaving(happened: MemberLeft) -> None:
    """Somebody left the network: nobody keeps a seat that would stay empty."""
    give_up_places(person_id=happened.person_id, actor=_ACTOR)
