"""What a keeper fills in about a scene, its picture and its signs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.models import Panorama, PanoramaMark
from doorstep.catalogue.pages.routes_forms import ManyChoices
from doorstep.catalogue.queries.courses import course_choices, courses_for
from doorstep.catalogue.queries.panoramas import scenes_to_lead_to
from doorstep.catalogue.rules.panoramas import MarkFacts, PanoramaFacts


def _degrees(label: Any, least: int, most: int, help_text: Any) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"})
    return forms.FloatField(label=label, min_value=least, max_value=most, widget=widget, help_text=help_text)


class PictureForm(forms.Form):
    """A picture all around."""

    picture = forms.FileField(
        label=_("全景照片"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg", "class": "input w-full"}),
        help_text=_("360° 全景相机或手机拍的 JPG，宽是高的两倍。照片里的拍摄地点等信息不会保留。"),
    )


class NewSceneForm(PictureForm):
    """A scene to be."""

    title = forms.CharField(
        label=_("场景名称"), max_length=80, required=False, help_text=_("例如：展馆门口。不填就用阵地的名称")
    )
    field_order = ("title", "picture")


class SceneForm(forms.Form):
    """What is said of a scene."""

    title = forms.CharField(label=_("场景名称"), max_length=80)
    seen = forms.CharField(
        label=_("看得见什么"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("按从左到右写两三句，给看不见画面的人；报送前要写好"),
    )
    credit = forms.CharField(label=_("拍摄者或来源"), max_length=120, required=False)
    north = _degrees(
        _("北在哪里（度）"),
        -180,
        180,
        _("在画面正中右边多少度，左边写负数。转到朝北，按“现在朝的是北”就会填好"),
    )
    plan_x = forms.IntegerField(label=_("平面图上从西到东（%）"), min_value=0, max_value=100)
    plan_y = forms.IntegerField(label=_("平面图上从北到南（%）"), min_value=0, max_value=100)

    @property
    def facts(self) -> PanoramaFacts:
        """What a valid form means."""
        said = dict(self.cleaned_data)
        return PanoramaFacts(plan=(said.pop("plan_x"), said.pop("plan_y")), **said)


def scene_initial(panorama: Panorama) -> dict[str, Any]:
    """The form of a scene as it stands."""
    return {name: getattr(panorama, name) for name in SceneForm.base_fields}


class MarkForm(forms.Form):
    """A sign that says something."""

    title = forms.CharField(label=_("名称"), max_length=40)
    text = forms.CharField(label=_("说明"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    course = forms.TypedChoiceField(
        label=_("这里讲哪门课"), coerce=int, required=False, empty_value=None, widget=ManyChoices
    )
    yaw = _degrees(_("左右（度）"), -180, 180, _("画面正中是 0，右边是正数，左边是负数"))
    pitch = _degrees(_("上下（度）"), -90, 90, _("地平线是 0，上面是正数，下面是负数"))

    def __init__(self, *args: Any, panorama: Panorama, mark: PanoramaMark | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(panorama, mark)

    def offer(self, panorama: Panorama, mark: PanoramaMark | None) -> None:
        """List the courses taught at the place, and the one that stands there already."""
        offered = course_choices(courses_for(panorama.base.unit))
        known = {pk for _kind, courses in offered for pk, _word in courses}
        stands = [(mark.course.pk, mark.course.title)] if mark and mark.course and mark.course.pk not in known else []
        self.fields["course"].choices = [("", _("没有课程")), *stands, *offered]  # type: ignore[attr-defined]

    @property
    def facts(self) -> MarkFacts:
        """What a valid form means."""
        said = dict(self.cleaned_data)
        return MarkFacts(course_id=said.pop("course", None), target_id=said.pop("target", None), **said)


class WayForm(MarkForm):
    """A sign that leads to another scene."""

    target = forms.TypedChoiceField(label=_("通向哪个场景"), coerce=int)
    field_order = ("target", "yaw", "pitch")

    def offer(self, panorama: Panorama, mark: PanoramaMark | None) -> None:
        """List the other scenes of the place."""
        for name in ("title", "text", "course"):
            del self.fields[name]
        scenes = [(scene.pk, scene.title) for scene in scenes_to_lead_to(panorama)]
        self.fields["target"].choices = scenes  # type: ignore[attr-defined]
