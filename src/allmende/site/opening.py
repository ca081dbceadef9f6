"""Opening the house: Django set up for a command."""

import atexit
import gc
import os

import click

SELDOM = 20_000  # new objects; while the house is loaded hardly one of them is garbage


def open_house(*, for_restore: bool = False) -> None:
    """Sets Django up. Raises ImproperlyConfigured.

    Raises ClickException when a restore broke off, unless the command is `restore` itself.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")
    import django

    before = gc.get_threshold()
    gc.set_threshold(SELDOM)
    django.setup()
    gc.set_threshold(*before)
    # What is loaded stays. Not looked through for garbage, a command takes a third less time.
    gc.freeze()
    from django.conf import settings
    from django.db import connections

    # The last one to leave SQLite empties its log, which holds what was erased meanwhile.
    atexit.register(connections.close_all)

    from allmende.site.swap import Swap

    if Swap(settings.DATA).is_unfinished() and not for_restore:
        raise click.ClickException(
            "A restore broke off half-way. Run `allmende restore FILE` again first."
        )
