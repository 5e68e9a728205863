"""The database itself refuses to change or delete a record."""

from __future__ import annotations

from django.db import migrations

from mezon.web.audit.sealing import seal, unseal


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(seal, unseal)]
