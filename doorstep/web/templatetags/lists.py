"""The rows of a list in one go: a template loop over fifty rows of cells costs more than all else on the page."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from doorstep.core.listing import ListColumn, Listing
from doorstep.web.templatetags.doorstep import grouped, status

register = template.Library()

_LOOKS = {"number": "r", "status": "end", "date": "n"}


@register.simple_tag
def list_rows(listing: Listing) -> SafeString:
    """The table rows of a list; on a phone the first cell leads and the others carry their column's name."""
    columns = listing.columns
    second = listing.spec.row_line2
    openings = ['<td class="lead">'] + [
        f'<td class="{_LOOKS.get(column.kind, "")}" data-label="{conditional_escape(column.title)}">'
        for column in columns[1:]
    ]
    looks = ("name", *("lnk" for _ in columns[1:]))
    rows = []
    for row in listing.rows:
        line = [
            f"{opening}{_cell(column, row, look)}</td>"
            for opening, column, look in zip(openings, columns, looks, strict=True)
        ]
        if second and (words := second(row)):
            line[0] = f'{line[0].removesuffix("</td>")}<span class="line2 meta">{conditional_escape(words)}</span></td>'
        rows.append(f"<tr>{''.join(line)}</tr>")
    return mark_safe("".join(rows))  # every part of it is escaped above


def _cell(column: ListColumn, row: object, look: str) -> str:
    value = column.value(row)
    if column.kind == "status":
        return status(str(value)) if value else ""
    if column.kind == "number" and isinstance(value, int):
        value = grouped(value)
    if column.url and (address := column.url(row)):
        return f'<a class="{look}" href="{conditional_escape(address)}">{_words(value)}</a>'
    return _words(value)


def _words(value: object) -> str:
    """A value as it stands in a cell, escaped: days as year-month-day where the trainees are."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return conditional_escape(value if isinstance(value, str) else str(localize(value)))
