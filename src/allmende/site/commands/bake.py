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
    """Together with as many more processes as there are cores."""
    from django.utils import timezone

    from allmende.bakery import bake, orders
    from allmende.bakery.ingredients import EVERYTHING
    from allmende.site import hands

    orders.place(EVERYTHING)
    while orders.spread(at=timezone.now()):
        pass
    left = bake.unfinished().count()
    with hands.more(), click.progressbar(length=left, label="Baking", show_pos=True) as bar:
        return bake.finish(progress=bar.update)


def bake_some(paths: list[str]) -> int:
    from django.utils import timezone

    from allmende.bakery import bake, orders, queue
    from allmende.bakery.models import BakedPage

    with orders.alone():
        queue.make_due(paths, priority=BakedPage.Priority.URGENT, at=timezone.now())
    return bake.finish(BakedPage.objects.filter(path__in=paths))


def bake_ordered() -> int:
    from allmende.bakery import bake

    return bake.finish()
