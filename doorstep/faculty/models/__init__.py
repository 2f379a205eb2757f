"""Who teaches, from which pools and groups, vetted until when, away on which days, asked for when, linked to what."""

from __future__ import annotations

from doorstep.faculty.models.engagements import Engagement
from doorstep.faculty.models.groups import GroupMember, GroupTopic, Lecture, LectureGroup, Tour, TourStop
from doorstep.faculty.models.links import FirstLesson, LeaderLink, LiaisonPoint, LinkVisit, StandingLink
from doorstep.faculty.models.teachers import Absence, ArtForm, Language, Pool, PoolPlace, Teacher, Topic, Vetting

__all__ = [
    "Absence",
    "ArtForm",
    "Engagement",
    "FirstLesson",
    "GroupMember",
    "GroupTopic",
    "Language",
    "LeaderLink",
    "Lecture",
    "LectureGroup",
    "LiaisonPoint",
    "LinkVisit",
    "Pool",
    "PoolPlace",
    "StandingLink",
    "Teacher",
    "Topic",
    "Tour",
    "TourStop",
    "Vetting",
]
