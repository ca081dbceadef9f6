"""Authors, categories and tags, settled before the items that name them.

They belong to the paper once they are here: a later import finds them and changes nothing, whatever
staff made of their names. What the paper already has under the same name is taken for the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from allmende.importers.models import Import
from allmende.importers.wordpress import words
from allmende.importers.wordpress.export import Author as Named
from allmende.importers.wordpress.move import Move, key
from allmende.importers.wordpress.report import Line, Outcome
from allmende.importers.wordpress.spool import NO_CATEGORY, Survey
from allmende.newsroom import moving
from allmende.newsroom.models import Author, FrontPage, Page, SectionPage, Topic
from allmende.newsroom.models.fronts import RESERVED
from allmende.newsroom.taking_in import take_in, take_in_rows

NO_SECTION = "-"  # the foreign id of the section for posts without a category


@dataclass(frozen=True)
class Term:
    """A foreign name, cut to size. `called` is what items call it, `slug` its address if free,
    `paths` are those that readers knew it by."""

    called: str
    foreign_id: str
    name: str
    slug: str
    about: str = ""
    notes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass
class Shelf:
    """Our rows of one kind.

    identity: what tells that a term is one of `rows`, which the paper has already
    row_of: makes a new row with this address
    leads: what an old address that leads to one of them is told
    """

    kind: Import.Kind
    rows: dict[Any, int]
    taken: set[str]
    identity: Callable[[Term], Any]
    row_of: Callable[[Term, str], Any]
    write: Callable[[Sequence[Any]], None]
    leads: moving.Target


@dataclass
class Terms:
    """What items name, as our rows; a name that staff have deleted since is missing."""

    authors: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)
    sections: dict[str, SectionPage] = field(default_factory=dict)

    def section(self, slugs: Sequence[str]) -> SectionPage:
        """Of a post of these categories: the first that says something."""
        known = [slug for slug in slugs if slug in self.sections]
        real = [slug for slug in known if slug not in NO_CATEGORY]
        return self.sections[next(iter([*real, *known]), NO_SECTION)]

    def topics_of(self, categories: Sequence[str], tags: Sequence[str]) -> list[int]:
        """Tags, and the categories beside the first."""
        real = [slug for slug in categories if slug not in NO_CATEGORY]
        found = [self.subjects.get(slug) for slug in real[1:]]
        found += [self.topics.get(slug) for slug in tags]
        return list(dict.fromkeys(pk for pk in found if pk is not None))


def settle(survey: Survey, move: Move) -> Terms:
    """Finds or makes our row of every name in the export. Call it in a transaction."""
    places = Places(survey)
    tags = [
        replace(
            term(t.slug, t.foreign_id, t.name, t.description, limit=80), paths=places.tag(t.slug)
        )
        for t in survey.tags.values()
    ]
    categories = [
        replace(
            off_limits(term(c.slug, c.foreign_id, c.name, c.description, limit=255)),
            paths=places.category(c.slug) if leads_to_section(c.slug, survey) else (),
        )
        for c in survey.categories.values()
        if c.slug in survey.first or c.slug not in NO_CATEGORY
    ]
    further = [
        replace(
            term(c.slug, c.foreign_id, c.name, limit=80),
            paths=() if leads_to_section(c.slug, survey) else places.category(c.slug),
        )
        for c in survey.categories.values()
        if c.slug in survey.further
    ]
    section_shelf, topic_shelf = sections(move), topics()
    placed = place(categories, section_shelf, move)
    if survey.bare or len(placed) < len(categories):
        name = str(_("Without section"))
        placed |= place(
            [Term(NO_SECTION, NO_SECTION, name, words.slug(name))], sections(move), move
        )
    known = SectionPage.objects.in_bulk(placed.values())
    return Terms(
        authors=place((author(one, places) for one in survey.authors.values()), authors(), move),
        topics=place(tags, topic_shelf, move),
        subjects=place(further, replace(topic_shelf, kind=Import.Kind.SUBJECT), move),
        sections={slug: known.get(pk) or SectionPage() for slug, pk in placed.items()},
    )


def leads_to_section(slug: str, survey: Survey) -> bool:
    """A category that posts have beside others only is a topic to readers."""
    return slug in survey.first or slug not in survey.further


@dataclass
class Places:
    """Where WordPress shows terms, unless a site has chosen other words."""

    survey: Survey

    @property
    def base(self) -> str:
        try:
            return urlsplit(self.survey.head.base_blog_url).path.rstrip("/")
        except ValueError:
            return ""

    def tag(self, slug: str) -> tuple[str, ...]:
        return (f"{self.base}/tag/{slug}/",)

    def category(self, slug: str) -> tuple[str, ...]:
        """Its own address, and that below the categories it lies in."""
        line: list[str] = []
        known = self.survey.categories
        while slug and slug not in line:
            line.insert(0, slug)
            slug = known[slug].parent if slug in known else ""
        nested, own = "/".join(line), line[-1]
        return tuple(dict.fromkeys(f"{self.base}/category/{path}/" for path in (nested, own)))

    def author(self, login: str) -> tuple[str, ...]:
        """Of an e-mail address WordPress makes one that we would rather not repeat."""
        return () if "@" in login else (f"{self.base}/author/{words.slug(login)}/",)


def place(terms: Iterable[Term], shelf: Shelf, move: Move) -> dict[str, int]:
    """Our row's key for what each term is called; 0 for a new one in a dry run."""
    terms = list(terms)
    earlier = move.known(shelf.kind, (one.foreign_id for one in terms))
    kept = set(shelf.rows.values())
    placed: dict[str, int] = {}
    new: dict[Any, Any] = {}
    linked: list[Term] = []
    for one in terms:
        identity = shelf.identity(one)
        if row := earlier.get(key(one.foreign_id)):
            if row.object_id in kept:
                placed[one.called] = row.object_id
            tell(one, shelf, move, Outcome.UNCHANGED if row.object_id in kept else Outcome.KEPT)
            continue
        if identity not in shelf.rows and identity not in new:
            new[identity] = shelf.row_of(one, words.free(one.slug, shelf.taken))
            tell(one, shelf, move, Outcome.NEW)
        else:
            tell(one, shelf, move, Outcome.UNCHANGED)
        linked.append(one)
    if not move.dry_run:
        shelf.write(list(new.values()))
    shelf.rows.update({identity: row.pk or 0 for identity, row in new.items()})
    placed |= {one.called: shelf.rows[shelf.identity(one)] for one in linked}
    if not move.dry_run:
        Import.objects.bulk_create(
            move.row(shelf.kind, one.foreign_id, placed[one.called]) for one in linked
        )
        paths = {path: placed[one.called] for one in linked for path in one.paths}
        refused = moving.refused(paths)
        led = {path: pk for path, pk in paths.items() if path not in refused}
        moving.lead_on(led, to=shelf.leads)
    return placed


def tell(one: Term, shelf: Shelf, move: Move, outcome: Outcome) -> None:
    notes = one.notes if outcome == Outcome.NEW else ()
    if outcome == Outcome.KEPT:
        notes = ("was deleted here since; items go without it",)
    move.report.add(Line(shelf.kind.value, one.foreign_id, one.name, "", outcome, notes))


def term(called: str, foreign_id: str, html: str, about: str = "", *, limit: int) -> Term:
    full = words.line(html) or called
    name = words.cut(full, limit)
    notes = () if name == full else (f"name cut from {len(full)} characters",)
    slug = words.slug(called, full) or f"x{words.slug(foreign_id)}"
    return Term(called, foreign_id, name, slug, words.line(about), notes)


def off_limits(one: Term) -> Term:
    """Some addresses are the system's own."""
    return replace(one, slug=f"{one.slug}-rubrik") if one.slug in RESERVED else one


def author(named: Named, places: Places) -> Term:
    """Where nobody chose a name, WordPress signs with an e-mail address: we show its first part."""
    full = words.line(named.name).partition("@")[0] or named.login.partition("@")[0]
    made = term(named.login, named.foreign_id, full, limit=120)
    slug = words.slug(made.name, named.login.partition("@")[0]) or "autor"
    notes = (
        (*made.notes, "has no name, only an e-mail address") if "@" in named.name else made.notes
    )
    return Term(
        named.login, named.foreign_id, made.name, slug, "", notes, places.author(named.login)
    )


def authors() -> Shelf:
    rows = Author.objects.values_list("slug", "name", "pk")
    known = {(slug, name): pk for slug, name, pk in rows}
    return Shelf(
        Import.Kind.AUTHOR,
        rows=known,
        taken={slug for slug, _name in known},
        identity=lambda one: (one.slug, one.name),
        row_of=lambda one, slug: Author(name=one.name, slug=slug),
        write=take_in_rows,
        leads="author_id",
    )


def topics() -> Shelf:
    """Their names are unique, so two terms of one name are one topic."""
    return Shelf(
        Import.Kind.TOPIC,
        rows=dict(Topic.objects.values_list("name", "pk")),
        taken=set(Topic.objects.values_list("slug", flat=True)),
        identity=lambda one: one.name,
        row_of=lambda one, slug: Topic(name=one.name, slug=slug, description=one.about),
        write=take_in_rows,
        leads="topic_id",
    )


def sections(move: Move) -> Shelf:
    """New ones stand at the front page, beside what stands there already."""
    front = FrontPage.objects.get()
    rows = SectionPage.objects.values_list("slug", "title", "pk")

    def row_of(one: Term, slug: str) -> SectionPage:
        times = {"live": True, "first_published_at": move.at}
        return SectionPage(title=one.name, slug=slug, intro=one.about, **times)

    return Shelf(
        Import.Kind.SECTION,
        rows={(slug, title): pk for slug, title, pk in rows},
        taken=addresses(front),
        identity=lambda one: (one.slug, one.name),
        row_of=row_of,
        write=lambda pages: take_in(pages, under=front, at=move.at),
        leads="page_id",
    )


def addresses(front: FrontPage) -> set[str]:
    """What no new section or info page may be called."""
    return set(Page.objects.child_of(front).values_list("slug", flat=True)) | RESERVED
