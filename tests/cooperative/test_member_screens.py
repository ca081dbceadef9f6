"""Members at the office: found, seen with all that happened, and what is written about them."""

import datetime as dt
from hashlib import sha256
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from allmende.cooperative import register, shares
from allmende.cooperative.models import MemberPaper, Membership, RegisterEvent
from allmende.people.roles import Role
from tests.cooperative import books, members, screens
from tests.cooperative.cast import DAY, NOW, confirmed, statute_like
from tests.cooperative.screens import text
from tests.factories import payments as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
BASE = "/redaktion/cooperative/members/"


@pytest.fixture(autouse=True)
def bank(paper: object) -> None:
    make.bank_account()


def act(client: Client, of: Membership, code: str, *, sure: bool = True, **sent: Any) -> Any:
    """The form as it is opened now, sent; with `sure` done, else shown in numbers."""
    page = client.get(f"{BASE}{of.pk}/{code}/")
    seen = page.context["seen"] if page.status_code == 200 else ""
    confirmed = {"sure": "1"} if sure else {}
    return client.post(f"{BASE}{of.pk}/{code}/", {"seen": seen, **sent, **confirmed})


def test_an_empty_list_says_so(office: Client):
    assert "Noch niemand." in text(office.get(BASE))
    assert "Niemand zu „Zorn“ gefunden" in text(office.get(BASE, {"q": "Zorn"}))


@pytest.mark.parametrize(
    "words",
    ["2", "özt", "Öztürk leyla", "Hof 9", "04275", "LEYLA@x", "leyla@x.example", "rote", "ÖZTÜRK"],
)
def test_somebody_is_found_by_whatever_they_say(office: Client, words: str):
    statute_like()
    members.member()
    leyla = members.person(first_name="Leyla", last_name="Öztürk")
    leyla.contact_addresses.create(email="leyla@x.example", created_at=NOW)
    found = members.member(
        by=leyla, first_names="Leyla", last_name="Öztürk", street="Rote Gasse, Hof 9",
        postcode="04275",
    )  # fmt: skip
    rows = office.get(BASE, {"q": words}).context["rows"]
    assert [row.membership for row in rows] == [found]
    assert rows[0].name == "Leyla Öztürk"


def test_former_members_are_found_when_asked_for(office: Client):
    statute_like()
    found = members.member()
    members.record("ended", found, dt.date(2026, 12, 31), shares=1, nominal=members.SHARE)
    assert "Noch niemand" in text(office.get(BASE))
    for view in ("former", "all"):
        assert "Ada Lovelace" in text(office.get(BASE, {"zeige": view}))
    assert "Noch niemand" in text(office.get(BASE, {"zeige": "x"}))


def test_the_list_asks_the_same_whatever_its_length(office: Client):
    statute_like()
    asked = []
    for _number in range(3):
        members.member()
        office.get(BASE)
        with CaptureQueriesContext(connection) as queries:
            office.get(BASE)
        asked.append(len(queries))
    assert asked[0] == asked[2]


def test_one_member_is_shown_with_a_life(office: Client):
    statute_like()
    found = members.member(2, paid=300_00)
    shares.declare(found, shares=1, declared_on=DAY, at=NOW)
    moved = {**members.DETAILS, "street": "Markt 8", "town": "Oberau"}
    wrong = members.record("details", found, DAY, payload={"details": {**moved, "town": "Au"}})
    members.record("details", found, DAY, payload={"details": moved})
    register.correct(wrong, why="vertippt", by=None, at=NOW)
    told = text(office.get(f"{BASE}{found.pk}/"))
    for words in (
        "Ada Lovelace", "Markt 8", "2 × 500 €", "700 € noch offen",
        "1 weiterer Anteil wartet auf den Vorstand",
        "Aufgenommen als Mitglied 1: 2 Anteile zu je 500 €", "Eingezahlt: 300 €",
        f"seit Eintrag {wrong.number + 2} als falsch bekannt",
        f"Berichtigung: Eintrag {wrong.number} war falsch. vertippt",
        "von der Aufnahme noch nicht benachrichtigt", "Am Auwald 3",
    ):  # fmt: skip
        assert words in told


def test_others_are_kept_out():
    statute_like()
    found = members.member()
    client, _person = screens.of("Edi", Role.EDITOR)
    for path in (BASE, f"{BASE}{found.pk}/", f"{BASE}{found.pk}/notice/"):
        assert client.get(path).status_code in (302, 403)
        assert client.post(path).status_code in (302, 403, 405)
    assert BASE not in client.get("/redaktion/").content.decode()


def test_the_office_does_not_exclude(office: Client):
    statute_like()
    found = members.member()
    path = f"{BASE}{found.pk}/exclude/"
    assert office.get(path).status_code in (302, 403)
    office.post(path, {"decided_on": "2026-03-01", "why": "x", "sure": "1"})
    assert not RegisterEvent.objects.filter(kind="excluded").exists()
    assert path not in office.get(f"{BASE}{found.pk}/").content.decode()


def test_a_notice_shows_its_end_before_it_is_recorded(
    office: Client, mailoutbox: list[mail.EmailMessage]
):
    statute_like()
    found = members.member(3, paid=1500_00)
    sent = {"received_on": "2026-05-04", "shares": "2"}
    told = text(act(office, found, "notice", sure=False, **sent))
    assert "2 Anteile zum 31. Dezember 2026" in told
    assert "1.000 € frei" in told
    assert not RegisterEvent.objects.filter(kind="notice").exists()
    assert "keine E-Mail-Adresse" in told
    page = office.get(f"{BASE}{found.pk}/notice/")
    assert "Ansehen, was geschieht" in text(page)
    both = {"seen": page.context["seen"], **sent, "sure": "1"}
    for _click in range(2):
        assert office.post(f"{BASE}{found.pk}/notice/", both).status_code == 302
    assert RegisterEvent.objects.filter(kind="notice").count() == 1
    told = text(office.get(f"{BASE}{found.pk}/"))
    assert "Nichts wurde doppelt geschrieben" in told
    assert "2 Anteile enden am 31. Dezember 2026" in told
    notice = RegisterEvent.objects.get(kind="notice")
    assert str(notice.actor) == "Nora Reuter"
    act(office, found, "withdraw", on="2026-05-05", notice=str(notice.number))
    assert "Anteile enden am" not in text(office.get(f"{BASE}{found.pk}/"))


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"shares": "9"}, None, "Die Mitgliedschaft endet am"),
        ({"received_on": "2099-01-01"}, "received_on", "kommt erst noch"),
        ({"early": "on"}, "decided_on", "braucht einen Beschluss"),
        ({"early": "on", "decided_on": "2026-05-05"}, "early", "kein vorzeitiges Ende"),
        ({"received_on": "2019-05-04"}, "__all__", "galt keine Satzung"),
    ],
)
def test_what_a_notice_cannot_be_is_said_at_its_field(
    office: Client, sent: dict[str, str], field: str | None, words: str
):
    statute_like()
    found = members.member(2)
    answer = act(office, found, "notice", **{"received_on": "2026-05-04", "shares": "1", **sent},
                 sure=False)  # fmt: skip
    assert words in text(answer)
    assert answer.status_code == (422 if field else 200)
    assert (field in answer.context["form"].errors) if field else True


def test_compulsory_shares_end_only_as_a_whole(office: Client):
    statute_like(compulsory_shares=2)
    found = members.member(3)
    answer = act(office, found, "notice", received_on="2026-05-04", shares="2")
    assert "Nur die ganze Mitgliedschaft kann enden" in text(answer)
    assert not RegisterEvent.objects.filter(kind="notice").exists()


def test_name_and_address_change_from_a_day_on(office: Client):
    statute_like()
    found = members.member()
    form = office.get(f"{BASE}{found.pk}/details/").context["form"]
    assert form["street"].value() == "Am Auwald 3"
    sent = {**members.DETAILS, "street": "Markt 8", "on": "2026-06-01"}
    act(office, found, "details", **sent)
    told = text(office.get(f"{BASE}{found.pk}/"))
    assert "Ab 1.6.2026: Ada Lovelace, Markt 8, 04109 Auental" in told
    assert "Am Auwald 3" in told
    answer = act(office, found, "details", **{**sent, "last_name": ""})
    assert "Es braucht einen Nachnamen" in text(answer)
    answer = act(office, found, "details", **{**sent, "on": "2020-01-01"})
    assert "bestand die Mitgliedschaft noch nicht" in text(answer)


def test_representative_group_and_letter_are_recorded(office: Client):
    law = statute_like()
    found = members.member()
    other = next(one.code for one in law.groups.all() if one.code != found.group)
    act(office, found, "representative", name="Ida Ott", why="Vollmacht", on="2026-04-01")
    act(office, found, "group", group=other, on="2026-04-01")
    act(office, found, "told", on="2026-04-02")
    found.refresh_from_db()
    assert (found.group, found.told) == (other, True)
    assert "Vertreten durch Ida Ott" in text(office.get(f"{BASE}{found.pk}/"))
    assert (
        act(office, found, "told", on="2026-04-02").status_code == 302
    )  # nothing to tell any more
    assert RegisterEvent.objects.filter(kind="notified").count() == 1


def test_further_shares_on_paper_wait_for_the_board(office: Client):
    statute_like(most_shares=3)
    found = members.member(2)
    sent = {"declared_on": "2026-04-01", "shares": "1", "instalments": "1"}
    told = text(act(office, found, "more", sure=False, **sent))
    assert "Weitere Anteile: 1, 500 €" in told
    assert "Der Vorstand kann sie noch nicht zulassen" in told
    act(office, found, "more", **sent)
    found.refresh_from_db()
    assert found.wanted == 1
    assert "So viele Anteile" in text(act(office, found, "more", **sent))


def test_shares_go_to_another_member_or_somebody_new(office: Client, bea: Client):
    law = statute_like()
    giver, taker = members.member(3), members.member(1)
    books.credit(giver, 1500_00, on=DAY)
    books.credit(taker, 500_00, on=DAY)
    sent = {"declared_on": "2026-04-01", "on": "2026-04-02", "shares": "1"}
    told = text(act(office, giver, "transfer", sure=False, to=str(taker.number), **sent))
    assert "hält nach dem 2. April 2026 noch 2 Anteile" in told
    assert "500 € geht mit" in told
    act(office, giver, "transfer", to=str(taker.number), **sent)
    taker.refresh_from_db()
    assert (taker.shares, taker.credit_cents) == (2, 1000_00)
    for to in ({"to": "99"}, {"to": str(giver.number)}, {}):
        assert act(office, giver, "transfer", **sent, **to).status_code == 422
    new = Membership.objects.get(key=confirmed(law).key)
    sent["joining"] = str(new.pk)
    assert "vom Vorstand aufgenommen" in text(act(office, giver, "transfer", **sent))
    act(bea, giver, "transfer", **sent)
    new.refresh_from_db()
    giver.refresh_from_db()
    assert (new.number, new.shares, giver.shares) == (3, 1, 1)
    assert "Übernommen: 1 Anteil" in text(office.get(f"{BASE}{new.pk}/"))
    assert books.wrong() == []


def test_exclusion_has_its_three_days(bea: Client):
    statute_like()
    found = members.member()
    sent = {"decided_on": "2026-04-01", "why": "§ 9 der Satzung"}
    told = text(act(bea, found, "exclude", sure=False, **sent))
    assert "31. Dezember 2026" in told
    act(bea, found, "exclude", **sent)
    answer = act(bea, found, "posted", on="2026-03-31")
    assert "oder er kam später" in text(answer)
    act(bea, found, "posted", on="2026-04-03")
    told = text(bea.get(f"{BASE}{found.pk}/"))
    assert "Ausschluss beschlossen: § 9 der Satzung" in told
    assert "Rechte erloschen am 3. April 2026" in told
    act(bea, found, "revoke", on="2026-04-10")
    assert "Rechte erloschen" not in text(bea.get(f"{BASE}{found.pk}/"))


def test_death_stops_all_and_heirs_are_named(office: Client):
    statute_like()
    found = members.member()
    told = text(act(office, found, "died", sure=False, on="2026-04-01"))
    assert "Die Erben sind Mitglied bis 31. Dezember 2026" in told
    act(office, found, "died", on="2026-04-01")
    act(office, found, "heirs", heirs="Ida Ott; Markt 1\nOtto Ott", on="2026-05-01")
    told = text(office.get(f"{BASE}{found.pk}/"))
    assert "Verstorben am 1.4.2026" in told
    assert "Erben: Ida Ott; Otto Ott" in told
    assert act(office, found, "died", on="2026-04-01").status_code == 302


def test_what_there_is_not_is_not_found(office: Client):
    statute_like()
    found = members.member()
    applied = members.applied()
    assert office.get(f"{BASE}{found.pk}/dance/").status_code == 404
    assert office.get(f"{BASE}{applied.pk}/").status_code == 404
    assert office.get(f"{BASE}{applied.pk}/notice/").status_code == 404


# --- Papers -----------------------------------------------------------------------------------


def pdf(content: bytes = b"%PDF-1.7 a certificate") -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", content, content_type="application/pdf")


def test_a_paper_stays_sealed_beside_its_entry_and_who_opens_it_is_written_down(office: Client):
    statute_like()
    ada = members.member()
    assert "multipart/form-data" in office.get(f"{BASE}{ada.pk}/died/").content.decode()
    told = act(office, ada, "died", sure=False, on="2026-02-01")
    assert 'type="file"' in told.content.decode()  # asked for with the confirmation
    act(office, ada, "died", on="2026-02-01", paper=pdf())
    event = RegisterEvent.objects.get(kind="died")
    assert event.document == sha256(b"%PDF-1.7 a certificate").hexdigest()
    assert b"certificate" not in bytes(MemberPaper.objects.get().sealed)
    path = f"{BASE}{ada.pk}/papers/{event.number}/"
    assert path in office.get(f"{BASE}{ada.pk}/").content.decode()
    answer = office.get(path)
    assert answer.content == b"%PDF-1.7 a certificate"
    assert "no-store" in answer["Cache-Control"]
    (entry,) = ModelLogEntry.objects.filter(action="cooperative.paper_opened")
    assert (entry.user.first_name, entry.data) == ("Nora", {"entry": event.number})
    editor, _person = screens.of("Edi", Role.EDITOR)
    assert editor.get(path).status_code in (302, 403)
    assert office.get(f"{BASE}{ada.pk}/papers/1/").status_code == 404


def test_what_is_no_paper_is_refused_and_nothing_is_entered(office: Client):
    statute_like()
    ada = members.member()
    answer = act(office, ada, "died", on="2026-02-01", paper=pdf(b"MZ"))
    assert answer.status_code == 422
    assert "weder ein PDF noch ein Bild" in text(answer)
    assert not RegisterEvent.objects.filter(kind="died").exists()
