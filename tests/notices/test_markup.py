"""A few signs become a few elements; nothing else ever stands on a public page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.core.masking import personal_number
from doorstep.notices.rules.markup import TAGS, cleaned, drawn

PICTURES = {1: (7, 640, 480)}
KNOWN = {(tag, "") for tag in TAGS} | {
    *(("a", name) for name in ("href", "rel")),
    *(("img", name) for name in ("src", "alt", "width", "height", "loading")),
}


def html(text: str) -> str:
    return drawn(text, PICTURES).html


def standing_in(shown: str) -> list[tuple[str, str]]:
    """Every element of a page as a browser reads it, and every attribute it carries."""
    found: list[tuple[str, str]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend([(tag, ""), *((tag, name) for name, _value in attrs)])

    Reader().feed(shown)
    return found


def test_what_stands_on_a_page_is_seen() -> None:
    assert set(standing_in('<b onclick="x">大</b>')) - KNOWN == {("b", ""), ("b", "onclick")}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("一段话", "<p>一段话</p>"),
        ("一行\n又一行", "<p>一行<br>又一行</p>"),
        ("一段\n\n又一段", "<p>一段</p>\n<p>又一段</p>"),
        ("# 大\n## 小", "<h2>大</h2>\n<h3>小</h3>"),
        ("# 大\n# 又一个", "<h2>大</h2>\n<h2>又一个</h2>"),
        ("- 一\n- 二", "<ul><li>一</li><li>二</li></ul>"),
        ("1. 先\n2、后", "<ol><li>先</li><li>后</li></ol>"),
        ("- 一\n1. 先", "<ul><li>一</li></ul>\n<ol><li>先</li></ol>"),
        ("> 听得懂", "<blockquote>听得懂</blockquote>"),
        ("**重** 和 *轻*", "<p><strong>重</strong> 和 <em>轻</em></p>"),
        ("", ""),
        ("\r\n \r\n", ""),
    ],
)
def test_signs_become_elements(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=1", "http://example.org", "/portal/routes/", "tel:0593-0000000"]
)
def test_a_link_leads_where_it_says(address: str) -> None:
    assert f'<a href="{address}"' in html(f"[看]({address})")
    assert 'rel="noopener nofollow"' in html(f"[看]({address})")


@pytest.mark.parametrize(
    "address", ["javascript:alert`1`", "data:text/html,x", "//evil.example", "/people/", "x", "https:"]
)
def test_a_link_that_leads_nowhere_known_is_its_words(address: str) -> None:
    assert html(f"[看]({address})") == "<p>看</p>"


def test_a_picture_stands_with_its_words_and_size() -> None:
    shown = drawn("看：\n![渔排上的课](1)\n完", PICTURES)
    assert shown.html == (
        '<p>看：</p>\n<figure><img src="/portal/pictures/7.webp" alt="渔排上的课" width="640" height="480" '
        'loading="lazy">'
        "<figcaption>渔排上的课</figcaption></figure>\n<p>完</p>"
    )
    assert (shown.pictures, shown.missing) == ((7,), ())


def test_a_picture_there_is_none_of_is_its_words() -> None:
    shown = drawn("![谁](4)\n\n![谁](1)", PICTURES)
    assert shown.html.startswith("<p>谁</p>")
    assert (shown.pictures, shown.missing) == ((7,), (4,))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '# <b onclick="x">大</b>',
        '- <a href="javascript:x">一</a>',
        '![" onload="alert(1)](1)',
        '[a" onmouseover="x](https://example.org)',
        '[x](https://example.org/" onclick="x)',
    ],
)
def test_html_is_words(text: str) -> None:
    assert set(standing_in(html(text))) <= KNOWN


@given(st.text(alphabet="<>\"'&#*-[]()!1/:a好\n .", max_size=60))
def test_whatever_is_written_only_known_elements_stand(text: str) -> None:
    assert set(standing_in(html(text))) <= KNOWN


def test_the_allow_list_stands_alone() -> None:
    bad = (
        '<p style="x" class="y">一<iframe src="https://evil.example"></iframe></p>'
        '<img src="https://evil.example/x.png" alt="a">'
        '<a href="/people/1/" target="_blank">b</a><style>p{}</style>'
    )
    assert cleaned(bad) == '<p>一</p><img alt="a"><a rel="noopener nofollow">b</a>'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证 350902197002030017 的", "350…"),
        ("35090219700203001X", "350…"),
        ("350902 19700203 0017", "350…"),
        ("打 13912345678", "139…"),
        ("139-1234-5678", "139…"),
        ("１３９１２３４５６７８", "139…"),
        ("139.1234.5678", "139…"),
        ("办公电话 0593-2812345", ""),
        ("一共 13912345 元", ""),
        ("编号 350902197002030017999", ""),
        ("2026-11-24 08:30", ""),
    ],
)
def test_numbers_of_private_persons_are_seen(text: str, found: str) -> None:
    assert personal_number(text) == found
