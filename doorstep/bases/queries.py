"""Every read of bases and venues that leaves the app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models import AspectState, Base, Evidence, Stewardship, Venue
from doorstep.bases.rules import Filed, Item, ItemState, full_years, item_state
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.invariants import Invariant
from doorstep.core.permissions import visible_to
from doorstep.core.policies import PolicyValue, policies_under, policy_at
from doorstep.core.registry import measured
from doorstep.directory.queries import divisions_on

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
}
NOW = {
    "seats": _("现在 %(n)s 座"),
    "pool": _("现在 %(n)s 人"),
    "capacity": _("现在可容纳 %(n)s 人"),
    "years": _("到今天满 %(n)s 年"),
}
STANDARD_NAMES = {Base.Kind.TOWNSHIP_SCHOOL: _("五有"), Base.Kind.DEMONSTRATION: _("示范基地标准")}


def bases_visible_to(actor: Actor) -> QuerySet[Base]:
    """The bases `actor` may see."""
    return visible_to(actor, "bases.view_base", Base.objects.all())


def county_choices(actor: Actor) -> list[tuple[str, str]]:
    """The counties of today, for the filter of a list."""
    return [(division.code, division.short_name) for division in divisions_on(clock.today(), "county")]


def base_by_id(base_id: int, actor: Actor) -> Base:
    """One base that `actor` may see, with its unit; raises NotFound."""
    base = bases_visible_to(actor).select_related("unit", "division").filter(pk=base_id).first()
    if base is None:
        raise NotFound
    return base


def venues_by_ids(ids: Iterable[int]) -> dict[int, Venue]:
    """Venues with their bases by id; raises NotFound when one is missing or out of use."""
    wanted = set(ids)
    found = {v.pk: v for v in Venue.objects.filter(pk__in=wanted, is_active=True).select_related("base")}
    if wanted - found.keys():
        raise NotFound
    return found


def venues_of(base: Base) -> QuerySet[Venue]:
    """The venues of a base that are in use, the largest first."""
    return base.venues.filter(is_active=True).order_by("-seats", "pk")


def venues_for(unit: Unit) -> QuerySet[Venue]:
    """The venues a class of `unit` may use: its own and those below first, then the county's, by base."""
    today = clock.today()
    in_use = Q(base__valid_to__isnull=True) | Q(base__valid_to__gt=today)
    near = Case(When(base__place__startswith=unit.path, then=0), default=1, output_field=IntegerField())
    rows = Venue.objects.filter(in_use, is_active=True)
    # The city's own classes may be held in any county.
    if unit.kind != "city":
        rows = rows.filter(base__county=unit.county)
    return rows.select_related("base").annotate(near=near).order_by("near", "base__kind", "base__name", "-seats", "pk")


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
    rooms = Venue.objects.filter(base__in=bases, is_active=True).values_list("base").annotate(most=Max("seats"))
    found |= {(base_id, "seats"): most for base_id, most in rooms.order_by()}
    for base in bases:
        found[base.pk, "capacity"], found[base.pk, "years"] = base.capacity, full_years(base.valid_from, on)
    return found


def stewardship_of(base: Base) -> Stewardship | None:
    """The unit that looks after a base from outside the line above it now, and since when."""
    return base.stewardships.filter(valid_to__isnull=True).select_related("unit").first()


def review_place_of(base: Base) -> str:
    """Whose it is to review what the base files: the place of the unit that looks after it, else its own."""
    steward = stewardship_of(base)
    return steward.place if steward else base.place


def evidence_visible_to(actor: Actor) -> QuerySet[Evidence]:
    """The evidence `actor` may see."""
    return visible_to(actor, "bases.view_evidence", Evidence.objects.all())


def evidence_by_id(evidence_id: int, actor: Actor) -> Evidence:
    """One piece of evidence that `actor` may see; raises NotFound."""
    rows = evidence_visible_to(actor).select_related("base__unit", "filed_by", "reviewed_by")
    found = rows.filter(pk=evidence_id).first()
    if found is None:
        raise NotFound
    return found


def latest_evidence(base: Base) -> dict[str, Evidence]:
    """item -> the newest evidence of a base for it, whatever became of it but being taken back."""
    rows = base.evidence.exclude(status=Evidence.Status.TAKEN_BACK).select_related("filed_by")
    return {one.item: one for one in rows.order_by("filed_at", "pk")}


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


def aspects_visible_to(actor: Actor) -> QuerySet[AspectState]:
    """How the aspects stand of bases in use whose evidence `actor` may see."""
    rows = AspectState.objects.filter(base__valid_to__isnull=True)
    return visible_to(actor, "bases.view_evidence", rows, place="base__place")


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


def base_counts() -> dict[str, int]:
    """How many bases of each kind there are today, kinds without one too, and how many points are flagged."""
    day = clock.today()
    rows = Base.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
    found = dict(rows.values_list("kind").annotate(count=Count("pk")))
    return {kind: found.get(kind, 0) for kind in Base.Kind.values} | {
        "flagged_point": rows.filter(is_flagged=True).count()
    }


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of bases."""
    return (
        Invariant(
            "evidence_is_at_its_base",
            "证明的位置和县与阵地一致",
            "SELECT e.id FROM bases_evidence e JOIN bases_base b ON b.id = e.base_id "
            "WHERE e.place <> b.place OR e.county <> b.county",
        ),
        Invariant(
            "evidence_waits_where_it_is_reviewed",
            "待审核的证明在直管单位处；没有直管单位的，在阵地自己的位置",
            "SELECT e.id FROM bases_evidence e JOIN bases_base b ON b.id = e.base_id "
            "LEFT JOIN bases_stewardship s ON s.base_id = b.id AND s.valid_to IS NULL "
            "LEFT JOIN directory_unit u ON u.id = s.unit_id "
            "WHERE e.status = 'waiting' AND e.review_place <> coalesce(u.path, b.place) OR s.place <> u.path",
        ),
        Invariant(
            "evidence_reviewed_has_reviewer",
            "审核过的证明记有时间；退回的写明原因；自己不审自己的",
            "SELECT id FROM bases_evidence WHERE (status IN ('passed', 'declined')) <> (reviewed_at IS NOT NULL) "
            "OR (status = 'declined' AND review_note = '') OR reviewed_by_id = filed_by_id",
        ),
        Invariant(
            "aspect_had_lacks_nothing",
            "标准的每一方面：有，就没有缺的条目；没有，就写明缺什么",
            "SELECT id FROM bases_aspectstate WHERE is_had <> (lacking = '[]'::jsonb)",
        ),
        Invariant(
            "base_place_is_unit_path",
            "阵地的位置等于所属单位的路径",
            "SELECT b.id FROM bases_base b JOIN directory_unit u ON u.id = b.unit_id WHERE b.place <> u.path",
        ),
    )
