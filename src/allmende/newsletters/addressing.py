"""Addresses that newsletters had: letters that have left name them for ever, so they lead on."""

from collections.abc import Iterable

from allmende.newsletters.models import FormerAddress, Newsletter


def at(slug: str) -> Newsletter | None:
    """The newsletter that has this address, or had it."""
    found = Newsletter.objects.filter(slug=slug).first()
    if found is None:
        former = FormerAddress.objects.select_related("newsletter").filter(slug=slug).first()
        found = former.newsletter if former else None
    return found


def first(newsletter: Newsletter) -> str:
    """By which mail programs know it (List-Id), whatever it is called later."""
    former = newsletter.former_addresses.order_by("pk").first()
    return former.slug if former else newsletter.slug


def keep(newsletter: Newsletter) -> None:
    """Before a newsletter is saved: keeps the address that it has now, if it gets another."""
    before = Newsletter.objects.filter(pk=newsletter.pk).values_list("slug", flat=True).first()
    if before is None or before == newsletter.slug:
        return
    newsletter.former_addresses.filter(slug=newsletter.slug).delete()
    FormerAddress.objects.update_or_create(slug=before, defaults={"newsletter": newsletter})


def is_anothers(slug: str, newsletter: Newsletter) -> bool:
    """Whether letters of another newsletter name this address."""
    return FormerAddress.objects.filter(slug=slug).exclude(newsletter=newsletter.pk).exists()


def former(newsletters: Iterable[int] | None = None) -> list[tuple[int, str]]:
    """Keys of newsletters and addresses that they had; of all of them where none are given."""
    rows = FormerAddress.objects.order_by("pk")
    if newsletters is not None:
        rows = rows.filter(newsletter__in=list(newsletters))
    return list(rows.values_list("newsletter", "slug"))
