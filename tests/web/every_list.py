"""Every registered list with somebody who reads it, for the tests that walk all lists."""

from __future__ import annotations

from collections.abc import Mapping

from doorstep.core.actors import Actor
from doorstep.core.listing import ListSpec, all_lists, filtered_rows
from doorstep.directory.queries import actor_of_account
from tests.house.matrix.things import things
from tests.house.matrix.world import World

LISTS = [spec for spec in all_lists() if not spec.name.startswith("tests.")]
WHO = ("city@ancestor", "county@ancestor", "township@own", "auditor@ancestor")


def asked_with(world: World, spec: ListSpec) -> dict[str, str]:
    """What lists of a class, a unit or a circular are asked with, besides their filters."""
    every = {
        "class": str(things(world)["class"].values["class_id"]),
        "unit": str(world.unit().pk),
        "year": "2026",
        "circular": str(world.circular.pk),
        "contest": str(world.contests["judged"].pk),
    }
    if spec.name == "classes.waiting":
        every["class"] = str(world.waiting.training_class_id)
    own = {item.key for item in spec.filters}
    return {key: value for key, value in every.items() if key not in own}


def reader(world: World, spec: ListSpec, given: Mapping[str, str]) -> Actor:
    """The first of the usual readers who finds a row; raises AssertionError when nobody does."""
    for who in WHO:
        actor = actor_of_account(world.accounts[who])
        if filtered_rows(spec, actor, given)[0].exists():
            return actor
    raise AssertionError(f"{spec.name}: nobody finds a row in the test world; give it one in tests/house/matrix")
