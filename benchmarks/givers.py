"""Givers in bulk for the figures of the payments: written straight into the tables."""

import datetime as dt
from collections.abc import Iterator
from itertools import islice

LOT = 2_000
AT = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)
DUE = dt.date(2027, 1, 20)


def open_house() -> None:
    from allmende.site.opening import open_house as open_it

    open_it()


def lay_tables() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def account():
    from allmende.payments.models import BankAccount

    return BankAccount.objects.get_or_create(
        iban="DE89370400440532013000",
        defaults={
            "name": "Giro", "holder": "Auentaler Bote eG", "bic": "COBADEFFXXX", "is_main": True,
            "creditor_id": "DE98ZZZ09999999999",
        },
    )[0]  # fmt: skip


def iban(number: int) -> str:
    """A valid German one of a bank that there is."""
    body = f"12030000{number:010d}"
    return f"DE{98 - int(body + '131400') % 97:02d}{body}"


def write(count: int, *, method: str) -> None:
    """Givers with a pledge of 12 to 61 € a month each, and a mandate where debits are due."""
    from django.db import transaction

    numbers = iter(range(1, count + 1))
    while lot := list(islice(numbers, LOT)):
        with transaction.atomic():
            _write(lot, method)


def _write(lot: list[int], method: str) -> None:
    from allmende.payments import references
    from allmende.payments.models import Pledge, PledgeVersion
    from allmende.people.models import ContactAddress, Person

    persons = Person.objects.bulk_create(
        Person(first_name="Ada", last_name=f"Giver {n}", confirmed_at=AT) for n in lot
    )
    ContactAddress.objects.bulk_create(
        ContactAddress(person=one, email=f"g{n}@givers.example", confirmed_at=AT)
        for n, one in zip(lot, persons, strict=True)
    )
    pledges = Pledge.objects.bulk_create(
        Pledge(
            person=one, party=f"person:{one.pk}", purpose="contribution", account="contributions",
            rhythm="monthly", anchor=DUE, cents=1_200 + n % 50 * 100, method=method,
            state="active", created_at=AT, activated_at=AT,
            transfer_reference=references.creditor(n) if method == "transfer" else None,
        )
        for n, one in zip(lot, persons, strict=True)
    )  # fmt: skip
    PledgeVersion.objects.bulk_create(
        PledgeVersion(
            pledge=one, from_period=0, cents=one.cents, method=method, agreed_at=AT,
            confirmed_at=AT,
        )
        for one in pledges
    )  # fmt: skip
    if method == "debit":
        _sign(lot, pledges)


def _sign(lot: list[int], pledges: list) -> None:
    from allmende.payments import references
    from allmende.payments.models import Mandate
    from allmende.payments.sealing import fingerprint, seal

    def mandates() -> Iterator[Mandate]:
        for n, pledge in zip(lot, pledges, strict=True):
            reference, number = references.mandate(pledge.pk, 1), iban(n)
            yield Mandate(
                pledge=pledge, reference=reference, signed_at=AT, wording="…", wording_version="1",
                iban=seal(number, column="mandate.iban", row=reference),
                holder=seal(f"Ada Giver {n}", column="mandate.holder", row=reference),
                fingerprint=fingerprint(number), last4=number[-4:], country="DE",
                evidence={"notice_days": 14},
            )  # fmt: skip

    Mandate.objects.bulk_create(mandates())
