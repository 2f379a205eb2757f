"""Who teaches, from which pools, vetted until when, away on which days, asked for when."""

from __future__ import annotations

from doorstep.faculty.models.engagements import Engagement
from doorstep.faculty.models.teachers import Absence, ArtForm, Language, Pool, PoolPlace, Teacher, Topic, Vetting

__all__ = ["Absence", "ArtForm", "Engagement", "Language", "Pool", "PoolPlace", "Teacher", "Topic", "Vetting"]
