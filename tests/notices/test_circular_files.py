"""What goes with a circular: judged by its content, kept, downloaded by who may read it; and reminders to sign."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.models import Activity
from doorstep.notices.jobs import remind_circulars
from doorstep.notices.models import Circular, CircularFile, CircularReceipt
from doorstep.notices.rules.attachments import kind_of_attachment
from doorstep.notices.rules.circulars import is_reminder_due
from doorstep.notices.services import refusals
from doorstep.notices.services.circulars import issue_circular, withdraw_circular
from doorstep.notices.services.reminders import remind_circular, remind_circulars_due
from tests.cast import Cast
from tests.factories.articles import picture_bytes
from tests.factories.classes import SYSTEM
from tests.factories.messages import circular_body, circular_facts, given_circular, told

TODAY = date(2026, 11, 24)
PDF = b"%PDF-1.7\n%%EOF"
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def office_file(*parts: str) -> bytes:
    """A zip with these parts."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as book:
        for part in parts:
            book.writestr(part, "<x/>")
    return kept.getvalue()


TYPES = "[Content_Types].xml"
DOCX = office_file(TYPES, "word/document.xml")
XLSX = office_file(TYPES, "xl/workbook.xml")


class TestRules:
    """Kinds by content, and when one is asked again."""

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (PDF, "pdf"),
            (picture_bytes(), "jpg"),
            (b"\x89PNG\r\n\x1a\nx", "png"),
            (DOCX, "docx"),
            (XLSX, "xlsx"),
            (office_file(TYPES, "word/document.xml", "word/vbaProject.bin"), ""),
            (office_file(TYPES, "xl/workbook.xml", "a.EXE"), ""),
            (office_file(TYPES, "ppt/presentation.xml"), ""),
            (office_file("word/document.xml"), ""),
            (office_file(TYPES, "word/document.xml", *(f"{n}.xml" for n in range(2000))), ""),
            (b"PK\x03\x04broken", ""),
            (b"MZ program", ""),
            (b"<html><script>", ""),
            (b"", ""),
        ],
    )
    def test_the_content_says_the_kind(self, content: bytes, kind: str) -> None:
        assert kind_of_attachment(content) == kind

    @given(st.binary(max_size=200))
    def test_nothing_that_is_sent_breaks_it(self, content: bytes) -> None:
        assert kind_of_attachment(b"PK\x03\x04" + content) == ""

    def test_asked_once_before_the_last_day_and_once_after(self) -> None:
        due, day = date(2026, 12, 10), timedelta(days=1)
        assert [is_reminder_due(due, None, due - day * n, 2) for n in (3, 2, 0, -1)] == [False, True, True, True]
        assert not is_reminder_due(due, due - day * 2, due, 2)
        assert is_reminder_due(due, due, due + day, 2)
        assert not is_reminder_due(due, due + day, due + day * 9, 2)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.django_db
class TestFiles:
    """Handed in with the circular, kept, downloaded."""

    def test_issued_with_files_that_receivers_download_and_others_never_see(self, cast: Cast, sign_in: SignIn) -> None:
        files = [upload("名单.xlsx", XLSX), upload("照片.jpg", picture_bytes()), upload("通知.pdf", PDF)]
        county = sign_in("county")
        county.post(reverse("notices:circular_new"), {**circular_body(levels=["township"]), "attached": files})
        circular = Circular.objects.get()
        rows = list(circular.files.order_by("number").values_list("number", "file_name"))
        assert rows == [(1, "名单.xlsx"), (2, "照片.jpg"), (3, "通知.pdf")]
        shown = sign_in("township").get(reverse("notices:circular", args=[circular.pk])).content.decode()
        assert "名单.xlsx" in shown
        got: Any = sign_in("township").get(reverse("notices:circular_file", args=[circular.pk, 1]))
        assert (b"".join(got.streaming_content), got["Content-Disposition"][:10]) == (XLSX, "attachment")
        assert sign_in("township").get(reverse("notices:circular_file", args=[circular.pk, 4])).status_code == 404
        assert sign_in("secretary").get(reverse("notices:circular_file", args=[circular.pk, 1])).status_code == 404

    def test_a_wrong_file_says_so_and_nothing_is_issued_or_kept(
        self, cast: Cast, sign_in: SignIn, tmp_path: Path
    ) -> None:
        for files, said in (
            ([upload("好.pdf", PDF), upload("坏.pdf", b"MZ")], "“坏.pdf”不能收"),
            ([upload("断.jpg", b"\xff\xd8\xff\xe0")], "“断.jpg”不能收"),
            ([upload("大.pdf", PDF + b"0" * 10 * 1024 * 1024)], "每个最大 10 MB"),
            ([upload(f"{n}.pdf", PDF) for n in range(6)], "附件最多 5 个"),
            ([upload("空.pdf", b"")], "空"),
        ):
            answer = sign_in("county").post(
                reverse("notices:circular_new"), {**circular_body(levels=["township"]), "attached": files}
            )
            assert (answer.status_code, said in answer.content.decode()) == (422, True), said
        assert (Circular.objects.count(), CircularFile.objects.count(), list(tmp_path.rglob("*.pdf"))) == (0, 0, [])

    def test_the_same_form_twice_keeps_its_files_once(self, cast: Cast, tmp_path: Path) -> None:
        key = uuid4()
        for _again in range(2):
            issue_circular(
                unit=cast.unit("jiaocheng"), facts=circular_facts(levels=("township",)), key=key,
                files=[(BytesIO(DOCX), "通知.docx")], actor=SYSTEM,
            )  # fmt: skip
        assert (CircularFile.objects.count(), len(list(tmp_path.rglob("*.docx")))) == (1, 1)
        assert str(CircularFile.objects.get()) == "通知.docx"


@pytest.mark.django_db
class TestReminders:
    """Who has not signed is asked again, and hears what fits."""

    def sent(self, cast: Cast) -> Circular:
        """To three townships of two counties: one signed, one opened it, one did not."""
        circular = given_circular(cast.unit("ningde"), levels=("township",))
        rows = CircularReceipt.objects.filter(circular=circular)
        rows.filter(unit=cast.unit("saiqi")).update(read_at=clock.now(), acknowledged_at=clock.now())
        rows.filter(unit=cast.unit("hubei")).update(read_at=clock.now())
        return circular

    def test_the_unread_and_the_unsigned_hear_different_words_and_the_signed_nothing(
        self, cast: Cast, sign_in: SignIn
    ) -> None:
        circular, city = self.sent(cast), sign_in("city")
        page = reverse("notices:circular_remind", args=[circular.pk])
        assert "已催 2 个没签收的" in city.post(page, follow=True).content.decode()
        found = told("notices.circular_reminded")
        assert found["township"] == ["notices.circular_unread"]
        assert {text for texts in found.values() for text in texts} == {
            "notices.circular_unread", "notices.circular_unsigned",
        }  # fmt: skip
        assert "最近一次催是 2026-11-24" in city.get(reverse("notices:circular", args=[circular.pk])).content.decode()
        refused = city.post(page, follow=True)  # said where the button is, not on a page of its own
        assert "今天已经催过" in refused.content.decode()
        assert refused.redirect_chain == [(reverse("notices:circular", args=[circular.pk]), 302)]
        assert sign_in("township").post(page).status_code == 404
        assert Activity.objects.filter(event="notices.circular_reminded").count() == 1

    def test_refused_when_nobody_is_left_when_withdrawn_and_for_others(self, cast: Cast) -> None:
        circular = self.sent(cast)
        with pytest.raises(NotPermitted):
            remind_circular(circular=circular, actor=cast.actor("county"))
        CircularReceipt.objects.update(read_at=clock.now(), acknowledged_at=clock.now())
        with pytest.raises(refusals.CircularSignedByAll):
            remind_circular(circular=circular, actor=cast.actor("city"))
        withdraw_circular(circular=circular, reason="改期", actor=SYSTEM)
        with pytest.raises(refusals.CircularNotInForce):
            remind_circular(circular=circular, actor=cast.actor("city"))

    def test_by_itself_before_the_last_day_and_once_after(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent(cast)
        withdraw_circular(circular=given_circular(cast.unit("jiaocheng")), reason="改期", actor=SYSTEM)
        counts = []
        for after in range(10):
            with clock.frozen(clock.at_local(TODAY + timedelta(days=after), 9)):
                counts.append(remind_circulars_due(actor=SYSTEM))
                remind_circulars.func(timestamp=0)
        assert counts == [0, 0, 0, 0, 0, 1, 0, 0, 1, 0]
        with pytest.raises(NotPermitted):
            remind_circulars_due(actor=cast.actor("city"))

    def test_what_is_withdrawn_or_signed_between_the_look_and_the_lock_is_left(self, cast: Cast) -> None:
        from doorstep.notices.services import reminders

        circular = self.sent(cast)
        with clock.frozen(clock.at_local(TODAY + timedelta(days=6), 9)):
            CircularReceipt.objects.update(read_at=clock.now(), acknowledged_at=clock.now())
            assert not reminders._remind_if_due(circular.pk, SYSTEM)
            withdraw_circular(circular=circular, reason="改期", actor=SYSTEM)
            assert not reminders._remind_if_due(circular.pk, SYSTEM)
