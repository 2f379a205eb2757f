"""Why a picture all around is not taken, or a scene cannot be changed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class PanoramaNotTaken(Invalid):
    """Not a JPEG, or a broken one."""

    code = "panorama_kind"
    template = _("“%(name)s”不是能用的全景照片：只收 JPG，而且要能完整打开。请在相机或电脑上重新导出，再传一次。")


class PanoramaTooHeavy(Invalid):
    """More bytes than are taken."""

    code = "panorama_bytes"
    template = _("“%(name)s”太大：最多 %(megabytes)s MB。请导出时把质量降到 85 左右，再传一次。")


class PanoramaTooNarrow(Invalid):
    """Too few pixels to look around in."""

    code = "panorama_narrow"
    template = _("“%(name)s”只有 %(width)s 像素宽，会模糊：至少要 %(narrowest)s。请用原图，不要用聊天软件压缩过的。")


class PanoramaTooWide(Invalid):
    """More pixels than are cut."""

    code = "panorama_wide"
    template = _("“%(name)s”有 %(width)s 像素宽，超过了最多的 %(widest)s。请导出成 %(widest)s×%(half)s，再传一次。")


class PanoramaOddShape(Invalid):
    """Not twice as wide as high: not all around."""

    code = "panorama_shape"
    template = _(
        "“%(name)s”是 %(width)s×%(height)s，不是 2:1 的全景照片：宽要正好是高的两倍。请用全景相机或手机的 360° 模式拍。"
    )


class PanoramaStandsSo(Refused):
    """Nothing would change."""

    code = "panorama_stands_so"
    template = _("“%(title)s”已经不是那个状态了。请刷新后再看。")


class PanoramaChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "panorama_changed"
    template = _("“%(title)s”刚才被别人改过，您这次没有存上。请另开一页看现在的样子，再把要改的补上。")


class PanoramaNotWhole(Refused):
    """It cannot be shown yet."""

    code = "panorama_not_whole"
    template = _("“%(title)s”还不能报送：%(lacking)s。")


class PanoramaWordsMissing(Refused):
    """What waits to be shown needs its words."""

    code = "panorama_words_missing"
    template = _("“%(title)s”已经报送，不能没有“看得见什么”：看不见画面的人要靠它。请写好再保存，或先撤回。")


class PanoramaIsOwn(Refused):
    """Nobody publishes what they handed in themselves."""

    code = "panorama_own"
    template = _("“%(title)s”是您自己报送的，请同级或上级的另一位同事审核。")


class PanoramaLookedDifferent(Refused):
    """What was looked at is not what stands there."""

    code = "panorama_looked_different"
    template = _("“%(title)s”在您看的时候又改过。请把现在的样子看一遍，再发布或退回。")


class PanoramaNoteMissing(Invalid):
    """Returning needs a reason."""

    code = "panorama_note_missing"
    template = _("退回要写明要改什么。请填好再退回。")


class PanoramaNamesSomebody(Refused):
    """A number that is a person's would stand on a public page."""

    code = "panorama_personal"
    template = _(
        "“%(title)s”里有像身份证号或手机号的数字（%(number)s），公开的页面上不能有。请去掉，联系电话写单位座机。"
    )


class PanoramaPlaceFull(Refused):
    """More scenes than one place has."""

    code = "panorama_place_full"
    template = _("这处阵地已经有 %(n)s 个场景，最多就这么多。请先停用一个不用的。")


class PanoramaPlaceEnded(Refused):
    """The place is out of use, or a belt."""

    code = "panorama_place_ended"
    template = _("“%(name)s”已停用，或者是示范带，不能加实景。请到在用的阵地里加。")


class PanoramaBusy(Refused):
    """A picture is being cut."""

    code = "panorama_busy"
    template = _("“%(title)s”的上一张画面还在处理。请等它处理完再换。")


class MarksFull(Refused):
    """More signs than one finds one's way among."""

    code = "panorama_marks_full"
    template = _("“%(title)s”已经有 %(n)s 个标注，最多就这么多。请先去掉一个。")


class MarkLeadsNowhere(Invalid):
    """The scene it should lead to is not one of the same place, or a sign leads there already."""

    code = "panorama_mark_nowhere"
    template = _("通路只能通向同一处阵地在用的另一个场景，一个场景只要一条。请换一个场景，或去改已有的那一条。")


class MarkSaysNothing(Invalid):
    """A sign without a name."""

    code = "panorama_mark_silent"
    template = _("标注要有名称，读屏和打印都要用。请填好再保存。")
