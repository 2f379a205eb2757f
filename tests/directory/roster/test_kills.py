"""kill -9 of the web server and of the worker in the middle of imports: each is written once, whole, and said so."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity, LongTask
from doorstep.directory.models import Membership, Person, RosterImport, RosterRow, SearchKey
from doorstep.directory.services.roster_files import answer_roster
from tests.cast import PASSWORD, Cast
from tests.directory.roster.books import member, write_xlsx
from tests.directory.roster.sample import HEADINGS
from tests.factories.programs import Program, gate, running, wait_for_jobs, wait_until

BRANCHES = ("坑头村党支部", "石桥村党支部")
BIG, FAULTY, LATE, READ = range(1, 5001), range(5001, 5301), range(5301, 5601), range(5601, 6301)
FAULTS = 2
MIDDLE_OF_CHECK = "LOCK TABLE directory_rosterrow IN SHARE MODE"
MIDDLE_OF_WRITING = "LOCK TABLE directory_searchkey IN SHARE MODE"
BEFORE_IT_IS_TOLD = "SELECT 1 FROM core_longtask WHERE id = %s FOR UPDATE"


class Visitor:
    """Somebody of the township before a browser without pictures."""

    def __init__(self) -> None:
        self._cookies = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies)).open
        self.port = 0

    def _ask(self, path: str, body: bytes | None = None, kind: str = "") -> tuple[str, str]:
        address = f"http://127.0.0.1:{self.port}{path}"
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "")
        headers = {"Content-Type": kind, "X-CSRFToken": token or "", "Referer": address} if body is not None else {}
        with self._open(urllib.request.Request(address, body, headers), timeout=60) as answer:
            return answer.geturl(), answer.read().decode()

    def see(self, path: str) -> str:
        """The text of a page."""
        return re.sub(r"<[^>]+>", "", self._ask(path)[1])

    def send(self, path: str, **form: Any) -> int:
        """Send a form; the number in the address it leads to."""
        address, _page = self._ask(path, encode_multipart(BOUNDARY, form), MULTIPART_CONTENT)
        found = re.search(r"/(\d+)/$", address)
        return int(found[1]) if found else 0

    def sign_in(self) -> None:
        self._ask("/login/")
        self.send("/login/", username="township", password=PASSWORD)


Upload = Callable[[range], RosterImport]


@pytest.fixture
def programs(cast_committed: Cast, tmp_path: Path) -> Iterator[Callable[[str], Program]]:
    """Starts programs of the product on a data folder of their own."""
    with running(tmp_path / "data") as start:
        yield start


def rows_of(numbers: Sequence[int]) -> list[list[Any]]:
    """Good rows; of those of FAULTY, the first ones name a nationality that does not exist."""
    wrong = {"民族": "余族"}
    return [member(n, BRANCHES[n % len(BRANCHES)], **(wrong if n in FAULTY[:FAULTS] else {})) for n in numbers]


def state_of(found: RosterImport) -> str:
    return str(RosterImport.objects.values_list("status", flat=True).get(pk=found.pk))


def task_of(found: RosterImport) -> LongTask:
    found.refresh_from_db(fields=["task_id"])
    assert found.task_id is not None
    return LongTask.objects.get(pk=found.task_id)


@pytest.mark.slow
def test_kill_9_in_the_middle_of_imports_writes_each_once(
    cast_committed: Cast, programs: Callable[[str], Program], tmp_path: Path
) -> None:
    cast, visitor = cast_committed, Visitor()
    cast.accounts["township"].is_demo = True
    cast.accounts["township"].save()
    before = Person.objects.count()
    books = {n: write_xlsx(tmp_path / f"{n.start}.xlsx", HEADINGS, *rows_of(n)) for n in (BIG, FAULTY, LATE, READ)}

    def upload(numbers: range) -> RosterImport:
        form = {"file": books[numbers].open("rb"), "unit": cast.unit("huotong").pk, "effective_on": "2026-01-01"}
        return RosterImport.objects.get(pk=visitor.send("/imports/", **form))

    def server() -> Program:
        web = programs("serve")
        web.wait()
        visitor.port = web.port
        return web

    web, first = server(), programs("worker")
    visitor.sign_in()
    faulty, late = upload(FAULTY), upload(LATE)
    wait_until(lambda: task_of(faulty).status == task_of(late).status == "done", "two rosters are checked")

    # The web server dies with its answer still warm, the worker while its child stands before the first row.
    with gate() as held:
        held.hold(MIDDLE_OF_CHECK)
        big = upload(BIG)
        web.kill()
        held.wait()
        first.kill_alone()
        wait_until(lambda: not first.children(), "the child of a dead worker ends, whatever it waits for")
    assert (state_of(big), RosterRow.objects.filter(roster_import=big).count()) == ("checking", 0)

    # The next worker dies with one roster written but not yet told, one half written, one half checked.
    web, second = server(), programs("worker")
    with gate() as not_told, gate() as half_written, gate() as half_checked:
        half_written.hold(MIDDLE_OF_WRITING)
        answer_roster(roster_import=late, given={}, then_write=True, actor=cast.actor("township"))
        half_written.wait()
        not_told.hold(BEFORE_IT_IS_TOLD, task_of(late).pk)
        half_written.open()
        wait_until(lambda: state_of(late) == "committed", "a roster is written")
        not_told.wait()
        half_written.hold(MIDDLE_OF_WRITING)
        visitor.send(f"/imports/{faulty.pk}/answer/", act="skip_and_write")
        half_written.wait()
        half_checked.hold(MIDDLE_OF_CHECK)
        read = upload(READ)
        half_checked.wait()
        second.kill()
        not_told.cut()
    assert (state_of(late), state_of(faulty), state_of(read)) == ("committed", "checked", "checking")
    assert Person.objects.count() == before + len(LATE)

    programs("worker")
    wait_until(lambda: all(task_of(found).status == "done" for found in (big, faulty, late, read)), "all are taken up")
    visitor.send(f"/imports/{big.pk}/write/")
    wait_until(lambda: state_of(big) == "committed" and task_of(big).status == "done", "the large roster is written")
    wait_for_jobs()

    assert [state_of(found) for found in (big, faulty, late, read)] == ["committed"] * 3 + ["checked"]
    assert [RosterRow.objects.filter(roster_import=found).count() for found in (big, read)] == [len(BIG), len(READ)]
    _everybody_is_there_once(before + len(BIG) + len(FAULTY) - FAULTS + len(LATE))
    for found, written in ((big, len(BIG)), (faulty, len(FAULTY) - FAULTS), (late, len(LATE))):
        told = Activity.objects.filter(event="directory.roster_committed", subject_id=found.pk)
        assert [activity.detail["counts"]["new"] for activity in told] == [written]
        assert "已写入" in visitor.see(f"/imports/{found.pk}/")
        assert "整批撤销" in visitor.see(f"/imports/{found.pk}/")
    assert f"写入 {len(READ)} 人" in visitor.see(f"/imports/{read.pk}/")


def _everybody_is_there_once(people: int) -> None:
    """Every person with one ID number, one home and one of each search key; nothing hangs in the air."""
    assert Person.objects.count() == people
    assert Person.objects.values("id_number_index").distinct().count() == people
    assert Membership.objects.filter(valid_to__isnull=True).count() == people
    keys = SearchKey.objects.filter(kind="person")
    assert keys.values("object_id").distinct().count() == people
    assert keys.count() == keys.values("object_id", "key").distinct().count()
    assert [finding.name for finding in check_invariants() if not finding.holds] == []
