"""What was done somewhere and how it went, written down so that others can teach from it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.models.reviewed import Reviewed


class Case(Reviewed):
    """A practice case: written by a unit, handed in, accepted by the county or the city, turned into courses."""

    class Author(models.TextChoices):
        """Who is named as the author: never a person who has not agreed to it."""

        UNIT = "unit", _("单位")
        ROLE = "role", _("公开的职务")
        PERSON = "person", _("个人")

    class Theme(models.TextChoices):
        """What it is about; source: the themes of the places."""

        REVIVAL = "revival", _("振兴乡村")
        POVERTY = "poverty", _("摆脱贫困")
        GOVERNANCE = "governance", _("基层治理")
        ECOLOGY = "ecology", _("生态文明")
        RED = "red", _("红色教育")
        CULTURE = "culture", _("畲族文化和非遗")
        SEA = "sea", _("海上养殖和渔业")
        CLEAN = "clean", _("廉政和移风易俗")
        TRAINING = "training", _("党员教育")

    title = models.CharField(max_length=120)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="cases")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    base = models.ForeignKey("bases.Base", null=True, on_delete=models.PROTECT, related_name="cases")
    author_kind = models.CharField(max_length=10, choices=Author.choices, default=Author.UNIT)
    author = models.CharField(max_length=80)
    has_consent = models.BooleanField(default=False, help_text=_("署个人姓名的，本人已书面同意"))
    problem = models.TextField(max_length=4000)
    action = models.TextField(max_length=4000, help_text=_("怎么做的"))
    result = models.TextField(max_length=4000, help_text=_("成效，写明数字"))
    themes = ArrayField(models.CharField(max_length=10, choices=Theme.choices), default=list)
    version = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    courses = models.ManyToManyField("catalogue.Course", related_name="cases")

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="case_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["status", "county"], name="case_status"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "title"], name="case_title_of_unit_unique"),
            models.CheckConstraint(
                condition=~Q(author_kind="person") | Q(has_consent=True), name="case_person_has_agreed"
            ),
            models.CheckConstraint(
                condition=~Q(status="passed") | Q(reviewed_at__isnull=False), name="case_accepted_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(review_note=""), name="case_returned_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CaseFile(models.Model):
    """Something that goes with a case: a photograph, a document."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    file = models.CharField(max_length=80, help_text=_("存放的名字"))
    file_name = models.CharField(max_length=120)
    file_size = models.PositiveIntegerField(help_text=_("字节"))
    added_at = models.DateTimeField()
