"""Coaches and boats beside rooms; every claim says what it holds, the whole of a mobile school, and from when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """What is held, and from when: filled in for what is there."""

    dependencies = [("bases", "0012_venue_rules")]

    operations = [
        migrations.AddField(
            model_name="venue",
            name="kind",
            field=models.CharField(
                choices=[("room", "场地"), ("coach", "客车"), ("boat", "船")],
                db_default="room",
                default="room",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="reservation",
            name="lane",
            field=models.BigIntegerField(help_text="占着的是什么：场地或车船自己；流动党校是整所，记负的阵地编号", null=True),
        ),
        migrations.AddField(
            model_name="reservation",
            name="held_from",
            field=models.DateTimeField(help_text="连去的路上，从几时起", null=True),
        ),
        migrations.RunSQL(
            "UPDATE bases_reservation r SET held_from = r.starts_at, "
            "lane = CASE b.kind WHEN 'mobile_school' THEN -b.id ELSE v.id END "
            "FROM bases_venue v JOIN bases_base b ON b.id = v.base_id WHERE v.id = r.venue_id",
            migrations.RunSQL.noop,
        ),
        # Two rooms of one mobile school held at a time: the later claim stays on its room and is told by the invariants.
        migrations.RunSQL(
            "UPDATE bases_reservation r SET lane = r.venue_id WHERE r.lane < 0 AND r.state = 'live' "
            "AND EXISTS (SELECT 1 FROM bases_reservation o WHERE o.lane = r.lane AND o.state = 'live' AND o.id < r.id "
            "AND tstzrange(o.starts_at, o.free_at) && tstzrange(r.starts_at, r.free_at))",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "UPDATE bases_venue v SET is_shared = FALSE FROM bases_base b "
            "WHERE b.id = v.base_id AND b.kind = 'mobile_school'",
            migrations.RunSQL.noop,
        ),
    ]
