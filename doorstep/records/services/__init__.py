"""Writes of the ledger."""

from __future__ import annotations

from doorstep.records.services.posting import post_credit

__all__ = ["post_credit"]
