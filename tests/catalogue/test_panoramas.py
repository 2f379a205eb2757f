"""Scenes of a place: taken, cut in the background, published with their words, marked, put away and brought back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from doorstep.bases.models import Base
from doorstep.bases.services.places import end_base
from doorstep.catalogue.jobs.cutting import cut_panorama, first_picture, main
from doorstep.catalogue.jobs.panoramas import folder_path, incoming_path
from doorstep.catalogue.models import Panorama, PanoramaMark
from doorstep.catalogue.queries.panoramas import panorama_counts, scenes_of
from doorstep.catalogue.queries.panoramas_states import state_kept
from doorstep.catalogue.rules.panoramas import FIRST_BYTES, MarkFacts, PanoramaFacts
from doorstep.catalogue.services import panoramas_refusals as refusals
from doorstep.catalogue.services.panoramas import (
    bring_back_panorama,
    change_panorama,
    end_panorama,
    move_panorama,
    name_entrance,
)
from doorstep.catalogue.services.panoramas_marks import change_mark, end_mark, place_mark, restore_mark
from doorstep.catalogue.services.panoramas_pictures import (
    add_panorama,
    give_up_picture,
    replace_picture,
    take_picture,
)
from doorstep.catalogue.services.panoramas_review import hand_in_panorama, review_panorama, withdraw_panorama
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.models import Activity, LongTask, Policy
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.courses import draft_course, given_course
from tests.factories.jobs import run_queued_jobs
from tests.factories.panoramas import given_mark, given_panorama, jpeg, upload

GPS = 0x8825


@pytest.fixture
def base(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"), name="霍童党校")


def add(base: Base, content: bytes | None = None, title: str = "村口") -> Panorama:
    return add_panorama(base=base, title=title, upload=upload(content), name="全景.jpg", actor=SYSTEM)


def publish(panorama: Panorama) -> Panorama:
    stamp = state_kept(hand_in_panorama(panorama=panorama, actor=SYSTEM)).stamp
    return review_panorama(panorama=panorama, accept=True, note="", stamp=stamp, actor=SYSTEM)


def again(row: Any) -> Any:
    row.refresh_from_db()
    return row


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(GPS)[2] = (26.0, 40.0, 1.0)
    return jpeg(exif=exif.tobytes())


def said_to_be(width: int, height: int) -> bytes:
    """A small JPEG whose head says another size."""
    found = bytearray(jpeg(64, 32))
    at = found.index(b"\xff\xc0") + 5
    found[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(found)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", refusals.PanoramaNotTaken),
        (b"\xff\xd8\xff not a picture", refusals.PanoramaNotTaken),
        (jpeg()[:4000], refusals.PanoramaNotTaken),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", refusals.PanoramaNotTaken),
        (jpeg(1024, 512), refusals.PanoramaTooNarrow),
        (jpeg(2048, 1536), refusals.PanoramaOddShape),
        (jpeg(2100, 1000), refusals.PanoramaOddShape),
        (jpeg(12304, 6152, quality=10), refusals.PanoramaTooWide),
        (said_to_be(24576, 12288), refusals.PanoramaTooWide),  # 300 million pixels in a kilobyte: not unpacked
    ],
)
def test_what_is_no_panorama_is_refused_at_once(base: Base, content: bytes, refusal: type[DoorstepError]) -> None:
    with pytest.raises(refusal) as said:
        add(base, content)
    assert "全景.jpg" in said.value.text
    assert not Panorama.objects.exists()
    assert not LongTask.objects.exists()


def test_png_and_files_of_too_many_bytes_are_refused(base: Base) -> None:
    out = io.BytesIO()
    Image.new("RGB", (2048, 1024)).save(out, "PNG")
    with pytest.raises(refusals.PanoramaNotTaken):
        add(base, out.getvalue())
    Policy.objects.filter(key="panorama.megabytes").update(value="0")
    with pytest.raises(refusals.PanoramaTooHeavy):
        add(base)


def test_a_progressive_picture_is_taken_too(base: Base) -> None:
    add(base, jpeg(progressive=True))
    with pytest.raises(refusals.PanoramaNotTaken):
        add(base, b"GIF89a")


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_cut_in_the_background_and_nothing_the_camera_wrote_is_kept(cast_committed: Cast) -> None:
    base = make_base(cast_committed.unit("huotong"), name="霍童党校")
    made = add(base, with_gps(), title=" ")
    assert (made.title, made.is_entrance, made.standing) == ("霍童党校", True, "processing")
    raw = incoming_path(made.incoming)
    assert raw.stat().st_mode & 0o077 == 0
    run_queued_jobs()
    again(made)
    assert (made.standing, made.incoming, made.width) == ("draft", "", 2048)
    assert LongTask.objects.get(pk=made.task_id).status == "done"
    assert not raw.exists()
    parts = sorted(folder_path(made.folder).iterdir())
    assert [part.name for part in parts] == ["base.webp", "card.webp"]
    with Image.open(parts[0]) as picture:
        assert picture.size == (2048, 1024)
        assert not picture.getexif()
    assert b"Camera" not in parts[0].read_bytes()


def test_a_large_picture_has_a_small_first_one_and_tiles(tmp_path: Path) -> None:
    source, folder, told = tmp_path / "x.jpg", tmp_path / "x", []
    source.write_bytes(jpeg(6160, 3080, noise=7, quality=60))
    assert cut_panorama(source, folder, lambda done, total: told.append((done, total))) == 6160
    names = {part.name for part in folder.iterdir()}
    assert len(names) == 2 + 8 * 4 + 16 * 8
    assert told[0] == (1, 161)
    assert told[-1] == (161, 161)
    assert told == sorted(told)
    assert (folder / "base.webp").stat().st_size <= FIRST_BYTES
    with Image.open(folder / "base.webp") as picture:
        assert picture.width == 2 * picture.height
    with Image.open(folder / "0-7-3.webp") as tile:
        assert tile.size == (512, 512)
    with Image.open(folder / "1-15-7.webp") as tile:
        assert tile.size == (385, 385)
    # What a run before left whole is kept.
    assert cut_panorama(source, folder, lambda done, total: told.append((0, 0))) == 6160
    assert (0, 0) not in told


def test_a_grey_picture_and_one_that_packs_badly_are_cut_too(tmp_path: Path) -> None:
    source = tmp_path / "grey.jpg"
    Image.new("L", (2048, 1024), 90).save(source, "JPEG")
    assert cut_panorama(source, tmp_path / "grey", lambda done, total: None) == 2048
    noisy = Image.open(io.BytesIO(jpeg(noise=3)))
    worst = Image.effect_noise((2048, 1024), 200).convert("RGB")
    assert len(first_picture(noisy)) <= FIRST_BYTES
    assert len(first_picture(worst)) < 4 * FIRST_BYTES
    assert first_picture(noisy.resize((600, 300)))


def test_the_child_says_what_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    source = tmp_path / "x.jpg"
    source.write_bytes(jpeg())
    monkeypatch.setattr("sys.argv", ["cutting", str(source), str(tmp_path / "x")])
    assert main() == 0
    assert capsys.readouterr().out.split("\n") == ["1 1", "width 2048", ""]
    source.write_bytes(b"broken")
    monkeypatch.setattr("sys.argv", ["cutting", str(source), str(tmp_path / "y")])
    assert main() == 1
    assert capsys.readouterr().err


def _cut(base: Base) -> Panorama:
    made = add(base)
    run_queued_jobs()
    return again(made)


@pytest.mark.django_db(transaction=True)
class TestJob:
    """What can happen to a picture while it is cut."""

    @pytest.fixture
    def base(self, cast_committed: Cast) -> Base:
        return make_base(cast_committed.unit("huotong"), name="霍童党校")

    def test_a_picture_is_replaced_and_the_old_one_shown_until_then(self, base: Base) -> None:
        made = _cut(base)
        before = made.folder
        given_mark(made)
        replace_picture(panorama=made, upload=upload(jpeg(quality=70)), name="x", actor=SYSTEM)
        again(made)
        assert made.folder == before
        assert made.incoming
        assert made.standing == "draft"
        with pytest.raises(refusals.PanoramaBusy):
            replace_picture(panorama=made, upload=upload(), name="x", actor=SYSTEM)
        run_queued_jobs()
        again(made)
        assert made.folder != before
        assert not folder_path(before).exists()
        assert made.marks.count() == 1

    def test_what_cannot_be_cut_is_told_and_the_one_before_stays(self, base: Base) -> None:
        made = _cut(base)
        before = made.folder
        replace_picture(panorama=made, upload=upload(jpeg(progressive=True)), name="x", actor=SYSTEM)
        again(made)
        incoming_path(made.incoming).write_bytes(jpeg(progressive=True)[:3000])
        run_queued_jobs()
        again(made)
        assert (made.folder, made.incoming) == (before, "")
        assert "读不完整" in made.trouble
        task = LongTask.objects.get(pk=made.task_id)
        assert task.status == "failed"
        assert "读不完整" in task.error
        assert folder_path(before).is_dir()
        assert [p.name for p in folder_path(before).parent.glob("*.part")] == []

    def test_the_first_picture_may_fail(self, base: Base) -> None:
        made = add(base)
        incoming_path(made.incoming).unlink()
        run_queued_jobs()
        assert again(made).standing == "failed"

    def test_its_owner_may_stop_it(self, base: Base, cast_committed: Cast) -> None:
        made = add(base)
        LongTask.objects.filter(pk=made.task_id).update(status="stopped")
        run_queued_jobs()
        again(made)
        assert made.standing == "failed"
        assert "停止" in made.trouble

    def test_a_run_that_took_too_long_is_given_up(self, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("doorstep.catalogue.jobs.panoramas.TIME_LIMIT", -1)
        made = add(base)
        run_queued_jobs()
        assert again(made).standing == "failed"

    def test_a_run_for_a_picture_that_is_not_awaited_any_more_does_nothing(self, base: Base) -> None:
        made = add(base)
        Panorama.objects.filter(pk=made.pk).update(incoming="a" * 32)
        run_queued_jobs()
        again(made)
        assert (made.folder, made.incoming) == ("", "a" * 32)
        assert LongTask.objects.get(pk=made.task_id).status == "done"


def test_results_of_runs_that_came_too_late_change_nothing(base: Base) -> None:
    made = given_panorama(base, incoming="b" * 32)
    take_picture(panorama=made, incoming="c" * 32, width=4096, actor=SYSTEM)
    give_up_picture(panorama=made, incoming="c" * 32, trouble="x", actor=SYSTEM)
    again(made)
    assert (made.width, made.incoming, made.trouble) == (2048, "b" * 32, "")


def test_progress_is_told_with_a_number(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    made, told = add(base, jpeg(4096, 2048)), []
    monkeypatch.setattr(
        "doorstep.catalogue.jobs.panoramas.progress", lambda task, done, total: told.append((done, total))
    )
    from doorstep.catalogue.jobs.panoramas import run_cutting

    assert run_cutting(made.incoming, str(made.task_id)) == 4096
    assert told[:2] == [(0, 0), (1, 33)]
    assert told[-1] == (33, 33)


def test_no_scene_where_nobody_goes(cast: Cast, base: Base) -> None:
    belt = make_base(cast.unit("huotong"), name="带")
    Base.objects.filter(pk=belt.pk).update(kind="belt")
    with pytest.raises(refusals.PanoramaPlaceEnded):
        add(belt)
    end_base(base=base, actor=SYSTEM)
    with pytest.raises(refusals.PanoramaPlaceEnded):
        add(base)


def test_a_place_has_only_so_many_scenes(base: Base) -> None:
    Policy.objects.filter(key="panorama.most_scenes").update(value="1")
    made = add(base)
    with pytest.raises(refusals.PanoramaPlaceFull):
        add(base)
    end_panorama(panorama=made, actor=SYSTEM)
    assert add(base).is_entrance


def test_it_is_handed_in_once_it_has_its_picture_and_its_words(base: Base) -> None:
    made = given_panorama(base, status="draft", seen="", folder="", width=0)
    with pytest.raises(refusals.PanoramaNotWhole) as said:
        hand_in_panorama(panorama=made, actor=SYSTEM)
    assert "画面还没有处理好，还没有写“看得见什么”" in said.value.text
    Panorama.objects.filter(pk=made.pk).update(folder="d" * 32, width=2048, incoming="e" * 32)
    facts = PanoramaFacts(" 村口 ", " 樟树 ", " 馆 ", 190.0, (20, 30))
    change_panorama(panorama=made, facts=facts, version=1, actor=SYSTEM)
    with pytest.raises(refusals.PanoramaNotWhole):
        hand_in_panorama(panorama=made, actor=SYSTEM)
    Panorama.objects.filter(pk=made.pk).update(incoming="")
    waiting = hand_in_panorama(panorama=made, actor=SYSTEM)
    assert (waiting.title, waiting.seen, waiting.credit, waiting.north) == ("村口", "樟树", "馆", -170)
    assert (waiting.plan_x, waiting.plan_y, waiting.version, waiting.status) == (20, 30, 2, "waiting")
    assert panorama_counts() == {"panorama": 0}
    with pytest.raises(refusals.PanoramaStandsSo):
        hand_in_panorama(panorama=made, actor=SYSTEM)
    with pytest.raises(refusals.PanoramaWordsMissing):
        change_panorama(panorama=made, facts=PanoramaFacts("村口", " "), version=2, actor=SYSTEM)
    with pytest.raises(refusals.PanoramaChangedMeanwhile):
        change_panorama(panorama=made, facts=facts, version=1, actor=SYSTEM)
    withdraw_panorama(panorama=made, actor=SYSTEM)
    with pytest.raises(refusals.PanoramaStandsSo):
        withdraw_panorama(panorama=made, actor=SYSTEM)
    change_panorama(panorama=made, facts=PanoramaFacts("村口"), version=2, actor=SYSTEM)
    told = Activity.objects.filter(event__startswith="catalogue.panorama")
    assert sorted(one.event for one in told) == [
        "catalogue.panorama_changed",
        "catalogue.panorama_changed",
        "catalogue.panorama_handed_in",
        "catalogue.panorama_withdrawn",
    ]


NUMBERS = ("13800138000", "350999199001011234")


@pytest.mark.parametrize("number", NUMBERS)
def test_no_number_of_a_person_is_said_in_a_scene_or_on_its_signs(base: Base, number: str) -> None:
    """Refused where it is written; what stands there from before is not shown and not brought back."""
    words = f"找老师打 {number}"
    made = given_panorama(base, status="draft")
    for facts in (PanoramaFacts(words, "樟树"), PanoramaFacts("村口", words), PanoramaFacts("村口", "樟树", words)):
        with pytest.raises(refusals.PanoramaNamesSomebody) as said:
            change_panorama(panorama=made, facts=facts, version=1, actor=SYSTEM)
        assert number not in said.value.text
    sign = given_mark(made, title="展板", text="按年份排。")
    for facts in (MarkFacts(0, 0, number), MarkFacts(0, 0, "展板", words)):
        with pytest.raises(refusals.PanoramaNamesSomebody):
            place_mark(panorama=made, facts=facts, actor=SYSTEM)
        with pytest.raises(refusals.PanoramaNamesSomebody):
            change_mark(mark=sign, facts=facts, actor=SYSTEM)
    gone = given_mark(made, title="旧展板", text=words, ended_at=clock.now())
    with pytest.raises(refusals.PanoramaNamesSomebody):
        restore_mark(mark=gone, actor=SYSTEM)
    for changes in ({"title": number}, {"text": words}):
        PanoramaMark.objects.filter(pk=sign.pk).update(**{"title": "展板", "text": "", **changes})
        with pytest.raises(refusals.PanoramaNamesSomebody):
            hand_in_panorama(panorama=made, actor=SYSTEM)
    end_mark(mark=sign, actor=SYSTEM)
    for changes in ({"title": words}, {"seen": words}, {"credit": words}):
        Panorama.objects.filter(pk=made.pk).update(**{"title": "村口", "seen": "樟树", "credit": "", **changes})
        with pytest.raises(refusals.PanoramaNamesSomebody):
            hand_in_panorama(panorama=made, actor=SYSTEM)
    Panorama.objects.filter(pk=made.pk).update(title="村口", seen="樟树，办公电话 0593-0000000", credit="")
    assert hand_in_panorama(panorama=made, actor=SYSTEM).status == "waiting"


def test_a_place_with_scenes_always_has_one_entrance(base: Base) -> None:
    one, two, three = (given_panorama(base) for _n in range(3))
    name_entrance(panorama=two, actor=SYSTEM)
    assert entrances(base) == [two.pk]
    end_panorama(panorama=two, actor=SYSTEM)
    assert entrances(base) == [one.pk]
    end_panorama(panorama=three, actor=SYSTEM)
    end_panorama(panorama=one, actor=SYSTEM)
    assert entrances(base) == []
    with pytest.raises(refusals.PanoramaStandsSo):
        end_panorama(panorama=one, actor=SYSTEM)
    with pytest.raises(refusals.PanoramaStandsSo):
        name_entrance(panorama=one, actor=SYSTEM)
    with pytest.raises(refusals.PanoramaStandsSo):
        replace_picture(panorama=one, upload=upload(), name="x", actor=SYSTEM)
    bring_back_panorama(panorama=three, actor=SYSTEM)
    bring_back_panorama(panorama=one, actor=SYSTEM)
    assert entrances(base) == [three.pk]
    assert again(one).status == "draft"
    with pytest.raises(refusals.PanoramaStandsSo):
        bring_back_panorama(panorama=one, actor=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Panorama.objects.filter(pk=one.pk).update(is_entrance=True)


def entrances(base: Base) -> list[int]:
    return list(Panorama.objects.filter(base=base, is_entrance=True).values_list("pk", flat=True))


def test_scenes_change_places(base: Base) -> None:
    one, two, three = (given_panorama(base) for _n in range(3))
    move_panorama(panorama=three, step=-1, actor=SYSTEM)
    assert [scene.pk for scene in scenes_of(base)] == [one.pk, three.pk, two.pk]
    move_panorama(panorama=one, step=-1, actor=SYSTEM)
    end_panorama(panorama=one, actor=SYSTEM)
    assert [scene.pk for scene in scenes_of(base)] == [three.pk, two.pk, one.pk]


def test_a_sign_says_something_or_leads_to_a_scene_of_the_place(cast: Cast, base: Base) -> None:
    one, two = given_panorama(base), given_panorama(base)
    course = given_course(cast.unit("ningde"), title="摆脱贫困")
    facts = MarkFacts(200.0, 95.0, " 大樟树 ", " 三百年 ", course.pk)
    said = place_mark(panorama=one, facts=facts, actor=SYSTEM)
    assert (said.yaw, said.pitch, said.title, said.text) == (-160, 90, "大樟树", "三百年")
    way = place_mark(panorama=one, facts=MarkFacts(0, -100, target_id=two.pk), actor=SYSTEM)
    assert (way.target, way.pitch) == (two, -90)
    elsewhere = given_panorama(make_base(cast.unit("hubei"), name="虎𬇙党校"))
    gone = given_panorama(base, status="disabled")
    for target in (one, two, elsewhere, gone):
        with pytest.raises(refusals.MarkLeadsNowhere):
            place_mark(panorama=one, facts=MarkFacts(0, 0, target_id=target.pk), actor=SYSTEM)
    with pytest.raises(refusals.MarkSaysNothing):
        place_mark(panorama=one, facts=MarkFacts(0, 0, " "), actor=SYSTEM)
    for pk in (0, draft_course(cast.unit("huotong")).pk, given_course(cast.unit("saiqi"), title="别处的").pk):
        with pytest.raises(NotFound):
            place_mark(panorama=one, facts=MarkFacts(0, 0, "x", course_id=pk), actor=SYSTEM)
    with pytest.raises(refusals.PanoramaStandsSo):
        place_mark(panorama=gone, facts=facts, actor=SYSTEM)


def test_a_sign_is_changed_taken_out_and_brought_back(cast: Cast, base: Base) -> None:
    one, two = given_panorama(base), given_panorama(base)
    course = given_course(cast.unit("huotong"), title="旧课")
    mark = given_mark(one, course=course)
    type(course).objects.filter(pk=course.pk).update(stage="disabled", stage_before="reviewed")
    # What stands there may stay, though it is not taught any more.
    changed = change_mark(mark=mark, facts=MarkFacts(1, 2, "新", course_id=course.pk), actor=SYSTEM)
    assert (changed.course_id, changed.title) == (course.pk, "新")
    assert change_mark(mark=mark, facts=MarkFacts(1, 2, "新"), actor=SYSTEM).course_id is None
    end_mark(mark=mark, actor=SYSTEM)
    for act in (end_mark, lambda **given: change_mark(facts=MarkFacts(0, 0, "x"), **given)):
        with pytest.raises(refusals.PanoramaStandsSo):
            act(mark=mark, actor=SYSTEM)
    restore_mark(mark=mark, actor=SYSTEM)
    with pytest.raises(refusals.PanoramaStandsSo):
        restore_mark(mark=mark, actor=SYSTEM)
    way = given_mark(one, target=two)
    end_mark(mark=way, actor=SYSTEM)
    given_mark(one, target=two)
    with pytest.raises(refusals.MarkLeadsNowhere):
        restore_mark(mark=way, actor=SYSTEM)


def test_a_scene_has_only_so_many_signs(base: Base) -> None:
    one = given_panorama(base)
    mark = given_mark(one)
    Policy.objects.filter(key="panorama.most_marks").update(value="1")
    with pytest.raises(refusals.MarksFull):
        place_mark(panorama=one, facts=MarkFacts(0, 0, "x"), actor=SYSTEM)
    end_mark(mark=mark, actor=SYSTEM)
    place_mark(panorama=one, facts=MarkFacts(0, 0, "x"), actor=SYSTEM)
    with pytest.raises(refusals.MarksFull):
        restore_mark(mark=mark, actor=SYSTEM)


@pytest.mark.parametrize(
    "changes", [{"seen": ""}, {"folder": "", "width": 0}, {"north": 180}, {"plan_x": 101}, {"width": 0}]
)
def test_the_database_refuses_what_cannot_be(base: Base, changes: dict[str, Any]) -> None:
    made = given_panorama(base)
    with pytest.raises(IntegrityError), transaction.atomic():
        Panorama.objects.filter(pk=made.pk).update(**changes)


@pytest.mark.parametrize("changes", [{"title": ""}, {"yaw": 180}, {"pitch": 91}, {"target": "itself", "title": ""}])
def test_the_database_refuses_signs_that_cannot_be(base: Base, changes: dict[str, Any]) -> None:
    made = given_panorama(base)
    mark = given_mark(made)
    values = {**changes, **({"target": made} if "target" in changes else {})}
    with pytest.raises(IntegrityError), transaction.atomic():
        PanoramaMark.objects.filter(pk=mark.pk).update(**values)
