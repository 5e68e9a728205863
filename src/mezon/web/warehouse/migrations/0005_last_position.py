"""The largest position of a pack is kept with it, instead of being looked for at every change."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def _look(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    versions = apps.get_model("warehouse", "ObservationVersion")
    for pack in apps.get_model("warehouse", "StoredPack").objects.all():
        held = versions.objects.filter(observation__series__pack=pack).aggregate(last=models.Max("position"))
        pack.last_position = held["last"] or 0
        pack.save(update_fields=["last_position"])


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0004_seal")]
    operations = [
        migrations.AddField(model_name="storedpack", name="last_position", field=models.BigIntegerField(default=0)),
        migrations.RunPython(_look, migrations.RunPython.noop),
    ]
