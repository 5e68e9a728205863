"""The database itself refuses to change or delete what the store recorded; a version may be closed."""

from __future__ import annotations

from django.db import migrations

from mezon.web.warehouse.sealing import seal, unseal


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0003_change_token")]
    operations = [migrations.RunPython(seal, unseal)]
