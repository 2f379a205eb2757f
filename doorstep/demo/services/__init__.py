"""Writes of the demo city: all of it, or nothing."""

from __future__ import annotations

from doorstep.demo.services.building import NotAnEmptyDatabase, build_city

__all__ = ["NotAnEmptyDatabase", "build_city"]
