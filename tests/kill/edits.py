"""What a newsroom does while the worker bakes: each edit one transaction, chosen by a seed."""

import datetime as dt
import random
from collections.abc import Callable
from itertools import count

from django.db import transaction

from allmende.newsroom import writing
from allmende.newsroom.models import Article, Author, SectionPage, Topic
from allmende.paper.models import Paper
from tests.factories import newsroom as make

Edit = Callable[[random.Random], object]
numbers = count(1)


def cast(articles: int = 32) -> None:
    """Two sections, an author, a topic, a dossier, and articles enough for two archive pages."""
    sections = [make.section(), make.section("Sport", "sport")]
    jana, bridge, dossier = make.author(), make.topic(), make.dossier()
    for number in range(articles):
        make.article(
            f"Früher {number}",
            at=make.NOON - dt.timedelta(hours=number),
            section=sections[number % 2],
            bylines=[(jana, "")],
            topics=[bridge],
            dossier=dossier if number % 5 == 0 else None,
        )
    make.article("Mit Bild", picture=make.picture())


def live(chance: random.Random) -> Article:
    keys = list(Article.objects.live().order_by("pk").values_list("pk", flat=True))
    return Article.objects.get(pk=chance.choice(keys))


def publish(chance: random.Random) -> None:
    number = next(numbers)
    author = make.author(f"Neu {number}", f"neu-{number}") if chance.random() < 0.3 else None
    make.article(
        f"Neu {number}",
        at=make.NOON + dt.timedelta(hours=chance.randint(0, 200)),
        section=make.section(*chance.choice([("Tal", "tal"), ("Sport", "sport")])),
        bylines=[(author or make.author(), "")],
        topics=Topic.objects.filter(name="Brücke") if chance.random() < 0.5 else [],
    )


def withdraw(chance: random.Random) -> None:
    writing.withdraw(live(chance))


def publish_again(chance: random.Random) -> None:
    keys = Article.objects.filter(live=False, first_published_at__isnull=False)
    if article := keys.order_by("pk").first():
        writing.publish(article, at=make.NOON)


def rewrite(chance: random.Random) -> None:
    article = live(chance)
    article.title = f"Neu gefasst {next(numbers)}"
    article.save_revision().publish()


def rename(chance: random.Random) -> None:
    article = live(chance)
    article.slug = f"umbenannt-{next(numbers)}"
    article.save_revision().publish()


def move(chance: random.Random) -> None:
    article = live(chance)
    article.section = chance.choice(list(SectionPage.objects.order_by("pk")))
    article.save_revision().publish()


def delete(chance: random.Random) -> None:
    live(chance).delete()


def rename_author(chance: random.Random) -> None:
    author = Author.objects.get(slug="jana-reuter")
    author.name = f"Jana Reuter {next(numbers)}"
    author.save()


def change_topic_address(chance: random.Random) -> None:
    topic = Topic.objects.get(name="Brücke")
    topic.slug = f"thema-{next(numbers)}"
    topic.save()


def come_and_go(chance: random.Random) -> None:
    """A topic's page that is gone before, while or after it was baked."""
    passing = Topic.objects.filter(name="Kurz").first()
    if passing is None:
        Topic.objects.create(name="Kurz", slug=f"kurz-{next(numbers)}")
    else:
        passing.delete()


def rename_paper(chance: random.Random) -> None:
    """Every page is due, in whole lots, with what is written once for a lot."""
    paper = Paper.load()
    paper.name = f"Der Bote {next(numbers)}"
    paper.save()


EDITS: list[Edit] = [
    publish, publish, publish, withdraw, withdraw, publish_again, rewrite, rename, move, delete,
    rename_author, change_topic_address, come_and_go, come_and_go, rename_paper,
]  # fmt: skip


def some(chance: random.Random) -> str:
    edit = chance.choice(EDITS)
    with transaction.atomic():
        edit(chance)
    return edit.__name__
