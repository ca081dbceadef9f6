"""`allmende bake`: pages into files, by hand."""

import json

import click

from allmende.site.opening import open_house


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--all", "everything", is_flag=True, help="Every page there is.")
@click.option("--json", "as_json", is_flag=True, help="The result for a script.")
def bake(paths: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Bake pages now instead of waiting for the worker.

    Without arguments, what is ordered and due. PATH is what stands behind the host name, as
    /politik/ or /artikel/12.ein-titel.html.
    """
    if bad := [path for path in paths if not path.startswith("/")]:
        raise click.UsageError(f"{bad[0]}: a path begins with a slash, as /politik/.")
    open_house()
    from allmende.bakery.models import BakedPage

    count = bake_all() if everything else bake_some(list(paths)) if paths else bake_ordered()
    faulty = list(BakedPage.objects.exclude(error="").values_list("path", flat=True)[:20])
    if as_json:
        click.echo(json.dumps({"baked": count, "faulty": faulty}))
    else:
        click.echo(f"{count} pages baked.")
    if faulty:
        for path in faulty:
            click.echo(f"Could not be baked: {path}", err=True)
        raise click.ClickException("The last errors stand in the log; the old pages stay.")


def bake_all() -> int:
    from allmende.bakery import bake as bakery

    paths = list(bakery.every_path())
    with click.progressbar(length=len(paths), label="Baking", show_pos=True) as bar:
        return bakery.bake(paths, progress=bar.update)


def bake_some(paths: list[str]) -> int:
    from allmende.bakery import bake as bakery

    return bakery.bake(bakery.in_order(paths))


def bake_ordered() -> int:
    from django.utils import timezone

    from allmende.bakery import bake as bakery
    from allmende.bakery import orders

    count = 0
    while orders.due(at=timezone.now()).exists():
        before = orders.due(at=timezone.now()).count()
        count += bakery.work(at=timezone.now())
        if orders.due(at=timezone.now()).count() >= before:
            break  # another worker is at it, or orders came back
    return count
