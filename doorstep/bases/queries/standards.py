"""What the standards ask of bases, what is shown for them, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models import AspectState, Base, Evidence, Regulation, Stewardship, Venue
from doorstep.bases.queries.regulations import in_force
from doorstep.bases.rules.standards import EXPIRED, MISSING, RETURNED, Filed, Item, ItemState, full_years, item_state
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.core.policies import PolicyValue, policies_under, policy_at
from doorstep.core.registry import measured

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

STANDARD = "standard."
# What the aspects of a standard are called, in their order, by kind of base; the standard itself by what it is called.
ASPECTS: dict[str, dict[str, Any]] = {
    Base.Kind.TOWNSHIP_SCHOOL: {
        "organisation": _("组织架构"),
        "venue": _("场地设施"),
        "teachers": _("师资力量"),
        "plan": _("教学计划"),
        "management": _("管理机制"),
    },
    Base.Kind.DEMONSTRATION: {
        "gates": _("两道门槛"),
        "direction": _("办学方向"),
        "qualification": _("办学资质"),
        "feature": _("办学特色"),
        "results": _("办学实绩"),
        "support": _("办学保障"),
    },
    Base.Kind.BELT: {
        "base": _("阵地"),
        "theme": _("主题"),
        "route": _("路线"),
        "guides": _("讲解员"),
        "reception": _("接待能力"),
    },
}
# What the shipped items ask for, and what the counted ones come to; `n` is what is asked, or what there is.
ITEMS = {
    "committee": _("校务委员会成立和分工文件"),
    "seats": _("固定教室不少于 %(n)s 座"),
    "safety": _("消防检查合格单，借用的场地另附借用协议"),
    "pool": _("师资库不少于 %(n)s 人"),
    "link": _("骨干教师联系书"),
    "year_plan": _("年度教学计划，上级党校审核通过"),
    "training_rules": _("培训管理制度"),
    "teacher_rules": _("师资管理制度"),
    "teaching_rules": _("教学管理制度"),
    "capacity": _("一次可容纳不少于 %(n)s 人"),
    "years": _("规范办学不少于 %(n)s 年"),
    "first_lesson": _("首课、主课安排和政治把关记录"),
    "permits": _("消防、食品经营等证照"),
    "courses": _("主题、特色课程和路线说明"),
    "summary": _("年度办学实绩：培训人次、跨县班次、满意度"),
    "guarantee": _("师资、经费、安全保障方案"),
    "premium": _("精品阵地不少于 %(n)s 个"),
    "brief": _("主题和建设方案"),
    "line": _("线路图和行程说明"),
    "guides": _("专人讲解员名册"),
    "people": _("一次能接待不少于 %(n)s 人"),
}
NOW = {
    "seats": _("现在 %(n)s 座"),
    "pool": _("现在 %(n)s 人"),
    "capacity": _("现在可容纳 %(n)s 人"),
    "years": _("到今天满 %(n)s 年"),
    "premium": _("示范基地、五有齐全的党校、新思想教学点现在共 %(n)s 个"),
    "people": _("各阵地现在合计 %(n)s 人"),
    "year_plan": _("“计划”里批准了的 %(n)s 份"),
    "training_rules": _("“制度和签阅”里现行的 %(n)s 份"),
    "teacher_rules": _("“制度和签阅”里现行的 %(n)s 份"),
    "teaching_rules": _("“制度和签阅”里现行的 %(n)s 份"),
}
# What a school's own rules are called among the items of its standard.
RULES = {
    "training_rules": Regulation.Kind.TRAINING,
    "teacher_rules": Regulation.Kind.TEACHERS,
    "teaching_rules": Regulation.Kind.TEACHING,
}
STANDARD_NAMES = {
    Base.Kind.TOWNSHIP_SCHOOL: _("五有"),
    Base.Kind.DEMONSTRATION: _("示范基地标准"),
    Base.Kind.BELT: _("五个一"),
}


def standards_of(bases: Sequence[Base], on: date) -> dict[int, list[Item]]:
    """base id -> what the standard of its kind asks of it on a day, in the order of the shipped rows; one query.

    The row of the nearest place counts. Source: policies `standard.<kind of base>.<aspect>.<item>`.
    """
    by_place = policies_under(STANDARD, on=on)
    return {base.pk: _items(base, by_place) for base in bases}


def _items(base: Base, by_place: Mapping[str, Mapping[str, PolicyValue]]) -> list[Item]:
    nearest = max((place for place in by_place if base.place.startswith(place)), key=len)
    rows = [row for key, row in by_place[nearest].items() if key.startswith(f"{STANDARD}{base.kind}.")]
    order = ASPECTS.get(base.kind, {})
    # An aspect that an office has added stands after those everybody has.
    known = list(order)
    rows.sort(key=lambda row: (known.index(a) if (a := row.key.split(".")[2]) in known else len(known), row.id))
    return [Item(row.key, row.rule, row.integer, row.reference) for row in rows]


def states_of(bases: Sequence[Base], on: date) -> dict[int, list[ItemState]]:
    """base id -> how each item of its standard stands on a day; bases without a standard are left out."""
    wanted = {base_id: items for base_id, items in standards_of(bases, on).items() if items}
    concerned = [base for base in bases if base.pk in wanted]
    if not concerned:
        return {}
    notice = policy_at("standard.expiry_notice_days", on=on).integer
    filed: dict[tuple[int, str], list[Filed]] = {}
    rows = Evidence.objects.filter(base__in=concerned).exclude(status=Evidence.Status.TAKEN_BACK)
    for base_id, item, status, expires in rows.order_by("-filed_at", "-pk").values_list(
        "base", "item", "status", "expires_on"
    ):
        filed.setdefault((base_id, item), []).append(Filed(status, expires))
    figures = _figures(concerned, on)
    return {
        base.pk: [
            item_state(item, filed.get((base.pk, item.key), ()), figures.get((base.pk, item.name), 0), on, notice)
            for item in wanted[base.pk]
        ]
        for base in concerned
    }


def _figures(bases: Sequence[Base], on: date) -> dict[tuple[int, str], int]:
    """(base id, name of the figure) -> what is counted of it."""
    pools = measured("teachers.pool", [base.unit_id for base in bases], on)
    found = {(base.pk, "pool"): pools.get(base.unit_id, 0) for base in bases}
    rooms = Venue.objects.rooms().filter(base__in=bases, is_active=True).values_list("base").annotate(most=Max("seats"))
    found |= {(base_id, "seats"): most for base_id, most in rooms.order_by()}
    if belts := [base.pk for base in bases if base.kind == Base.Kind.BELT]:
        found |= _belt_figures(belts)
    if schools := [base.pk for base in bases if base.kind == Base.Kind.TOWNSHIP_SCHOOL]:
        found |= _paper_figures(schools, on)
    for base in bases:
        found[base.pk, "capacity"], found[base.pk, "years"] = base.capacity, full_years(base.valid_from, on)
    return found


def _paper_figures(schools: Sequence[int], on: date) -> dict[tuple[int, str], int]:
    """Whether the yearly plan of each school is approved, and which of its own rules are in force on a day."""
    plans = measured("plans.approved", schools, on)
    found = {(school, "year_plan"): count for school, count in plans.items()}
    held = Regulation.objects.filter(in_force(on), base__in=schools).values_list("base", "kind").distinct()
    names = {kind: name for name, kind in RULES.items()}
    return found | {(school, names[Regulation.Kind(kind)]): 1 for school, kind in held}


def _belt_figures(belts: Sequence[int]) -> dict[tuple[int, str], int]:
    """How many premium places each belt has, and how many people its places take together."""
    rows = Base.objects.filter(belts__in=belts, valid_to__isnull=True)
    lacks = AspectState.objects.filter(base=OuterRef("pk"), is_had=False)
    judged = AspectState.objects.filter(base=OuterRef("pk"))
    is_premium = Q(is_flagged=True) | (Exists(judged) & ~Exists(lacks))
    found = {}
    for belt, premium, people in rows.values_list("belts").annotate(
        premium=Count("pk", filter=is_premium), people=Sum(Coalesce("reception__people", "capacity"))
    ):
        found[belt, "premium"], found[belt, "people"] = premium, people
    return found


def belts_around(base: Base) -> list[Base]:
    """The belts a base is a place of, locked: what it has or lacks counts for them."""
    belts = Base.objects.select_for_update().filter(belt__places=base, valid_to__isnull=True)
    return list(belts.order_by("pk"))


def stewardship_of(base: Base) -> Stewardship | None:
    """The unit that looks after a base from outside the line above it now, and since when."""
    return base.stewardships.filter(valid_to__isnull=True).select_related("unit").first()


def review_place_of(base: Base) -> str:
    """Whose it is to review what the base files: the place of the unit that looks after it, else its own."""
    steward = stewardship_of(base)
    return steward.place if steward else base.place


def building_places(base: Base) -> list[str]:
    """The places of the units that build a belt together; none for any other base."""
    if base.kind != Base.Kind.BELT:
        return []
    return list(Base.objects.filter(belts=base.pk).order_by("place").values_list("place", flat=True).distinct())


def building_unit(base: Base, actor: Actor) -> Unit | None:
    """The unit that builds a belt and for which `actor` acts; None for whoever acts for the unit of the base itself."""
    held = [grant.place for grant in actor.grants]
    if base.kind != Base.Kind.BELT or any(base.place.startswith(place) for place in held):
        return None
    rows = Base.objects.filter(belts=base.pk).select_related("unit").order_by("place", "pk")
    return next((row.unit for row in rows if any(row.place.startswith(place) for place in held)), None)


def filing_places(evidence: Evidence) -> list[str]:
    """The place of the unit that filed for a belt of others; none for what came from the unit of the base."""
    return [evidence.filed_for.path] if evidence.filed_for else []


def _built(belt: str) -> QuerySet[Base]:
    """What the belt in a column of the rows around is built of."""
    return Base.objects.filter(belts=OuterRef(belt))


def evidence_visible_to(actor: Actor) -> QuerySet[Evidence]:
    """The evidence `actor` may see: of the bases in their line, and of the belts they help to build."""
    return visible_to(actor, "bases.view_evidence", Evidence.objects.all(), shared=_built("base"))


def evidence_by_id(evidence_id: int, actor: Actor) -> Evidence:
    """One piece of evidence that `actor` may see; raises NotFound."""
    rows = evidence_visible_to(actor).select_related("base__unit", "filed_by", "filed_for", "reviewed_by")
    found = rows.filter(pk=evidence_id).first()
    if found is None:
        raise NotFound
    return found


def evidence_told(evidence_id: int) -> Evidence:
    """A piece of evidence with its base, for telling people of it."""
    return Evidence.objects.select_related("base", "filed_for").get(pk=evidence_id)


def evidence_shown(base: Base, on: date) -> dict[str, tuple[Evidence, Evidence | None]]:
    """item -> the evidence of a base that counts for it on a day, else the newest; and a newer one that does not count.

    What was taken back is not shown.
    """
    found: dict[str, tuple[Evidence, Evidence | None]] = {}
    rows = base.evidence.exclude(status=Evidence.Status.TAKEN_BACK).select_related("filed_by")
    for one in rows.order_by("filed_at", "pk"):
        standing, _newer = found.get(one.item, (one, None))
        if one.status == Evidence.Status.ACCEPTED and (
            not _counts(standing, on) or one.expires_on > standing.expires_on
        ):
            found[one.item] = one, None
        else:
            found[one.item] = (standing, one) if _counts(standing, on) and standing != one else (one, None)
    return found


def _counts(one: Evidence, on: date) -> bool:
    return one.status == Evidence.Status.ACCEPTED and one.expires_on >= on


def ending_soon(rows: QuerySet[Evidence], on: date) -> QuerySet[Evidence]:
    """Those that count on a day and are over soon, with nothing newer for the item that waits or counts longer.

    Source: policy:standard.expiry_notice_days.
    """
    last = on + timedelta(days=policy_at("standard.expiry_notice_days", on=on).integer)
    longer = Q(status=Evidence.Status.FILED) | Q(status=Evidence.Status.ACCEPTED, expires_on__gt=last)
    newer = Evidence.objects.filter(longer, base=OuterRef("base"), item=OuterRef("item"))
    counting = rows.filter(status=Evidence.Status.ACCEPTED, base__valid_to__isnull=True)
    return counting.filter(expires_on__range=(on, last)).exclude(Exists(newer))


def evidence_ending(actor: Actor, on: date) -> QuerySet[Evidence]:
    """What is over soon of the evidence for bases of this actor's own places, the first to end first."""
    rows = visible_to(actor, "bases.file_evidence", Evidence.objects.select_related("base"))
    # Who files nothing is asked nothing.
    return rows if rows.query.is_empty() else ending_soon(rows, on).order_by("expires_on", "base__name", "pk")


def item_word(key: str, text: str, amount: int = 0) -> str:
    """What an item asks for, in the language of the moment; an office's own item as it wrote it."""
    known = ITEMS.get(key.split(".")[3])
    return str(known) % {"n": amount} if known else text


def figure_word(name: str, figure: int) -> str:
    """What a counted item comes to now, in words."""
    return str(NOW[name]) % {"n": figure}


def aspect_word(kind: str, aspect: str) -> str:
    """What an aspect of the standard of a kind of base is called; its own code where an office has added it."""
    return str(ASPECTS.get(kind, {}).get(aspect, aspect))


_LACKS = {
    "to_upload": _("%(text)s：还没有报送"),
    "waiting": _("%(text)s：已报送，等审核"),
    "declined": _("%(text)s：被退回，要补"),
    "expired": _("%(text)s：有效期到 %(until)s，已过期"),
    "short": _("%(text)s，%(now)s"),
}


def lacking_words(state: AspectState) -> str:
    """What an aspect lacks, and how each thing stands."""
    return str(_("；")).join(_words_of(one) for one in state.lacking)


def _words_of(one: dict[str, Any]) -> str:
    name = one["item"].split(".")[3]
    now = figure_word(name, one["figure"]) if one["code"] == "short" else ""
    text = item_word(one["item"], one["text"], one["amount"])
    return str(_LACKS[one["code"]]) % {"text": text, "until": one["until"], "now": now}


def item_to_file(base: Base) -> tuple[str, str] | None:
    """The first item, and what it asks for, that a base lacks and has to file for; None where nothing is left."""
    states = AspectState.objects.filter(base=base, is_had=False).order_by("pk")
    lacking = (one for state in states for one in state.lacking if one["code"] in (MISSING, RETURNED, EXPIRED))
    return next(((one["item"], item_word(one["item"], one["text"], one["amount"])) for one in lacking), None)


def aspects_visible_to(actor: Actor) -> QuerySet[AspectState]:
    """How the aspects stand of bases in use whose evidence `actor` may see."""
    rows = AspectState.objects.filter(base__valid_to__isnull=True)
    return visible_to(actor, "bases.view_evidence", rows, place="base__place", shared=_built("base"))


def evidence_to_review(actor: Actor) -> QuerySet[Evidence]:
    """What waits for this actor's review, the oldest first; not what they filed themselves."""
    waiting = Evidence.objects.filter(status=Evidence.Status.FILED)
    if actor.account_id is not None:
        waiting = waiting.exclude(filed_by=actor.account_id)
    rows = visible_to(actor, "bases.review_evidence", waiting, place="review_place")
    return rows.select_related("base").order_by("filed_at", "pk")


def aspects_lacking(actor: Actor) -> QuerySet[AspectState]:
    """The aspects that bases of this actor's own places lack: those they file evidence for, in use today."""
    rows = AspectState.objects.filter(is_had=False, base__valid_to__isnull=True)
    found = visible_to(actor, "bases.file_evidence", rows, place="base__place").select_related("base__unit")
    return found.order_by("base__county", "base__name", "pk")
