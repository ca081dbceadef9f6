"""`allmende worker`: what happens behind the counter."""

import click

from allmende.site.opening import open_house


@click.command()
@click.option("--supervised", is_flag=True, hidden=True, help="Ends when the parent does.")
@click.option("--hand", is_flag=True, hidden=True, help="Only bakes, while there is much to do.")
@click.option("--sender", is_flag=True, hidden=True, help="Only sends mailings, while there are.")
@click.option("--share", default=1, hidden=True, help="Of how many senders it is one.")
def worker(supervised: bool, hand: bool, sender: bool, share: int) -> None:
    """Bake pages, send mail, publish what is scheduled, do background jobs.

    Start as many as you want, on as many machines: they share the work. One that dies loses
    nothing. Ctrl-C stops it after what it has in hand.
    """
    open_house()
    from allmende.site import hands, post, supervise
    from allmende.site import worker as at_work

    if supervised or hand or sender:
        supervise.end_with_parent()
    if hand:
        hands.help_out()
    elif sender:
        post.send_mailings(share=share)
    else:
        at_work.run()
