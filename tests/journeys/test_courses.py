"""A township writes a course on a phone, its county returns it and then accepts it, and a class teaches it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from doorstep.catalogue.models import Course, CourseVersion
from tests.cast import Cast
from tests.factories.classes import make_class
from tests.factories.courses import draft_course, given_course, short_courses
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


def test_written_returned_mended_accepted_and_taught(cast: Cast, at: Open) -> None:
    given_course(cast.unit("ningde"), title="“四下基层”总论", kind="general", mode="theory", theory_minutes=180)
    township = at("township", PHONE)
    township.goto("/classes/")
    township.get_by_role("link", name="看课程").tap()
    township.get_by_role("link", name="写一门课").first.tap()
    township.get_by_label("课程名称").fill("霍童溪畔讲治水")
    township.get_by_label("怎么上").select_option("现场")
    township.get_by_label("理论（分钟）").fill("60")
    township.get_by_label("技能（分钟）").fill("30")
    township.get_by_label("农民和渔民").check()
    assert axe(township) == []
    assert not overflows(township)
    township.get_by_role("button", name="保存草稿").dblclick()
    expect(township.get_by_role("heading", name="霍童溪畔讲治水")).to_be_visible()
    expect(township.get_by_text("还没有写提纲").first).to_be_visible()
    township.get_by_role("button", name="报送审核").tap()
    expect(township.get_by_text("还不能报送或通过：还没有写提纲")).to_be_visible()
    course = Course.objects.get(unit=cast.unit("huotong"))

    def mend(outline: str) -> None:
        township.goto(f"/courses/{course.pk}/")
        township.get_by_role("link", name="修改课程").tap()
        township.get_by_label("提纲").fill(outline)
        township.get_by_role("button", name="保存草稿").tap()
        township.get_by_role("button", name="报送审核").dblclick()
        expect(township.get_by_role("button", name="撤回报送")).to_be_visible()

    mend("溪水怎么治")
    county = at("county", DESKTOP)
    county.get_by_role("link", name="去审核").click()
    assert axe(county) == []
    county.get_by_role("button", name="退回").click()
    expect(county.get_by_text("退回要写明哪里要改")).to_be_visible()
    county.goto(f"/courses/{course.pk}/")
    county.get_by_label("审核意见").fill("请写上现场安全")
    county.get_by_role("button", name="退回").click()
    expect(county.get_by_text("已退回，原因已写给报送单位")).to_be_visible()
    township.goto("/")
    expect(township.get_by_text("请写上现场安全").first).to_be_visible()
    mend("溪水怎么治\n现场安全")
    county.goto(f"/courses/{course.pk}/")
    county.get_by_role("button", name="通过审核").dblclick()
    expect(county.get_by_text("已审核").first).to_be_visible()
    assert list(CourseVersion.objects.filter(course=course).values_list("number", "status")) == [(1, "passed")]

    held = make_class(cast.unit("huotong"))
    township.goto(f"/classes/{held.pk}/")
    expect(township.get_by_text("1+X 还没配齐")).to_be_visible()
    for taught in ("“四下基层”总论", "霍童溪畔讲治水"):
        township.goto(f"/classes/{held.pk}/")
        township.get_by_role("link", name="“四下基层”与群众路线").first.tap()
        option = township.locator("select[name=course] option", has_text=taught)
        township.locator("select[name=course]").select_option(option.get_attribute("value"))
        township.get_by_role("textbox", name="内容").fill("")
        township.get_by_role("button", name="保存").tap()
        expect(township.get_by_role("link", name=taught)).to_be_visible()
    expect(township.get_by_text("总论有了：“四下基层”总论。")).to_be_visible()
    expect(township.get_by_text("还差 1 门分论")).to_be_visible()
    expect(township.get_by_text("现场和体验占 50%，达到 50%，是主要部分。")).to_be_visible()
    assert axe(township) == []
    assert not overflows(township)


def test_nothing_hangs_over_on_the_smallest_phone_in_large_type(cast: Cast, at: Open) -> None:
    unit = cast.unit("huotong")
    short_courses(unit, 4)
    one, draft = given_course(unit), draft_course(unit, title="晚熟葡萄疏花疏果")
    held = make_class(unit)
    page = at("township", SMALL)
    for path in (
        *("/courses/", "/courses/new/", "/courses/new/?kind=stack", f"/courses/{one.pk}/", f"/courses/{draft.pk}/"),
        *(f"/courses/{one.pk}/edit/", f"/courses/{one.pk}/teachers/", "/classes/modes/", f"/classes/{held.pk}/"),
    ):
        page.goto(path)
        assert not overflows(page), path
        page.evaluate("() => document.documentElement.classList.add('large')")
        assert not overflows(page), f"{path} in large type"
