"""What contests of courses ask of somebody: entries to judge, a result to publish, objections to answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.catalogue.queries.contests import contests_to_turn
from doorstep.catalogue.queries.contests_blind import contests_to_judge, contests_to_vote
from doorstep.core.actors import Actor
from doorstep.web.queries.home_tasks import Task

MOST = 3  # contests one is asked to vote in


def contest_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """What one has to judge or may vote in until a day; what the office that holds a contest has to do next."""
    for contest, count in contests_to_judge(actor):
        words = _("给 %(n)s 门课打分：%(title)s") % {"n": count, "title": contest.title}
        url = reverse("catalogue:contest_judge", args=[contest.pk])
        yield Task(contest.judged_until, words, _("看不到是谁的课，按课评"), _("去打分"), url)
    for contest in contests_to_vote(actor)[:MOST]:
        url = reverse("catalogue:contest", args=[contest.pk])
        words = _("给精品课程投一票：%(title)s") % {"title": contest.title}
        yield Task(contest.judged_until, words, _("一人一票，截止以前可以改投"), _("去投票"), url)
    for contest, open_count in contests_to_turn(actor):
        words = _("评选到了下一步：%(title)s") % {"title": contest.title}
        note = _("打分已经截止，可以公示结果")
        if open_count:
            note = _("%(n)s 条异议等着答复") % {"n": open_count}
        elif contest.published_on:
            note = _("公示期已满，可以结束评选")
        yield Task(today, words, note, _("去看"), reverse("catalogue:contest", args=[contest.pk]))
