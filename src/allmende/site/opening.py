"""Opening the house: Django set up for a command."""

import os

import click


def open_house(*, for_restore: bool = False) -> None:
    """Sets Django up. Raises ImproperlyConfigured.

    Raises ClickException when a restore broke off, unless the command is `restore` itself.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")
    import django

    django.setup()
    from django.conf import settings

    from allmende.site.swap import Swap

    if Swap(settings.DATA).is_unfinished() and not for_restore:
        raise click.ClickException(
            "A restore broke off half-way. Run `allmende restore FILE` again first."
        )
