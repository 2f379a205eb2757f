"""Who teaches, from which pools, vetted until when, away on which days, asked for when, guided and trained by whom."""

from __future__ import annotations

from doorstep.faculty.models.engagements import Engagement
from doorstep.faculty.models.guides import GuideCheck, GuidePair
from doorstep.faculty.models.mentoring import Mentorship, Observation
from doorstep.faculty.models.stations import Coaching, Station, StationSchool, StationStaff
from doorstep.faculty.models.teachers import Absence, ArtForm, Language, Pool, PoolPlace, Teacher, Topic, Vetting
from doorstep.faculty.models.technicians import TechnicianDuty, TechnicianSent
from doorstep.faculty.models.training import RightRule, TeachingRight, Trainee, TrainerCourse

__all__ = [
    "Absence",
    "ArtForm",
    "Coaching",
    "Engagement",
    "GuideCheck",
    "GuidePair",
    "Language",
    "Mentorship",
    "Observation",
    "Pool",
    "PoolPlace",
    "RightRule",
    "Station",
    "StationSchool",
    "StationStaff",
    "Teacher",
    "TeachingRight",
    "TechnicianDuty",
    "TechnicianSent",
    "Topic",
    "Trainee",
    "TrainerCourse",
    "Vetting",
]
