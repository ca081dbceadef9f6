"""`allmende index`: what the search reads, brought up to date by hand."""

import json

import click

from allmende.site.opening import open_house


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every article, not only what is missing.")
@click.option("--json", "as_json", is_flag=True, help="The result for a script.")
def index(everything: bool, as_json: bool) -> None:
    """Bring the search up to date.

    Publishing does it by itself. After an import or an update of the rules a worker catches up;
    this command does it at once. Readers go on searching meanwhile.
    """
    open_house()
    from allmende.newsroom.models import Article
    from allmende.newsroom.search import index as search

    count = Article.objects.live().count() if everything else search.behind().count()
    with click.progressbar(length=count, label="Indexing", show_pos=True, hidden=as_json) as bar:
        done = (search.rebuild if everything else search.catch_up)(progress=bar.update)
    click.echo(json.dumps({"indexed": done}) if as_json else f"{done} articles indexed.")
