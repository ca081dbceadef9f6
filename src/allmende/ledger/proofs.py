"""What must hold of the ledger. The database enforces it; this proves it of the rows that stand."""

from collections.abc import Iterator

from django.db.models import Count, F, Max, Q, Sum
from django.utils.translation import gettext_lazy as _

from allmende.ledger.models import DaySum, Entry, Posting
from allmende.lib.proofs import Proof


def uneven() -> Iterator[str]:
    """Entries whose postings are not even in each currency."""
    sums = Posting.objects.values("entry_id", "currency").annotate(sum=Sum("cents"))
    for row in sums.filter(~Q(sum=0)).order_by("entry_id", "currency").iterator():
        yield f"entry {row['entry_id']}: {row['sum']} cents {row['currency']} too many"


def incomplete() -> Iterator[str]:
    """Entries that have not the postings they were sealed with, and postings without an entry."""
    found = Entry.objects.annotate(count=Count("postings"), last=Max("postings__number"))
    broken = found.filter(~Q(count=F("lines")) | ~Q(last=F("lines")))
    for pk, count, lines in broken.values_list("pk", "count", "lines").order_by("pk").iterator():
        yield f"entry {pk}: {count} of {lines} postings"
    orphans = Posting.objects.exclude(entry_id__in=Entry.objects.values("pk"))
    for pk in orphans.values_list("entry_id", flat=True).order_by("entry_id").distinct().iterator():
        yield f"postings of {pk}: no such entry"


def unlike_totals() -> Iterator[str]:
    """Accounts and days whose totals are not the sum of their postings."""
    keys = ("account", "currency", "day")
    sums = DaySum.objects.values_list(*keys).annotate(a=Sum("cents"), b=Sum("postings"))
    rows = Posting.objects.values_list("account", "currency", "booked_on")
    counted = rows.annotate(a=Sum("cents"), b=Count("number"))
    kept = {row[:3]: (int(row[3]), int(row[4])) for row in sums.order_by(*keys)}
    true = {row[:3]: (int(row[3]), int(row[4])) for row in counted.order_by()}
    for key in sorted(kept.keys() | true.keys()):
        if kept.get(key) != true.get(key):
            account, currency, day = key
            yield f"{account} {currency} {day}: total {kept.get(key)}, postings {true.get(key)}"


PROOFS = [
    Proof("ledger-even", _("Every entry adds up to zero in each currency."), uneven),
    Proof("ledger-complete", _("Every entry has all its postings."), incomplete),
    Proof("ledger-totals", _("Totals are the sums of the postings."), unlike_totals),
]
