"""What the parameters of an address name, who may see it, and what is sent to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from doorstep.catalogue.queries.panoramas_states import state_kept
from tests.cast import id_number
from tests.factories.articles import article_body
from tests.factories.contests import contest_body
from tests.factories.courses import course_body
from tests.factories.materials import case_body
from tests.factories.messages import circular_body
from tests.factories.packages import package_body
from tests.factories.panoramas import upload as panorama_upload
from tests.factories.plans import line_body
from tests.factories.routes import route_body
from tests.factories.teachers import teacher_body
from tests.house.matrix.oracle import Need, Place
from tests.house.matrix.world import World

KEY = "5f0f2a0e-3c3e-4a55-9d1e-0f5f0f5f0f5f"


@dataclass(frozen=True)
class Thing:
    """An object: the values it gives to addresses, where it is, whom it is about, what it takes to see it."""

    values: dict[str, Any] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    owner: int | None = None
    seen: tuple[Need, ...] = ()
    special: dict[str, Need] = field(default_factory=dict)
    at_own: bool = False
    on_self: bool = False
    shared: tuple[Place, ...] = ()

    def need(self, action: str) -> Need:
        """What an action on this object needs."""
        plain = Need(
            action, self.places, self.owner, at_own=self.at_own, on_self=self.on_self, shared=self.shared
        )  # fmt: skip
        return self.special.get(action, plain)


def things(world: World) -> dict[str, Thing]:
    """Kind of object, as the rules of views name it -> the object in the township."""
    here, person = world.at(), world.people["P"].pk
    seats = (here, world.at("kengtou"))
    hosts, asked = (world.at("saiqi"),), (world.at("saiqi"), world.at("hubei"))
    view_class = Need("classes.view_class", seats, person, shared=asked)
    in_class = {"class_id": world.training_class.pk}
    unit = Thing({"unit_id": world.unit().pk}, (here,), seen=(Need("directory.view_unit", (here,)),))
    klass = Thing(in_class, (here,), seen=(view_class,), special={"classes.view_class": view_class}, shared=hosts)
    view_seat = Need("classes.view_enrolment", (here,), person, shared=hosts)
    answers = Need("classes.answer_invitation", (world.at("hubei"),))
    ends = Need("classes.end_hosting", (here, world.at("hubei")))
    view_leave = Need("classes.view_leave", (here,), person, accounts=(world.head.pk,))
    decide = Need("classes.decide_leave", (here,), world.people["H"].pk)
    end_leave = Need("classes.report_back", (here,), person, accounts=(world.head.pk,))
    draft = world.panoramas["draft"]
    see_teacher = Need("faculty.view_teacher", (here,))
    guided, station = world.guided, Thing(places=(here,), owner=person, seen=(see_teacher,))
    view_person = Need("directory.view_person", (here,), person)
    draft_case = Thing(
        {"case_id": world.cases["draft"].pk}, (here,),
        seen=(Need("catalogue.view_case", (here,)), Need("catalogue.write_case", (here,))),
    )  # fmt: skip
    city = (world.at("jiaocheng"),)

    def contest(places: tuple[Place, ...], name: str, *more: Need) -> Thing:
        held, objection = world.contests[name], world.contest_objection
        values = {"contest_id": held.pk, "objection_id": objection.pk}
        if name != "draft":
            values["entry_id"] = world.entry(name).pk
        return Thing(values, places, seen=(Need("catalogue.view_contest", city), *more))

    sent_to = (here, world.at("kengtou"), world.at("shiqiao"))
    booked_at = (world.at("hubei"), here)
    reservation = Thing(
        {"reservation_id": world.reservation.pk}, booked_at, seen=(Need("bases.view_reservation", booked_at),)
    )
    return {
        "none": Thing(),
        "list": Thing(),
        "own_place": Thing(at_own=True, values={"name": "directory.people"}),
        "own_account": Thing(),
        "own_class": Thing(on_self=True),
        "own_person": Thing(on_self=True),
        "own_list": Thing({"name": "directory.people"}),
        "own_view": Thing({"view_id": world.view.pk}),
        "own_task": Thing({"task_id": world.task.pk}),
        "own_token": Thing({"token_id": world.token.pk}),
        "unit": unit,
        "unit_below": replace(unit, places=(world.at("jiaocheng"),)),
        "branch": Thing(
            {"unit_id": world.unit("kengtou").pk}, (world.at("kengtou"),),
            seen=(Need("directory.view_unit", (world.at("kengtou"),)),),
        ),
        "left": Thing({"membership_id": world.left.pk}, (here,), seen=(Need("directory.move_member", (here,)),)),
        "person": Thing({"person_id": person}, (here,), person, (view_person,)),
        "account": Thing({"account_id": world.account.pk}, (here,), seen=(Need("directory.view_account", (here,)),)),
        "post": Thing({"post_id": world.post.pk}, (here,), seen=(Need("directory.appoint_post", (here,)),)),
        "role_grant": Thing({"grant_id": world.grant.pk}, (here,), seen=(Need("directory.grant_role", (here,)),)),
        "class": klass,
        "nomination": replace(klass, special={"classes.nominate": Need("classes.nominate", at_own=True)}),
        "chosen_unit": replace(klass, values={**in_class, **unit.values}, seen=(*klass.seen, *unit.seen)),
        "session": replace(klass, values={**in_class, "session_id": world.session.pk, "person_id": person}),
        "enrolment": replace(
            klass, values={**in_class, "person_id": person}, owner=person, seen=(view_class, view_seat)
        ),
        "class_host": replace(
            klass, values={**in_class, "host_id": world.host.pk},
            special={"classes.answer_invitation": answers, "classes.end_hosting": ends},
        ),
        "objection": replace(klass, values={**in_class, "objection_id": world.objection.pk}),
        "session_photo": replace(klass, values={**in_class, "photo_id": world.photo.pk}),
        "guest": Thing(
            {"session_id": world.guest_session.pk}, (here,), seen=(Need("classes.object_to_guest", (here,)),)
        ),
        "quota": replace(klass, values={**in_class, "quota_id": world.quota.pk}),
        "waiting": Thing(
            {"waiting_id": world.waiting.pk}, (here,), person,
            seen=(Need("classes.view_enrolment", (here,), person),),
        ),
        "leave": Thing(
            {"leave_id": world.leave.pk}, (here,), person, (view_leave,),
            {"classes.view_leave": view_leave, "classes.decide_leave": decide, "classes.report_back": end_leave},
        ),
        "base": Thing({"base_id": world.base.pk}, (here,), seen=(Need("bases.view_base", (here,)),)),
        "entered_base": Thing({"base_id": world.point.pk}, (here,), seen=(Need("bases.view_base", (here,)),)),
        "belt": Thing({"base_id": world.belt.pk}, (here,), seen=(Need("bases.view_base", (here,)),)),
        "venue": Thing({"venue_id": world.venue.pk}, (here,), seen=(Need("bases.view_base", (here,)),)),
        "wanted_venue": Thing(
            {"venue_id": world.venue.pk}, at_own=True, seen=(Need("bases.view_base", (here,)),)
        ),
        "reservation": reservation,
        "own_reservation": replace(reservation, places=(here,)),
        "kept_reservation": replace(reservation, places=(world.at("hubei"),)),
        "closure": Thing({"closure_id": world.closure.pk}, (here,), seen=(Need("bases.view_base", (here,)),)),
        "loan": Thing({"loan_id": world.loan.pk}, (here,), seen=(Need("bases.view_base", (here,)),)),
        "visit": Thing(
            {"base_id": world.base.pk, "visit_id": world.visit.id}, (here,),
            seen=(Need("bases.view_base", (here,)), Need("bases.count_visit", (here,))),
        ),
        "evidence": Thing(
            {"evidence_id": world.evidence.pk}, (here,), seen=(Need("bases.view_evidence", (here,)),)
        ),
        "campaign": Thing(
            {"campaign_id": world.campaign.pk}, (here,), seen=(Need("classes.view_campaign", (here,)),)
        ),
        "regulation": Thing(
            {"regulation_id": world.regulation.pk}, (here,), seen=(Need("bases.view_regulation", (here,)),)
        ),
        "course": Thing(
            {"course_id": world.courses["draft"].pk}, (here,),
            seen=(Need("catalogue.view_course", (here,)), Need("catalogue.write_course", (here,))),
        ),
        "route": Thing(
            {"route_id": world.routes["draft"].pk}, (here,),
            seen=(Need("catalogue.view_route", (here,)), Need("catalogue.plan_route", (here,))),
        ),
        "package": Thing(
            {"package_id": world.packages["draft"].pk}, (here,),
            seen=(Need("catalogue.view_package", (here,)), Need("catalogue.plan_package", (here,))),
        ),
        "open_package": Thing(
            {"package_id": world.packages["open"].pk}, at_own=True, seen=(Need("catalogue.view_package", (here,)),)
        ),
        "open_course": Thing(
            {"course_id": world.courses["reviewed"].pk}, at_own=True, seen=(Need("catalogue.view_course", (here,)),)
        ),
        "order": Thing(
            {"order_id": world.orders["placed"].pk}, seats, seen=(Need("classes.view_order", seats),),
            special={
                "classes.answer_order": Need("classes.answer_order", (here,)),
                "classes.place_order": Need("classes.place_order", seats[1:]),
            },
        ),
        "order_from_outside": Thing(
            {"order_id": world.orders["outside"].pk, "number": 1, "contract_id": world.contract.pk}, (here,),
            seen=(Need("classes.view_order", (here,)),),
        ),
        "outside_order": Thing(
            {"order_id": world.orders["outside"].pk, "number": 1, "contract_id": world.contract.pk}
        ),
        "material": Thing(
            {"material_id": world.edition.material_id}, (here,), seen=(Need("catalogue.view_material", (here,)),)
        ),
        "edition": Thing(
            {"edition_id": world.edition.pk}, (here,), seen=(Need("catalogue.view_material", (here,)),)
        ),
        "stocked_unit": Thing({"unit_id": world.unit().pk}, (here,), seen=(Need("catalogue.view_stock", (here,)),)),
        "sending": Thing(
            {"sending_id": world.sending.pk}, (here, world.at("kengtou")),
            seen=(Need("catalogue.view_stock", (here, world.at("kengtou"))),),
        ),
        "contest": contest(city, "judged"),
        "contest_draft": contest(city, "draft", Need("catalogue.call_contest", city)),
        "contest_open": replace(contest((), "open"), at_own=True),
        "contest_entry": contest((here,), "open"),
        "contest_judged": contest((), "judged"),
        "contest_judged_entry": contest((), "judged"),
        "contest_published": contest((), "published"),
        "contest_objection": contest(city, "published"),
        "case": draft_case,
        "case_file": replace(
            draft_case, values={**draft_case.values, "file_id": world.cases["draft"].files.get().pk}
        ),
        "accepted_case": Thing(
            {"case_id": world.cases["accepted"].pk}, at_own=True, seen=(Need("catalogue.view_case", (here,)),)
        ),
        "photo": Thing(
            {"photo_id": world.photos["waiting"].pk, "width": 480}, (here,),
            seen=(Need("bases.view_base", (here,)), Need("bases.keep_base", (here,))),
        ),
        "photo_key": Thing({"key": world.photos["published"].key, "width": 480}),
        "panorama": Thing(
            {"panorama_id": draft.pk, "folder": draft.folder, "part": "base.webp"}, (here,),
            seen=(Need("catalogue.view_panorama", (here,)), Need("catalogue.keep_panorama", (here,))),
        ),
        "panorama_waiting": Thing(
            {"panorama_id": world.panoramas["waiting"].pk}, (here,), seen=(Need("catalogue.keep_panorama", (here,)),)
        ),
        "panorama_mark": Thing(
            {"mark_id": world.mark.pk}, (here,), seen=(Need("catalogue.keep_panorama", (here,)),)
        ),
        "public_picture": Thing({"folder": world.panoramas["published"].folder, "part": "base.webp"}),
        "article": Thing(
            {"article_id": world.articles["draft"].pk, "number": world.picture.number}, (here,),
            seen=(Need("notices.view_article", (here,)),),
        ),
        "circular": Thing(
            {"circular_id": world.circular.pk, "number": 1}, (here,), seen=(Need("notices.view_circular", sent_to),),
            special={
                "notices.view_circular": Need("notices.view_circular", sent_to),
                "notices.acknowledge_circular": Need("notices.acknowledge_circular", sent_to[1:]),
            },
        ),
        "plan": Thing(
            {"plan_id": world.plan.pk}, (here,), seen=(Need("planning.view_plan", (here,)),),
            special={"planning.approve_plan": Need("planning.approve_plan", (world.at("jiaocheng"),))},
        ),
        "plan_line": Thing(
            {"line_id": world.plan_line.pk}, (here,), seen=(Need("planning.write_plan", (here,)),)
        ),
        "plan_link": Thing({"link_id": world.plan_link.pk}, (here,), seen=(Need("planning.write_plan", (here,)),)),
        "own_feed": Thing({"feed_id": world.feed.pk}),
        "feed": Thing({"secret": world.feed_secret}),
        "own_message": Thing({"message_id": world.message.pk}),
        "own_channel": Thing({"channel": "sms"}),
        "own_wording": Thing({"text": "notices.circular_issued", "way": "inbox"}, at_own=True),
        "article_picture": Thing({"picture_id": world.picture.pk}),
        "public_route": Thing({"route_id": world.routes["sound"].pk}),
        "public_base": Thing({"base_id": world.point.pk}),
        "public_belt": Thing({"base_id": world.public_belt.pk}),
        "public_package": Thing({"package_id": world.packages["open"].pk}),
        "public_case": Thing({"case_id": world.cases["accepted"].pk}),
        "public_course": Thing({"course_id": world.courses["premium"].pk}),
        "public_class": Thing({"class_id": world.training_class.pk}),
        "public_campaign": Thing({"campaign_id": world.campaign.pk}),
        "public_article": Thing({"article_id": world.articles["published"].pk}),
        "teacher": Thing({"teacher_id": world.teacher.pk}, (here,), person, seen=(see_teacher,)),
        "teacher_lent": Thing({"teacher_id": world.teacher.pk}, at_own=True, seen=(see_teacher,)),
        "pool_place": Thing(
            {"teacher_id": world.teacher.pk, "place_id": world.pool_place.pk}, (here,), seen=(see_teacher,)
        ),
        "station": replace(station, values={"station_id": guided["station"].pk}),
        "station_staff": replace(
            station, values={"station_id": guided["station"].pk, "staff_id": guided["staff"].pk}
        ),
        "station_school": replace(
            station, values={"station_id": guided["station"].pk, "school_id": guided["school"].pk}
        ),
        "coaching": Thing(
            {"coaching_id": guided["coaching"].pk}, (here,), person,
            seen=(Need("faculty.coach_school", (here,), person),),
        ),
        "mentorship": Thing(
            {"mentorship_id": guided["pair"].pk}, (here,), person,
            seen=(Need("faculty.view_mentorship", (here,), person),),
        ),
        "observation": Thing(
            {"observation_id": guided["lesson"].pk}, (here,), person,
            seen=(Need("faculty.observe_lesson", (here,), person),),
        ),
        "trainer_course": Thing({"course_id": guided["course"].pk}, (here,), seen=(see_teacher,)),
        "duty": Thing(
            {"duty_id": guided["duty"].pk}, (here,),
            seen=(Need("faculty.view_teacher", (here, world.at("xiangyang"))),),
            special={"faculty.view_teacher": Need("faculty.view_teacher", (here, world.at("xiangyang")))},
        ),
        "technician": Thing({"sent_id": guided["sent"].pk}, (here,), seen=(Need("faculty.keep_duty", (here,)),)),
        "guide_pair": Thing({"pair_id": guided["cared"].pk}, (here,), seen=(Need("faculty.keep_guide", (here,)),)),
        "right": Thing({"right_id": guided["right"].pk}, (here,), seen=(Need("faculty.train_teacher", (here,)),)),
        "engagement": Thing(
            {"engagement_id": world.engagement.pk}, (here,), person,
            seen=(Need("faculty.answer_engagement", (here,), person),),
        ),
        "absence": Thing(
            {"absence_id": world.absence.pk}, (here,), person, seen=(Need("faculty.note_absence", (here,), person),)
        ),
        "lecture_group": Thing({"group_id": world.group.pk}, (here,), seen=(see_teacher,)),
        "group_member": Thing(
            {"group_id": world.group.pk, "member_id": world.member.pk}, (here,), seen=(see_teacher,)
        ),
        "group_topic": Thing({"topic_id": world.topic.pk}, (here,), seen=(see_teacher,)),
        "tour": Thing({"tour_id": world.stop.tour_id}, (here,), seen=(see_teacher,)),
        "tour_stop": Thing({"stop_id": world.stop.pk}, (here,), seen=(see_teacher,)),
        "lecture": Thing(
            {"lecture_id": world.lecture.pk}, (here,), seen=(see_teacher, Need("faculty.keep_group", (here,)))
        ),
        "liaison_point": Thing({"point_id": world.liaison.pk}, (here,), seen=(see_teacher,)),
        "link": Thing(
            {"link_id": world.link.pk}, (here,), person, seen=(Need("faculty.view_link", (here,), person),)
        ),
        "link_visit": Thing(
            {"visit_id": world.link_visit.pk}, (here,), person, seen=(Need("faculty.log_visit", (here,), person),)
        ),
        "school": Thing(
            {"unit_id": world.unit().pk}, (here,), seen=(*unit.seen, Need("faculty.view_teacher", (here,)))
        ),
        "first_lesson": Thing(
            {"lesson_id": world.first_lesson.pk}, (here,), seen=(Need("faculty.enter_first_lesson", (here,)),)
        ),
        "roster_import": Thing(
            {"import_id": world.roster_import.pk}, (here,), seen=(Need("directory.import_roster", (here,)),)
        ),
        "room_code": Thing({"code": world.code}, owner=person),
    }  # fmt: skip


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """Name of an address -> a body for POST that gets as far as the check inside."""
    unit, new = world.unit(), world.people["N"].pk
    sitting = {"title": "课", "starts_at": "2026-12-20T00:30:00Z", "ends_at": "2026-12-20T03:30:00Z"}
    ordered = {"day": "2026-12-10", "people": "30", "contact": "x", "part": "any", "location": "文化礼堂"}
    session = {"held_on": "2026-12-20", "starts": "08:30", "ends": "11:30", "title": "课", "credit_unit": "half_day"}
    return {
        "core:view_keep": {"title": "流动"},
        "classes:feeds": {"kind": "route", "thing": world.routes["sound"].pk},
        "classes:session_move": {"day": "2026-12-20", "starts": "08:30", "sure": "on"},
        "directory:reveal": {"field": "mobile", "reason": "联系本人"},
        "directory:move": {"unit": world.unit("kengtou").pk, "on": "2026-11-23", "reason": "转移"},
        "directory:person_new": {
            "name": "周新", "id_number": id_number(date(1980, 4, 5), 24), "category": "full", "since": "2026-11-01",
        },
        "directory:person_leave": {"left_as": "away", "on": "2026-11-20"},
        "directory:account": {"role": "trainee", "unit": unit.code},
        "directory:account_new": {
            "username": "newcomer", "display_name": "新人", "role": "trainee", "unit": unit.code,
        },
        "directory:tokens": {"name": "脚本", "scope": "read", "days": "3"},
        "directory:import_export": {"unit": unit.pk, "reason": "年终核对名册"},
        "bases:evidence_new": {
            "item": "standard.township_school.organisation.committee", "title": "x", "issued_on": "2026-11-01",
            "note": "x",
        },
        "bases:evidence": {"answer": "accept"},
        "faculty:teacher_new": teacher_body(unit=unit.pk),
        "faculty:teacher_edit": teacher_body(),
        "faculty:teacher_person": {"person": ""},
        "faculty:teacher_turn": {"answer": "end", "reason": "调离"},
        "faculty:vetting_new": {"answer": "fail", "on": "2026-11-20", "note": "x"},
        "faculty:absence_new": {"starts_on": "2026-12-20", "ends_on": "2026-12-21", "reason": "出差"},
        "faculty:own_absence": {"starts_on": "2026-12-20", "ends_on": "2026-12-21", "reason": "出差"},
        "faculty:engagement": {"answer": "decline", "reason": "出差"},
        "faculty:station_new": {"name": "另一个站", "on": "2026-11-01", "unit": unit.pk},
        "faculty:station_staff": {"who": world.substitute.pk, "since": "2026-11-20"},
        "faculty:station_staff_end": {"on": "2026-11-20"},
        "faculty:station_school_end": {"on": "2026-11-20"},
        "faculty:coaching_new": {
            "school": world.guided["school"].pk, "teacher": world.teacher.pk, "on": "2026-11-20", "subject": "说课",
            "findings": "x",
        },
        "faculty:coaching_withdraw": {"reason": "记错了"},
        "faculty:mentorship_new": {"mentor": world.substitute.pk, "subject": "law", "goals": "x", "on": "2026-11-20"},
        "faculty:observation_new": {"on": "2026-11-20", "lesson": "新课", "mark-0": "3", "remarks": "x"},
        "faculty:observation_withdraw": {"reason": "记错了"},
        "faculty:mentorship_close": {"answer": "end", "on": "2026-11-20", "note": "调离"},
        "faculty:right_withdraw": {"reason": "x"},
        "faculty:duty": {"teacher": world.substitute.pk},
        "faculty:technician_recall": {"reason": "借调"},
        "catalogue:guide_pair": {"answer": "good", "words": "x"},
        "catalogue:course_rights": {"answer": "need"},
        "catalogue:course_train": {
            "title": "另一班", "starts_on": "2026-11-01", "ends_on": "2026-11-02", "hours": "8",
        },
        "classes:substitutes": {"teacher": world.substitute.pk},
        "faculty:pool_leave": {"on": "2026-11-20", "reason": "调离"},
        "faculty:pool_new": {"name": "另一个库", "unit": unit.pk},
        "faculty:group_new": {"name": "另一个团", "unit": unit.pk, "founded_on": "2026-01-05"},
        "faculty:group_edit": {"name": "改名"},
        "faculty:group_turn": {"answer": "end", "reason": "合并"},
        "faculty:group_join": {"teacher": world.substitute.pk, "on": "2026-11-20"},
        "faculty:group_leave": {"on": "2026-11-20", "reason": "调离"},
        "faculty:topic_new": {"year": "2026", "title": "另一个专题"},
        "faculty:topic": {"year": "2026", "title": "改名"},
        "faculty:tour_new": {"title": "另一轮", "topic": world.topic.pk},
        "faculty:stop_hand_over": {"teacher": world.substitute.pk},
        "faculty:stop_cancel": {"reason": "台风"},
        "faculty:lecture": {"topic": world.topic.pk, "heads": "30", "reason": "数错了", "version": "1"},
        "faculty:point_new": {"name": "另一个点", "spot": f"unit-{unit.pk}", "founded_on": "2026-01-05"},
        "faculty:point_turn": {"answer": "end", "reason": "合并"},
        "faculty:point_link": {"teacher": world.teacher.pk, "since": "2026-11-20"},
        "faculty:link_new": {"teacher": world.teacher.pk, "spot": f"base-{world.point.pk}", "since": "2026-11-20"},
        "faculty:link_end": {"on": "2026-11-20", "reason": "调整"},
        "faculty:visit_new": {"kind": "lesson", "visited_on": "2026-11-20", "findings": "讲了一课"},
        "faculty:link_visit": {"answer": "settle", "said": "办好了"},
        "faculty:leader_new": {"name": "蔡明珠", "post": "区委常委", "since": "2026-11-20"},
        "faculty:first_lesson_new": {"given_on": "2026-11-20", "title": "x"},
        "faculty:first_lesson_take_back": {"reason": "日子错了"},
        "classes:campaign_new": {
            "kind": "series", "title": "x", "starts_on": "2026-11-01", "ends_on": "2026-12-01", "target": "0",
        },
        "classes:campaign_edit": {
            "kind": "campaign", "title": "x", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "target": "10",
        },
        "classes:order_package": ordered,
        "classes:order_lesson": ordered,
        "classes:order_answer": {"answer": "decline", "decline-reason": "no_room"},
        "classes:order_reply": {"answer": "withdraw", "withdraw-reason": "changed"},
        "classes:quote_new": {"what_1": "x", "yuan_1": "1", "count_1": "1"},
        "classes:order_contact": {"reason": "要联系他们"},
        "classes:order_came": {"came": "1"},
        "classes:hosts": {"unit": world.unit("fuan").pk, "seats": "1", "cost_percent": "30"},
        "classes:host_answer": {"answer": "accept"},
        "classes:host_end": {"reason": "x"},
        "classes:guest": {"reason": "x"},
        "classes:objection_settle": {"outcome": "x"},
        "bases:booking": {"reach": "network", "notice_days": "3", "quiet_days": ["7"]},
        "bases:regulation_new": {"kind": "training", "title": "x", "text": "x", "valid_from": "2026-11-24"},
        "bases:regulation_end": {"answer": "end", "reason": "x"},
        "bases:steward": {"answer": "begin"},
        "bases:flag": {"answer": "begin"},
        "bases:belt_new": {"name": "带", "theme": "x", "argument": "x", "places": [b.pk for b in world.belt_places]},
        "bases:belt_edit": {"name": "带", "theme": "x", "argument": "x", "places": [b.pk for b in world.belt_places]},
        "bases:belt_publish": {"answer": "publish"},
        "bases:base_new": {
            "kind": "micro_site", "name": "王家院落", "capacity": "20", "opened_on": "2026-01-01", "datum": "wgs84",
        },
        "bases:base_edit": {"name": "改名", "capacity": "20"},
        "bases:base_use": {"answer": "end"},
        "bases:venue_new": {"name": "新教室", "seats": "30"},
        "bases:vehicle_new": {"kind": "boat", "name": "渡船", "seats": "20"},
        "bases:venue_edit": {"name": "大教室", "seats": "90"},
        "bases:venue_use": {"answer": "retire"},
        "bases:hours": {"always": "1"},
        "bases:closure_new": {"kind": "other", "starts_at": "2026-12-20T08:00", "ends_at": "2026-12-21T08:00"},
        "bases:loan_new": {
            "owner": "文化站", "valid_from": "2028-01-01", "valid_to": "2028-12-31", "notice_days": "0",
        },
        "bases:reserve": {
            "unit": unit.pk, "first_on": "2026-12-14", "begins": "09:00", "ends": "10:00", "purpose": "x",
            "kind": "meeting", "heads": "5", "key": KEY, "answer": "book",
        },
        "bases:sharing": {"is_shared": "on"},
        "bases:reservation_cancel": {"reason": "x"},
        "/api/v1/reservations": {
            "unit": unit.pk, "venue": world.venue.pk, "purpose": "x", "heads": 5, "first_on": "2026-12-14",
            "begins": "09:00", "ends": "10:00",
        },
        "/api/v1/reservations/{reservation_id}/cancel": {"reason": "x"},
        "/api/v1/orders": {
            "unit": unit.pk, "package": world.packages["open"].pk, "wishes": [{"day": "2026-12-10"}], "people": 30,
            "contact": "x", "location": "文化礼堂",
        },
        "/api/v1/orders/{order_id}/accept": {"wish": 1},
        "/api/v1/orders/{order_id}/counter": {"day": "2026-12-11"},
        "/api/v1/orders/{order_id}/decline": {"reason": "no_room"},
        "/api/v1/orders/{order_id}/reply": {"answer": "wait"},
        "/api/v1/orders/{order_id}/withdraw": {"reason": "changed"},
        "/api/v1/orders/{order_id}/call-off": {"reason": "changed"},
        "bases:visit_new": {
            "visited_on": "2026-11-23", "kind": "public", "local_count": "3", "outside_count": "0",
            "key": "5d0c5a0a-6f0b-4a5e-9f0c-3f7c7b1d2e11",
        },
        "bases:visit": {
            "kind": "own", "local_count": "3", "outside_count": "0", "reason": "重数了", "version": "1",
        },
        "bases:reception": {"people": "50", "meals": "0", "beds": "0", "parking": "0", "guides": "0"},
        "catalogue:course_new": course_body(title="另一门", unit=unit.pk),
        "catalogue:course_edit": course_body(title="改名", seen=1),
        "catalogue:course_teachers": {"teachers": [world.teacher.pk]},
        "catalogue:course_turn": {"answer": "hand_in"},
        "catalogue:course_review": {"answer": "accept", "seen": 1},
        "catalogue:course_premium": {"answer": "name"},
        "catalogue:package_new": package_body(name="另一个", unit=unit.pk),
        "catalogue:package_edit": package_body(name="改名", version=1),
        "catalogue:package_publish": {"answer": "publish", "version": 1},
        "catalogue:package_turn": {"answer": "hand_in"},
        "catalogue:route_new": route_body(world.belt_places, name="另一条", unit=unit.pk),
        "catalogue:route_edit": route_body(world.belt_places, version=1),
        "catalogue:route_publish": {"answer": "publish", "version": 1},
        "catalogue:route_turn": {"answer": "hand_in"},
        "bases:photos": {"caption": "x", "alt": "x"},
        "bases:photo_edit": {"caption": "x", "alt": "x"},
        "bases:photo_turn": {"answer": "take_down"},
        "bases:photo_review": {"answer": "accept", "version": 1},
        "catalogue:material_new": {"title": "另一种", "kind": "slides", "unit": unit.pk},
        "catalogue:material_edit": {"title": "改名", "kind": "slides", "version": 1},
        "catalogue:material_turn": {"answer": "retire"},
        "catalogue:edition_new": {"year": "2026"},
        "catalogue:edition_courses": {"courses": [world.courses["reviewed"].pk]},
        "catalogue:stock_of": {"answer": "take_in", "edition": world.edition.pk, "copies": "5"},
        "catalogue:sending": {"answer": "receive", "received": "4"},
        "catalogue:case_new": case_body(title="另一篇", unit=unit.pk),
        "catalogue:case_edit": case_body(version=1),
        "catalogue:case_turn": {"answer": "hand_in"},
        "catalogue:case_review": {"answer": "accept", "version": 1},
        "catalogue:contest_new": contest_body(title="另一次"),
        "catalogue:contest_edit": contest_body(version=1),
        "catalogue:contest_turn": {"answer": "cancel", "note": "x"},
        "catalogue:contest_jurors": {"account": world.accounts["county@ancestor"].pk},
        "catalogue:contest_enter": {"course": world.courses["reviewed"].pk},
        "catalogue:contest_vote": {"entry": world.entry("judged").pk},
        "catalogue:contest_object": {"text": "x"},
        "catalogue:objection_answer": {"answer": "reject", "note": "x"},
        "catalogue:case_files": {"drop": world.cases["draft"].files.get().pk},
        "classes:materials": {"edition": world.edition.pk, "copies": "2", "key": KEY},
        "catalogue:panorama_new": {"title": "村口", "picture": panorama_upload()},
        "catalogue:panorama": {
            "title": "村口", "seen": "x", "north": "0", "plan_x": "50", "plan_y": "50", "version": 1,
        },
        "catalogue:panorama_replace": {"picture": panorama_upload()},
        "catalogue:panorama_turn": {"answer": "hand_in"},
        "catalogue:panorama_review": {
            "answer": "accept", "stamp": state_kept(world.panoramas["waiting"]).stamp,
        },
        "catalogue:mark_new": {"title": "x", "yaw": "0", "pitch": "0"},
        "catalogue:mark": {"title": "x", "yaw": "0", "pitch": "0"},
        "catalogue:mark_turn": {"answer": "end"},
        "planning:plan_new": {"planner": f"base-{world.base.pk}", "year": 2026, "start": "empty"},
        "planning:plan_turn": {"answer": "hand_in"},
        "planning:plan_decide": {"answer": "approve", "seen": 1},
        "planning:line_new": line_body(reason="x"),
        "planning:line_edit": line_body(reason="x"),
        "planning:line_drop": {"reason": "x", "seen": 1},
        "planning:line_link": {"class": world.training_class.pk},
        "planning:link_end": {"reason": "x"},
        "notices:article_new": article_body(unit=unit.pk),
        "notices:article_edit": article_body(seen=1),
        "notices:article_preview": {"text": "# 大"},
        "notices:article_publish": {"answer": "publish", "seen": 1},
        "notices:article_turn": {"answer": "hand_in"},
        "notices:channel": {"answer": "leave"},
        "notices:wording": {"title": "新文件：{标题}", "body": "", "act": "save", "seen": "0"},
        "notices:wording_preview": {"title": "新文件：{标题}"},
        "notices:circular_new": circular_body(),
        "notices:circular_replace": circular_body(),
        "notices:circular_withdraw": {"reason": "x"},
        "classes:cancel": {"reason": "改期"},
        "classes:edit": {"title": "班", "form": "lecture", "capacity": "40"},
        "classes:session_new": session,
        "classes:session": session,
        "classes:session_cancel": {"reason": "改期"},
        "classes:nominate": {"person": new},
        "classes:take_back": {"person": world.people["P"].pk},
        "classes:confirm": {"person": world.people["P"].pk},
        "classes:replace": {"person": world.people["R"].pk},
        "classes:withdraw": {"reason": "外出"},
        "classes:succession": {"succession": "office"},
        "classes:waiting_leave": {"reason": "外出"},
        "classes:waiting_write": {"text": "x", "key": KEY},
        "classes:waiting_rule": {
            "order": "criteria", "uncovered": "1", "secretary": "0", "newcomer": "0", "seatless": "0", "short": "0",
            "valid_from": "2026-12-31", "source": "x",
        },
        "classes:waiting_orders_write": {"text": "x", "key": KEY},
        "classes:waiting_take": {"reason": "急"},
        "classes:seats": {f"unit-{world.unit('shiqiao').pk}": "2"},
        "classes:seats_pass_on": {f"unit-{world.unit('shiqiao').pk}": "2"},
        "classes:leave": {"answer": "approve"},
        "classes:leave_new": {"sessions": world.session.pk, "kind": "personal", "reason": "家里有事"},
        "attendance:marks": {f"mark-{world.people['P'].pk}": "late"},
        "attendance:scan": {"code": "x"},
        "attendance:close": {"accept_absent": "1", "accept_early": "1"},
        "attendance:correct": {"mark": "late", "reason": "有签名"},
        "/api/v1/classes": {
            "unit": unit.pk, "title": "班", "form": "small", "capacity": 5, "sessions": [sitting],
        },
        "/api/v1/classes/{class_id}/enrolments": {"people": [new]},
        "/api/v1/classes/{class_id}/waiting": {"people": [new]},
        "/api/v1/waiting/{waiting_id}/leave": {"reason": "外出"},
        "/api/v1/waiting/{waiting_id}/take": {"reason": "急"},
        "/api/v1/classes/{class_id}/enrolments/confirm": {"people": [world.people["P"].pk]},
        "/api/v1/classes/{class_id}/enrolments/{person_id}/replace": {"by": world.people["R"].pk},
        "/api/v1/classes/{class_id}/enrolments/{person_id}/withdraw": {"reason": "外出"},
    }  # fmt: skip


def besides(world: World) -> dict[tuple[str, str], tuple[Need, ...]]:
    """(address, method) -> what else it needs, because of what the body names."""
    here = world.at()
    put_forward = Need("classes.nominate", (here,))
    new = (put_forward, Need("directory.view_person", (here,), world.people["N"].pk))
    instead = (put_forward, Need("directory.view_person", (here,), world.people["R"].pk))
    place = "/api/v1/classes/{class_id}/enrolments"
    return {
        ("directory:import_write", "POST"): (Need("directory.move_member", (here,)),),  # it holds a transfer
        ("classes:nominate", "POST"): new,
        (place, "POST"): new,
        ("/api/v1/classes/{class_id}/waiting", "POST"): new,
        ("classes:replace", "POST"): instead,
        (f"{place}/{{person_id}}/replace", "POST"): instead,
    }
