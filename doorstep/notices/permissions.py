"""Who may write for the public and who lets it out; who is told what, and who issues circulars."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow
from doorstep.directory.permissions import EVERYONE, OFFICES, STAFF

TABLE: tuple[Permission, ...] = (
    # What is not out yet is between the department that writes it and the city.
    allow("notices.view_article", "city county auditor", Scope.SUBTREE),
    # Departments write for their county, the city for everybody; what is out can be taken down by both at once.
    allow("notices.write_article", "city county", Scope.SUBTREE),
    # The portal speaks for the city: the city publishes, and nobody what they wrote themselves.
    allow("notices.publish_article", "city", Scope.SUBTREE),
    # One's own messages and by which ways one hears of them; the product tells, sends and clears by itself.
    allow("notices.own_messages", EVERYONE, Scope.ANYWHERE),
    allow("notices.tell", "", Scope.ANYWHERE),
    allow("notices.send_messages", "", Scope.ANYWHERE),
    allow("notices.prune_messages", "", Scope.ANYWHERE),
    # The city words messages for everybody, a county for its own people; each for itself.
    allow("notices.word_messages", "city county", Scope.OWN),
    # A circular is seen where it was written and where it was sent to; a receipt is the word of the unit itself.
    allow("notices.view_circular", f"{STAFF} secretary auditor", Scope.SUBTREE),
    allow("notices.issue_circular", OFFICES, Scope.SUBTREE),
    allow("notices.remind_circulars", "", Scope.ANYWHERE),  # the product by itself, as the last day comes near
    allow("notices.acknowledge_circular", f"{OFFICES} secretary", Scope.OWN),
    # A demonstration base speaks by who keeps it; the office whose base it is may do so where nobody keeps it.
    allow("notices.acknowledge_for_base", f"base {OFFICES}", Scope.OWN),
)
