"""`allmende worker`: what happens behind the counter."""

import click

from allmende.site.opening import open_house


@click.command()
@click.option("--supervised", is_flag=True, hidden=True, help="Ends when the parent does.")
@click.option("--hand", is_flag=True, hidden=True, help="Only bakes, while there is much to do.")
def worker(supervised: bool, hand: bool) -> None:
    """Bake pages, publish what is scheduled, do background jobs.

    Start as many as you want, on as many machines: they share the work. One that dies loses
    nothing. Ctrl-C stops it after what it has in hand.
    """
    open_house()
    from allmende.site import hands, supervise
    from allmende.site import worker as at_work

    if supervised or hand:
        supervise.end_with_parent()
    if hand:
        hands.help_out()
    else:
        at_work.run()
