"""What `people` answers about a person: for everything that only knows persons.

Beside its own rows these are allauth's and Wagtail's, which know nobody above them.
"""

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from allmende.people import erasure
from allmende.people.answers import Event, Fate, Kept, Section, answer_for
from allmende.people.models import Consent, Person
from allmende.people.roles import Role, roles_of
from allmende.people.signals import erasing, exporting, recalling

answer_for(
    {
        "people.Person.merged_into": Fate.NAMELESS,
        "people.Merge.person": Fate.NAMELESS,
        "people.Merge.into": Fate.NAMELESS,
        "people.Merge.by": Fate.NAMELESS,
        "people.Merge.undone_by": Fate.NAMELESS,
        "people.Person_groups.person": Fate.GOES,
        "people.Person_user_permissions.person": Fate.GOES,
        "people.ContactAddress.person": Fate.GOES,
        "people.Consent.person": Fate.PROOF,
        "account.EmailAddress.user": Fate.GOES,
        "mfa.Authenticator.user": Fate.GOES,
        "wagtailusers.UserProfile.user": Fate.GOES,
        "wagtailcore.ModelLogEntry.user": Fate.NAMELESS,
    }
)


@receiver(erasing)
def on_erasing(person: Person, at: dt.datetime, **_: Any) -> list[Kept]:
    return erasure.consents_kept(person, at=at)


@receiver(exporting)
def on_exporting(person: Person, **_: Any) -> list[Section]:
    return [
        who(person),
        addresses(person),
        doors(person),
        keys(person),
        consents(person),
        log(person),
    ]


def who(person: Person) -> Section:
    labels = {
        "name": _("Name"),
        "language": _("Language"),
        "roles": _("Roles"),
        "created_at": _("Known since"),
        "confirmed_at": _("Confirmed"),
        "last_login": _("Last sign-in"),
    }
    row = {name: getattr(person, name, None) for name in labels}
    row |= {"name": person.get_full_name()}
    row |= {"roles": ", ".join(str(Role(role).label) for role in roles_of(person))}
    return Section("persons", _("You"), labels, [row])


def addresses(person: Person) -> Section:
    labels = {
        "email": _("E-mail address"),
        "street": _("Street and number"),
        "postcode": _("Postcode"),
        "town": _("Town"),
        "country": _("Country"),
        "created_at": _("Since"),
        "confirmed_at": _("Confirmed"),
    }
    rows = person.contact_addresses.order_by("pk").values(*labels)
    return Section("addresses", _("Addresses"), labels, list(rows))


def doors(person: Person) -> Section:
    labels = {"email": _("E-mail address"), "primary": _("Written to"), "verified": _("Confirmed")}
    rows = EmailAddress.objects.filter(user=person).order_by("pk").values(*labels)
    return Section("sign_in_addresses", _("Addresses that you sign in with"), labels, list(rows))


def keys(person: Person) -> Section:
    labels = {
        "kind": _("Kind"),
        "created_at": _("Set up on"),
        "last_used_at": _("Last used"),
    }
    rows = [
        {
            "kind": str(row.get_type_display()),
            "created_at": row.created_at,
            "last_used_at": row.last_used_at,
        }
        for row in Authenticator.objects.filter(user=person).order_by("pk")
    ]
    return Section("keys", _("Passkeys and second factors"), labels, rows)


def consents(person: Person) -> Section:
    labels = {
        "at": _("Time"),
        "kind": _("What you did"),
        "purpose": _("For"),
        "text": _("Text"),
        "version": _("Version"),
        "asked_at": _("Asked"),
        "source": _("Came by"),
    }
    rows = [
        {
            "at": row.at,
            "kind": str(row.get_kind_display()),
            "purpose": row.wording.purpose,
            "text": row.wording.text,
            "version": row.wording.number,
            "asked_at": row.asked_at,
            "source": row.source,
        }
        for row in person.consents.select_related("wording")
    ]
    return Section("consents", _("What you agreed to"), labels, rows)


def log(person: Person) -> Section:
    labels = {"at": _("Time"), "what": _("What happened")}
    rows = [{"at": entry.timestamp, "what": str(entry.message)} for entry in entries(person)]
    return Section("account_log", _("Changes of your account"), labels, rows)


def entries(person: Person) -> list[ModelLogEntry]:
    kind = ContentType.objects.get_for_model(Person)
    found = ModelLogEntry.objects.filter(content_type=kind, object_id=str(person.pk))
    return list(found.order_by("timestamp"))


@receiver(recalling)
def on_recalling(person: Person, **_: Any) -> list[Event]:
    return [begun(person), *agreed(person), *logged(person)]


def begun(person: Person) -> Event:
    return Event(person.created_at, _("First known here"))


def agreed(person: Person) -> list[Event]:
    names = {Consent.Kind.GIVEN: _("Consent given"), Consent.Kind.WITHDRAWN: _("Consent withdrawn")}
    return [
        Event(row.at, names[Consent.Kind(row.kind)], f"{row.wording} · {row.source}".rstrip(" ·"))
        for row in person.consents.select_related("wording")
    ]


def logged(person: Person) -> list[Event]:
    return [
        Event(entry.timestamp, entry.message, _("by %(name)s") % {"name": entry.user_display_name})
        for entry in entries(person)
    ]
