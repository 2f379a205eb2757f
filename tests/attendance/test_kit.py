"""The page of paper for whoever hosts classes at home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.test import Client
from django.urls import reverse

from doorstep.bases.models import Base
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.classes import half_day, make_base, make_class

SignIn = Callable[[str], Client]


def test_the_next_classes_one_code_and_a_blank_sheet(cast: Cast, sign_in: SignIn) -> None:
    with clock.frozen(clock.at_local(date(2026, 11, 24), 12)):
        base = make_base(cast.unit("huotong"), seats=12, name="王家院落")
        Base.objects.filter(pk=base.pk).update(kind="micro_site", host="王家")
        client, page = sign_in("township"), reverse("attendance:kit", args=[base.pk])
        assert "还没有排课" in client.get(page).content.decode()
        sitting = half_day(date(2026, 12, 7), base_id=base.pk, venue_id=base.venues.get().pk, title="剪枝课")
        make_class(cast.unit("kengtou"), sessions=[sitting], capacity=10)
        text = client.get(page).content.decode()
        for words in ("王家承办", "最多坐 12 人", "剪枝课", reverse("attendance:typed"), "data:image/svg+xml"):
            assert words in text
        assert text.count('<td class="r">') == 12
        assert page in client.get(reverse("bases:base", args=[base.pk])).content.decode()
        assert sign_in("sibling_township").get(page).status_code == 404
        Base.objects.filter(pk=base.pk).update(valid_to=date(2026, 11, 1))
        assert client.get(page).status_code == 404
