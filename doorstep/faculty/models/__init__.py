"""Who teaches, from which pools and groups, vetted and trained, away on which days, asked for when, linked to what."""

from __future__ import annotations

from doorstep.faculty.models.engagements import Engagement
from doorstep.faculty.models.groups import GroupMember, GroupTopic, Lecture, LectureGroup, Tour, TourStop
from doorstep.faculty.models.guides import GuideCheck, GuidePair
from doorstep.faculty.models.links import FirstLesson, LeaderLink, LiaisonPoint, LinkVisit, StandingLink
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
    "FirstLesson",
    "GroupMember",
    "GroupTopic",
    "GuideCheck",
    "GuidePair",
    "Language",
    "LeaderLink",
    "Lecture",
    "LectureGroup",
    "LiaisonPoint",
    "LinkVisit",
    "Mentorship",
    "Observation",
    "Pool",
    "PoolPlace",
    "RightRule",
    "StandingLink",
    "Station",
    "StationSchool",
    "StationStaff",
    "Teacher",
    "TeachingRight",
    "TechnicianDuty",
    "TechnicianSent",
    "Topic",
    "Tour",
    "TourStop",
    "Trainee",
    "TrainerCourse",
    "Vetting",
]
