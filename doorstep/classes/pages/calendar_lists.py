"""Which teachers stand in the rows of their common week, and how one finds those one wants."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from doorstep.core.listing import ListColumn, ListFilter, ListSpec
from doorstep.faculty.queries.pools import in_pool, pool_choices
from doorstep.faculty.queries.teachers import language_choices, teachers_teaching, topic_choices

# No list of its own to keep views of or to export: the week is what is shown and what goes into the workbook.
TEACHERS_BY_DAY = ListSpec(
    name="classes.teachers_by_day",
    action="faculty.view_teacher",
    title=gettext_lazy("老师的一周"),
    columns=(ListColumn("name", gettext_lazy("姓名"), lambda t: t.name),),
    source=lambda actor, params: teachers_teaching(actor),
    # The deeper a unit, the nearer it is to who asks from there.
    default_sort=("-place", "name"),
    filters=(
        ListFilter("q", gettext_lazy("姓名"), lambda rows, v: rows.filter(name__startswith=v), "text"),
        ListFilter("pool", gettext_lazy("师资库"), in_pool, choices=pool_choices),
        ListFilter(
            "topic",
            gettext_lazy("讲什么"),
            lambda rows, v: rows.filter(topics__contains=[v]),
            choices=lambda actor: topic_choices(),
        ),
        ListFilter(
            "language",
            gettext_lazy("用什么话讲"),
            lambda rows, v: rows.filter(languages__contains=[v]),
            choices=lambda actor: language_choices(),
        ),
    ),
    page_size=20,
)
