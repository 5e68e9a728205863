"""`django-admin remind --site https://…`: write to everybody who owes a form; meant for a timer, safe to run often."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.desk.acts_reminding import remind
from mezon.web.warehouse.models import StoredPack


class Command(BaseCommand):
    """Send the reminders that are due."""

    help = "Write to everybody who owes a form soon, is late, or has cells to mend."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address of the site, which stands in the letters."""
        parser.add_argument("--site", default="http://localhost:8000", help="Address of the site, as people reach it.")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Send, pack by pack."""
        site = str(options["site"]).rstrip("/")
        for pack in StoredPack.objects.all():
            sent = remind(
                Actor.system(),
                Target(pack=pack.code),
                pack=pack,
                address=lambda path: f"{site}{path}",
                now=timezone.now(),
            )
            self.stdout.write(f"{pack.code}: {sent}")
