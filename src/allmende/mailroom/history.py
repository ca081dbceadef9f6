"""What was written to one person, and what came back of it."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from allmende.mailroom import suppression
from allmende.mailroom.models import Batch, Bounce, Message, Suppression
from allmende.people.addresses import emails_of
from allmende.people.kin import family, root
from allmende.people.models import Person

MANY = 100  # letters that are shown


@dataclass(frozen=True)
class History:
    """letters: the newest first, each with its bounces. strays: bounces of no known letter."""

    addresses: list[str]
    persons: list[Person]
    letters: list[Message]
    strays: list[Bounce]
    barred: list[tuple[str, Suppression]]

    @property
    def is_empty(self) -> bool:
        return not (self.letters or self.strays or self.barred)


def of_address(address: str) -> History:
    """Of whoever has the address, and what went to it otherwise."""
    typed = address.strip()
    has_it = Q(emailaddress__email__iexact=typed) | Q(contact_addresses__email__iexact=typed)
    persons = Person.objects.filter(has_it).distinct().order_by("pk")[:10]
    return gather(list({root(person).pk: root(person) for person in persons}.values()), [typed])


def of_person(person: Person) -> History:
    """Of all rows that are this human being."""
    stays = root(person)
    rows = Person.objects.filter(pk__in=family(stays))
    return gather([stays], sorted({email for row in rows for email in emails_of(row)}))


def gather(persons: list[Person], addresses: list[str]) -> History:
    spelled = [*addresses, *(address.lower() for address in addresses)]
    singles = with_bounces(Message.objects.filter(batch=None, address__in=spelled))
    # Named one by one, so that the index of batch and recipient is used.
    every = list(Batch.objects.values_list("pk", flat=True)) if persons else []
    keys = [key for person in persons for key in family(person)]
    of_batches = with_bounces(Message.objects.filter(batch__in=every, recipient__in=keys))
    # What came back names its letter, also where nobody here has the address any more.
    told = Bounce.objects.filter(address__in=spelled, message__isnull=False)
    failed = with_bounces(
        Message.objects.filter(pk__in=list(told.values_list("message", flat=True)))
    )
    found = {
        row.pk: row
        for rows in (singles, of_batches, failed)
        for row in rows.order_by("-created_at")[:MANY]
    }
    newest = list(found.values())
    newest.sort(key=lambda row: row.created_at, reverse=True)
    strays = Bounce.objects.filter(address__in=spelled, message=None).order_by("-at")
    barred = ((address, suppression.why(address)) for address in addresses)
    return History(
        addresses=addresses,
        persons=persons,
        letters=newest[:MANY],
        strays=list(strays[:MANY]),
        barred=[(address, row) for address, row in barred if row],
    )


def with_bounces(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Each letter with its mailing's subject, and without a mail's text."""
    subject = KeyTextTransform("subject", "batch__content")
    bounces = Prefetch("bounces", Bounce.objects.order_by("at"))
    return rows.defer("raw", "personal").annotate(subject=subject).prefetch_related(bounces)
