"""Gives every session in a venue its claim there; the claims take over from the constraint on sessions."""

from django.db import migrations

CLAIMS = """
INSERT INTO bases_reservation (
    venue_id, unit_id, kind, state, purpose, heads, starts_at, ends_at, free_at, buffer_minutes, is_shared,
    holder, part, asked_at, asked_by_id, reason
)
SELECT s.venue_id, c.unit_id, 'class', 'live', c.title, c.capacity, s.starts_at, s.ends_at, s.ends_at, 0, FALSE,
       'class:' || c.id, s.id, c.created_at, NULL, ''
FROM classes_session s JOIN classes_trainingclass c ON c.id = s.training_class_id
WHERE s.venue_id IS NOT NULL AND NOT s.is_cancelled
"""


class Migration(migrations.Migration):
    """Claims of sessions."""

    dependencies = [("classes", "0005_joint_field_and_guests"), ("bases", "0011_reservations")]

    operations = [
        migrations.RunSQL(CLAIMS, "DELETE FROM bases_reservation WHERE kind = 'class'"),
        migrations.RemoveConstraint(model_name="session", name="session_venue_held_once"),
    ]
