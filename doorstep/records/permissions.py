"""Who may read training files, and who may have credit worked out again."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

TABLE: tuple[Permission, ...] = (
    allow("records.view_file", "city county township secretary", Scope.SUBTREE),
    allow("records.view_file", "city county township base teacher secretary trainee auditor", Scope.SELF),
    allow("records.post_credit", "city county", Scope.SUBTREE),
)
