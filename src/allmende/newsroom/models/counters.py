"""Counters that never give a number twice."""

from collections.abc import Mapping

from django.db import models


class Counter(models.Model):
    """The last number given under a name: article numbers, places of a listing."""

    name = models.CharField(max_length=100, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"

    @classmethod
    def take(cls, name: str) -> int:
        """The next number, from 1. The row lock makes two takers wait for each other."""
        cls.objects.get_or_create(name=name)
        cls.objects.filter(name=name).update(last=models.F("last") + 1)
        return cls.objects.values_list("last", flat=True).get(name=name)

    @classmethod
    def take_many(cls, counts: Mapping[str, int]) -> dict[str, int]:
        """So many numbers under each name; gives the first of each. Call it in a transaction.

        Locks are taken in the order of names, so that two takers never wait in a circle.
        """
        names = sorted(counts)
        Counter.objects.bulk_create([Counter(name=name) for name in names], ignore_conflicts=True)
        rows = cls.objects.select_for_update().filter(name__in=names).order_by("name")
        before = dict(rows.values_list("name", "last"))
        for count in set(counts.values()):  # few, so this beats a CASE of every name
            alike = [name for name in names if counts[name] == count]
            cls.objects.filter(name__in=alike).update(last=models.F("last") + count)
        return {name: last + 1 for name, last in before.items()}

    @classmethod
    def reserve(cls, name: str, number: int) -> None:
        """Gives neither `number` nor one below it (an import brought it along)."""
        cls.objects.get_or_create(name=name)
        cls.objects.filter(name=name, last__lt=number).update(last=number)
