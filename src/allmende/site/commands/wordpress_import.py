"""What `allmende import wordpress` does, and how it tells it on a terminal."""

import json
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from allmende.importers.wordpress.export import ExportError
from allmende.importers.wordpress.load import Stage, load
from allmende.importers.wordpress.report import Line, Outcome, Report

LABELS = {Stage.READING: "Reading", Stage.LOADING: "Loading"}
NAMES = {
    "author": "Authors",
    "category": "Sections",
    "tag": "Topics of tags",
    "subject": "Topics of further categories",
    "page": "Info pages",
    "post": "Articles",
}


def run(file: Path, *, as_json: bool, dry_run: bool) -> None:
    try:
        with Bars(hidden=as_json) as bars:
            report = load(file, at=timezone.now(), progress=bars.show, dry_run=dry_run)
    except ExportError as error:
        raise click.ClickException(f"{file}: {error} Nothing was imported.") from error
    click.echo(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else told(report))


class Bars:
    """A progress bar for each stage, one after the other."""

    def __init__(self, *, hidden: bool) -> None:
        self.hidden = hidden
        self.stage: Stage | None = None
        self.done = 0
        self.bar: Any = None

    def __enter__(self) -> "Bars":
        return self

    def __exit__(self, *problem: object) -> None:
        if self.bar is not None:
            self.bar.render_finish()

    def show(self, stage: Stage, done: int, total: int) -> None:
        if self.hidden:
            return
        if stage != self.stage:
            self.__exit__()
            self.stage, self.done = stage, 0
            self.bar = click.progressbar(length=total or 1, label=LABELS[stage])
        self.bar.update(done - self.done)
        self.done = done


def told(report: Report) -> str:
    lines = ["This would come (nothing was written):" if report.dry_run else "Imported:"]
    for kind, name in NAMES.items():
        if counts := report.counts.get(kind):
            numbers = ", ".join(
                f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]
            )
            lines.append(f"  {name}: {numbers}")
    if report.passed_over:
        others = ", ".join(
            f"{number} {name}" for name, number in sorted(report.passed_over.items())
        )
        lines += ["", f"Left in the export, for there is no place for them here yet: {others}"]
    if report.lines:
        lines += ["", "Item by item:", *map(told_of, report.lines)]
    return "\n".join(lines)


def told_of(line: Line) -> str:
    head = f"  {line.kind} {line.foreign_id} “{line.title}” ({line.outcome})"
    return "\n".join([head, *(f"    {note}" for note in line.notes)])
