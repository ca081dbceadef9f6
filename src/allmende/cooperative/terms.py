"""What a statute allows whoever joins: how many shares, in how many instalments, of how much.

terms.faults(statute, group=found, shares=3, instalments=20)     # [] or why not, in words
terms.plan(statute, shares=3, instalments=20)                    # [Money(75_00), …], 20 of them
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.cooperative.models import MemberGroup, Statute
from allmende.ledger.money import Money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MANY = 1_000_000  # shares; more is a slip of the hand, whatever the statute allows
OFFERED = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 36, 48, 50, 60)  # instalments to choose


def least_shares(statute: Statute, group: MemberGroup | None = None) -> int:
    """What one must take to join."""
    return max(statute.compulsory_shares, (group and group.least_shares) or 1)


def most_shares(statute: Statute, group: MemberGroup | None = None) -> int:
    """What one may take at once."""
    limits = [statute.most_shares, statute.most_shares_a_year, group and group.most_shares]
    return min([limit for limit in limits if limit] or [MANY])


def most_unpaid(statute: Statute, group: MemberGroup | None = None) -> int:
    """What joins at once without being paid: the compulsory shares, and one more, for all
    but the last must be paid before a further one is admitted (§ 15b (2) GenG)."""
    return least_shares(statute, group) + 1


def most_instalments(statute: Statute) -> int:
    """As many as end before all must be paid."""
    if statute.paid_within_months is None:
        return statute.instalments
    return min(statute.instalments, statute.paid_within_months // statute.instalment_months + 1)


def offered_instalments(statute: Statute) -> list[int]:
    """Numbers of instalments to choose from: those that divide a share evenly, and the most."""
    most = most_instalments(statute)
    even = [one for one in OFFERED if one < most and statute.share_cents % (one * 100) == 0]
    return sorted({1, *even, most})


def faults(
    statute: Statute, *, group: MemberGroup | None, shares: int, instalments: int
) -> Iterator[tuple[str, "StrOrPromise"]]:
    """What this statute does not allow: the field, and why."""
    least, most = least_shares(statute, group), most_shares(statute, group)
    if group is None:
        yield "group", _("Please choose what you are to the paper.")
    if shares < least:
        words = ngettext(
            "The statute asks for at least %(least)d share.",
            "The statute asks for at least %(least)d shares.",
            least,
        )
        yield "shares", words % {"least": least}
    if shares > most:
        words = ngettext(
            "The statute allows at most %(most)d share at once.",
            "The statute allows at most %(most)d shares at once.",
            most,
        )
        yield "shares", words % {"most": most}
    elif shares > (at_once := most_unpaid(statute, group)) and instalments > 1:
        words = ngettext(
            "In instalments the law allows at most %(most)d share at once (§ 15b GenG). You can"
            " take further ones when these are paid, or pay all of them in one sum.",
            "In instalments the law allows at most %(most)d shares at once (§ 15b GenG). You can"
            " take further ones when these are paid, or pay all of them in one sum.",
            at_once,
        )
        yield "shares", words % {"most": at_once}
    if not 1 <= instalments <= most_instalments(statute):
        yield "instalments", _("The statute does not allow so many instalments.")


def plan(statute: Statute, *, shares: int, instalments: int) -> list[Money]:
    """What each instalment is; what does not divide evenly is in the last one."""
    whole = statute.share_cents * shares
    part = whole // instalments
    parts = [part] * (instalments - 1) + [whole - part * (instalments - 1)]
    return [Money(cents, statute.currency) for cents in parts]
