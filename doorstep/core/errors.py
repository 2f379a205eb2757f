"""What can be refused, with a code for machines and a sentence for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class DoorstepError(Exception):
    """A refusal: `code` is stable for machines, `text` says what, why and what to do.

    Subclasses set `status` (HTTP), `code` and `template`; keyword arguments fill the template.
    """

    status = 400
    code = "refused"
    template: Any = _("这一步没有做成。请检查后再试一次。")

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.code)

    @property
    def text(self) -> str:
        """The sentence for people, in the language of the moment."""
        return str(self.template) % self.params if self.params else str(self.template)

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class Refused(DoorstepError):
    """The rules do not allow this now (409)."""

    status = 409


class Invalid(DoorstepError):
    """What was sent cannot be read or is out of range (422)."""

    status = 422
    code = "invalid"


class NotFound(DoorstepError):
    """There is no such thing, or you may not know of it (404)."""

    status = 404
    code = "not_found"
    template = _("没有找到，或者不在您的范围内。请从列表里重新打开。")


class TooLong(DoorstepError):
    """More was sent at once than is taken (413)."""

    status = 413
    code = "too_long"
    template = _("一次发来的内容太大，什么都没有写入。请分成几次发送；是文件的，拆成几份或去掉里面的图片再传。")


class NotPermitted(DoorstepError):
    """This actor may not do this here (403)."""

    status = 403
    code = "not_permitted"
    template = _("您现在的身份不能做这一步。可在左上角换一个身份，或请本单位负责人来做。")


class TokenRefused(DoorstepError):
    """There is no access token, or it is unknown, expired or revoked (401)."""

    status = 401
    code = "token_refused"
    template = _("令牌缺失、无效、已过期或已停用。请在“设备与接口令牌”里换一个新的再试。")


class OutOfScope(NotPermitted):
    """The token used was given less than its account may do (403)."""

    code = "token_scope"
    template = _(
        "这个访问令牌没有 %(action)s 这一项，什么都没有做。请换一个有这一项的令牌，或在“设备与接口令牌”里另开一个。"
    )


class MethodUnknown(DoorstepError):
    """The address is there, but does not take this kind of request (405)."""

    status = 405
    code = "method_not_allowed"
    template = _("这个地址不能这样打开，什么都没有写入。请从“今天”或列表里打开那一页，再做一次。")


def problem_of(error: DoorstepError) -> dict[str, Any]:
    """A refusal as it is answered: code, text and params."""
    return {"code": error.code, "text": error.text, "params": {k: str(v) for k, v in error.params.items()}}
