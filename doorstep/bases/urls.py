"""Addresses of bases."""

from __future__ import annotations

from django.urls import path

from doorstep.bases.pages import belts, evidence, places

app_name = "bases"
urlpatterns = [
    path("bases/", places.bases, name="bases"),
    path("bases/<int:base_id>/", places.base, name="base"),
    path("bases/<int:base_id>/steward/", places.steward, name="steward"),
    path("bases/<int:base_id>/evidence/new/", evidence.evidence_new, name="evidence_new"),
    path("bases/belts/", belts.belts, name="belts"),
    path("bases/belts/new/", belts.belt_new, name="belt_new"),
    path("bases/belts/<int:base_id>/edit/", belts.belt_edit, name="belt_edit"),
    path("bases/belts/<int:base_id>/map.svg", belts.belt_map, name="belt_map"),
    path("bases/belts/<int:base_id>/publish/", belts.belt_publish, name="belt_publish"),
    path("bases/evidence/", evidence.evidences, name="evidence_list"),
    path("bases/evidence/<int:evidence_id>/", evidence.evidence, name="evidence"),
    path("bases/evidence/<int:evidence_id>/file/", evidence.evidence_file, name="evidence_file"),
    path("bases/evidence/<int:evidence_id>/take-back/", evidence.evidence_take_back, name="evidence_take_back"),
    path("bases/lacking/", evidence.lacking, name="lacking"),
]
