"""`allmende backup` and `allmende restore`."""

from pathlib import Path

import click

from allmende.site.opening import open_house

KEYS = (
    "Not in it, on purpose: the keys (the file secret_key in the data folder, or"
    " ALLMENDE_SECRET_KEY). Keep them elsewhere."
)
MEDIA = (
    "Not in it: pictures and documents, which lie in a bucket ({}). Let its server keep"
    " older versions of them, or copy it."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE when it exists.")
def backup(file: Path, force: bool) -> None:
    """Back up the paper into FILE, a tar archive.

    Holds the database, pictures and documents, each with a checksum. Works while the paper runs.
    Keys are left out: keep them elsewhere. So are pictures and documents that lie in a bucket.
    """
    if file.exists() and not force:
        raise click.ClickException(f"{file} exists. Choose another name, or use --force.")
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.absolute().parent}.")
    open_house()
    from django.conf import settings
    from django.utils import timezone

    from allmende.site import backup as packing

    with click.progressbar(length=packing.size() or 1, label="Backup") as bar:
        try:
            packing.backup(file, at=timezone.now(), progress=bar.update)
        except packing.BackupFailed as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{file} is written, {file.stat().st_size / 1_000_000:.1f} MB.")
    click.echo(KEYS)
    if settings.SETTING["s3_media"]:
        click.echo(MEDIA.format(settings.SETTING["s3_media"]))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace the paper that is here.")
def restore(file: Path, force: bool) -> None:
    """Put a backup in place: all of it, or nothing.

    Stop the paper first. Everybody has to sign in again afterwards, and the worker bakes all
    pages anew as soon as the paper runs.
    """
    open_house(for_restore=True)
    from django.utils import timezone

    from allmende.site import restoring
    from allmende.site.archive import ArchiveError
    from allmende.site.backup import BackupFailed

    with click.progressbar(length=2 * file.stat().st_size or 1, label="Restore") as bar:
        try:
            manifest = restoring.restore(file, at=timezone.now(), force=force, progress=bar.update)
        except ArchiveError as error:
            raise click.ClickException(f"{file} cannot be used. {error}") from error
        except (restoring.Refused, BackupFailed) as error:
            raise click.ClickException(f"{error} Nothing was changed.") from error
    click.echo(f"The paper is as it was at {manifest['made_at'][:16].replace('T', ' ')} UTC.")
    if again := manifest["erased_again"]:
        click.echo(f"Erased again, for they had been since: {again} persons.")
    click.echo("Keys are not part of a backup: put the old secret_key back if you have it.")
    click.echo("Start the paper; the worker then bakes all pages.")
