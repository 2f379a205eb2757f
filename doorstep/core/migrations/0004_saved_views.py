"""Filters and sort of a list that an account keeps under a name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Saved views."""

    dependencies = [("core", "0003_seats_after_deadline")]
    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.BigIntegerField()),
                ("list_name", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=20)),
                ("query", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_id", "list_name", "title"), name="saved_view_title_unique"
                    ),
                    models.UniqueConstraint(
                        fields=("account_id", "list_name", "query"), name="saved_view_query_unique"
                    ),
                ],
            },
        ),
    ]
