"""The office's screens: the list, typing in by keyboard, arrivals, printouts, statutes."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.cooperative import declaration, joining, keeping, staff_roles, statute
from allmende.cooperative.declaration import Way
from allmende.cooperative.models import Declaration, Printout, Statute
from allmende.people.roles import Role
from tests.cooperative.cast import LENE, PDF, applicant, confirmed, statute_like, wish
from tests.cooperative.screens import text
from tests.people import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
BASE = "/redaktion/cooperative/declarations/"
STATUTES = "/redaktion/cooperative/statutes/"
TYPED = {
    "arrived_on": "2026-03-02",
    "last_name": "Brandl",
    "first_names": "Friederike",
    "street": "Am Wehr 7",
    "postcode": "00418",
    "town": "Niederau",
    "country": "DE",
    "group": "readers",
    "shares": "2",
    "instalments": "1",
}


@pytest.fixture
def office(client: Client) -> Client:
    person = cast.staff("Nora", Role.OFFICE)
    staff_roles.lay_permissions()
    cast.come_in(client, person)
    return client


def test_declarations_are_listed_and_found_by_whole_name_or_address(office: Client):
    law = statute_like()
    found = confirmed(law)
    confirmed(law, email="otto@bote.example", first_names="Otto", last_name="Weiß")
    html = office.get(BASE).content.decode()
    assert "Lene Marie Ott" in html
    assert "Otto Weiß" in html
    for words in ("lene marie ott", LENE):
        html = office.get(BASE, {"q": words}).content.decode()
        assert f"{BASE}{found.pk}/" in html
        assert "Otto Weiß" not in html


def test_one_declaration_shows_every_word_and_its_paper(office: Client):
    found = confirmed(statute_like(notice_months=24))
    html = office.get(f"{BASE}{found.pk}/").content.decode()
    assert "Am Wehr 3" in html
    assert "<strong>Ich nehme ausdrücklich zur Kenntnis" in html
    assert office.get(f"{BASE}{found.pk}.pdf").content == keeping.paper_of(found)


def test_what_is_forgotten_is_said_to_be(office: Client):
    found = confirmed(statute_like())
    declaration.decide(found, declaration.State.REFUSED, at=timezone.now())
    declaration.forget(found, at=timezone.now())
    assert "Ott" not in office.get(BASE).content.decode()
    html = office.get(f"{BASE}{found.pk}/").content.decode()
    assert "ist gelöscht" in html
    assert office.get(f"{BASE}{found.pk}.pdf").status_code == 404


def test_typing_in_leads_to_the_next_with_the_same_day(
    office: Client, mailoutbox: list[mail.EmailMessage]
):
    statute_like()
    answer = office.post(f"{BASE}new/", TYPED)
    assert answer["Location"] == f"{BASE}new/?am=2026-03-02"
    html = office.get(answer["Location"]).content.decode()
    assert 'value="2026-03-02"' in html
    assert "autofocus" in html
    found = Declaration.objects.get()
    assert (found.way, found.state) == ("paper", "stands")
    assert (found.declared_on, found.shares) == (dt.date(2026, 3, 2), 2)
    assert str(found.typed_by) == "Nora Reuter"
    assert not [letter for letter in mailoutbox if "Erklärung" in letter.subject]  # no address


def test_what_was_typed_in_wrongly_is_listed_on_top_and_beside_the_field(office: Client):
    statute_like()
    later = (timezone.localdate() + dt.timedelta(days=1)).isoformat()
    wrong = {**TYPED, "town": "", "born_on": later}
    html = office.post(f"{BASE}new/", wrong).content.decode()
    top, _form, below = html.partition('enctype="multipart/form-data"')
    for field in ("town", "born_on"):
        assert f'href="#id_{field}"' in top
    words = "Dieser Tag kommt erst noch."
    assert words in top
    assert words in below
    assert 'value="Brandl"' in below
    assert not Declaration.objects.exists()


def test_whoever_no_mail_reaches_is_told_of_a_refusal_by_letter_before_they_are_forgotten(
    office: Client, bea: Client
):
    """Their address and the paper to give back are needed for it (§ 15 (2) GenG)."""
    statute_like()
    office.post(f"{BASE}new/", TYPED)
    found = Declaration.objects.get()
    choice = {f"choice-d{found.pk}": "refuse", "decided_on": timezone.localdate().isoformat()}
    done = text(bea.post("/redaktion/cooperative/board/", {**choice, "sure": "1"}))
    assert "abgelehnt · keine E-Mail-Adresse: per Brief zu benachrichtigen" in done
    late = timezone.now() + declaration.NOTICE_TIME * 9
    assert declaration.forget_due(at=late) == 0
    assert "Abgelehnt und per Brief zu benachrichtigen" in text(
        office.get("/redaktion/cooperative/tasks/")
    )
    assert "Am Wehr 7" in text(office.get(f"{BASE}refusals/"))
    page = f"{BASE}{found.pk}/"
    assert "Per Brief zu benachrichtigen" in text(office.get(page))
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert "Dieser Tag kommt erst noch." in text(office.post(page, {"posted_on": tomorrow}))
    before = timezone.localdate() - dt.timedelta(days=1)
    assert "noch nicht entschieden" in text(office.post(page, {"posted_on": before}))
    assert declaration.forget_due(at=late) == 0
    sent = {"posted_on": timezone.localdate()}
    assert "Der Brief ist vermerkt." in text(office.post(page, sent, follow=True))
    assert declaration.told(found, on=timezone.localdate()) is False
    assert declaration.forget_due(at=timezone.now()) == 1
    assert "ist gelöscht" in text(office.get(page))
    assert declaration.without_letter() == []


def test_a_twin_is_warned_of_and_typed_in_anyway(office: Client):
    law = statute_like()
    confirmed(law, first_names="Friederike", last_name="Brandl")
    html = office.post(f"{BASE}new/", TYPED).content.decode()
    assert "Vielleicht ist diese schon da" in html
    assert 'value="Am Wehr 7"' in html
    assert Declaration.objects.count() == 1
    assert office.post(f"{BASE}new/", {**TYPED, "anyway": "1"}).status_code == 302
    assert Declaration.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_name": ""},
        {"shares": "0"},
        {"shares": "26", "preset": "junge-welt"},
        {"arrived_on": "2099-01-01"},
        {"town": ""},
    ],
)
def test_what_is_typed_wrong_is_not_kept(office: Client, wrong: dict[str, str]):
    law = statute_like(wrong.pop("preset", "nd"))
    group = law.groups.all()[0].code
    assert office.post(f"{BASE}new/", {**TYPED, "group": group, **wrong}).status_code == 200
    assert not Declaration.objects.exists()


def test_a_scan_is_kept_and_must_be_a_pdf(office: Client):
    statute_like()
    scan = SimpleUploadedFile("scan.exe", b"MZ")
    assert office.post(f"{BASE}new/", {**TYPED, "scan": scan}).status_code == 200
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.4 scan")
    office.post(f"{BASE}new/", {**TYPED, "scan": scan})
    assert keeping.paper_of(Declaration.objects.get()) == b"%PDF-1.4 scan"


def test_the_arrival_of_a_signed_form_is_noted_once(office: Client):
    law = statute_like("taz")
    found = declaration.declare(
        applicant(), wish(law), way=Way.PRINTED, at=timezone.now() - dt.timedelta(days=3)
    )
    day = timezone.localdate().isoformat()
    assert "unterschriebene" in office.get(f"{BASE}{found.pk}/").content.decode()
    for _time in range(2):
        office.post(f"{BASE}{found.pk}/", {"arrived_on": day})
    found.refresh_from_db()
    assert (found.state, str(found.declared_on)) == ("stands", day)


def test_printouts_are_a_list_that_should_be_empty(office: Client):
    law = statute_like()
    found = joining.ask_printout(["Lene Ott", "Am Wehr 3"], law=law, at=timezone.now())
    assert "Am Wehr 3" in office.get(f"{BASE}printouts/").content.decode()
    office.post(f"{BASE}printouts/", {"printout": str(found.pk)})
    found.refresh_from_db()
    assert str(found.sent_by) == "Nora Reuter"
    assert "Niemand wartet" in office.get(f"{BASE}printouts/").content.decode()
    assert Printout.objects.count() == 1


def form_of(office: Client, preset: str = "taz", **more: Any) -> dict[str, Any]:
    """What the browser sends: the form as the preset filled it."""
    form = office.get(f"{STATUTES}new/", {"wie": preset}).context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, "", False)}
    document = SimpleUploadedFile("satzung.pdf", PDF)
    return {**sent, "in_force_from": "2020-01-01", "document": document, **more}


def test_a_statute_is_drafted_from_a_preset_and_published_for_good(office: Client):
    answer = office.post(f"{STATUTES}new/", form_of(office))
    found = Statute.objects.get()
    assert answer["Location"] == f"{STATUTES}{found.pk}/"
    assert (found.share_cents, found.instalments, found.instalment_cents) == (500_00, 20, 25_00)
    assert [group.code for group in found.groups.all()] == ["members"]
    with pytest.raises(statute.NoStatute):
        statute.in_force(on=timezone.localdate())
    html = office.get(f"{STATUTES}{found.pk}/").content.decode()
    assert "Endgültig veröffentlichen" in html
    office.post(f"{STATUTES}{found.pk}/")
    assert statute.in_force(on=timezone.localdate()) == found
    html = office.get(f"{STATUTES}{found.pk}/").content.decode()
    assert "Endgültig veröffentlichen" not in html
    assert "Nora Reuter" in html
    assert "jetzt in Kraft" in office.get(STATUTES).content.decode()
    assert office.get(f"{STATUTES}{found.pk}.pdf").content == PDF


def test_groups_are_written_one_a_line(office: Client):
    lines = "readers; Lesende; Readers\nfund; Fonds; Fund; ohne Stimme, investierend"
    office.post(f"{STATUTES}new/", form_of(office, "nd", groups=lines))
    fund = Statute.objects.get().groups.get(code="fund")
    assert (fund.votes, fund.investing, fund.online) == (False, True, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"share_cents": "viel"},
        {"groups": "readers"},
        {"groups": "a; b; c; king"},
        {"instalments": "30"},
        {"document": SimpleUploadedFile("satzung.doc", b"DOC")},
    ],
)
def test_a_statute_that_contradicts_itself_is_not_kept(office: Client, wrong: dict[str, Any]):
    assert office.post(f"{STATUTES}new/", form_of(office, **wrong)).status_code == 200
    assert not Statute.objects.exists()


def test_a_draft_is_thrown_away_and_a_statute_is_not(office: Client):
    found = statute_like(published=False)
    office.post(f"{STATUTES}{found.pk}/", {"delete": "1"})
    assert not Statute.objects.exists()
    found = statute_like()
    office.post(f"{STATUTES}{found.pk}/", {"delete": "1"})
    assert Statute.objects.exists()


def test_editors_see_nothing_of_it(client: Client):
    statute_like()
    cast.come_in(client, cast.staff("Edi", Role.EDITOR))
    for path in (BASE, f"{BASE}new/", f"{BASE}printouts/", STATUTES):
        assert client.get(path).status_code in (302, 403)


def test_the_list_asks_the_same_whatever_its_length(office: Client):
    law = statute_like()
    asked = []
    for number in range(3):
        confirmed(law, email=f"r{number}@bote.example", first_names=f"R{number}")
        office.get(BASE)
        with CaptureQueriesContext(connection) as queries:
            office.get(BASE)
        asked.append(len(queries))
    assert asked[0] == asked[2]
