"""Who may build the demo city: nobody through the pages, only the operator's command."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

TABLE: tuple[Permission, ...] = (allow("demo.build_city", "", Scope.ANYWHERE),)
