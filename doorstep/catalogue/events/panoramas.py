"""What happens to scenes one can look around in."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("catalogue.panorama_added", _("建实景"))
@dataclass(frozen=True, slots=True)
class PanoramaAdded:
    """A place has a scene to be: its picture is being cut."""

    panorama_id: int


@event("catalogue.panorama_changed", _("修改实景"))
@dataclass(frozen=True, slots=True)
class PanoramaChanged:
    """Title, words or directions of a scene, or its place among the others, changed."""

    panorama_id: int


@event("catalogue.panorama_picture_sent", _("换画面"))
@dataclass(frozen=True, slots=True)
class PanoramaPictureSent:
    """Another picture for a scene was handed in."""

    panorama_id: int


@event("catalogue.panorama_picture_cut", _("画面处理完"))
@dataclass(frozen=True, slots=True)
class PanoramaPictureCut:
    """The picture that was handed in is the scene's own now."""

    panorama_id: int


@event("catalogue.panorama_picture_given_up", _("画面没有处理成"))
@dataclass(frozen=True, slots=True)
class PanoramaPictureGivenUp:
    """The picture that was handed in could not be cut, or was taken back."""

    panorama_id: int


@event("catalogue.panorama_handed_in", _("报送实景"))
@dataclass(frozen=True, slots=True)
class PanoramaHandedIn:
    """A scene, or a change of one that is shown, waits for the word of the level above."""

    panorama_id: int


@event("catalogue.panorama_returned", _("退回实景"))
@dataclass(frozen=True, slots=True)
class PanoramaReturned:
    """A scene that was handed in went back with the reason; what was shown before stays."""

    panorama_id: int


@event("catalogue.panorama_published", _("发布实景"))
@dataclass(frozen=True, slots=True)
class PanoramaPublished:
    """The level above accepted a scene: it is shown as it was handed in."""

    panorama_id: int


@event("catalogue.panorama_withdrawn", _("撤下实景"))
@dataclass(frozen=True, slots=True)
class PanoramaWithdrawn:
    """A scene is shown to nobody, or does not wait any more: it is a draft again."""

    panorama_id: int


@event("catalogue.panorama_ended", _("停用实景"))
@dataclass(frozen=True, slots=True)
class PanoramaEnded:
    """A scene was put away."""

    panorama_id: int


@event("catalogue.panorama_brought_back", _("恢复实景"))
@dataclass(frozen=True, slots=True)
class PanoramaBroughtBack:
    """A scene that was put away is a draft again."""

    panorama_id: int


@event("catalogue.panorama_marked", _("标注实景"))
@dataclass(frozen=True, slots=True)
class PanoramaMarked:
    """A sign in a scene was set or changed."""

    panorama_id: int


@event("catalogue.panorama_mark_ended", _("去掉标注"))
@dataclass(frozen=True, slots=True)
class PanoramaMarkEnded:
    """A sign was taken out of a scene."""

    panorama_id: int


@event("catalogue.panorama_mark_brought_back", _("恢复标注"))
@dataclass(frozen=True, slots=True)
class PanoramaMarkBroughtBack:
    """A sign stands in its scene again."""

    panorama_id: int
