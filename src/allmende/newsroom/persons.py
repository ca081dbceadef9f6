"""What the newsroom answers about a person: bylines, and what they did as staff.

It answers for Wagtail's tables too, which know nobody above them.
"""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    PageLogEntry,
    PageSubscription,
    UploadedFile,
)

from allmende.newsroom.models import Author, Download, Page, Picture
from allmende.people.answers import Event, Fate, Kept, Section, answer_for
from allmende.people.models import Person
from allmende.people.signals import erasing, exporting, recalling

RECENT = 100  # deeds that the office sees
OWN = {
    EditingSession: "user",
    FormState: "user",
    APIToken: "user",
    PageSubscription: "user",
    UploadedFile: "uploaded_by_user",
}
answer_for(
    {
        "newsroom.Page.locked_by": Fate.LOOSED,
        "newsroom.BulkChange.by": Fate.NAMELESS,
        "newsroom.Page.owner": Fate.NAMELESS,
        "newsroom.Author.person": Fate.LOOSED,
        "newsroom.Picture.uploaded_by_user": Fate.NAMELESS,
        "newsroom.Download.uploaded_by_user": Fate.NAMELESS,
        "wagtaildocs.Document.uploaded_by_user": Fate.NAMELESS,
        "wagtailimages.Image.uploaded_by_user": Fate.NAMELESS,
        "wagtailcore.Revision.user": Fate.NAMELESS,
        "wagtailcore.WorkflowState.requested_by": Fate.NAMELESS,
        "wagtailcore.TaskState.finished_by": Fate.NAMELESS,
        "wagtailcore.PageLogEntry.user": Fate.NAMELESS,
        "wagtailcore.Comment.user": Fate.NAMELESS,
        "wagtailcore.Comment.resolved_by": Fate.NAMELESS,
        "wagtailcore.CommentReply.user": Fate.NAMELESS,
    }
    | {f"{model._meta.label}.{field}": Fate.GOES for model, field in OWN.items()}
)


@receiver(erasing)
def on_erasing(person: Person, **_more: Any) -> list[Kept]:
    """Names above published articles stay: they are part of the paper's record."""
    for model, field in OWN.items():
        model._default_manager.filter(**{field: person}).delete()
    locked = Page.objects.filter(locked_by=person)
    locked.update(locked=False, locked_at=None, locked_by=None)
    bylines = Author.objects.filter(person=person)
    kept = [byline(author) for author in bylines]
    bylines.update(person=None)  # pages do not show it
    return kept


def byline(author: Author) -> Kept:
    return Kept(
        _("The name “%(name)s” above articles, and its page") % {"name": author.name},
        _("Published journalism stays as it was: Art. 17 (3) (a), Art. 85 GDPR."),
    )


@receiver(exporting)
def on_exporting(person: Person, **_more: Any) -> list[Section]:
    return [bylines(person), deeds(person), comments(person), files(person)]


def bylines(person: Person) -> Section:
    labels = {"name": _("Name"), "role": _("Role"), "bio": _("About"), "email": _("E-mail address")}
    rows = Author.objects.filter(person=person).order_by("pk").values(*labels)
    return Section("bylines", _("Your bylines"), labels, list(rows))


def deeds(person: Person) -> Section:
    labels = {"at": _("Time"), "page": _("Page"), "what": _("What you did")}
    rows = [
        {"at": entry.timestamp, "page": entry.label, "what": str(entry.message)}
        for entry in PageLogEntry.objects.filter(user=person).order_by("timestamp")
    ]
    return Section("editorial_log", _("Your work on pages"), labels, rows)


def comments(person: Person) -> Section:
    labels = {"at": _("Time"), "text": _("Text")}
    rows = [
        {"at": row.created_at, "text": row.text}
        for model in (Comment, CommentReply)
        for row in model.objects.filter(user=person).order_by("created_at")
    ]
    return Section("comments", _("Your comments on drafts"), labels, rows)


def files(person: Person) -> Section:
    labels = {"at": _("Time"), "title": _("Title")}
    rows = [
        {"at": row.created_at, "title": row.title}
        for model in (Picture, Download)
        for row in model.objects.filter(uploaded_by_user=person).order_by("created_at")
    ]
    return Section("files", _("Pictures and files that you uploaded"), labels, rows)


@receiver(recalling)
def on_recalling(person: Person, **_more: Any) -> list[Event]:
    entries = PageLogEntry.objects.filter(user=person).order_by("-timestamp")[:RECENT]
    return [Event(entry.timestamp, entry.message, entry.label) for entry in entries]
