"""A member's own pages: what they see, declare and ask; and what a stranger learns (nothing)."""

import datetime as dt
import re
import time
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from allmende.cooperative import (
    admission,
    asking,
    capital,
    exclusion,
    forgetting,
    leaving,
    member_papers,
    overview,
    payout_accounts,
    queries,
    shares,
)
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import (
    MemberPaper,
    MemberRequest,
    Membership,
    PayoutAccount,
    RegisterEvent,
    Statute,
)
from allmende.payments.models import BankAccount
from allmende.people import roles
from allmende.people.models import Person
from tests.cooperative import books, cast
from tests.cooperative.cast import LENE, statute_like
from tests.people import cast as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
HOME = "/konto/mitglied/1/"
JOINED = dt.date(2026, 3, 2)


def admitted(law: Statute | None = None, *, count: int = 2, **who: Any) -> Membership:
    """Confirmed online, and admitted: who can sign in."""
    found = cast.declaration.declare(
        cast.applicant(**who), cast.wish(law or statute_like(), shares=count),
        way=cast.declaration.Way.ONLINE, at=cast.NOW,
    )  # fmt: skip
    cast.declaration.confirm(found, at=cast.NOW)
    found.refresh_from_db()
    return admission.admit(found, decided_on=JOINED, by=None, at=cast.NOW)


@pytest.fixture
def account() -> BankAccount:
    return BankAccount.objects.create(
        name="Giro", holder="Auentaler Bote eG", iban="DE02120300000000202051", is_main=True
    )


@pytest.fixture
def lene(account: BankAccount) -> Membership:
    return admitted()


@pytest.fixture
def signed(client: Client, lene: Membership) -> Client:
    people.sign_in(client, LENE)
    mail.outbox.clear()
    return client


def text_of(answer: Any) -> str:
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", words)


def seen(client: Client, path: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', client.get(path).content.decode())
    assert found
    return found[1]


def press(client: Client, path: str, **form: Any) -> Any:
    """The button of the page at this path, as somebody who has just looked at it."""
    return client.post(path, {"seen": seen(client, path), **form}, follow=True)


# --- What is seen, and by whom ------------------------------------------------------------------


def test_account_leads_to_the_membership(signed: Client) -> None:
    page = text_of(signed.get("/konto/"))
    assert "Die Genossenschaft" in page
    assert "Mitglied 1 2 Anteile Ansehen" in page
    assert f'href="{HOME}"' in signed.get("/konto/").content.decode()


def test_reader_who_is_no_member_is_not_told_of_the_cooperative(client: Client) -> None:
    people.reader("nora@bote.example")
    people.sign_in(client, "nora@bote.example")
    assert "Genossenschaft" not in text_of(client.get("/konto/"))


def test_page_shows_number_shares_credit_and_payments(signed: Client, lene: Membership) -> None:
    books.pay(lene, on=JOINED)
    page = text_of(signed.get(HOME))
    for words in (
        "Mitgliedsnummer 1 Mitgliedergruppe Leserinnen und Leser",
        "2. März 2026",
        "2, zusammen 1.000",
        "Noch zu zahlen nichts",
        "gezahlt am 2.3.2026",
    ):
        assert words in page, (words, page)
    assert "DE02" not in page  # nothing is to be paid


def test_page_says_what_is_overdue_and_how_to_pay(signed: Client) -> None:
    page = text_of(signed.get(HOME))
    assert "1 Zahlung für Ihre Anteile ist überfällig" in page
    assert "DE02 1203 0000 0000 2020 51" in page
    assert "Verwendungszweck RF" in page


def test_page_of_instalments_shows_those_that_are_not_written_down_yet(
    client: Client, account: BankAccount
) -> None:
    law = statute_like("taz", declaration_form="text")
    lene = admitted(law, count=1)
    assert lene.shares == 1
    rows = overview.instalments(lene, on=JOINED)
    assert sum(row.money.cents for row in rows) == law.share_cents
    assert [row.paid_on for row in rows] == [None] * len(rows)


@pytest.mark.parametrize(
    "path",
    ["", "auszug.pdf", "beitritt.pdf", "angaben/", "anteile/", "kuendigung/", "erklaerung-3.pdf"],
)
def test_nobody_else_gets_in(client: Client, lene: Membership, path: str) -> None:
    answer = client.get(HOME + path)
    assert (answer.status_code, "/konto/login/" in answer["Location"]) == (302, True)
    people.reader("nora@bote.example")
    people.sign_in(client, "nora@bote.example")
    there, nowhere = client.get(HOME + path), client.get(f"/konto/mitglied/77/{path}")
    assert (there.status_code, nowhere.status_code) == (404, 404)


def test_papers_are_the_members_own(signed: Client) -> None:
    for path in ("auszug.pdf", "beitritt.pdf"):
        answer = signed.get(HOME + path)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_page_is_complete_in_english(signed: Client) -> None:
    answer = signed.get(HOME, headers={"Accept-Language": "en"})
    assert "Still to be paid" in text_of(answer)
    assert "Mitglied" not in text_of(answer)


def test_who_left_sees_what_is_still_to_come(signed: Client, lene: Membership) -> None:
    books.pay(lene, on=JOINED)
    leaving.give_notice(lene, received_on=JOINED, at=cast.NOW)
    lene.refresh_from_db()
    last = lene.leaving_on
    assert last is not None
    leaving.end_due(on=last + dt.timedelta(days=1), at=timezone.now())
    page = text_of(signed.get(HOME))
    assert "Ihre Mitgliedschaft ist am" in page
    assert "1.000" in page
    assert "Die Bilanz dieses Jahres" in page
    for path in ("anteile/", "kuendigung/", "angaben/"):
        assert signed.get(HOME + path).status_code == 404


def test_form_asks_who_came_in_long_ago_to_sign_in_again(
    signed: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    assert signed.get(HOME).status_code == 200
    answer = signed.get(HOME + "kuendigung/")
    assert "/konto/login/" in answer["Location"]


# --- Further shares -----------------------------------------------------------------------------


def test_further_shares_wait_until_all_but_the_last_are_paid(
    signed: Client, lene: Membership
) -> None:
    page = text_of(signed.get(HOME + "anteile/"))
    assert "Noch nicht: 500 € müssen zuerst gezahlt werden." in page
    assert "§ 15b GenG" in page
    assert signed.post(HOME + "anteile/", {"shares": "1"}).status_code == 200
    query = "anteile/pruefen/?anteile=1&raten=1"
    assert signed.get(HOME + query)["Location"] == HOME + "anteile/"
    assert not RegisterEvent.objects.filter(kind=Kind.MORE_DECLARED).exists()


def test_further_shares_are_declared_once_with_their_paper(
    signed: Client, lene: Membership
) -> None:
    books.pay(lene, on=JOINED)
    mail.outbox.clear()
    answer = signed.post(HOME + "anteile/", {"shares": "3"})
    check = answer["Location"]
    page = text_of(signed.get(check))
    assert "Mitglied Nummer 1" in page
    assert "3 weitere Geschäftsanteile zu je 500" in page
    number = seen(signed, check)
    for _twice in range(2):
        answer = signed.post(check, {"seen": number}, follow=True)
    (wish,) = RegisterEvent.objects.filter(kind=Kind.MORE_DECLARED)
    assert (wish.shares, wish.membership) == (3, lene)
    (letter,) = mail.outbox
    assert letter.to == [LENE]
    paper = member_papers.of(lene, wish.number)
    assert paper is not None
    assert [part[1] for part in letter.attachments] == [paper]
    assert signed.get(f"{HOME}erklaerung-{wish.number}.pdf").content == paper
    assert wish.document
    home = text_of(signed.get(HOME))
    assert "haben Sie erklärt, dass Sie 3 weitere Anteile übernehmen" in home
    assert "Der Vorstand entscheidet" in text_of(signed.get(HOME + "anteile/"))


def test_further_shares_are_taken_back_until_the_board_has_decided(
    signed: Client, lene: Membership
) -> None:
    books.pay(lene, on=JOINED)
    wish = shares.declare(lene, shares=3, declared_on=JOINED, at=cast.NOW)
    mail.outbox.clear()
    path = f"{HOME}anteile/{wish.number}/zurueck/"
    assert "Der Vorstand hat noch nicht entschieden" in text_of(signed.get(path))
    number = seen(signed, path)
    for _twice in range(2):
        page = text_of(signed.post(path, {"seen": number}, follow=True))
    assert "Weitere Anteile übernehmen" in page
    (taken,) = RegisterEvent.objects.filter(kind=Kind.MORE_REFUSED)
    assert (taken.word, taken.about_id, taken.actor) == (shares.TAKEN_BACK, wish.number, None)
    lene.refresh_from_db()
    assert lene.wanted == 0
    (letter,) = mail.outbox
    assert "3 weitere Anteile zu übernehmen" in letter.body
    with pytest.raises(shares.NotWanted):  # the board comes too late
        shares.admit(wish, decided_on=JOINED, by=None, at=cast.NOW)


# --- The account for a payout -------------------------------------------------------------------


def test_account_is_asked_for_only_where_something_is_to_be_paid(
    signed: Client, lene: Membership
) -> None:
    assert "Konto für Ihre Auszahlung" not in text_of(signed.get(HOME))
    assert signed.get(HOME + "konto/").status_code == 302
    leaving.give_notice(lene, received_on=JOINED, at=cast.NOW)
    assert "Konto für Ihre Auszahlung" in text_of(signed.get(HOME))


def test_account_is_sealed_confirmed_by_mail_and_forgotten_in_the_end(
    signed: Client, lene: Membership
) -> None:
    notice = leaving.give_notice(lene, received_on=JOINED, at=cast.NOW)
    mail.outbox.clear()
    path = HOME + "konto/"
    wrong = signed.post(path, {"holder": "Lene Ott", "iban": "DE00 1234"})
    assert wrong.status_code == 422
    assert "keine IBAN" in text_of(wrong)
    iban = "DE89 3704 0044 0532 0130 00"
    page = text_of(signed.post(path, {"holder": "Lene Ott", "iban": iban}, follow=True))
    assert "seine IBAN endet mit 3000" in page
    (letter,) = mail.outbox
    assert letter.to == [LENE]
    assert "DE89 … 3000" in letter.body
    row = PayoutAccount.objects.get()
    assert b"DE89" not in bytes(row.sealed)
    told = payout_accounts.receiver(payout_accounts.of(lene))
    assert told
    assert (told.holder, told.iban) == ("Lene Ott", "DE89370400440532013000")
    forgetting.forget_old(on=JOINED, at=cast.NOW)
    assert PayoutAccount.objects.exists()
    leaving.withdraw(lene, notice=notice.number, on=JOINED, at=cast.NOW)
    forgetting.forget_old(on=JOINED, at=cast.NOW)
    assert not PayoutAccount.objects.exists()


def test_paper_of_the_office_is_not_read_on_the_own_page(signed: Client, lene: Membership) -> None:
    notice = leaving.give_notice(lene, received_on=JOINED, at=cast.NOW)
    member_papers.keep(notice, b"%PDF a letter to the board")
    assert "erklaerung-" not in signed.get(HOME).content.decode()
    assert signed.get(f"{HOME}erklaerung-{notice.number}.pdf").status_code == 404


def test_what_law_wants_acknowledged_is_ticked_for_further_shares(
    client: Client, account: BankAccount
) -> None:
    law = statute_like("taz", declaration_form="text")
    lene = admitted(law, count=1)
    people.sign_in(client, LENE)
    check = f"{HOME}anteile/pruefen/?anteile=1&raten=1"
    page = client.get(check).content.decode()
    assert page.count('class="highlighted"') == 1
    assert client.post(check, {"seen": seen(client, check)}).status_code == 422
    assert not overview.wishes(lene)
    press(client, check, ack_notice="on")
    assert [wish.shares for wish in overview.wishes(lene)] == [1]


@pytest.mark.parametrize("told", ["0", "-1", "26", "1e3", "", "99999999"])
def test_more_shares_than_the_statute_allows_are_not_declared(
    signed: Client, lene: Membership, told: str
) -> None:
    books.pay(lene, on=JOINED)
    room = shares.room(lene, capital.projecting.state_of(lene), on=timezone.localdate())
    wanted = str(room + 1) if told == "26" else told
    assert signed.post(HOME + "anteile/", {"shares": wanted}).status_code == 422
    check = signed.get(f"{HOME}anteile/pruefen/?anteile={wanted}&raten=1")
    assert check.status_code == 302


def test_written_form_gives_a_paper_to_sign(client: Client, account: BankAccount) -> None:
    law = statute_like("nd", declaration_form="text", notice_form="written")
    lene = admitted(law)
    books.pay(lene, on=JOINED)
    people.sign_in(client, LENE)
    path = f"{HOME}kuendigung/pruefen/?anteile=1"
    assert "Unterschrift auf Papier" in text_of(client.get(path))
    assert client.get(f"{HOME}kuendigung/formular.pdf?anteile=1").content.startswith(b"%PDF")
    client.post(path, {"seen": str(overview.last(lene))})
    assert not overview.notices(lene, capital.projecting.state_of(lene))
    assert client.get(f"{HOME}anteile/formular.pdf?anteile=1&raten=1").status_code == 404


# --- Notice -------------------------------------------------------------------------------------


def test_notice_shows_its_end_before_it_is_declared(signed: Client, lene: Membership) -> None:
    path = HOME + "kuendigung/"
    foreseen = leaving.foreseen(lene, received_on=timezone.localdate())
    day = f"{foreseen.last_on.day}. Dezember {foreseen.last_on.year}"
    assert day in text_of(signed.get(path))
    check = signed.post(path, {"what": "whole"})["Location"]
    assert f"Ihre Mitgliedschaft endet am {day}" in text_of(signed.get(check))
    lene.refresh_from_db()
    assert lene.leaving_on is None  # looking declares nothing
    answer = press(signed, check)
    assert f"sie wirkt zum {day}" in text_of(answer)
    lene.refresh_from_db()
    assert lene.leaving_on == foreseen.last_on
    assert [letter.to for letter in mail.outbox] == [[LENE]]
    assert f"endet am {day} bereits" in text_of(signed.get(path))


def test_part_of_the_shares_is_given_back_once(client: Client, account: BankAccount) -> None:
    lene, signed, path = admitted(count=4), client, HOME + "kuendigung/"
    books.pay(lene, on=JOINED)  # further shares count as soon as they are paid
    people.sign_in(client, LENE)
    assert signed.post(path, {"what": "some", "shares": "4"}).status_code == 422
    assert signed.post(path, {"what": "some"}).status_code == 422
    assert signed.post(path, {}).status_code == 422
    check = signed.post(path, {"what": "some", "shares": "1"})["Location"]
    number = seen(signed, check)
    signed.post(check, {"seen": number})
    assert "Nichts wurde getan" in text_of(signed.post(check, {"seen": number}, follow=True))
    (notice,) = overview.notices(lene, capital.projecting.state_of(lene))
    assert notice.shares == 1


@pytest.fixture
def hardship(client: Client, account: BankAccount) -> Membership:
    """A member since years, by a statute whose notice takes three years."""
    law = statute_like("nd", notice_months=36, early_exit_months=3)
    found = cast.confirmed(law)
    lene = admission.admit(found, decided_on=JOINED, by=None, at=cast.NOW)
    people.sign_in(client, LENE)
    return lene


def test_earlier_end_is_asked_for_and_takes_the_place_of_the_ordinary_one(
    client: Client, hardship: Membership
) -> None:
    at = dt.datetime(2028, 2, 1, 12, tzinfo=dt.UTC)
    event = asking.give_early_notice(hardship, why="Ich verliere meine Arbeit.", at=at)
    hardship.refresh_from_db()
    assert hardship.leaving_on == event.effective_on == dt.date(2031, 12, 31)
    (request,) = asking.waiting()
    assert asking.told_of(request) == {"why": "Ich verliere meine Arbeit."}
    page = text_of(client.get(HOME))
    assert "Sie haben um ein früheres Ende gebeten" in page
    mail.outbox.clear()
    board = people.staff("Berta", "board")
    asking.answer(request, granted=True, decided_on=dt.date(2028, 2, 9), by=board, at=at)
    hardship.refresh_from_db()
    assert hardship.leaving_on == dt.date(2028, 12, 31)
    assert len(mail.outbox) == 1  # the end that holds; not that a notice was taken back
    with pytest.raises(asking.Answered):
        asking.answer(request, granted=True, decided_on=JOINED, by=board, at=at)


def test_early_notice_is_offered_where_the_statute_knows_it_only(
    signed: Client, lene: Membership
) -> None:
    page = text_of(signed.get(HOME + "kuendigung/pruefen/"))
    assert "Ist das zu spät für Sie?" not in page
    answer = press(signed, HOME + "kuendigung/pruefen/", early="on", why="so")
    assert "endet am" in text_of(answer)
    assert not MemberRequest.objects.exists()


def test_notice_is_taken_back_when_the_board_agrees(signed: Client, lene: Membership) -> None:
    event = leaving.give_notice(lene, received_on=timezone.localdate(), at=timezone.now())
    path = f"{HOME}kuendigung/{event.number}/zurueck/"
    press(signed, path, why="Ich bleibe doch.")
    lene.refresh_from_db()
    assert lene.leaving_on is not None  # it is asked, not done
    assert "Sie haben gebeten, sie zurückzunehmen" in text_of(signed.get(HOME))
    (request,) = asking.waiting()
    mail.outbox.clear()
    board = people.staff("Berta", "board")
    asking.answer(
        request, granted=True, decided_on=timezone.localdate(), by=board, at=timezone.now()
    )
    lene.refresh_from_db()
    assert lene.leaving_on is None
    assert "zurückgenommen" in mail.outbox[0].subject


def test_who_is_refused_is_told_why(signed: Client, lene: Membership) -> None:
    event = leaving.give_notice(lene, received_on=timezone.localdate(), at=timezone.now())
    request = asking.ask(
        lene, MemberRequest.Kind.WITHDRAW, told={"why": ""}, notice=event.number, at=timezone.now()
    )
    mail.outbox.clear()
    asking.answer(
        request, granted=False, decided_on=timezone.localdate(), by=people.staff("Berta", "board"),
        words="Die Anteile sind schon verplant.", at=timezone.now(),
    )  # fmt: skip
    assert "Die Anteile sind schon verplant." in mail.outbox[0].body
    lene.refresh_from_db()
    assert lene.leaving_on is not None


def test_notice_of_somebody_else_is_not_taken_back(signed: Client, lene: Membership) -> None:
    other = admitted(Statute.objects.get(), email="otto@bote.example", first_names="Otto")
    event = leaving.give_notice(other, received_on=timezone.localdate(), at=timezone.now())
    answer = signed.get(f"{HOME}kuendigung/{event.number}/zurueck/")
    assert answer["Location"] == HOME
    with pytest.raises(leaving.NoNotice):
        asking.ask(
            lene, MemberRequest.Kind.WITHDRAW, told={}, notice=event.number, at=timezone.now()
        )


def test_who_was_excluded_declares_nothing(signed: Client, lene: Membership) -> None:
    exclusion.decide(lene, decided_on=JOINED, by=None, why="", at=cast.NOW)
    exclusion.posted(lene, on=JOINED, by=None, at=cast.NOW)
    assert "Was dazu zu sagen ist" in text_of(signed.get(HOME))
    for path in ("anteile/", "kuendigung/", "angaben/"):
        assert signed.get(HOME + path).status_code == 404


# --- Name and address ---------------------------------------------------------------------------

MOVED = {"street": "Neue Gasse 1", "postcode": "04109", "town": "Leipzig", "country": "DE"}


def test_new_address_is_entered_at_once_and_the_old_one_stays_known(
    signed: Client, lene: Membership
) -> None:
    answer = press(signed, HOME + "angaben/", do="address", **MOVED)
    assert "Neue Gasse 1" in text_of(answer)
    now = queries.details(on=timezone.localdate())[lene.pk]
    before = queries.details(on=JOINED)[lene.pk]
    assert (now["town"], now["last_name"]) == ("Leipzig", "Ott")
    assert before["town"] == "Niederau"
    assert "Neue Gasse 1" in mail.outbox[0].body
    count = RegisterEvent.objects.count()
    assert "Nichts ist geändert" in text_of(press(signed, HOME + "angaben/", do="address", **MOVED))
    assert RegisterEvent.objects.count() == count


def test_address_that_is_not_whole_is_asked_for_again(signed: Client) -> None:
    form = {**MOVED, "do": "address", "town": ""}
    answer = signed.post(HOME + "angaben/", form)
    assert answer.status_code == 422
    assert "Neue Gasse 1" in answer.content.decode()  # what was typed is kept


def test_another_name_waits_for_the_office(signed: Client, lene: Membership) -> None:
    form = {"do": "name", "first_names": "Lene", "last_name": "Ott-Berg", "why": "Heirat"}
    press(signed, HOME + "angaben/", **form)
    assert queries.details(on=timezone.localdate())[lene.pk]["last_name"] == "Ott"
    (request,) = asking.waiting()
    assert "um einen anderen Namen gebeten" in text_of(signed.get(HOME))
    press(signed, HOME + "angaben/", **form)
    assert MemberRequest.objects.count() == 1
    clerk = people.staff("Carla", "office")
    asking.answer(
        request, granted=True, decided_on=timezone.localdate(), by=clerk, at=timezone.now()
    )
    found = queries.details(on=timezone.localdate())[lene.pk]
    assert (found["last_name"], found["town"]) == ("Ott-Berg", "Niederau")


# --- What is kept, and until when ---------------------------------------------------------------


def test_paper_is_never_changed(lene: Membership) -> None:
    books.pay(lene, on=JOINED)
    event = asking.take_further(lene, count=1, at=cast.NOW)
    row = MemberPaper.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        MemberPaper.objects.filter(pk=event.pk).update(sealed=b"other")
    with pytest.raises(DatabaseError), transaction.atomic():
        MemberPaper(event=event, sealed=b"other").save(force_insert=True)
    assert MemberPaper.objects.get().sealed == row.sealed


def test_papers_and_requests_go_with_the_member(
    lene: Membership, django_capture_on_commit_callbacks: Any
) -> None:
    books.pay(lene, on=JOINED)
    event = asking.take_further(lene, count=1, at=cast.NOW)
    shares.refuse(event, decided_on=JOINED, by=None, at=cast.NOW)
    asking.ask(lene, MemberRequest.Kind.NAME, told={"why": "x", "details": {}}, at=cast.NOW)
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.forget(lene, on=JOINED, at=cast.NOW)
    assert not MemberPaper.objects.exists()
    assert not MemberRequest.objects.exists()
    assert member_papers.of(lene, event.number) is None


def test_person_of_two_rows_sees_both_memberships(lene: Membership) -> None:
    other = admitted(Statute.objects.get(), email="lene2@bote.example", first_names="Lene")
    assert lene.person is not None
    Person.objects.filter(pk=lene.person.pk).update(merged_into=other.person)
    assert other.person is not None
    assert [row.number for row in overview.memberships(other.person)] == [1, 2]


# --- At the desk --------------------------------------------------------------------------------


def test_board_and_office_answer_what_is_theirs(lene: Membership) -> None:
    event = leaving.give_notice(lene, received_on=timezone.localdate(), at=timezone.now())
    wish = asking.ask(
        lene, MemberRequest.Kind.WITHDRAW, told={"why": "Ich bleibe."}, notice=event.number,
        at=timezone.now(),
    )  # fmt: skip
    details = {"first_names": "Lene", "last_name": "Ott-Berg"}
    name = asking.ask(
        lene, MemberRequest.Kind.NAME, told={"why": "Heirat", "details": details}, at=timezone.now()
    )
    path, today = "/redaktion/cooperative/requests/", timezone.localdate().isoformat()
    berta = people.staff("Berta", "board")
    roles.allow(roles.Role.BOARD, "cooperative.decide_membership")
    board = Client()
    people.come_in(board, berta)
    page = text_of(board.get(path))
    assert "Ich bleibe." in page
    assert "Ott-Berg" in page
    assert page.count("Ablehnen") == 1
    form = {"request": name.key, f"{name.pk}-decided_on": today, "grant": "1"}
    assert board.post(path, form)["Location"] == "/redaktion/"
    form = {"request": wish.key, f"{wish.pk}-decided_on": "", "grant": "1"}
    assert board.post(path, form).status_code == 200
    board.post(path, {**form, f"{wish.pk}-decided_on": today})
    lene.refresh_from_db()
    assert lene.leaving_on is None
    again = board.post(path, {**form, f"{wish.pk}-decided_on": today}, follow=True)
    assert "Jemand hat es schon beantwortet" in text_of(again)
    assert people.staff("Nina", "editor")
    nina = Client()
    people.come_in(nina, Person.objects.get(first_name="Nina"))
    assert nina.get(path).status_code in (302, 403)
