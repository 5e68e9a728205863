"""What was made because a reader asked for a date is told from what somebody published."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0005_last_position")]
    operations = [
        migrations.AddField(model_name="releaserecord", name="on_demand", field=models.BooleanField(default=False)),
    ]
