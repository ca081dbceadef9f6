"""Lists that should be empty, settling a year, and mending what was typed in wrongly."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from allmende.cooperative import board, leaving, payout_accounts, shares, typing_in
from allmende.cooperative.declaration import Way
from allmende.cooperative.models import Declaration, Membership, Proposal, RegisterEvent
from allmende.ledger import balances
from allmende.payments.models import Payout
from allmende.people.roles import Role
from tests.cooperative import books, members, screens
from tests.cooperative.cast import DAY, NOW, applicant, confirmed, statute_like, wish
from tests.cooperative.screens import text
from tests.factories import payments as make
from tests.factories.payments import IBAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
TASKS = "/redaktion/cooperative/tasks/"
SETTLEMENT = "/redaktion/cooperative/settlement/"
DECLARATIONS = "/redaktion/cooperative/declarations/"
END = dt.date(2025, 12, 31)
THEN = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def bank(paper: object) -> None:
    make.bank_account()


def left(paid: int = 1000_00) -> Membership:
    """Held two shares and left at the end of 2025."""
    found = members.member(2, on=dt.date(2025, 1, 1), at=THEN)
    books.credit(found, paid, on=dt.date(2025, 1, 2), at=THEN)
    leaving.give_notice(found, received_on=dt.date(2025, 3, 1), at=THEN)
    leaving.end_due(on=dt.date(2026, 1, 1), at=NOW)
    return members.refreshed(found)


def test_empty_tasks_say_so_on_both_screens(office: Client):
    assert "Nichts wartet." in text(office.get(TASKS))
    assert "In der Genossenschaft wartet nichts." in text(office.get("/redaktion/"))


def test_what_waits_is_listed_and_stands_on_the_first_screen(office: Client):
    law = statute_like()
    confirmed(law, at=NOW)
    told = members.member()
    members.record("notified", told)
    waits = members.member(first_names="Berta")
    debtor = left()
    html = text(office.get(TASKS))
    assert "Aufgenommen und nicht benachrichtigt (1)" in html
    assert f"Berta Lovelace ({waits.number})" in html
    assert "Wartet seit mehr als zwei Wochen auf den Vorstand (1)" in html
    assert "Frei geworden und nach der Bilanz auseinanderzusetzen (1)" in html
    assert debtor.claim_cents == 1000_00
    assert "Aufgenommen und nicht benachrichtigt (1)" in text(office.get("/redaktion/"))


def test_overdue_parts_and_broken_guards_are_listed(office: Client):
    statute_like()
    found = Membership.objects.get(pk=members.member(1, paid=500_00).pk)
    event = shares.declare(found, shares=1, declared_on=DAY, at=NOW)
    bea = make.person()
    board.decide([event], admits=True, decided_on=DAY, by=bea, at=NOW)
    books.item(members.refreshed(found))
    html = text(office.get(TASKS))
    assert "Überfällige Raten (1)" in html
    assert "500 €, fällig am 15.3.2026" in html
    members.record("unpaid", found, DAY, cents=100_00)
    assert "obwohl eine Zahlung zurückging (§ 15b GenG) (1)" in text(office.get(TASKS))


def test_others_are_kept_out():
    client, _person = screens.of("Edi", Role.EDITOR)
    for path in (TASKS, SETTLEMENT, f"{SETTLEMENT}1/", f"{DECLARATIONS}1/mend/"):
        assert client.get(path).status_code in (302, 403)
        assert client.post(path).status_code in (302, 403, 405)
    assert "In der Genossenschaft" not in text(client.get("/redaktion/"))


def test_nothing_to_settle_says_so(office: Client):
    statute_like()
    told = text(office.get(SETTLEMENT))
    assert "Nichts ist frei geworden" in told
    assert "Nichts ist auszuzahlen." in told


def test_a_year_is_settled_in_numbers_then_paid_by_two(office: Client):
    statute_like()
    found = left()
    sent = {"last_on": END.isoformat(), "on": "2026-05-20", "loss": "12,5"}
    told = text(office.post(SETTLEMENT, sent))
    assert "1 Anspruch über 1.000 €" in told
    assert "Der Verlust nimmt 125 €; auszuzahlen sind 875 €" in told
    assert not RegisterEvent.objects.filter(kind="settled").exists()
    for _click in range(2):
        office.post(SETTLEMENT, {**sent, "sure": "1"})
    event = RegisterEvent.objects.get(kind="settled")
    assert (event.cents, str(event.actor)) == (875_00, "Nora Reuter")
    told = text(office.get(SETTLEMENT))
    assert "30.6.2026" in told
    assert "875 €" in told
    account = {"holder": "Ada Lovelace", "iban": IBAN}
    path = f"{SETTLEMENT}{event.number}/"
    assert "keine IBAN" in text(office.post(path, {**account, "iban": "DE00"}))
    for _click in range(2):
        assert office.post(path, account).status_code == 302
    payout = Payout.objects.get()
    assert (payout.cents, payout.reference) == (875_00, str(event.number))
    assert payout.get_state_display() in text(office.get(SETTLEMENT))
    assert balances.balance("payouts", party=found.party).cents == -875_00
    assert books.wrong() == []


def settled(office: Client) -> RegisterEvent:
    sent = {"last_on": END.isoformat(), "on": "2026-05-20", "loss": "0", "sure": "1"}
    office.post(SETTLEMENT, sent)
    return RegisterEvent.objects.get(kind="settled")


def test_the_list_of_payouts_is_taken_away_as_a_table(office: Client):
    statute_like()
    found = left()
    settled(office)
    answer = office.get(f"{SETTLEMENT}payouts.csv")
    head, line = b"".join(answer).decode().splitlines()
    assert head.startswith("\ufefffällig;Mitgliedsnummer") or "Mitgliedsnummer" in head
    assert f"{found.number}" in line
    assert "1.000\N{NO-BREAK SPACE}€" in line
    assert "offen" in line
    assert ModelLogEntry.objects.filter(action="cooperative.list_taken").count() == 1


def test_the_account_that_the_member_named_is_used_without_being_shown(office: Client):
    statute_like()
    found = left()
    event = settled(office)
    payout_accounts.tell(found, holder="Ada Lovelace", iban=IBAN, at=NOW)
    path = f"{SETTLEMENT}{event.number}/"
    html = text(office.get(path))
    assert "Das Konto, das das Mitglied angegeben hat" in html
    assert IBAN not in html.replace(" ", "")
    assert office.post(path, {"told": "1"}).status_code == 302
    assert Payout.objects.get().last4 == IBAN[-4:]


def test_the_minimum_capital_holds_payouts_back(office: Client):
    statute_like(minimum_capital_cents=5000_00)
    left()
    office.post(
        SETTLEMENT, {"last_on": END.isoformat(), "on": "2026-05-20", "loss": "0", "sure": "1"}
    )
    told = text(office.get(SETTLEMENT))
    assert "Das Mindestkapital beträgt 5.000 €; bis dahin dürfen 0 €" in told
    assert "zurückgehalten" in told
    event = RegisterEvent.objects.get(kind="settled")
    answer = office.post(
        f"{SETTLEMENT}{event.number}/", {"holder": "Ada Lovelace", "iban": IBAN}
    )  # fmt: skip
    assert "fiele unter sein Minimum" in text(answer)
    assert not Payout.objects.exists()
    assert office.get(f"{SETTLEMENT}999/").status_code == 404


@pytest.mark.parametrize("sent", [{"loss": "101"}, {"on": "2099-01-01"}, {"last_on": "2024-12-31"}])
def test_what_cannot_be_settled_so_is_said(office: Client, sent: dict[str, str]):
    statute_like()
    left()
    given = {"last_on": END.isoformat(), "on": "2026-05-20", "loss": "0", "sure": "1", **sent}
    assert office.post(SETTLEMENT, given).status_code == 422
    assert not RegisterEvent.objects.filter(kind="settled").exists()


# --- Typed in wrongly -------------------------------------------------------------------------


def typed(**values: object) -> Declaration:
    law = statute_like(**values)  # type: ignore[arg-type]
    return typing_in.type_in(
        applicant(), wish(law), declared_on=DAY, by=make.person(), scan=b"%PDF-1.4", at=NOW
    )


def form_of(office: Client, found: Declaration, **more: str) -> dict[str, str]:
    form = office.get(f"{DECLARATIONS}{found.pk}/mend/").context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in values.items() if value} | more


def test_a_slip_of_the_hand_is_mended_before_the_decision(office: Client):
    found = typed(second_person=True)
    board.decide([found], admits=True, decided_on=DAY, by=make.person(), at=NOW)
    assert Proposal.objects.exists()
    page = office.get(f"{DECLARATIONS}{found.pk}/")
    assert f"{DECLARATIONS}{found.pk}/mend/" in page.content.decode()
    sent = form_of(office, found, last_name="Otte", shares="3", arrived_on="2026-02-27")
    assert sent["street"] == "Am Wehr 3"
    office.post(f"{DECLARATIONS}{found.pk}/mend/", sent)
    html = text(office.get(f"{DECLARATIONS}{found.pk}/"))
    assert "Lene Marie Otte" in html
    assert "27.2.2026" in html
    found.refresh_from_db()
    assert (found.shares, found.way, found.state) == (3, Way.PAPER, "stands")
    assert not Proposal.objects.exists()
    rows = RegisterEvent.objects.filter(kind="applied", corrected=None)
    assert [(row.shares, row.declared_on) for row in rows] == [(3, dt.date(2026, 2, 27))]
    assert Membership.objects.get(key=found.key).confirmed
    assert books.wrong() == []


def test_a_name_alone_leaves_the_register_as_it_is(office: Client):
    found = typed()
    before = RegisterEvent.objects.count()
    office.post(f"{DECLARATIONS}{found.pk}/mend/", form_of(office, found, last_name="Otte"))
    assert RegisterEvent.objects.count() == before
    board.decide([found], admits=True, decided_on=DAY, by=make.person(), at=timezone.now())
    assert str(Membership.objects.get(key=found.key).person) == "Lene Marie Otte"


def test_what_is_decided_or_came_online_is_not_mended(office: Client):
    found = typed()
    sent = form_of(office, found, last_name="Otte")
    board.decide([found], admits=True, decided_on=DAY, by=make.person(), at=NOW)
    online = confirmed(found.statute, email="o@x.example")
    for one in (found, online):
        assert office.post(f"{DECLARATIONS}{one.pk}/mend/", sent).status_code == 302
        assert "Otte" not in text(office.get(f"{DECLARATIONS}{one.pk}/"))


def test_what_the_statute_forbids_is_said_at_its_field(office: Client):
    found = typed(most_shares=5)
    answer = office.post(f"{DECLARATIONS}{found.pk}/mend/", form_of(office, found, shares="9"))
    assert "höchstens 5 Anteile" in text(answer)
    found.refresh_from_db()
    assert found.shares == 2
