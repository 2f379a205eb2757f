"""Writes of core: exports of lists, views of lists one keeps, policy versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, NotPermitted, Refused
from doorstep.core.events import event, record
from doorstep.core.jobs import export_list
from doorstep.core.listing import MOST_VIEWS, kept_params, list_named
from doorstep.core.models import LongTask, Policy, SavedView
from doorstep.core.permissions import require
from doorstep.core.queries import views_of
from doorstep.core.tasks import start_task

MOST_LETTERS = 20  # in the name of a view
_VIEWS = 7401  # the advisory lock of whoever keeps a view, with the account


class NoViewName(Invalid):
    """A view needs a short name."""

    code = "view_name"
    template = _("视图要有名字，1 到 %(most)s 个字。")


class NothingToKeep(Refused):
    """No filter and no sort: that is the list itself."""

    code = "view_of_all"
    template = _("现在没有筛选，也没有排序。先选好再存为视图；搜索的文字不存进视图。")


class TooManyViews(Refused):
    """The tabs above the list are full."""

    code = "too_many_views"
    template = _("这张表已有 %(most)s 个视图，到上限了。先删掉一个不用的，再存。")


class AlreadyKept(Refused):
    """There is a view of this name, or with these filters."""

    code = "view_kept"
    template = _("已有视图“%(title)s”，名字或筛选相同。换一个名字，或先删掉它。")


@event("core.list_exported", _("导出列表"))
@dataclass(frozen=True, slots=True)
class ListExported:
    """Somebody asked for a list as a workbook."""

    list_name: str
    task_id: str


@event("core.policy_changed", _("改规则"))
@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """A rule's figure has a new version."""

    policy_id: int


@transaction.atomic
def start_list_export(*, list_name: str, params: Mapping[str, str], place: str, back: str, actor: Actor) -> LongTask:
    """Begin exporting a list with the filters of `params`; the job writes what `actor` may see.

    `back` is the address of the list itself, to return to.
    """
    require(actor, "core.export_list", at=place)
    spec = list_named(list_name)
    task = start_task(
        kind="list_export",
        title=spec.called(actor, params),
        place=place,
        params={"list": list_name, "params": dict(params), "back": back},
        actor=actor,
    )
    record(
        ListExported(list_name, str(task.pk)),
        actor=actor,
        place=place,
        county="",
        subject=("task", task.pk),
        detail={"params": dict(params)},
    )
    export_list.defer(task_id=str(task.pk))
    return task


@transaction.atomic
def change_policy(
    *, key: str, value: str, valid_from: date, place: str, source: str, county: str, actor: Actor
) -> Policy:
    """A new version of a figure from `valid_from` on; the version before it ends that day."""
    require(actor, "core.change_policy", at=place or "1/")
    rows = Policy.objects.select_for_update().filter(key=key)
    template = rows.order_by("place", "-version").first()
    if template is None:
        raise LookupError(key)
    here = rows.filter(place=place)
    here.filter(valid_to__isnull=True, valid_from__lt=valid_from).update(valid_to=valid_from)
    newest = here.aggregate(newest=Max("version"))["newest"] or 0
    changed = Policy.objects.create(
        key=key,
        value=value,
        unit=template.unit,
        scope=template.scope,
        rule=template.rule,
        place=place,
        valid_from=valid_from,
        source=source,
        status="local",
        version=newest + 1,
    )
    record(PolicyChanged(changed.pk), actor=actor, place=place, county=county, subject=("policy", changed.pk))
    return changed


@transaction.atomic
def keep_view(*, list_name: str, title: str, params: Mapping[str, str], actor: Actor) -> SavedView:
    """Keep the filters and the sort of `params` as one's own view of a list; words one searched for are left out.

    Raises NoViewName, NothingToKeep, TooManyViews, AlreadyKept.
    """
    require(actor, "core.keep_view")
    spec, name = list_named(list_name), " ".join(title.split())
    if actor.account_id is None:
        raise NotPermitted
    if not 0 < len(name) <= MOST_LETTERS or not name.isprintable():
        raise NoViewName(most=MOST_LETTERS)
    query = urlencode(kept_params(spec, actor, params))
    if not query:
        raise NothingToKeep
    with connection.cursor() as cursor:  # two windows of one person wait for each other
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_VIEWS, actor.account_id % 2**31])
    views = list(views_of(actor, spec.name))
    if same := next((view for view in views if name == view.title or query == view.query), None):
        raise AlreadyKept(title=same.title)
    if len(views) >= MOST_VIEWS:
        raise TooManyViews(most=MOST_VIEWS)
    return SavedView.objects.create(
        account_id=actor.account_id, list_name=spec.name, title=name, query=query, created_at=clock.now()
    )


@transaction.atomic
def drop_view(*, view_id: int, actor: Actor) -> str:
    """Forget one of one's own views; its name. Raises NotFound for another's."""
    require(actor, "core.keep_view")
    view = SavedView.objects.select_for_update().filter(pk=view_id).first()
    if view is None or view.account_id != actor.account_id:
        raise NotFound
    view.delete()
    return view.title
