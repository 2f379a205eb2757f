"""Where a person stands today, in the person's own row."""

from django.db import migrations, models

PLACE_EVERYBODY = """
UPDATE directory_person p SET place = u.path
  FROM directory_membership m JOIN directory_unit u ON u.id = m.unit_id
 WHERE m.person_id = p.id AND m.is_primary AND daterange(m.valid_from, m.valid_to) @> current_date
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_roster_undo")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="place",
            field=models.CharField(blank=True, db_default="", help_text="今天主要归属单位的位置", max_length=200),
        ),
        migrations.RunSQL(PLACE_EVERYBODY, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["name", "id"], name="person_by_name"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["place"], name="person_place_like", opclasses=["text_pattern_ops"]),
        ),
    ]
