"""All a package says as data that is kept as a version, and versions side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from doorstep.catalogue.models import Course, PackageVersion
from doorstep.catalogue.queries.packages_told import PackageShown, listed, price_words, teacher_words
from doorstep.catalogue.rules.packages import PriceRule, PriceStep

Content = dict[str, Any]


def content_of(shown: PackageShown) -> Content:
    """What a package says now: names and figures, no reference that could change its meaning later; money in fen."""
    plan, rule = shown.plan, shown.plan.price
    return {
        "name": plan.name,
        "theme": plan.theme,
        "half_days": plan.half_days,
        "people": [plan.least_people, plan.most_people],
        "meals": plan.meals,
        "segments": sorted(plan.segments),
        "teachers": {"count": plan.teacher_count, "categories": sorted(plan.teacher_categories)},
        "route": _route_kept(shown),
        "base": {"id": shown.base.pk, "name": shown.base.name} if shown.base else None,
        "courses": [{"id": course.pk, "title": course.title} for course in shown.courses],
        "price": {
            "kind": rule.kind,
            "fen": rule.fen,
            "steps": [[step.first, step.last, step.fen, step.per] for step in rule.steps],
            "own_is_free": rule.own_is_free,
            "source": plan.price_source,
        },
        "terms": plan.terms,
    }


def _route_kept(shown: PackageShown) -> Content | None:
    if shown.route is None or shown.day is None:
        return None
    stops = [
        {
            "base": line.stop.base.name,
            "course": line.stop.course.title if line.stop.course else "",
            "arrives": line.arrives,
            "leaves": line.leaves,
        }
        for line in shown.day.lines
    ]
    return {"id": shown.route.pk, "name": shown.route.name, "stops": stops}


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of a content, whatever the order of its keys."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def kept_rule(content: Mapping[str, Any]) -> PriceRule:
    """The price rule of a version."""
    price = content["price"]
    return PriceRule(
        price["kind"], price["fen"], tuple(PriceStep(*step) for step in price["steps"]), price["own_is_free"]
    )


def content_lines(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A content as lines of a table: what, and how it stands."""
    route, base, teachers = content["route"], content["base"], content["teachers"]
    stops = [f"{s['arrives']}–{s['leaves']} {s['base']}" for s in route["stops"]] if route else []
    least, most = content["people"]
    return [
        (_("名称"), content["name"]),
        (_("主题"), content["theme"]),
        (_("时长"), _("%(n)s 个半天") % {"n": content["half_days"]}),
        (_("人数"), _("%(least)s 到 %(most)s 人") % {"least": least, "most": most}),
        (_("路线"), route["name"] if route else ""),
        (_("站点"), _("；").join(stops)),
        (_("课程"), _("；").join(course["title"] for course in content["courses"])),
        (_("在哪里上"), base["name"] if base else ""),
        (_("适合谁"), listed(Course.Audience.choices, content["segments"])),
        (_("师资"), teacher_words(teachers["count"], teachers["categories"])),
        (_("包餐"), _("每人 %(n)s 餐") % {"n": content["meals"]} if content["meals"] else ""),
        (_("价格"), price_words(kept_rule(content))),
        (_("定价依据"), content["price"]["source"]),
        (_("约定"), content["terms"]),
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """A line of two versions side by side."""

    label: str
    old: str
    new: str

    @property
    def is_changed(self) -> bool:
        """True where they differ."""
        return self.old != self.new


def compared(old: PackageVersion, new: PackageVersion) -> list[Compared]:
    """Two versions side by side, leaving out what neither says."""
    lines = zip(content_lines(old.content), content_lines(new.content), strict=True)
    return [Compared(label, a, b) for (label, a), (_label, b) in lines if a or b]
