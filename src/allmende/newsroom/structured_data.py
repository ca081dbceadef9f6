"""What machines read on a page: schema.org as JSON-LD. Each function gives one node."""

import contextlib
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from wagtail.images.models import SourceImageIOError

from allmende.newsroom import pictures, reading
from allmende.newsroom.models import Article, Author, Picture
from allmende.paper.models import Paper

Node = dict[str, Any]
# Inside a script element these could end it or open a comment; JSON knows them as escapes.
ESCAPES = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"}
LOGO = "max-1200x1200|format-png"


def written(nodes: Iterable[Node]) -> SafeString:
    """The content of a script element of type application/ld+json."""
    found = list(nodes)
    whole = found[0] if len(found) == 1 else {"@graph": found}
    data = {"@context": "https://schema.org"} | whole
    text = json.dumps(data, ensure_ascii=False)
    for character, escape in ESCAPES.items():
        text = text.replace(character, escape)
    return SafeString(text)


def news_article(article: Article, paper: Paper) -> Node:
    base = settings.PAPER_URL
    data: Node = {
        "@type": "NewsArticle",
        "headline": article.title,
        "description": strip_tags(article.teaser_text),
        "inLanguage": article.language,
        "url": base + article.url,
        "mainEntityOfPage": base + article.url,
        "isAccessibleForFree": True,
        "articleSection": article.section.title,
        "author": [writer(line.author) for line in article.bylines.all()] or [publisher(paper)],
        "publisher": publisher(paper),
        "keywords": [topic.name for topic in article.topics.all()],
    }
    if article.kicker:
        data["alternativeHeadline"] = f"{article.kicker}: {article.title}"
    if article.place:
        data["contentLocation"] = {"@type": "Place", "name": article.place}
    if article.first_published_at:
        data["datePublished"] = article.first_published_at.isoformat()
        data["dateModified"] = reading.modified(article).isoformat()
    picture = article.picture_to_share
    if picture and (found := images(picture)):
        data["image"] = found
    if corrections := list(article.corrections.all()):
        data["correction"] = [
            {"@type": "CorrectionComment", "datePublished": str(c.date), "text": c.text}
            for c in corrections
        ]
    return data


def writer(author: Author) -> Node:
    """A name in a byline; who it is stands on their own page."""
    return {
        "@type": "Organization" if author.kind == "agency" else "Person",
        "@id": f"{settings.PAPER_URL}{author.url}#writer",
        "name": author.name,
        "url": settings.PAPER_URL + author.url,
    }


def profile(author: Author, paper: Paper) -> Node:
    """The page of an author."""
    who = writer(author)
    if author.bio:
        who["description"] = author.bio
    if author.email:
        who["email"] = author.email
    if author.picture and (found := images(author.picture)):
        who["image"] = found
    if author.kind == "person":
        who["worksFor"] = publisher(paper)
        who |= {"jobTitle": author.role} if author.role else {}
    return {
        "@type": "ProfilePage",
        "url": settings.PAPER_URL + author.url,
        "name": author.name,
        "inLanguage": paper.language,
        "mainEntity": who,
    }


def publisher(paper: Paper) -> Node:
    base = settings.PAPER_URL
    return {
        "@type": "NewsMediaOrganization",
        "@id": base + "/#publisher",
        "name": paper.name,
        "url": base + "/",
        "logo": logo(paper),
    }


def whole_publisher(paper: Paper) -> Node:
    """The publisher with what the imprint says of it; once, on the front page."""
    address = {
        "streetAddress": paper.street,
        "postalCode": paper.postcode,
        "addressLocality": paper.town,
        "addressCountry": paper.country,
    }
    told = {
        "legalName": paper.legal_entity,
        "slogan": paper.claim,
        "email": paper.email,
        "telephone": paper.telephone,
    }
    found = publisher(paper) | {name: value for name, value in told.items() if value}
    if paper.town:
        known = {name: value for name, value in address.items() if value}
        found["address"] = {"@type": "PostalAddress", **known}
    return found


def logo(paper: Paper) -> Node:
    """The paper's logo, or its initial as the icons show it."""
    url = "/icon-512.png"
    if paper.logo:
        with contextlib.suppress(SourceImageIOError):
            url = paper.logo.get_rendition(LOGO).url
    return {"@type": "ImageObject", "url": settings.PAPER_URL + url}


def images(picture: Picture) -> list[str]:
    """Addresses of a picture in all shapes in which it is shared."""
    return [settings.PAPER_URL + one.url for one in pictures.to_share(picture)]


def web_site(paper: Paper) -> Node:
    base = settings.PAPER_URL
    return {
        "@type": "WebSite",
        "name": paper.name,
        "url": base + "/",
        "inLanguage": paper.language,
        "publisher": {"@id": base + "/#publisher"},
    }


def web_page(kind: str, path: str, name: str, *, language: str, description: str = "") -> Node:
    """`kind` is WebPage or one of its children, such as CollectionPage."""
    base = settings.PAPER_URL
    node = {
        "@type": kind,
        "url": base + path,
        "name": name,
        "inLanguage": language,
        "isPartOf": {"@type": "WebSite", "url": base + "/", "name": reading.paper().name},
    }
    return node | ({"description": description} if description else {})


def breadcrumbs(trail: Iterable[tuple[str, str]]) -> Node:
    """`trail` is (name, path) from the front page to the page itself."""
    items = [
        {
            "@type": "ListItem",
            "position": place,
            "name": name,
            "item": {"@type": "WebPage", "@id": settings.PAPER_URL + path},
        }
        for place, (name, path) in enumerate(trail, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
