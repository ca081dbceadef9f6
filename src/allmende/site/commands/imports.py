"""`allmende import`: papers that come from elsewhere."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from allmende.site.opening import open_house

if TYPE_CHECKING:
    from allmende.importers.members.report import Report as MembersReport
    from allmende.importers.models import SubscriberList
    from allmende.importers.wordpress.report import Report
    from allmende.newsletters.models import Newsletter


@click.group("import")
def import_() -> None:
    """Take over articles, subscribers and members from another system."""


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
    from django.utils import timezone

    from allmende.importers.wordpress.export import ExportError
    from allmende.importers.wordpress.load import load

    with Bars(hidden=as_json) as bars:
        try:
            report = load(
                file, at=timezone.now(), progress=bars.show, dry_run=dry_run, uploads=uploads
            )
        except ExportError as error:
            raise click.ClickException(f"{file} was not imported. {error}") from error
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


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--newsletter", "slug", required=True, help="Its address, as in /newsletter/ADDRESS/."
)
@click.option("--source", default="", help="Where they agreed, for lines that do not say it.")
@click.option("--agreed-to", default="", help="The text that they read there, word for word.")
@click.option("--dry-run", is_flag=True, help="Keep nothing, only tell what would happen.")
@click.option("--json", "as_json", is_flag=True, help="The result for a script.")
def subscribers(
    file: Path, slug: str, source: str, agreed_to: str, dry_run: bool, as_json: bool
) -> None:
    """Import subscribers of a newsletter from a table (CSV).

    It needs a heading, and columns for address and time of confirmation; without that proof, and
    without source and wording, nobody is taken in. Whoever left stays away. Importing the same
    table again adds nobody twice; one that was broken off is simply imported again.
    """
    open_house()
    from allmende.importers.subscribers import load

    found = hand_in(file, newsletter_of(slug), source=source, words=agreed_to)
    bars = Bars(hidden=as_json)
    try:
        follow(found, load.look_through, bars, "looking through")
        if not dry_run and load.begin(found, at=found.changed_at):
            follow(found, load.take_in, bars, "taking in")
    finally:
        bars.close()
        if dry_run:
            found.delete()
    tell_list(found, as_json=as_json)
    if dry_run and not as_json:
        click.echo("Nothing was written.")


def newsletter_of(slug: str) -> "Newsletter":
    from allmende.newsletters.models import Newsletter

    if found := Newsletter.objects.filter(slug=slug).first():
        return found
    known = ", ".join(Newsletter.objects.values_list("slug", flat=True)) or "none yet"
    raise click.UsageError(f"There is no newsletter {slug!r}. There are: {known}.")


def hand_in(file: Path, newsletter: "Newsletter", *, source: str, words: str) -> "SubscriberList":
    from django.utils import timezone, translation

    from allmende.importers import tables
    from allmende.importers.subscribers import columns, load
    from allmende.importers.subscribers.words import unreadable

    try:
        found = load.hand_in(
            newsletter,
            raw=file.read_bytes(),
            name=file.name,
            source=source,
            words=words,
            at=timezone.now(),
        )
    except tables.Unreadable as error:
        with translation.override("en"):
            raise click.ClickException(f"{file}: {unreadable(error)}") from error
    if lacking := columns.mistake(found.columns):
        found.delete()
        known = ", ".join(columns.HEADINGS[lacking])
        raise click.ClickException(
            f"{file}: no column is known to hold {lacking}. Call it one of these: {known}."
        )
    return found


def follow(found: "SubscriberList", deed: Any, bars: "Bars", stage: str) -> None:
    from django.utils import timezone

    deed(found, at=timezone.now(), progress=lambda done, total: bars.show(stage, done, total))


def tell_list(found: "SubscriberList", *, as_json: bool) -> None:
    from django.utils import translation

    from allmende.importers.subscribers import words

    if as_json:
        click.echo(json.dumps({"list": found.pk, **found.report}))
        return
    with translation.override("en"):  # as all that the command says
        for line, column, why in words.faults(found.report):
            click.echo(f"line {line}, {column}: {why}")
        for sentence in words.counts(found.report):
            click.echo(sentence.replace("below", "above"))


@import_.command()
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False
)
@click.option("--group", default="", help="The group of whoever names none.")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the ledger's opening entries; today, if not said.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing, only tell what would happen.")
@click.option("--json", "as_json", is_flag=True, help="The result for a script.")
@click.option(
    "--template",
    type=click.Choice(["de", "en"]),
    help="Print an empty list (CSV) with all columns, in German or English.",
)
def members(
    file: Path | None,
    group: str,
    day: datetime | None,
    dry_run: bool,
    as_json: bool,
    template: str | None,
) -> None:
    """Import the cooperative's list of members (CSV or XLSX).

    Numbers, days, shares at the price of their time, payments, notices and former members come into
    the register as they were, and what members hold into the ledger. Where anything is wrong, each
    fault is told with line and column, and nothing is written. Importing the same list again adds
    nobody twice; a run that was broken off is simply started again.
    """
    open_house()
    from allmende.importers.members import load

    if template:
        click.echo(load.template(english=template == "en"), nl=False)
        return
    if file is None:
        raise click.UsageError("Name the FILE; --template prints an empty one.")
    report = moved_in(file, group=group, day=day, dry_run=dry_run, hidden=as_json)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        for sentence in report.sentences():
            click.echo(sentence)
    if report.wrong:
        raise click.exceptions.Exit(1)


def moved_in(
    file: Path, *, group: str, day: datetime | None, dry_run: bool, hidden: bool
) -> "MembersReport":
    from django.utils import timezone, translation

    from allmende.cooperative import statute
    from allmende.importers import tables, workbooks
    from allmende.importers.members import load
    from allmende.importers.subscribers.words import unreadable

    at = timezone.now()
    with Bars(hidden=hidden) as bars:
        try:
            return load.load(
                file.read_bytes(),
                opened_on=day.date() if day else statute.day_of(at),
                group=group,
                at=at,
                dry_run=dry_run,
                progress=bars.show,
            )
        except load.NoColumn as error:
            raise click.ClickException(f"{file}: these columns are missing: {error}.") from error
        except load.NoStatute as error:
            raise click.ClickException(str(error)) from error
        except (load.TooLarge, workbooks.TooLarge) as error:
            raise click.ClickException(f"{file}: no list of members is so large.") from error
        except workbooks.Broken as error:
            raise click.ClickException(f"{file}: this spreadsheet is broken ({error}).") from error
        except tables.Unreadable as error:
            with translation.override("en"):
                raise click.ClickException(f"{file}: {unreadable(error)}") from error


class Bars:
    """A progress bar for each stage of an import, one after the other. What stops the import in the
    middle is told in plain words."""

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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from django.db import DatabaseError

        self.close()
        if isinstance(error, OSError | DatabaseError):  # a full disk is told by either
            raise click.ClickException(
                f"Stopped: {' '.join(str(error).split())}. What has come is whole; mend it and run"
                " the same command again."
            ) from error

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
