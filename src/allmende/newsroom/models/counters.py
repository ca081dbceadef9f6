"""Counters that never give a number twice."""

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
    def reserve(cls, name: str, number: int) -> None:
        """Gives neither `number` nor one below it (an import brought it along)."""
        cls.objects.get_or_create(name=name)
        cls.objects.filter(name=name, last__lt=number).update(last=number)
