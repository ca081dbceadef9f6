"""`allmende import`: papers that come from elsewhere."""

from pathlib import Path

import click

from allmende.site.opening import open_house


@click.group("import")
def import_() -> None:
    """Take over articles from another system."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--json", "as_json", is_flag=True, help="The result for a script.")
def wordpress(file: Path, as_json: bool) -> None:
    """Import a WordPress export (Tools > Export, an .xml file).

    Categories, authors, posts and pages become sections, authors, articles and info pages.
    Importing the same file again changes only what has changed in it.
    """
    open_house()
    from allmende.site.commands import wordpress_import

    wordpress_import.run(file, as_json=as_json)
