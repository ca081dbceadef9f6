"""`allmende check`: is the paper well?"""

import json
from dataclasses import asdict

import click

from allmende.site.opening import open_house


@click.command(short_help="Look whether the paper is well; say what to do if not.")
@click.option("--json", "as_json", is_flag=True, help="The result for a script.")
def check(as_json: bool) -> None:
    """Look whether the paper is well, and say what to do where it is not.

    Looks at the settings, the database, the folders, the worker and the pages. Ends with 1 when
    something is wrong.
    """
    open_house()
    from allmende.site import condition

    findings = condition.look()
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            click.echo(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.name}: {finding.words}")
    if not all(finding.ok for finding in findings):
        raise click.exceptions.Exit(1)
