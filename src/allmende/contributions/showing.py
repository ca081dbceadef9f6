"""What baked pages show of contributions: the box in articles, each campaign, the accounts."""

from collections.abc import Iterable
from functools import partial

from django.template.loader import render_to_string
from django.utils.translation import get_language

from allmende.bakery import orders
from allmende.bakery.ingredients import once, read
from allmende.bakery.page_types import PageType, register
from allmende.contributions import appealing
from allmende.contributions.appealing import Placed
from allmende.contributions.models import Campaign, PublicAccounts

KEY = "contribution"
# Which campaigns there are.
CAMPAIGNS = "campaigns"
# Of the page of public accounts, by its language.
ACCOUNTS = {"de": "/offene-buecher/", "en": "/open-books/"}


def box(article: Placed | None) -> str:
    """The box at the end of an article; no live figure stands in it."""
    appeal = appealing.choose(article) if article else None
    if appeal is None:
        return ""
    write = partial(render_to_string, "contributions/box.html", {"key": KEY, "appeal": appeal})
    return once((KEY, appeal.pk, get_language()), write)


def paths() -> Iterable[str]:
    return [campaign.url for campaign in Campaign.objects.filter(is_public=True)]


def paths_born(ingredient: str) -> Iterable[str]:
    kind, _, pk = ingredient.partition(":")
    if kind != Campaign.trace or not pk.isdigit():
        return ()
    return [campaign.url for campaign in Campaign.objects.filter(pk=pk)]


def accounts_paths() -> Iterable[str]:
    return ACCOUNTS.values() if PublicAccounts.objects.filter(is_public=True).exists() else ()


def accounts_born(ingredient: str) -> Iterable[str]:
    return accounts_paths() if ingredient == PublicAccounts.INGREDIENT else ()


def in_sitemap() -> Iterable[str]:
    read(CAMPAIGNS, PublicAccounts.INGREDIENT)
    return once(CAMPAIGNS, lambda: [*paths(), *accounts_paths()])


def changed(campaign: Campaign) -> None:
    orders.place(campaign.ingredient, CAMPAIGNS)


def accounts_changed() -> None:
    orders.place(PublicAccounts.INGREDIENT)


def register_all() -> None:
    register(
        PageType("campaign", paths, paths_born),
        PageType("public_accounts", accounts_paths, accounts_born),
    )
