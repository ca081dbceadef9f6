"""An issue as a letter: its text, written for reading, and its HTML, made of MJML once an issue.

Both have places for what is personal: `[[name]]` in the greeting, `[[leave]]` and `[[preferences]]`
in addresses. Nothing in the letter is asked from another host, and nothing of it tells us who reads
it.
"""

import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from wagtail.images.models import SourceImageIOError

from allmende.mailroom.content import PIECE, Content
from allmende.newsletters import addressing, contents
from allmende.newsletters.contents import Part, Story
from allmende.newsletters.models import Issue
from allmende.newsletters.models.issues import NAME
from allmende.newsroom import reading
from allmende.newsroom.models import Picture

PIECES = ("name", "leave", "preferences")
PICTURE = "fill-1104x621|format-jpeg"  # twice the width at which it stands
SMALL = "fill-276x276|format-jpeg"  # as well
HEADLINES = 3  # in a preheader that nobody wrote
# Whatever an editor writes with two brackets is no place for a piece: between them comes what
# nobody sees (word joiner).
BRACKETS = ("[[", "[\u2060[")


def content(issue: Issue) -> Content:
    """What every reader gets, but for the pieces."""
    newsletter, paper = issue.newsletter, reading.paper()
    host = urlsplit(settings.PAPER_URL).hostname
    with translation.override(newsletter.language), timezone.override(paper.time_zone_info):
        text, html = letter(issue, contents.parts(issue))
    return Content(
        sender=f"{newsletter.sender_name} <{newsletter.sender_address}>",
        subject=issue.subject,
        text=text,
        html=html,
        language=newsletter.language,
        reply_to=newsletter.reply_to,
        list_id=f"{newsletter.name} <{addressing.first(newsletter)}.{host}>",
        unsubscribe=f"{settings.PAPER_URL}/abo/abmelden/[[leave]]/",
        unsubscribe_mail=True,
        feedback=f"issue-{issue.number}:{newsletter.slug}",
        archive=settings.PAPER_URL + issue.url,
    )


def letter(issue: Issue, parts: list[Part]) -> tuple[str, str]:
    """Text and HTML, in the language that is active."""
    import mrml  # 2 MB, which no sender of letters needs

    mark = secrets.token_hex(8)
    pieces = {name: f"{mark}{name}{mark}" for name in PIECES}
    context = context_of(issue, parts) | pieces
    context["greeting"] = issue.greeting.replace(NAME, pieces["name"])
    text = render_to_string("newsletters/mail/issue.txt", context)
    html = mrml.to_html(render_to_string("newsletters/mail/issue.mjml", context)).content
    return with_places(tidied(text), pieces), with_places(html, pieces)


def context_of(issue: Issue, parts: list[Part]) -> dict[str, Any]:
    paper = reading.paper()
    return {
        "issue": issue,
        "newsletter": issue.newsletter,
        "paper": paper,
        "parts": parts,
        "preheader": issue.preheader or preheader_of(parts),
        "accent": issue.newsletter.accent or paper.accent,
        "url": settings.PAPER_URL,
        "host": urlsplit(settings.PAPER_URL).netloc,
        "picture": (first := first_picture(parts)),
        "rows": [(part.heading, beside(part, issue, but=first)) for part in parts],
        "opening": re.split(r"\n{2,}", issue.opening.replace("\r\n", "\n").strip()),
    }


def preheader_of(parts: list[Part]) -> str:
    """The headlines behind the one that is mostly the subject."""
    stories = [story for part in parts for story in part.stories]
    return " · ".join(story.headline for story in stories[1 : 1 + HEADLINES])


def first_picture(parts: list[Part]) -> dict[str, Any] | None:
    """That of the first story, where it has one; a letter with many is heavy."""
    story = parts[0].stories[0] if parts else None
    if story is None or story.picture is None:
        return None
    address = address_of(story.picture, PICTURE)
    return {"address": address, "of": story.picture, "story": story} if address else None


def beside(part: Part, issue: Issue, *, but: dict[str, Any] | None) -> list[tuple[Story, str]]:
    """Stories, each with the address of its small picture, or "". but: the large one."""
    large = but["story"] if but else None
    return [
        (
            story,
            address_of(story.picture, SMALL)
            if issue.newsletter.pictures and story.picture and story is not large
            else "",
        )
        for story in part.stories
    ]


def address_of(picture: Picture, spec: str) -> str:
    """Of a picture that lies on our own host; empty where its file is gone."""
    try:
        return absolute(picture.get_rendition(spec).url)
    except SourceImageIOError:
        return ""


def absolute(address: str) -> str:
    return address if "//" in address else settings.PAPER_URL + address


def with_places(text: str, pieces: dict[str, str]) -> str:
    text = text.replace(*BRACKETS)
    for name, marked in pieces.items():
        text = text.replace(marked, f"[[{name}]]")
    return text


def tidied(text: str) -> str:
    """Not more than one empty line between two others."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def filled(content: Content, pieces: dict[str, str]) -> Content:
    """As one reader gets it, for a preview or a test. HTML is escaped by whoever gives pieces."""

    def put(text: str) -> str:
        return PIECE.sub(lambda found: pieces.get(found[1], ""), text)

    return Content(**content.as_row() | {"text": put(content.text), "html": put(content.html)})
