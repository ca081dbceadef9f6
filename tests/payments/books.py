"""What the ledger says, for tests."""

from allmende.ledger.models import Entry
from allmende.ledger.post import lines_of


def told() -> list[tuple[str, list[tuple[str, int]]]]:
    """What each entry is, and its lines, in order: ("collected", [("bank", 1200), …])."""
    entries = list(Entry.objects.order_by("pk"))
    lines = lines_of(entries)
    return [
        (entry.key.split(":")[3] if ":attempt:" in entry.key else entry.key.split(":")[1],
         [(line.account, line.money.cents) for line in lines[entry.pk]])
        for entry in entries
    ]  # fmt: skip
