"""Signing up and leaving: nobody gets a letter unasked, and nobody learns who gets one."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from allmende.bakery.models import BakeOrder
from allmende.mailroom import suppression
from allmende.mailroom.models import Bounce, Incoming, Suppression
from allmende.mailroom.signals import bounced, complained
from allmende.newsletters import links, showing, subscribe
from allmende.newsletters.models import Change, Newsletter, Subscription
from allmende.people import consents
from allmende.people.models import Consent, ContactAddress, Person

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LENE = "lene@bote.example"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def letter() -> Newsletter:
    return newsletter("friday")


def newsletter(slug: str, **more: Any) -> Newsletter:
    return Newsletter.objects.create(
        name=f"The {slug} letter",
        slug=slug,
        heading="Saturday on Friday",
        description="Every week.",
        consent_text="We send you one mail a week.",
        sender_name="Bote",
        sender_address="brief@bote.example",
        language="en",
        **more,
    )


def confirmed(letter: Newsletter, email: str = LENE) -> Subscription:
    subscribe.ask(letter, email=email, at=AT, source="/artikel/1.steg.html")
    address = ContactAddress.objects.get(email=email)
    (begun,) = subscribe.confirm(address, newsletters=[letter.pk], at=AT + HOUR / 2)
    return begun


def path_in_mail() -> str:
    (link,) = re.findall(r"https?://\S+", str(mail.outbox[-1].body))
    return str(link).removeprefix(settings.PAPER_URL)


def post(client: Client, letter: Newsletter, email: str, **headers: str) -> Any:
    data = {"email": email, "newsletter": letter.slug}
    return client.post("/abo/anmelden/", data, headers=headers or OURS)


def test_click_confirms_with_proof_and_nothing_comes_before(letter: Newsletter) -> None:
    subscribe.ask(letter, email=" Lene@Bote.example", at=AT, source="/artikel/1.steg.html")
    assert not Subscription.objects.all().receiving().exists()
    address = ContactAddress.objects.get(email=LENE)
    subscribe.confirm(address, newsletters=[letter.pk], at=AT + HOUR)
    (row,) = Subscription.objects.all().receiving()
    assert (row.asked_at, row.confirmed_at, row.source) == (AT, AT + HOUR, "/artikel/1.steg.html")
    proof = consents.current(row.person, purpose=letter.purpose)
    assert proof is not None
    assert (proof.wording.text, proof.asked_at, proof.at) == (letter.consent_text, AT, AT + HOUR)
    assert row.person.confirmed_at == AT + HOUR


def test_confirming_twice_writes_one_proof(letter: Newsletter) -> None:
    row = confirmed(letter)
    assert subscribe.confirm(row.address, newsletters=[letter.pk], at=AT + HOUR) == []
    assert Consent.objects.count() == 1


def test_one_mail_an_hour_and_one_person_however_often_asked(letter: Newsletter) -> None:
    second = newsletter("sunday")
    for minutes in (0, 1, 59):
        subscribe.ask(letter, email=LENE, at=AT + minutes * HOUR / 60)
    subscribe.ask(second, email=LENE.upper(), at=AT + HOUR / 2)
    assert (len(mail.outbox), Person.objects.count()) == (1, 1)
    subscribe.ask(letter, email=LENE, at=AT + HOUR)
    assert len(mail.outbox) == 2
    assert second.name in str(mail.outbox[-1].body)


def test_answer_is_the_same_for_known_and_unknown_addresses(
    client: Client, letter: Newsletter
) -> None:
    confirmed(letter)
    known, unknown = post(client, letter, LENE), post(client, letter, "otto@bote.example")
    assert known.content == unknown.content.replace(b"otto@bote", b"lene@bote")
    assert (known.status_code, dict(known.headers)["Cache-Control"]) == (200, "no-store")
    assert client.cookies == {}


def test_whoever_has_it_gets_a_mail_that_leads_to_the_preferences(
    client: Client, letter: Newsletter
) -> None:
    confirmed(letter)
    subscribe.ask(letter, email=LENE, at=AT + 2 * HOUR)
    assert "einstellungen" in path_in_mail()
    assert Subscription.objects.get().state == Subscription.State.CONFIRMED


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Accept": "text/html"},
    ],
)
def test_form_of_another_page_is_refused(
    client: Client, letter: Newsletter, headers: dict[str, str]
) -> None:
    assert post(client, letter, LENE, **headers).status_code == 403
    assert (len(mail.outbox), Person.objects.count()) == (0, 0)


@pytest.mark.parametrize("email", ["", "lene", "a@b", "x" * 250 + "@bote.example", "a@b.c\nBcc: d"])
def test_wrong_address_is_named_and_kept_in_the_field(
    client: Client, letter: Newsletter, email: str
) -> None:
    answer = post(client, letter, email)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert mail.outbox == []


def test_closed_or_unknown_newsletter_takes_nobody(client: Client, letter: Newsletter) -> None:
    Newsletter.objects.update(is_open=False)
    assert post(client, letter, LENE).status_code == 404
    assert client.post("/abo/anmelden/", {"email": LENE}, headers=OURS).status_code == 404


def test_link_followed_by_a_scanner_confirms_nothing(client: Client, letter: Newsletter) -> None:
    post(client, letter, LENE)
    path = path_in_mail()
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert Subscription.objects.get().state == Subscription.State.ASKED
    answer = client.post(path, {"newsletter": letter.pk}, headers=OURS)
    assert "einstellungen" in answer.content.decode()
    assert Subscription.objects.get().state == Subscription.State.CONFIRMED
    assert client.get(path).status_code == 200
    assert client.cookies == {}


@pytest.mark.parametrize("door", ["bestaetigen", "einstellungen", "abmelden"])
def test_broken_link_is_told_in_words(client: Client, letter: Newsletter, door: str) -> None:
    for token in ("x", "ä", "AAAA" * 20):
        assert client.get(f"/abo/{door}/{token}/").status_code == 404


def test_old_link_is_told_in_words(client: Client, letter: Newsletter) -> None:
    row = confirmed(letter)
    old = links.to_confirm(row.address, at=AT - dt.timedelta(days=900))
    assert client.get(old.removeprefix(settings.PAPER_URL)).status_code == 410


def test_one_click_needs_no_cookie_and_no_page(client: Client, letter: Newsletter) -> None:
    row = confirmed(letter)
    path = links.to_leave(row, at=AT).removeprefix(settings.PAPER_URL)
    assert client.get(path).status_code == 200
    assert Subscription.objects.get().state == Subscription.State.CONFIRMED
    for _ in range(2):
        strange = Client(enforce_csrf_checks=True)
        answer = strange.post(path, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, strange.cookies) == (200, {})
    ended = Change.objects.filter(became="left")
    assert [change.way for change in ended] == [Change.Way.ONE_CLICK]
    assert consents.current(row.person, purpose=letter.purpose) is None


def test_preferences_pause_resume_and_leave(client: Client, letter: Newsletter) -> None:
    row = confirmed(letter)
    path = links.to_preferences(row.address, at=dt.datetime.now(dt.UTC))
    path = path.removeprefix(settings.PAPER_URL)
    seen = []
    for deed in ("pause", "pause", "resume", "leave", "resume"):
        client.post(path, {"do": f"{deed} {row.pk}"}, headers=OURS)
        row.refresh_from_db()
        seen.append(row.state)
    assert seen == ["paused", "paused", "confirmed", "left", "left"]
    assert client.post(path, {"do": f"leave {row.pk}"}).status_code == 403


def test_preferences_say_how_often_each_comes(client: Client, letter: Newsletter) -> None:
    newsletter("sunday", rhythm="last", weekdays=0b1000000)
    row = confirmed(letter)
    Person.objects.update(language="en")
    path = links.to_preferences(row.address, at=dt.datetime.now(dt.UTC))
    page = client.get(path.removeprefix(settings.PAPER_URL)).content.decode()
    assert "Comes to you every Friday." in page
    assert "Comes on the last Sunday of the month." in page


def test_preferences_do_not_reach_somebody_else(client: Client, letter: Newsletter) -> None:
    mine, other = confirmed(letter), confirmed(letter, "otto@bote.example")
    path = links.to_preferences(mine.address, at=dt.datetime.now(dt.UTC))
    path = path.removeprefix(settings.PAPER_URL)
    answer = client.post(path, {"do": f"leave {other.pk}"}, headers=OURS)
    other.refresh_from_db()
    assert (answer.status_code, other.state) == (404, "confirmed")


def test_who_left_may_come_again_and_both_proofs_stay(letter: Newsletter) -> None:
    row = confirmed(letter)
    subscribe.leave(row, at=AT + HOUR, way=Change.Way.PAGE)
    subscribe.ask(letter, email=LENE, at=AT + 3 * HOUR)
    assert Subscription.objects.get().state == Subscription.State.ASKED
    subscribe.confirm(row.address, newsletters=[letter.pk], at=AT + 4 * HOUR)
    assert [proof.kind for proof in Consent.objects.all()] == ["given", "withdrawn", "given"]


def test_suspension_says_why_and_is_mended_by_the_reader(letter: Newsletter) -> None:
    row = confirmed(letter)
    subscribe.suspend(row, reason="mailbox full", at=AT + HOUR, way=Change.Way.BOUNCE)
    assert not Subscription.objects.all().receiving().exists()
    assert subscribe.resume(row, at=AT + 2 * HOUR, way=Change.Way.PAGE)
    assert (row.state, row.reason) == ("confirmed", "")


def test_database_lets_nobody_be_confirmed_without_proof(letter: Newsletter) -> None:
    subscribe.ask(letter, email=LENE, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.update(state=Subscription.State.CONFIRMED)


def test_box_shows_the_first_that_is_open_and_a_change_orders_the_pages(
    letter: Newsletter,
) -> None:
    newsletter("sunday", position=1)
    assert "Saturday on Friday" in showing.box(None)
    BakeOrder.objects.all().delete()
    letter.is_open = False
    letter.save()
    ordered = set(BakeOrder.objects.values_list("ingredient", flat=True))
    assert {letter.ingredient, showing.ALL} <= ordered
    assert 'value="sunday"' in showing.box(None)
    Newsletter.objects.update(is_open=False)
    assert showing.box(None) == ""


def test_page_of_a_newsletter_holds_its_form(client: Client, letter: Newsletter) -> None:
    page = client.get(letter.url).content.decode()
    assert 'action="/abo/anmelden/"' in page
    assert letter.consent_text in page


def returned(address: str, **told: Any) -> Bounce:
    """What a bounce leaves behind, but for the mail's own words."""
    incoming = Incoming.objects.create(digest=address, source="test", received_at=AT)
    return Bounce.objects.create(
        incoming=incoming, address=address, kind="bounce", reason="unknown", at=AT, **told
    )


def test_dead_address_gets_no_issue_until_its_reader_says_that_mail_arrives(letter):
    row, other = confirmed(letter), confirmed(letter, "mo@bote.example")
    bounce = returned(LENE.upper(), hard=True, lasting=True)
    suppression.suppress(LENE, Suppression.Why.DEAD, at=AT)
    bounced.send(Bounce, bounce=bounce, recipient=None, barred=False)
    assert set(Subscription.objects.receiving()) == {row, other}
    bounced.send(Bounce, bounce=bounce, recipient=None, barred=True)
    assert list(Subscription.objects.receiving()) == [other]
    row.refresh_from_db()
    assert (row.state, bool(row.reason)) == ("suspended", True)
    assert subscribe.resume(row, at=AT + HOUR, way=Change.Way.PAGE)
    assert suppression.why(LENE) is None
    assert set(Subscription.objects.receiving()) == {row, other}


def test_who_calls_it_spam_has_left_for_good(letter):
    row = confirmed(letter)
    suppression.suppress(LENE, Suppression.Why.COMPLAINT, at=AT)
    bounce = returned(LENE, hard=False, lasting=False)
    complained.send(Bounce, bounce=bounce, recipient=None)
    row.refresh_from_db()
    assert row.state == "left"
    assert row.changes.latest("pk").way == Change.Way.COMPLAINT
    assert Consent.objects.filter(person=row.person).count() == 2  # given, and withdrawn
    assert not subscribe.resume(row, at=AT + HOUR, way=Change.Way.PAGE)
