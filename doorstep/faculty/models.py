"""Who teaches."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """What is spoken here; the dialects of the counties lie far apart."""

    MANDARIN = "mandarin", _("普通话")
    NINGDE = "mindong_ningde", _("闽东语蕉城话")
    FUAN = "mindong_fuan", _("闽东语福安话")
    XIAPU = "mindong_xiapu", _("闽东语霞浦话")
    ZHERONG = "mindong_zherong", _("闽东语柘荣话")
    FUDING = "mindong_fuding", _("闽东语福鼎话")
    FUZHOU = "fuzhou_minyou", _("闽东语福州片")
    SOUTHERN = "minnan_fuding", _("闽南语")
    SHE = "she", _("畲话")


class Pool(models.Model):
    """A unit's pool of teachers."""

    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="pools")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    name = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["place"], name="pool_place_like", opclasses=["text_pattern_ops"])]


class Teacher(models.Model):
    """A person who teaches; may or may not be on a roster."""

    class Category(models.TextChoices):
        """By which way the teacher comes to teach."""

        SCHOOL = "school", _("党校教师")
        EXPERT = "expert", _("专家学者")
        OFFICIAL = "official", _("党政干部")
        VILLAGE = "village", _("镇村干部")
        LOCAL = "local", _("乡土教员")

    name = models.CharField(max_length=60)
    person = models.ForeignKey("directory.Person", null=True, on_delete=models.PROTECT, related_name="teachers")
    category = models.CharField(max_length=10, choices=Category.choices)
    title = models.CharField(max_length=60, blank=True)
    specialty = models.CharField(max_length=80, blank=True)
    dialect = models.CharField(max_length=30, blank=True)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="teachers")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    pools = models.ManyToManyField(Pool, related_name="teachers")
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["place"], name="teacher_place_like", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name
