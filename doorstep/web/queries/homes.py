"""What a person's role has to do today, what goes on, what is behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.bases.queries.regulations import regulations_to_read
from doorstep.bases.queries.standards import (
    aspect_word,
    aspects_lacking,
    evidence_ending,
    evidence_to_review,
    lacking_words,
)
from doorstep.catalogue.queries.courses import courses_to_mend, courses_to_review
from doorstep.catalogue.queries.packages import packages_to_mend, packages_to_publish
from doorstep.catalogue.queries.routes import routes_to_mend, routes_to_publish
from doorstep.classes.queries.classes import (
    class_counts,
    classes_coming,
    classes_open_for,
    classes_to_finish,
    quotas_unused,
    sessions_on,
)
from doorstep.classes.queries.guests import guests_coming, objections_waiting
from doorstep.classes.queries.hosts import invitations_waiting
from doorstep.classes.queries.leave import leaves_waiting
from doorstep.classes.queries.venues import sessions_shut
from doorstep.core.actors import Actor
from doorstep.core.clock import local
from doorstep.core.policies import policy_at
from doorstep.coverage.queries.figures import Coverage, coverage_of
from doorstep.directory.queries import unit_at
from doorstep.notices.queries.articles import articles_to_mend, articles_to_publish
from doorstep.web.queries.home_circulars import circular_tasks
from doorstep.web.queries.home_contests import contest_tasks
from doorstep.web.queries.home_links import link_tasks
from doorstep.web.queries.home_orders import order_tasks
from doorstep.web.queries.home_plans import plan_tasks
from doorstep.web.queries.home_tasks import Task, material_tasks, room_tasks, teacher_tasks

DAYS_AHEAD = 14
LEFT_SHOWN = 5
UNITS_NAMED = 3


@dataclass(slots=True)
class Home:
    """A home page: its template and context, or where the role's own page is."""

    template: str = "web/home.html"
    context: dict[str, Any] = field(default_factory=dict)
    redirect: str = ""


def home_for(actor: Actor, today: date) -> Home:
    """The home page of the role one works under now."""
    if not actor.grants:
        return Home("web/home_without_role.html")
    role = actor.grants[0].role
    if role == "trainee":
        return Home(redirect=reverse("classes:me"))
    if role == "auditor":
        return Home(redirect=reverse("directory:activity"))
    unit = unit_at(actor.grants[0].place)
    tasks = tasks_for(actor, today)
    context: dict[str, Any] = {
        "unit": unit,
        "role": role,
        "sessions": list(sessions_on(today, actor)[:8]),
        "tasks": [(task, task.urgency(today)) for task in tasks],
        "days_left": (date(today.year, 12, 31) - today).days,
    }
    if role in ("city", "county", "township", "secretary"):
        cover = coverage_of(unit, today.year, actor=actor)
        context |= {"cover": cover, "behind": _behind(cover)}
    if role == "township":
        counts = class_counts(today.year, unit.path)
        least = policy_at("township.classes_per_year", on=today, place=unit.path).integer
        missing = max(0, least - counts["held"] - counts["planned"])
        context["year_classes"] = {**counts, "least": least, "missing": missing}
    if role == "secretary":
        context["open_classes"] = classes_open_for(unit, actor)[:5]
    return Home(context=context)


def _behind(cover: Coverage) -> list[tuple[Any, int]]:
    """The units below with members left, in the official order, at most five."""
    return [(unit, figures.left) for unit, figures in cover.children if figures.left > 0][:LEFT_SHOWN]


def tasks_for(actor: Actor, today: date) -> list[Task]:
    """What needs doing, the most urgent first: rolls, leave, seats, standards, courses, routes, packages, classes."""
    tasks = []
    for held in classes_to_finish(actor)[:10]:
        tasks.append(_to_finish(held))
    waiting: list[Any] = list(leaves_waiting(actor)[:50])
    for held in {leave.training_class for leave in waiting}:
        asked = [leave for leave in waiting if leave.training_class == held]
        words = _("审批 %(n)s 份请假") % {"n": len(asked)}
        due = min(leave.first_on or held.starts_on for leave in asked)
        note = f"{held.title}　{_whose(held)}"
        tasks.append(Task(due, words, note, _("审批"), reverse("classes:leaves", args=[held.pk])))
    tasks += [*_seats_to_fill(actor), *_venues_shut(actor), *_joint_use(actor, today)]
    tasks += [*_evidence_to_review(actor, today), *_standards_lacking(actor, today), *_evidence_ending(actor, today)]
    tasks += [*_regulations_to_read(actor, today), *_courses_waiting(actor, today)]
    tasks += [*_routes_to_publish(actor, today), *_routes_to_mend(actor, today), *_packages_to_do(actor, today)]
    tasks += [*room_tasks(actor, today), *material_tasks(actor, today), *teacher_tasks(actor, today)]
    tasks += [*order_tasks(actor, today), *circular_tasks(actor, today), *link_tasks(actor, today)]
    tasks += [*_articles_waiting(actor, today), *plan_tasks(actor, today), *contest_tasks(actor, today)]
    for held in classes_coming(actor, DAYS_AHEAD)[:10]:
        words = _("开班：%(title)s") % {"title": held.title}
        seats = _("名额 %(taken)s / %(capacity)s") % {"taken": held.seats_taken, "capacity": held.capacity}
        note = f"{_whose(held)}　{seats}"
        tasks.append(Task(held.starts_on, words, note, _("看名单"), reverse("classes:class", args=[held.pk])))
    return sorted(tasks, key=lambda task: task.due)


def _whose(held: Any) -> str:
    """The organiser of a class, and the base where it is held when that is named otherwise."""
    base = held.base.name if held.base else ""
    return f"{held.unit.short_name}　{base}" if base else str(held.unit.short_name)


def _to_finish(held: Any) -> Task:
    """A class whose days are past: its roll is to be closed, or, with nobody on it, the class to be cancelled."""
    if held.is_empty:
        words = _("没有人报的班：%(title)s") % {"title": held.title}
        note = _("%(whose)s　课期已过，名单是空的。没有办成就取消，办了就补名额") % {"whose": _whose(held)}
        return Task(held.ends_on, words, note, _("取消或补名额"), reverse("classes:class", args=[held.pk]))
    words = _("结班：%(title)s") % {"title": held.title}
    note = _("%(whose)s　课已上完，核对考勤后结班，学时随即入账") % {"whose": _whose(held)}
    return Task(held.ends_on, words, note, _("去结班"), reverse("attendance:roll", args=[held.pk]))


def _seats_to_fill(actor: Actor) -> list[Task]:
    """One task a class whose seats are not all filled, with the units that still owe names."""
    by_class: dict[int, list[Any]] = {}
    for quota in quotas_unused(actor)[:200]:
        by_class.setdefault(quota.training_class_id, []).append(quota)
    tasks = []
    for quotas in by_class.values():
        held = quotas[0].training_class
        due = local(held.nominate_by).date() if held.nominate_by else held.starts_on
        free = sum(quota.seats - quota.used for quota in quotas)
        words = _("还有 %(n)s 个名额没提名：%(title)s") % {"n": free, "title": held.title}
        names = _("、").join(quota.unit.short_name for quota in quotas[:UNITS_NAMED])
        more = _("等 %(n)s 个单位") % {"n": len(quotas)} if len(quotas) > UNITS_NAMED else ""
        tasks.append(Task(due, words, names + more, _("去提名"), reverse("classes:class", args=[held.pk])))
    return tasks


def _venues_shut(actor: Actor) -> list[Task]:
    """One task a class with sessions to come whose venue cannot be used then."""
    by_class: dict[int, list[tuple[Any, str]]] = {}
    for session, why in sessions_shut(actor):
        by_class.setdefault(session.training_class_id, []).append((session, why))
    tasks = []
    for rows in by_class.values():
        session, why = rows[0]
        held = session.training_class
        words = _("%(n)s 个课次的场地不能用：%(title)s") % {"n": len(rows), "title": held.title}
        url = reverse("classes:class", args=[held.pk])
        tasks.append(Task(session.held_on, words, why, _("改时间或换场地"), url))
    return tasks


def _joint_use(actor: Actor, today: date) -> list[Task]:
    """Invitations to hold a class too, what keepers have against one's classes, guests of one's bases."""
    tasks = []
    for host in invitations_waiting(actor)[:10]:
        held = host.training_class
        words = _("答复合办邀请：%(title)s") % {"title": held.title}
        note = _("%(lead)s请%(unit)s一起办") % {"lead": held.unit.short_name, "unit": host.unit.short_name}
        tasks.append(Task(held.starts_on, words, note, _("去答复"), reverse("classes:hosts", args=[held.pk])))
    for one in objections_waiting(actor)[:10]:
        held = one.training_class
        words = _("%(base)s有异议：%(title)s") % {"base": one.base.name, "title": held.title}
        tasks.append(Task(today, words, one.reason, _("去处理"), reverse("classes:class", args=[held.pk])))
    coming = guests_coming(actor, 50)
    if coming:
        first = coming[0]
        words = _("别的单位要来办班，%(n)s 个课次") % {"n": len(coming)}
        note = f"{first.training_class.unit.short_name}　{first.base.name if first.base else ''}"
        tasks.append(Task(first.held_on, words, note, _("去看"), f"{reverse('classes:guests')}?when=coming"))
    return tasks


def _evidence_to_review(actor: Actor, today: date) -> list[Task]:
    """One task for all evidence that waits for one's review."""
    waiting = list(evidence_to_review(actor)[:50])
    if not waiting:
        return []
    names = _("、").join(list(dict.fromkeys(one.base.name for one in waiting))[:UNITS_NAMED])
    words = _("审核 %(n)s 份标准证明") % {"n": len(waiting)}
    url = reverse("bases:evidence", args=[waiting[0].pk])
    if len(waiting) > 1:
        url = f"{reverse('bases:evidence_list')}?status={waiting[0].status}"
    return [Task(today, words, names, _("去审核"), url)]


def _standards_lacking(actor: Actor, today: date) -> list[Task]:
    """What the bases one keeps lack of their standard: the one base in words, several by their number."""
    lacking = list(aspects_lacking(actor)[:500])
    bases = {state.base_id: state.base for state in lacking}
    if not bases:
        return []
    if len(bases) > 1:
        words = _("%(n)s 处阵地的标准有缺项") % {"n": len(bases)}
        names = _("、").join([base.name for base in bases.values()][:UNITS_NAMED])
        return [Task(today, words, names, _("看缺什么"), reverse("bases:lacking"))]
    (base,) = bases.values()
    aspects = _("、").join(aspect_word(base.kind, state.aspect) for state in lacking)
    words = _("%(base)s的标准还缺：%(aspects)s") % {"base": base.name, "aspects": aspects}
    url = f"{reverse('bases:base', args=[base.pk])}#standard"
    return [Task(today, words, lacking_words(lacking[0]), _("去补"), url)]


def _evidence_ending(actor: Actor, today: date) -> list[Task]:
    """What is over soon of the evidence of the bases one keeps, due on the first day any of it ends."""
    ending = list(evidence_ending(actor, today)[:500])
    if not ending:
        return []
    first = ending[0]
    names = _("、").join(list(dict.fromkeys(one.base.name for one in ending))[:UNITS_NAMED])
    if len({one.base_id for one in ending}) > 1:
        words = _("%(n)s 份标准证明快到期") % {"n": len(ending)}
        return [Task(first.expires_on, words, names, _("看是哪几份"), f"{reverse('bases:evidence_list')}?ending=1")]
    words = _("%(base)s的证明快到期：%(titles)s") % {
        "base": first.base.name, "titles": _("、").join(one.title for one in ending),
    }  # fmt: skip
    note = _("%(day)s 到期") % {"day": first.expires_on.isoformat()}
    return [
        Task(first.expires_on, words, note, _("去报新的"), f"{reverse('bases:base', args=[first.base_id])}#standard")
    ]


def _regulations_to_read(actor: Actor, today: date) -> list[Task]:
    """Each rule of one's own school that one has not read yet."""
    return [
        Task(
            today,
            _("请读制度：%(title)s") % {"title": one.title},
            _("%(day)s 起施行") % {"day": one.valid_from.isoformat()},
            _("去读"),
            reverse("bases:regulation", args=[one.pk]),
        )
        for one in regulations_to_read(actor)[:10]
    ]


def _courses_waiting(actor: Actor, today: date) -> list[Task]:
    """Each course that waits for one's word, and each of one's units that was returned."""
    tasks = []
    for version in courses_to_review(actor)[:10]:
        words = _("审核课程：%(title)s") % {"title": version.title}
        url = reverse("catalogue:course", args=[version.course_id])
        tasks.append(Task(today, words, version.course.unit.short_name, _("去审核"), url))
    for version in courses_to_mend(actor)[:10]:
        words = _("课程要改：%(title)s") % {"title": version.title}
        url = reverse("catalogue:course", args=[version.course_id])
        tasks.append(Task(today, words, version.review_note, _("去改"), url))
    return tasks


def _routes_to_publish(actor: Actor, today: date) -> list[Task]:
    """Each route that waits for one's word."""
    tasks = []
    for route in routes_to_publish(actor)[:10]:
        words = _("发布路线：%(name)s") % {"name": route.name}
        url = reverse("catalogue:route", args=[route.pk])
        tasks.append(Task(today, words, route.unit.short_name, _("去看"), url))
    return tasks


def _routes_to_mend(actor: Actor, today: date) -> list[Task]:
    """The routes of one's units of which something has ended, or that were returned."""
    tasks = []
    for route in routes_to_mend(actor)[:10]:
        words = _("路线要改：%(name)s") % {"name": route.name}
        note = route.return_note or _("%(unit)s　有一站的阵地、场地、课程或讲解员已停用") % {
            "unit": route.unit.short_name
        }
        tasks.append(Task(today, words, note, _("去改"), reverse("catalogue:route", args=[route.pk])))
    return tasks


def _packages_to_do(actor: Actor, today: date) -> list[Task]:
    """Each package that waits for one's word, and those of one's units that cannot be had or were returned."""
    tasks = []
    for package in packages_to_publish(actor)[:10]:
        words = _("发布套餐：%(name)s") % {"name": package.name}
        url = reverse("catalogue:package", args=[package.pk])
        tasks.append(Task(today, words, package.unit.short_name, _("去看"), url))
    for package in packages_to_mend(actor)[:10]:
        words = _("套餐要改：%(name)s") % {"name": package.name}
        lapsed = _("%(unit)s　有的课程、路线或阵地已约不到") % {"unit": package.unit.short_name}
        url = reverse("catalogue:package", args=[package.pk])
        tasks.append(Task(today, words, package.return_note or lapsed, _("去改"), url))
    return tasks


def _articles_waiting(actor: Actor, today: date) -> list[Task]:
    """Each text for the public that waits for one's word, and each of one's units that was returned."""
    tasks = []
    for version in articles_to_publish(actor)[:10]:
        words = _("发布文章：%(title)s") % {"title": version.title}
        url = reverse("notices:article", args=[version.article_id])
        tasks.append(Task(today, words, version.article.unit.short_name, _("去看"), url))
    for version in articles_to_mend(actor)[:10]:
        words = _("文章要改：%(title)s") % {"title": version.title}
        url = reverse("notices:article", args=[version.article_id])
        tasks.append(Task(today, words, version.review_note, _("去改"), url))
    return tasks
