"""A table of facts cannot be emptied either."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0003_tries_of_digits"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="checkin",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot empty % table', TG_TABLE_NAME;",
                    hash="ff51bb83a7720512847afd7cb873c130b0b3ba30",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_d85c0",
                    table="attendance_checkin",
                    when="BEFORE",
                ),
            ),
        ),
    ]
