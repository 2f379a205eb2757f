"""Every mobile school has a room by which it is held as a whole, also one that has said nothing of its seats."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef


def add(apps: Any, schema_editor: object) -> None:
    """A room of the name of the school, given out only where people are known to fit in."""
    base, venue = apps.get_model("bases", "Base"), apps.get_model("bases", "Venue")
    rooms = venue.objects.filter(base=OuterRef("pk"), kind="room")
    for school in base.objects.filter(~Exists(rooms), kind="mobile_school"):
        venue.objects.create(base=school, name=school.name, seats=school.capacity, is_active=school.capacity > 0)


class Migration(migrations.Migration):
    """Rooms of mobile schools."""

    dependencies = [("bases", "0016_the_keeper_agrees")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
