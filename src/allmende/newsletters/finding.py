"""Finding subscribers among a million: pages by key, and a search that reads two columns once."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from allmende.newsletters.models import Subscription
from allmende.people.models import ContactAddress, Person

# So many addresses and so many persons are looked at; who finds more types more of the name.
FOUND = 1_000
LARGEST = 2**63 - 1


def matching(rows: QuerySet[Subscription], *, words: str) -> QuerySet[Subscription]:
    """Those with just this address; else those whose address holds the words, or whose person is
    called by every one of them."""
    words = words.strip().lower()
    if whole := keys_of(ContactAddress.objects.filter(email=words)):
        return rows.filter(address__in=whole)
    addresses = ContactAddress.objects.filter(email__contains=words)
    persons = Person.objects.exclude(first_name="", last_name="")
    for word in words.split():
        persons = persons.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word))
    if "@" in words:
        persons = persons.none()
    return rows.filter(Q(address__in=keys_of(addresses)) | Q(person__in=keys_of(persons)))


def keys_of(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True)[:FOUND])


@dataclass
class Leaf:
    """A page of rows. older, newer: the numbers of its neighbours, 0 where there is none."""

    paginator: "Keyset"
    object_list: list[Any]
    older: int = 0
    newer: int = 0

    def has_other_pages(self) -> bool:
        return bool(self.older or self.newer)


@dataclass
class Keyset:
    """Pages of rows, the newest first, none dearer than the first: page 0 is the newest, page 4711
    what is older than the row 4711, page -4711 what is just newer than it."""

    rows: QuerySet[Any]
    size: int
    orphans: int = 0
    allow_empty_first_page: bool = field(default=True)

    def get_page(self, number: Any) -> Leaf:
        edge = self.edge(number)
        if edge < 0:
            return self.before(-edge)
        rows = self.rows.filter(pk__lt=edge) if edge else self.rows
        found, more = self.take(rows.order_by("-pk"))
        older = found[-1].pk if more else 0
        return Leaf(self, found, older=older, newer=-found[0].pk if edge and found else 0)

    def before(self, edge: int) -> Leaf:
        found, more = self.take(self.rows.filter(pk__gt=edge).order_by("pk"))
        if not more:  # the first page, and a full one
            return self.get_page(0)
        found.reverse()
        return Leaf(self, found, older=found[-1].pk, newer=-found[0].pk)

    def take(self, rows: QuerySet[Any]) -> tuple[list[Any], bool]:
        found = list(rows[: self.size + 1])
        return found[: self.size], len(found) > self.size

    def edge(self, number: Any) -> int:
        try:
            return max(-LARGEST, min(int(number or 0), LARGEST))
        except ValueError:
            return 0

    @cached_property
    def count(self) -> int:
        """Counted no further than what a search looks at."""
        return len(self.rows.order_by().values_list("pk", flat=True)[: FOUND + 1])

    @property
    def more_than_counted(self) -> bool:
        return self.count > FOUND

    def get_elided_page_range(self, number: Any) -> list[int]:
        """Wagtail asks it; pages by key have no numbers that people would read."""
        return []
