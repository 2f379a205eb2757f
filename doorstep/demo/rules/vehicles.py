"""Coaches and boats of the demo city: a coach for each academy and for some schools, a boat where one is at sea."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from doorstep.demo.rules.network import Network, PlannedBase

EVERY_SCHOOL = 9  # of so many township schools one has a coach


@dataclass(frozen=True, slots=True)
class PlannedVehicle:
    """A coach or a boat of a base."""

    id: int
    base: PlannedBase
    kind: str
    name: str
    seats: int


def plan_vehicles(network: Network) -> Iterator[PlannedVehicle]:
    """Vehicles numbered behind the rooms."""
    number = len(network.venues)
    for base in network.of_kind("academy"):
        number += 1
        yield PlannedVehicle(number, base, "coach", "49 座客车", 49)
    for base in network.of_kind("township_school")[::EVERY_SCHOOL]:
        number += 1
        yield PlannedVehicle(number, base, "coach", "33 座客车", 33)
    for base in network.of_kind("mobile_school"):
        if "海上" in base.name:
            number += 1
            yield PlannedVehicle(number, base, "boat", "交通船", 20)
