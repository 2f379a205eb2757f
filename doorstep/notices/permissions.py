"""Who may write for the public, and who lets it out."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

TABLE: tuple[Permission, ...] = (
    # What is not out yet is between the department that writes it and the city.
    allow("notices.view_article", "city county auditor", Scope.SUBTREE),
    # Departments write for their county, the city for everybody; what is out can be taken down by both at once.
    allow("notices.write_article", "city county", Scope.SUBTREE),
    # The portal speaks for the city: the city publishes, and nobody what they wrote themselves.
    allow("notices.publish_article", "city", Scope.SUBTREE),
)
