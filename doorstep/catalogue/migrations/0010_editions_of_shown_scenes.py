"""What was shown so far is what visitors go on seeing."""

from django.db import migrations

SHOWN = """
INSERT INTO catalogue_panoramaedition
    (panorama_id, title, seen, credit, north, plan_x, plan_y, folder, width, published_at, marks)
SELECT p.id, p.title, p.seen, p.credit, p.north, p.plan_x, p.plan_y, p.folder, p.width, p.added_at, COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
        'id', m.id, 'yaw', m.yaw, 'pitch', m.pitch, 'title', m.title, 'text', m.text,
        'course_id', m.course_id, 'target_id', m.target_id) ORDER BY m.yaw, m.id)
    FROM catalogue_panoramamark m WHERE m.panorama_id = p.id AND m.ended_at IS NULL), '[]'::jsonb)
FROM catalogue_panorama p WHERE p.status = 'published'
"""


class Migration(migrations.Migration):
    """An edition for every scene that was published before the level above was asked."""

    dependencies = [
        ("catalogue", "0009_looked_at_scenes"),
    ]

    operations = [
        migrations.RunSQL(SHOWN, migrations.RunSQL.noop),
    ]
