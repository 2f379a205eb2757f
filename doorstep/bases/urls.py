"""Addresses of bases."""

from __future__ import annotations

from django.urls import path

from doorstep.bases.pages import belts, booking, entering, evidence, gaps, near, places, regulations, venues

app_name = "bases"
urlpatterns = [
    path("bases/", places.bases, name="bases"),
    path("bases/<int:base_id>/", places.base, name="base"),
    path("bases/new/", entering.base_new, name="base_new"),
    path("bases/<int:base_id>/edit/", entering.base_edit, name="base_edit"),
    path("bases/<int:base_id>/use/", entering.base_use, name="base_use"),
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
    path("bases/map/", gaps.gaps, name="gaps"),
    path("bases/near/", near.near, name="near"),
    path("bases/venues/", venues.venues, name="venues"),
    path("bases/venues/<int:venue_id>/", venues.venue, name="venue"),
    path("bases/venues/<int:venue_id>/edit/", venues.venue_edit, name="venue_edit"),
    path("bases/venues/<int:venue_id>/use/", venues.venue_use, name="venue_use"),
    path("bases/venues/<int:venue_id>/loans/new/", venues.loan_new, name="loan_new"),
    path("bases/loans/<int:loan_id>/end/", venues.loan_end, name="loan_end"),
    path("bases/<int:base_id>/venues/new/", venues.venue_new, name="venue_new"),
    path("bases/<int:base_id>/hours/", venues.hours, name="hours"),
    path("bases/<int:base_id>/closures/new/", venues.closure_new, name="closure_new"),
    path("bases/closures/<int:closure_id>/lift/", venues.closure_lift, name="closure_lift"),
    path("bases/<int:base_id>/booking/", booking.booking, name="booking"),
    path("bases/<int:base_id>/reception/", venues.reception, name="reception"),
    path("bases/regulations/", regulations.schools, name="regulations"),
    path("bases/regulations/<int:regulation_id>/", regulations.regulation, name="regulation"),
    path("bases/regulations/<int:regulation_id>/file/", regulations.regulation_file, name="regulation_file"),
    path("bases/regulations/<int:regulation_id>/read/", regulations.regulation_read, name="regulation_read"),
    path("bases/regulations/<int:regulation_id>/end/", regulations.regulation_end, name="regulation_end"),
    path("bases/<int:base_id>/regulations/", regulations.of_base, name="base_regulations"),
    path("bases/<int:base_id>/regulations/new/", regulations.regulation_new, name="regulation_new"),
    path("bases/lacking/", evidence.lacking, name="lacking"),
]
