"""What counted for somebody of a waiting list when a seat was given to them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The criteria by which one moved up."""

    dependencies = [("classes", "0014_texts_after_commit_and_who_came_again")]
    operations = [
        migrations.AddField(
            model_name="waitingplace",
            name="given_for",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="按条件递补的，当时占先的条件；按先后的空着",
                max_length=200,
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingplace",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_for", ""), ("status", "moved"), _connector="OR"),
                name="waiting_given_when_moved",
            ),
        ),
    ]
