"""One table row gives both the check and the filter."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorstep.core.actors import Actor, Grant
from doorstep.core.permissions import all_actions, lines_of, may, permissions_of, register, visible_filter, visible_to
from doorstep.directory.models import RoleGrant, Unit
from tests.cast import Cast

ROLES = st.sampled_from(RoleGrant.Role.values)


def test_lines_of_a_place_are_itself_and_all_above() -> None:
    assert lines_of("1/12/345/") == ["1/", "1/12/", "1/12/345/"]
    assert lines_of("") == []


def test_an_action_nobody_named_is_a_mistake_in_the_code() -> None:
    with pytest.raises(LookupError):
        may(Actor(1, None, "x", ()), "directory.view_persn")


def test_rows_that_are_told_again_count_once() -> None:
    rows = permissions_of("directory.view_person")
    register(rows)
    assert permissions_of("directory.view_person") == rows


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_seeing_and_being_allowed_are_the_same(cast: Cast, data: st.DataObject) -> None:
    paths = {u.pk: u.path for u in cast.units.values()}
    grants = data.draw(st.lists(st.tuples(ROLES, st.sampled_from(sorted(paths.values()))), max_size=3))
    actor = Actor(1, None, "x", tuple(Grant(r, p) for r, p in grants))
    action = data.draw(st.sampled_from([a for a in all_actions() if a.startswith(("directory.", "notices."))]))
    seen = set(visible_to(actor, action, Unit.objects.all(), place="path").values_list("pk", flat=True))
    assert seen == {pk for pk, path in paths.items() if may(actor, action, at=path)}


def test_a_right_that_is_shared_reaches_nothing_where_no_shares_are_named(cast: Cast) -> None:
    actor = cast.actor("township")
    found = visible_filter(actor, "classes.help_class")
    assert found is not None
    assert str(found) == str(visible_filter(actor, "classes.run_class"))
