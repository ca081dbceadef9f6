"""Rows that are one human being: the office has merged them, and nothing was rewritten.

`merged_into` leads from a row to the one that stays; what stands at the others is still theirs.
"""

from allmende.people.models import Person


def root(person: Person) -> Person:
    """The row that stays."""
    while person.merged_into is not None:
        person = person.merged_into
    return person


def family(person: Person) -> list[int]:
    """Keys of all rows of this human being, the one that stays first."""
    keys = new = [root(person).pk]
    while new:
        new = list(
            Person.objects.filter(merged_into__in=new).order_by("pk").values_list("pk", flat=True)
        )
        keys = keys + new
    return keys
