"""Sealed fields open only whole and for their own purpose; equal values are found without being told."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorstep.core.crypto import blind_index, seal, unseal


@pytest.fixture(params=["aes", "sm"])
def profile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("django.conf.settings.DOORSTEP_CRYPTO_PROFILE", request.param)
    return str(request.param)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(text=st.text(min_size=1, max_size=60))
def test_what_is_sealed_opens_again_and_twice_is_not_the_same(profile: str, text: str) -> None:
    first, second = seal(text, field="x"), seal(text, field="x")
    assert unseal(first, field="x") == unseal(second, field="x") == text
    assert first != second


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(position=st.integers(1, 40), bit=st.integers(0, 7))
def test_one_changed_bit_is_noticed(profile: str, position: int, bit: int) -> None:
    sealed = bytearray(seal("350999196503120150", field="id_number"))
    sealed[position % len(sealed) or 1] ^= 1 << bit
    with pytest.raises(InvalidTag):
        unseal(bytes(sealed), field="id_number")


def test_a_field_does_not_open_as_another(profile: str) -> None:
    with pytest.raises(InvalidTag):
        unseal(seal("x", field="id_number"), field="mobile")


def test_the_blind_index_finds_equals_and_differs_by_field(profile: str) -> None:
    assert blind_index("1", field="a") == blind_index("1", field="a")
    assert len({blind_index("1", field="a"), blind_index("1", field="b"), blind_index("2", field="a")}) == 3
    assert (seal("", field="a"), unseal(b"", field="a"), blind_index("", field="a")) == (b"", "", b"")
