"""Ways of paying as the office orders them."""

from django.db import transaction

from allmende.payments import providers
from allmende.payments.models import Method


def title(name: str) -> str:
    """Also of a way that is no longer there."""
    try:
        return str(providers.get(name).title)
    except providers.UnknownProvider:
        return name


def lay() -> None:
    """A row for each way that the house has; new ones come last, switched on."""
    known = set(Method.objects.values_list("name", flat=True))
    last = Method.objects.count()
    for place, name in enumerate(name for name in providers.PROVIDERS if name not in known):
        Method.objects.get_or_create(name=name, defaults={"position": last + place})


@transaction.atomic
def move(method: Method, *, to: int) -> None:
    """Gives a way another place: 0 is the first; past the last is the last."""
    rows = list(Method.objects.select_for_update())
    rows.remove(method)
    rows.insert(max(0, min(to, len(rows))), method)
    for position, row in enumerate(rows):
        if row.position != position:
            Method.objects.filter(pk=row.pk).update(position=position)
