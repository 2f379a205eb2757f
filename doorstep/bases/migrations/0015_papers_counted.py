"""The yearly plan and the rules of a school are counted where they are kept, no longer shown by a paper."""

from django.db import migrations
from django.db.models import Max

from doorstep.core import clock

KEYS = (
    "standard.township_school.plan.year_plan",
    "standard.township_school.management.training_rules",
    "standard.township_school.management.teacher_rules",
    "standard.township_school.management.teaching_rules",
)


def count_papers(apps, schema_editor):
    """From today on one that holds is asked for; the months that a paper was good stay as the rule of the past."""
    policy, today = apps.get_model("core", "Policy"), clock.today()
    for row in policy.objects.filter(key__in=KEYS, unit="月", valid_to=None).order_by("pk"):
        policy.objects.filter(pk=row.pk).update(valid_to=today)
        last = policy.objects.filter(key=row.key, place=row.place).aggregate(last=Max("version"))["last"]
        row.pk, row.value, row.unit, row.valid_from, row.version = None, "1", "份", today, last + 1
        row.save(force_insert=True)


class Migration(migrations.Migration):
    """Four items of the standard of township schools."""

    dependencies = [("bases", "0014_claims_once_a_lane"), ("core", "0023_plans")]
    operations = [migrations.RunPython(count_papers, migrations.RunPython.noop)]
