"""A contract with a group from outside as a file of one page, in letters that every reader of PDF brings along."""

from __future__ import annotations

from collections.abc import Sequence

NAME = "培训服务合同.pdf"
_LARGE, _SMALL = 18, 12  # points
_HEAD = (
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>>>/Contents 6 0 R>>",
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[5 0 R]>>",
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
    "/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
    "/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>",
)


def contract_lines(group: str, provider: str, title: str, day: str, people: int, price: str) -> list[str]:
    """What a contract says, its title first; all of it invented."""
    return [
        "培训服务合同（演示）",
        f"甲方：{group}",
        f"乙方：{provider}",
        f"一、乙方为甲方承办“{title}”，共 {people} 人，{day}开始。",
        f"二、费用合计 {price} 元，按实际人数结算，不向学员收取。",
        "三、任何一方不能如期的，提前三天告诉对方。",
        "四、本合同一式两份，双方各执一份。",
    ]


def contract_file(lines: Sequence[str]) -> bytes:
    """The lines on a page of A4, the first one large."""
    shown = [
        f"BT /F {_LARGE if n == 0 else _SMALL} Tf 72 {760 - 34 * n} Td <{_hex(one)}> Tj ET"
        for n, one in enumerate(lines)
    ]
    text = "\n".join(shown)
    objects = [*_HEAD, f"<</Length {len(text)}>>\nstream\n{text}\nendstream"]
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    end += f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + end).encode("ascii")


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()
