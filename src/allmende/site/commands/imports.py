"""`allmende import`: papers that come from elsewhere."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allmende.site.opening import open_house

if TYPE_CHECKING:
    from allmende.importers.wordpress.report import Report


@click.group("import")
def import_() -> None:
    """Take over articles from another system."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--uploads",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder wp-content/uploads, or a copy of it: pictures and files come from there.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing, only tell what would happen.")
@click.option("--json", "as_json", is_flag=True, help="The result for a script.")
def wordpress(file: Path, uploads: Path | None, dry_run: bool, as_json: bool) -> None:
    """Import a WordPress export (Tools > Export, an .xml file).

    Categories, authors, posts and pages become sections, authors, articles and info pages.
    Importing the same file again changes only what has changed in it, and nothing that staff have
    edited since.
    """
    open_house()
    from django.db import DatabaseError
    from django.utils import timezone

    from allmende.importers.wordpress.export import ExportError
    from allmende.importers.wordpress.load import load

    bars = Bars(hidden=as_json)
    try:
        report = load(file, at=timezone.now(), progress=bars.show, dry_run=dry_run, uploads=uploads)
    except ExportError as error:
        raise click.ClickException(f"{file} was not imported. {error}") from error
    except (OSError, DatabaseError) as error:  # a full disk is told by either
        raise click.ClickException(
            f"Stopped: {' '.join(str(error).split())}. What has come is whole; mend it and run the"
            " same command again."
        ) from error
    finally:
        bars.close()
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        tell(report)


@import_.command()
@click.option("--name", help="Only what was signed with this name.")
@click.option("--forget", is_flag=True, help="Remove name, text and time of these for good.")
def comments(name: str | None, forget: bool) -> None:
    """Readers' comments that an import has kept aside: one line of JSON each.

    Nothing shows them. What is forgotten does not come back with the next import.
    """
    open_house()
    from django.core.serializers.json import DjangoJSONEncoder

    from allmende.importers.wordpress import comments as deeds

    for row in deeds.kept(name=name).values().iterator(chunk_size=500):
        click.echo(json.dumps(row, ensure_ascii=False, cls=DjangoJSONEncoder))
    if forget:
        click.echo(f"Forgotten: {deeds.forget(name=name)}", err=True)


class Bars:
    """A progress bar for each stage of an import, one after the other."""

    def __init__(self, *, hidden: bool) -> None:
        self.hidden = hidden
        self.stage = ""
        self.bar: Any = None

    def show(self, stage: str, done: int, total: int) -> None:
        if stage != self.stage:
            self.close()
            self.stage = stage
            self.bar = click.progressbar(
                length=max(total, 1), label=str(stage).capitalize(), hidden=self.hidden
            )
            self.bar.__enter__()
        self.bar.update(done - self.bar.pos)

    def close(self) -> None:
        if self.bar:
            self.bar.__exit__(None, None, None)
            self.bar = None


def tell(report: "Report") -> None:
    for line in report.lines:
        click.echo(f"{line.outcome}: {line.title or line.address}: {'; '.join(line.notes)}")
    for kind, counts in report.counts.items():
        numbers = ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
        click.echo(f"{kind}: {numbers}")
    if report.passed_over:
        numbers = ", ".join(f"{number} {kind}" for kind, number in report.passed_over.items())
        click.echo(f"passed over: {numbers}")
    if report.dry_run:
        click.echo("Nothing was written.")
