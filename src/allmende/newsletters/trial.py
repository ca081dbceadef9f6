"""A letter to oneself, before anybody else gets it."""

import datetime as dt
from html import escape

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from allmende.mailroom.content import Content
from allmende.newsletters import compose, links
from allmende.newsletters.models import Issue, Subscription
from allmende.people.models import Person

# Personal addresses of whoever does not get the newsletter lead to its page instead.
PERSONAL = ("/abo/abmelden/[[leave]]/", "/abo/einstellungen/[[preferences]]/")


def send(issue: Issue, *, to: Person, at: dt.datetime) -> None:
    """Sends the issue as it stands, first in line. Links are those of whoever gets it."""
    content = compose.content(issue)
    name = to.get_full_name()
    pieces = {"name": name and f" {name}"}
    rows = Subscription.objects.receiving().filter(person=to, newsletter=issue.newsletter)
    if own := rows.first():
        tokens = links.of_letters(at=at)
        pieces |= tokens(own.pk, own.address_id)
    else:
        content = without_personal_links(content, instead=issue.newsletter.url)
    text = compose.filled(content, pieces).text
    html = compose.filled(content, {key: escape(piece) for key, piece in pieces.items()}).html
    mail = EmailMultiAlternatives(
        f"[Test] {content.subject}", text, from_email=content.sender, to=[to.email]
    )
    mail.attach_alternative(html, "text/html")
    mail.send()


def without_personal_links(content: Content, *, instead: str) -> Content:
    words = {"text": content.text, "html": content.html}
    for address in PERSONAL:
        for part, text in words.items():
            words[part] = text.replace(settings.PAPER_URL + address, settings.PAPER_URL + instead)
    return Content(**content.as_row() | words)
