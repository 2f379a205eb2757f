"""The words for how things stand, each with one shape and one colour; a word outside this table is a mistake."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SHAPES = {
    "wait": "icon-[lucide--circle-dashed]",
    "go": "icon-[lucide--circle-dot]",
    "ok": "icon-[lucide--circle-check]",
    "todo": "icon-[lucide--triangle-alert]",
    "bad": "icon-[lucide--octagon-x]",
    "off": "icon-[lucide--circle-slash]",
}

STATUS_WORDS: dict[str, tuple[str, Any]] = {
    "draft": ("wait", _("草稿")),
    "waiting": ("wait", _("待审核")),
    "not_planned": ("wait", _("未安排")),
    "to_upload": ("wait", _("待上传")),
    "queued": ("wait", _("排队中")),
    "processing": ("wait", _("处理中")),
    "asked": ("todo", _("待审批")),
    "invited": ("todo", _("待答复")),
    "objected": ("todo", _("有异议")),
    "order_placed": ("todo", _("待接单")),
    "countered": ("todo", _("已提改期")),
    "nominated": ("wait", _("待确认")),
    "upcoming": ("wait", _("未开始")),
    "not_started": ("wait", _("未上课")),
    "open": ("go", _("报名中")),
    "running": ("go", _("进行中")),
    "trial": ("go", _("试讲")),
    "enrolled": ("go", _("已报名")),
    "confirmed": ("go", _("已确认")),
    "today": ("go", _("今天")),
    "sent": ("go", _("在途")),
    "accepted": ("ok", _("已同意")),
    "taken_on": ("ok", _("已接单")),
    "agreed": ("ok", _("已同意改期")),
    "approved": ("ok", _("已批准")),
    "reviewed": ("ok", _("已审核")),
    "premium": ("ok", _("精品")),
    "passed": ("ok", _("已通过")),
    "published": ("ok", _("已发布")),
    "received": ("ok", _("已收到")),
    "checked_in": ("ok", _("已签到")),
    "called": ("ok", _("已点名")),
    "closed": ("ok", _("已结班")),
    "valid": ("ok", _("有效")),
    "done": ("ok", _("已完成")),
    "met": ("ok", _("已达标")),
    "trained": ("ok", _("已参训")),
    "imported": ("ok", _("已导入")),
    "ok": ("ok", _("可导入")),
    "warn": ("todo", _("有提醒")),
    "ambiguous": ("todo", _("待选择")),
    "conflict": ("todo", _("有冲突")),
    "not_met": ("todo", _("还差学时")),
    "waiting_list": ("todo", _("候补 %(n)s")),
    "expires": ("todo", _("%(n)s 天后到期")),
    "short": ("todo", _("还差 %(n)s")),
    "untrained": ("todo", _("未参训")),
    "lapsed": ("bad", _("已发布，有缺项")),
    "declined": ("bad", _("已退回")),
    "not_taken": ("bad", _("未接单")),
    "expired": ("bad", _("已过期")),
    "absent": ("bad", _("旷课")),
    "upload_failed": ("bad", _("上传失败")),
    "failed": ("bad", _("未做成")),
    "error": ("bad", _("有错误")),
    "withdrawn": ("bad", _("按退学处理")),
    "not_agreed": ("off", _("未同意改期")),
    "not_joining": ("off", _("不参加")),
    "left": ("off", _("已退出")),
    "cancelled": ("off", _("已取消")),
    "stopped": ("off", _("已停止")),
    "disabled": ("off", _("停用")),
    "replaced": ("off", _("已替换")),
    "taken_back": ("off", _("已撤回")),
    "taken_down": ("off", _("已撤下")),
    "undone": ("off", _("已撤销")),
    "skip": ("off", _("跳过")),
}


def status_word(code: str) -> str:
    """The word alone, as it stands in a workbook; raises KeyError for a status outside the table."""
    return str(STATUS_WORDS[code][1])
