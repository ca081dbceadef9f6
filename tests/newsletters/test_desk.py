"""The staff's screens: newsletters, their subscribers, their growth."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from allmende.bakery.models import BakeOrder
from allmende.mailroom import suppression
from allmende.mailroom.models import Bounce, Suppression
from allmende.newsletters import archive, finding, growth, showing, staff_roles, subscribe
from allmende.newsletters.models import Change, DayCount, Newsletter, Subscription
from allmende.newsletters.newsletter_forms import NewsletterForm
from allmende.newsletters.rhythms import FRIDAY, MONDAY_TO_FRIDAY, Rhythm, days_of
from allmende.people.models import ContactAddress, Person, Wording
from tests.factories.newsletters import appeared
from tests.newsletters.test_subscribe import AT, HOUR, LENE, confirmed, newsletter, returned
from tests.people import cast

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR
LIST = "wagtailsnippets_newsletters_newsletter:list"
EDIT = "wagtailsnippets_newsletters_newsletter:edit"
ADD = "wagtailsnippets_newsletters_newsletter:add"


@pytest.fixture
def letter() -> Newsletter:
    return newsletter("friday")


@pytest.fixture
def office(client: Client) -> Client:
    return sit_down(client, "office")


def sit_down(client: Client, role: str) -> Client:
    person = cast.staff("Otto", role)
    staff_roles.lay_permissions()
    cast.come_in(client, person)
    return client


def filled(letter: Newsletter, **changed: Any) -> dict[str, Any]:
    """The form as the browser sends it."""
    names = {field.name for field in Newsletter._meta.fields} - {"id", "time", "position"}
    left_out = {"is_open", "second_approver"}
    fields = {name: getattr(letter, name) for name in names - left_out - {"counted_from"}}
    fields["weekdays"] = days_of(letter.weekdays)
    return fields | {"time": "15:00", "is_open": "on"} | changed


def test_changed_text_becomes_a_version(office: Client, letter: Newsletter) -> None:
    row = confirmed(letter)
    edit = reverse(EDIT, args=[letter.pk])
    changed = filled(letter, consent_text="Two mails a week.")
    answer = office.post(edit, changed, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert "version 2" in answer.content.decode()
    letter.refresh_from_db()
    assert letter.consent_text == "Two mails a week."
    versions = Wording.objects.filter(purpose=letter.purpose).order_by("number")
    assert [wording.text for wording in versions][1:] == ["Two mails a week."]
    row.refresh_from_db()
    assert row.wording == versions[0]  # the proof is of what was read
    office.post(edit, filled(letter, name="Other"))
    assert versions.count() == 2


def test_address_that_changes_leads_on_and_no_other_newsletter_gets_it(
    office: Client, client: Client, letter: Newsletter
) -> None:
    issue = appeared(letter)
    edit, paths = reverse(EDIT, args=[letter.pk]), [letter.url, issue.url]
    for slug in ("saturday", "sunday"):
        office.post(edit, filled(letter, slug=slug))
        paths += [letter.url.replace("friday", slug), issue.url.replace("friday", slug)]
    for path in paths[:-2]:
        answer = client.get(path)
        wanted = paths[-1] if path[-2].isdigit() else paths[-2]
        assert (answer.status_code, answer["Location"]) == (301, wanted)
    assert all(client.get(path).status_code == 200 for path in paths[-2:])
    assert client.get(paths[0] + "2020-01-01/").status_code == 404
    typed = {"newsletter": "friday", "email": "neu@bote.example"}
    answer = client.post("/abo/anmelden/", typed, HTTP_SEC_FETCH_SITE="same-origin")
    assert answer.status_code == 200
    assert Subscription.objects.get(newsletter=letter).state == "asked"
    assert set(showing.paths()) == {path for path in paths if not path[-2].isdigit()}
    assert set(archive.paths()) == {path for path in paths if path[-2].isdigit()}
    other = office.post(reverse(ADD), filled(letter, slug="friday", name="Other"))
    assert other.status_code == 200
    assert "Other" not in Newsletter.objects.values_list("name", flat=True)
    office.post(edit, filled(letter, slug="friday"))  # back
    assert client.get(paths[0]).status_code == 200
    assert client.get(paths[-1])["Location"] == issue.url


def test_new_newsletter_comes_last_and_wrong_words_are_told(office: Client, letter: Any) -> None:
    new = filled(letter, slug="sunday", name="Sunday")
    assert office.post(reverse(ADD), new | {"slug": "friday"}).status_code == 200
    assert office.post(reverse(ADD), new | {"accent": "red"}).status_code == 200
    assert Newsletter.objects.count() == 1
    office.post(reverse(ADD), new, follow=True)
    assert Newsletter.objects.get(slug="sunday").position > letter.position
    page = office.get(reverse(LIST)).content.decode()
    assert page.index("Sunday") > page.index(letter.name)


TAKEN = [
    ({"weekdays": range(5)}, (Rhythm.WEEKLY, MONDAY_TO_FRIDAY, None), "from Monday to Friday"),
    (
        {"rhythm": "fortnightly", "counted_from": "2026-11-23"},
        (Rhythm.FORTNIGHTLY, FRIDAY, dt.date(2026, 11, 23)),
        "every second Friday",
    ),
    (
        {"rhythm": "last", "counted_from": "left over"},
        (Rhythm.LAST, FRIDAY, None),
        "on the last Friday of the month",
    ),
    (
        {"rhythm": "hand", "weekdays": [], "drafted_before": 144},
        (Rhythm.HAND, 0, None),
        "from time to time",
    ),
]


@pytest.mark.parametrize(("typed", "kept", "words"), TAKEN)
def test_rhythm_is_set_and_readers_are_told(
    office: Client, client: Client, letter: Newsletter, typed: Any, kept: Any, words: str
) -> None:
    edit = reverse(EDIT, args=[letter.pk])
    assert office.post(edit, filled(letter, **typed)).status_code == 302
    letter.refresh_from_db()
    assert (letter.rhythm, letter.weekdays, letter.counted_from) == kept
    assert words in office.get(reverse(LIST), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert f"Comes {words}." in client.get(letter.url).content.decode()
    with translation.override("en"):
        assert f"Comes {words}." in showing.box(None)
    form = office.get(edit).content.decode()
    assert form.count('name="weekdays"') == 7
    assert form.count('name="weekdays" value') == 7


FAULTS = [
    ({"weekdays": []}, {"weekdays"}),
    ({"weekdays": ["7"]}, {"weekdays"}),
    ({"rhythm": "first", "weekdays": [0, 4]}, {"weekdays"}),
    ({"rhythm": "fortnightly", "counted_from": ""}, {"counted_from"}),
    ({"rhythm": "fortnightly", "counted_from": "yesterday"}, {"counted_from"}),
    ({"rhythm": "yearly"}, {"rhythm"}),
    ({"weekdays": range(5), "drafted_before": 23}, {"drafted_before"}),
    ({"weekdays": [1, 4], "drafted_before": 71}, {"drafted_before"}),
    ({"drafted_before": 145}, {"drafted_before"}),
]


@pytest.mark.parametrize(("typed", "faulty"), FAULTS)
def test_fault_in_a_rhythm_stands_at_its_field(
    office: Client, letter: Newsletter, typed: Any, faulty: set[str]
) -> None:
    answer = office.post(reverse(EDIT, args=[letter.pk]), filled(letter, **typed))
    form = answer.context["form"]
    assert isinstance(form, NewsletterForm)
    assert (answer.status_code, set(form.errors)) == (200, faulty)
    before = letter.calendar
    letter.refresh_from_db()
    assert letter.calendar == before


def test_preview_shows_the_box_with_what_is_typed(office: Client, letter: Newsletter) -> None:
    url = reverse("wagtailsnippets_newsletters_newsletter:preview_on_edit", args=[letter.pk])
    assert office.post(url, filled(letter, heading="Typed just now")).json()["is_valid"]
    for mode in ("box", "page"):
        page = office.get(url, {"mode": mode})
        assert page.status_code == 200
        assert b'action="/abo/anmelden/"' in page.content
    assert b"Typed just now" in office.get(url, {"mode": "box"}).content
    letter.refresh_from_db()
    assert letter.heading != "Typed just now"


def test_moved_newsletter_changes_the_box_and_orders_the_pages(
    office: Client, letter: Newsletter
) -> None:
    last = newsletter("sunday", position=7)
    BakeOrder.objects.all().delete()
    url = reverse("wagtailsnippets_newsletters_newsletter:reorder", args=[last.pk])
    assert office.post(f"{url}?position=0").json() == {"success": True}
    assert showing.first_open() == last
    assert BakeOrder.objects.filter(ingredient=showing.ALL).exists()
    office.post(url)
    assert list(Newsletter.objects.all()) == [letter, last]


def test_subscribers_are_found_filtered_and_counted(office: Client, letter: Newsletter) -> None:
    row = confirmed(letter)
    row.person.first_name, row.person.last_name = "Lene", "Hansen"
    row.person.save()
    subscribe.ask(letter, email="otto@bote.example", at=AT)
    confirmed(newsletter("sunday"), "only@sunday.example")
    url = reverse("newsletter_subscribers", args=[letter.pk])

    def seen(**query: str) -> set[str]:
        text = office.get(url, query).content.decode()
        known = (LENE, "otto@bote.example", "only@sunday.example")
        return {email for email in known if f">\n{email}" in text or f"{email}" in text}

    assert seen() == {LENE, "otto@bote.example"}
    assert seen(q="LENE@") == seen(q="hansen lene") == seen(state="confirmed") == {LENE}
    assert seen(q="otto@bote") == {"otto@bote.example"}
    assert seen(q="nobody at all") == seen(state="paused") == set()
    for strange in ("x", "-", "99999999999999999999", "-1"):
        assert office.get(url, {"p": strange}).status_code == 200


def test_pages_by_key_show_everybody_once_both_ways(letter: Newsletter) -> None:
    keys = [confirmed(letter, f"r{n}@bote.example").pk for n in range(7)][::-1]
    pages = finding.Keyset(Subscription.objects.filter(newsletter=letter), 3)
    first = pages.get_page(None)
    second = pages.get_page(str(first.older))
    third = pages.get_page(second.older)
    found = [row.pk for leaf in (first, second, third) for row in leaf.object_list]
    assert found == keys
    assert (first.newer, third.older) == (0, 0)
    assert pages.get_page(third.newer).object_list == second.object_list
    assert pages.get_page(second.newer).object_list == first.object_list
    assert pages.get_page(-(10**30)).object_list == first.object_list


def test_page_costs_the_same_for_three_as_for_one(office: Client, letter: Newsletter) -> None:
    url = reverse("newsletter_subscribers", args=[letter.pk])
    costs = []
    for emails in (["a@bote.example"], ["b@bote.example", "c@bote.example"]):
        for email in emails:
            confirmed(letter, email)
        office.get(url)
        with CaptureQueriesContext(connection) as queries:
            office.get(url)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_office_pauses_resumes_and_ends_and_history_tells(
    office: Client, letter: Newsletter
) -> None:
    row = confirmed(letter)
    returned(LENE, words="mailbox full, please try later", hard=False, lasting=False)
    seen = []
    for name in ("pause", "pause", "resume", "end", "resume"):
        url = reverse("newsletter_deed", args=[row.pk, name])
        assert office.get(url).status_code == 200
        row.refresh_from_db()
        before = row.state
        office.post(url)
        row.refresh_from_db()
        seen.append((before, row.state))
    assert [became for _was, became in seen] == [
        "paused", "paused", "confirmed", "left", "left",
    ]  # fmt: skip
    by = row.changes.filter(way=Change.Way.OFFICE).values_list("by__first_name", flat=True)
    assert list(by) == ["Otto"] * 3
    page = office.get(reverse("newsletter_subscriber", args=[row.pk])).content.decode()
    assert letter.consent_text in page
    assert "mailbox full" in page
    assert page.count("Otto Reuter") >= 3


def test_nobody_is_confirmed_by_the_office(office: Client, letter: Newsletter) -> None:
    subscribe.ask(letter, email=LENE, at=AT)
    row = Subscription.objects.get()
    for name in ("pause", "resume"):
        office.post(reverse("newsletter_deed", args=[row.pk, name]))
    row.refresh_from_db()
    assert row.state == "asked"
    for name in ("confirm", "subscribe", "come_back"):
        assert office.post(f"/redaktion/subscribers/{row.pk}/{name}/").status_code == 404


def test_complaint_is_forgiven_only_by_the_office_and_brings_no_mail(
    office: Client, letter: Newsletter
) -> None:
    row = confirmed(letter)
    suppression.suppress(LENE, Suppression.Why.COMPLAINT, at=AT)
    subscribe.complained(LENE, at=AT)
    mail.outbox.clear()
    subscribe.ask(letter, email=LENE, at=AT + DAY)
    subscribe.send_link(LENE, at=AT + DAY)
    row.refresh_from_db()
    assert (mail.outbox, row.state) == ([], "left")
    office.post(reverse("newsletter_deed", args=[row.pk, "forgive"]))
    assert suppression.why(LENE) is None
    subscribe.ask(letter, email=LENE, at=AT + 2 * DAY)
    assert [message.to for message in mail.outbox] == [[LENE]]
    row.refresh_from_db()
    assert row.state == "asked"


def test_dead_address_comes_to_life_by_the_click(letter: Newsletter) -> None:
    suppression.suppress(LENE, Suppression.Why.DEAD, at=AT)
    confirmed(letter)
    assert suppression.why(LENE) is None


def test_export_is_streamed_and_written_down(office: Client, letter: Newsletter) -> None:
    confirmed(letter)
    url = reverse("newsletter_export", args=[letter.pk])
    assert office.get(url).status_code == 200
    assert b"error-message" in office.post(url, {}).content
    answer = office.post(url, {"states": ["confirmed", "left"]})
    assert answer.streaming
    assert LENE in b"".join(answer.streaming_content).decode("utf-8-sig")
    told = office.get(reverse("wagtailsnippets_newsletters_newsletter:history", args=[letter.pk]))
    assert "newsletters.exported" in {entry.action for entry in told.context["object_list"]}


def test_screens_are_closed_to_who_does_not_keep_them(client: Client, letter: Newsletter) -> None:
    row = confirmed(letter)
    chief = sit_down(client, "chief editor")
    assert chief.get(reverse(LIST)).status_code == 200
    assert chief.get(reverse("newsletter_growth", args=[letter.pk])).status_code == 200
    for name, pk in (
        ("newsletter_subscribers", letter.pk),
        ("newsletter_export", letter.pk),
        ("newsletter_subscriber", row.pk),
    ):
        assert chief.get(reverse(name, args=[pk])).status_code == 302
    chief.post(reverse("newsletter_deed", args=[row.pk, "end"]))
    row.refresh_from_db()
    assert row.state == "confirmed"


def change(letter: Newsletter, at: dt.datetime, was: str, became: str) -> None:
    Change.objects.create(newsletter=letter, at=at, was=was, became=became, way="form")


def test_growth_is_the_same_before_and_after_days_are_counted(letter: Newsletter) -> None:
    begin = AT - 21 * DAY  # a Tuesday
    change(letter, begin, "", "asked")
    change(letter, begin, "asked", "confirmed")
    change(letter, begin + DAY, "", "confirmed")
    change(letter, begin + 8 * DAY, "confirmed", "paused")
    change(letter, begin + 9 * DAY, "paused", "left")
    change(letter, begin + 21 * DAY, "paused", "confirmed")

    def weeks() -> list[tuple[int, int, int]]:
        found = growth.weeks(letter, on=AT.date(), number=52)
        assert [week.begins.weekday() for week in found] == [0] * len(found)
        return [(week.joined, week.left, week.confirmed) for week in found]

    told = [(2, 0, 2), (0, 1, 1), (0, 0, 1), (0, 0, 2)]
    assert weeks() == told
    for at in (begin + 9 * DAY, AT, AT, AT + DAY):
        growth.count_days(at=at)
        assert weeks() == told
    assert DayCount.objects.count() == 5
    assert [w.confirmed for w in growth.weeks(letter, on=AT.date(), number=2)] == [1, 2]
    late = AT - HOUR  # written down around midnight
    change(letter, late, "", "confirmed")
    growth.count_days(at=AT + DAY)
    assert weeks()[-1] == (1, 0, 3)


def test_growth_page_draws_tells_and_holds_when_empty(office: Client, letter: Newsletter) -> None:
    url = reverse("newsletter_growth", args=[letter.pk])
    assert b'<svg class="plot-field"' not in office.get(url).content
    now = dt.datetime.now(growth.zone_of_paper())  # weeks ago by its clock, whatever DST did
    for weeks in (9, 4, 1):
        change(letter, now - weeks * 7 * DAY, "", "confirmed")
    for span in ("13", "52", "520", "x", ""):
        page = office.get(url, {"weeks": span})
        assert page.content.count(b'<svg class="plot-field"') == 2
        assert len(page.context["weeks"]) == 10


def test_what_came_back_is_drawn_by_week_and_reason(office: Client, letter: Newsletter) -> None:
    path = reverse("bounces_by_week")
    assert "<svg" not in office.get(path).content.decode().partition("nice-padding")[2]
    for number, reason in enumerate(["user"] * 5 + ["full", "rate", "policy", "size"]):
        row = returned(f"{number}@bote.example", hard=False, lasting=True)
        at = timezone.now() - number * 5 * DAY
        Bounce.objects.filter(pk=row.pk).update(reason=reason, at=at)
    old = returned("alt@bote.example", hard=True, lasting=True)
    Bounce.objects.filter(pk=old.pk).update(at=timezone.now() - 200 * DAY)
    answer = office.get(path)
    assert len(answer.context["headings"]) == 5
    assert sum(sum(numbers) for _week, numbers in answer.context["rows"]) == 9
    assert len(answer.context["drawn"].legend) == 4
    Person.objects.get(first_name="Otto").groups.clear()
    assert office.get(path).status_code != 200


def test_fresh_link_says_the_same_to_everybody(client: Client, letter: Newsletter) -> None:
    confirmed(letter)
    mail.outbox.clear()
    ours = {"Sec-Fetch-Site": "same-origin"}

    def ask(email: str, **headers: str) -> Any:
        return client.post("/abo/neuer-link/", {"email": email}, headers=headers or ours)

    ContactAddress.objects.create(person=Person.objects.create_user(), email="none@bote.example")
    answers = {
        ask(email).content.replace(email.encode(), b"")
        for email in (LENE, "strange@bote.example", "none@bote.example")
    }
    assert len(answers) == 1
    assert [message.to for message in mail.outbox] == [[LENE]]
    assert "einstellungen" in str(mail.outbox[0].body)
    ask(LENE)
    assert len(mail.outbox) == 1
    assert ask(LENE, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert ask("lene").status_code == 422
    assert client.get("/abo/neuer-link/").status_code == 200
    assert client.cookies == {}
