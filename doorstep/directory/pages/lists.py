"""What the directory's lists show: people, units, accounts, the activity log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, Case, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import event_choices, words_of_event
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, register_list
from doorstep.core.models import Activity
from doorstep.core.numbers import whole
from doorstep.core.permissions import visible_to
from doorstep.directory.models import Account, Membership, Person, RoleGrant, Unit
from doorstep.directory.queries import accounts_visible_to, named, people_visible_to, units_visible_to


def _search(kind: str) -> Any:
    """A filter by name or pinyin for rows whose primary key is the object of the search keys."""
    return lambda rows, text: named(rows, text, kind=kind)


def _people(actor: Actor, params: Mapping[str, str]) -> QuerySet[Person]:
    home = Membership.objects.filter(person=OuterRef("pk"), is_primary=True, valid_to__isnull=True)
    return people_visible_to(actor).annotate(
        home_id=Subquery(home.values("unit")[:1]), home_name=Subquery(home.values("unit__short_name")[:1])
    )


def _below(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    unit = Unit.objects.filter(pk=whole(value) or 0).first()
    return rows.filter(place__startswith=unit.path) if unit else rows.none()


PEOPLE = register_list(
    ListSpec(
        name="directory.people",
        action="directory.view_person",
        title=_("学员"),
        columns=(
            ListColumn(
                "name",
                _("姓名"),
                lambda p: p.name,
                "link",
                url=lambda p: reverse("directory:person", args=[p.pk]),
                sort=("name",),
            ),
            ListColumn("sex", _("性别"), lambda p: p.get_sex_display()),
            ListColumn("birth", _("出生年"), lambda p: p.birth_date and str(p.birth_date.year), sort=("birth_date",)),
            ListColumn("unit", _("所在支部"), lambda p: p.home_name or ""),
            ListColumn("category", _("类别"), lambda p: p.get_category_display()),
            ListColumn("floating", _("流动"), lambda p: _("流动") if p.floating else ""),
        ),
        source=_people,
        default_sort=("name",),
        filters=(
            ListFilter("q", _("姓名或拼音首字母"), _search("person"), "text"),
            ListFilter(
                "category", _("类别"), lambda rows, v: rows.filter(category=v), choices=tuple(Person.Category.choices)
            ),
            ListFilter(
                "floating",
                _("流动"),
                lambda rows, v: rows.filter(floating=v == "1"),
                choices=(("1", _("流动")), ("0", _("不流动"))),
            ),
            ListFilter("unit", _("单位编号"), _below, "number"),
        ),
        empty_text=_("这里还没有学员。先导入名册，再来看。"),
        empty_url="/imports/",
        empty_needs="directory.import_roster",
        empty_action=_("导入名册"),
        row_line2=lambda p: f"{p.home_name or ''}　{p.get_category_display()}",
    )
)


UNITS = register_list(
    ListSpec(
        name="directory.units",
        action="directory.view_unit",
        title=_("单位"),
        columns=(
            ListColumn(
                "name",
                _("名称"),
                lambda u: u.name,
                "link",
                url=lambda u: reverse("directory:unit", args=[u.pk]),
                sort=("name",),
            ),
            ListColumn("kind", _("类别"), lambda u: u.get_kind_display()),
            ListColumn("parent", _("上级"), lambda u: u.parent.short_name if u.parent else ""),
            ListColumn("code", _("编码"), lambda u: u.code, sort=("code",)),
        ),
        source=lambda actor, params: units_visible_to(actor).filter(valid_to__isnull=True).select_related("parent"),
        default_sort=("path",),
        filters=(
            ListFilter("q", _("名称或拼音首字母"), _search("unit"), "text"),
            ListFilter("kind", _("类别"), lambda rows, v: rows.filter(kind=v), choices=tuple(Unit.Kind.choices)),
        ),
        empty_text=_("没有找到这样的单位。换一个名称，或去掉筛选。"),
        row_line2=lambda u: u.get_kind_display(),
    )
)


def _accounts(actor: Actor, params: Mapping[str, str]) -> QuerySet[Account]:
    grant = RoleGrant.objects.filter(account=OuterRef("pk"), valid_to__isnull=True).order_by("pk")
    return accounts_visible_to(actor).annotate(
        role=Subquery(grant.values("role")[:1]), unit_name=Subquery(grant.values("unit__short_name")[:1])
    )


ROLE_NAMES = dict(RoleGrant.Role.choices)

ACCOUNTS = register_list(
    ListSpec(
        name="directory.accounts",
        action="directory.view_account",
        title=_("账号"),
        columns=(
            ListColumn(
                "username",
                _("用户名"),
                lambda a: a.username,
                "link",
                url=lambda a: reverse("directory:account", args=[a.pk]),
                sort=("username",),
            ),
            ListColumn("name", _("姓名"), lambda a: a.display_name, sort=("display_name",)),
            ListColumn("role", _("身份"), lambda a: ROLE_NAMES.get(a.role, "")),
            ListColumn("unit", _("单位"), lambda a: a.unit_name or ""),
            ListColumn("last", _("上次登录"), lambda a: a.last_login and clock.local(a.last_login).date(), "date"),
        ),
        source=_accounts,
        default_sort=("username",),
        filters=(
            ListFilter("q", _("用户名开头"), lambda rows, v: rows.filter(username__startswith=v), "text"),
            ListFilter("role", _("身份"), lambda rows, v: rows.filter(role=v), choices=tuple(RoleGrant.Role.choices)),
        ),
        empty_text=_("还没有账号。"),
        row_line2=lambda a: f"{ROLE_NAMES.get(a.role, '')}　{a.unit_name or ''}",
    )
)


def _activity(actor: Actor, params: Mapping[str, str]) -> QuerySet[Activity]:
    """What happened, with the name of the account that did it."""
    name = Account.objects.filter(pk=OuterRef("account_id")).values("display_name")[:1]
    subject = Cast("subject_id", BigIntegerField())
    accounts = Account.objects.filter(pk=OuterRef("subject_number")).values("display_name")[:1]
    units = Unit.objects.filter(pk=OuterRef("subject_number")).values("short_name")[:1]
    rows = visible_to(actor, "directory.view_activity", Activity.objects.all())
    return rows.annotate(
        account_name=Subquery(name),
        subject_number=Case(When(subject_kind__in=("account", "unit"), then=subject)),
        subject_name=Case(
            When(subject_kind="account", then=Subquery(accounts)), When(subject_kind="unit", then=Subquery(units))
        ),
    )


# What an entry is about, by the kind of thing; of members the log tells only the number.
_SUBJECTS = {
    "account": _("账号 %(which)s"),
    "calendar_feed": _("日历订阅 %(which)s"),
    "class": _("班次 %(which)s"),
    "person": _("人员 %(which)s"),
    "policy": _("规则 %(which)s"),
    "roster_import": _("名册导入 %(which)s"),
    "session": _("课次 %(which)s"),
    "task": _("任务 %(which)s"),
    "token": _("令牌 %(which)s"),
    "unit": _("单位 %(which)s"),
}


def _subject(activity: Any) -> str:
    """What an entry is about: its kind, and its name or number."""
    words = str(_SUBJECTS.get(activity.subject_kind, "%(which)s"))
    return words % {"which": activity.subject_name or activity.subject_id}


ACTIVITY = register_list(
    ListSpec(
        name="directory.activity",
        action="directory.view_activity",
        title=_("日志"),
        columns=(
            ListColumn("at", _("时间"), lambda a: clock.local(a.at).strftime("%Y-%m-%d %H:%M:%S"), sort=("-at", "-id")),
            ListColumn("event", _("事项"), lambda a: words_of_event(a.event)),
            ListColumn("account", _("账号"), lambda a: a.account_name or _("系统")),
            ListColumn("subject", _("对象"), _subject),
            ListColumn("reason", _("原因"), lambda a: a.detail.get("reason", "")),
            ListColumn("code", _("事项代码"), lambda a: a.event, is_only_exported=True),
            ListColumn("account_id", _("账号编号"), lambda a: a.account_id or a.actor_name, is_only_exported=True),
        ),
        source=_activity,
        default_sort=("-at", "-id"),
        filters=(
            ListFilter("event", _("事项"), lambda rows, v: rows.filter(event=v), choices=lambda actor: event_choices()),
            ListFilter("day", _("日期"), lambda rows, v: rows.filter(at__date=v), "date"),
        ),
        empty_text=_("这段时间没有记录。"),
        row_line2=_subject,
    )
)
