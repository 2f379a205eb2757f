"""Every read of the yearly plans that leaves the app."""

from __future__ import annotations

from doorstep.planning.queries.invariants import invariants
from doorstep.planning.queries.plans import plan_counts

__all__ = ["invariants", "plan_counts"]
