"""`allmende init`: makes or brings up to date what a paper stands on."""

import click

from allmende.site.opening import open_house


@click.command()
def init() -> None:
    """Set up a paper, or bring it up to date.

    Makes the database tables, the static files, the roles of the staff and the first pages.
    Running it again does no harm and takes seconds; run it after every new version.
    """
    open_house()
    lay()


def lay() -> None:
    from allmende.site import installation

    with click.progressbar(
        length=installation.migrations_to_run(), label="Database", show_pos=True
    ) as bar:
        installation.lay_database(progress=bar.update)
    if installation.lay_static_files():
        click.echo("Static files renewed.")
    installation.lay_foundation()
    if installation.order_new_look():
        click.echo("Pages will be baked anew: texts or templates changed.")
    if installation.order_index():
        click.echo("The search catches up in the background, as soon as a worker runs.")
    click.echo("The paper is set up.")
