"""From the form to a pledge: in three steps, without cookie, once."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from allmende.contributions import giving, reasons
from allmende.contributions.models import AppealCount, Draft, Offer, Replacement
from allmende.payments import due, settle
from allmende.payments.models import BankAccount, Mandate, Method, Pledge
from allmende.people.models import Person
from tests.contributions import money
from tests.contributions.cast import AT, LENE, OURS, appeal, campaign, give, links, open_ways
from tests.people import cast

pytestmark = pytest.mark.django_db
IBAN = "DE89 3704 0044 0532 0130 00"


@pytest.fixture(autouse=True)
def ways(monkeypatch: pytest.MonkeyPatch) -> BankAccount:
    return open_ways(monkeypatch)


def post(client: Client, path: str, form: dict[str, str] | None = None) -> Any:
    return client.post(path, form or {}, headers=OURS)


def wrong(client: Client, path: str, form: dict[str, str]) -> Any:
    """The page that says what is wrong; a GET, so that browsers can go back to it."""
    sent = post(client, path, form)
    assert sent.status_code == 303
    return client.get(sent["Location"])


def begun(client: Client, **more: str) -> str:
    form = {"rhythm": "monthly", "amount": "12.00", "method": "transfer", **more}
    return str(post(client, "/beitrag/", form)["Location"])


# --- The first step --------------------------------------------------------------------------


def test_page_offers_amounts_of_its_rhythm_and_no_cookie(client: Client):
    answer = client.get("/beitrag/?rhythm=yearly")
    assert not answer.cookies
    values = re.findall(r'name="amount" id="amount-\d" value="([\d.]+)"', answer.content.decode())
    assert values == ["60.00", "120.00", "240.00", "480.00"]


def test_looking_at_another_rhythm_keeps_what_was_typed(client: Client):
    html = client.get("/beitrag/?rhythm=yearly&other=77&method=debit&aufruf=3").content.decode()
    assert 'name="other" id="id_other"' in html
    assert 'value="77"' in html
    assert re.search(r'id="method-debit" value="debit" checked', html)
    assert '<input type="hidden" name="appeal" value="3">' in html


def test_ways_stand_in_the_offices_order_without_what_is_switched_off(client: Client):
    Method.objects.create(name="transfer", position=0)
    Method.objects.create(name="debit", position=1)
    Method.objects.create(name="elsewhere", position=2, is_on=False)
    html = client.get("/beitrag/").content.decode()
    found = re.findall(r'id="method-(\w+)"', html)
    assert found[:2] == ["transfer", "debit"]
    assert "elsewhere" not in found


def test_page_says_so_where_nothing_can_be_paid(client: Client):
    BankAccount.objects.all().delete()
    for name in ("elsewhere", "refusing", "down"):
        Method.objects.create(name=name, is_on=False)
    answer = client.get("/beitrag/")
    assert answer.status_code == 503


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("7,50", 750), ("1.000", 100_000), ("12 €", 1200), ("20000", 2_000_000)],
)
def test_any_amount_may_be_written_as_one_writes_it(client: Client, typed: str, cents: int):
    post(client, begun(client, amount="other", other=typed), {"email": LENE})
    assert Draft.objects.get().cents == cents


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "", "other": ""},
        {"amount": "other", "other": "zwölf"},
        {"amount": "other", "other": "0,01"},
        {"amount": "other", "other": "0"},
        {"amount": "other", "other": "-5"},
        {"amount": "other", "other": "20000,01"},
        {"amount": "99999999999999999"},
        {"amount": "12.00", "other": "30"},
        {"method": ""},
        {"method": "bitcoin"},
        {"rhythm": "hourly", "method": ""},
    ],
    ids=str,
)
def test_what_cannot_be_given_is_said_beside_the_field(client: Client, change: dict[str, str]):
    form = {"rhythm": "monthly", "amount": "12.00", "method": "transfer", **change}
    answer = wrong(client, "/beitrag/", form)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert re.search(r'role="alert".*href="#(id_other|method-\w+)"', html, re.DOTALL)
    assert not Draft.objects.exists()


def test_form_from_elsewhere_is_refused(client: Client):
    form = {"rhythm": "monthly", "amount": "12.00", "method": "transfer"}
    answer = client.post("/beitrag/", form, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403


def test_page_speaks_english_when_asked(client: Client):
    html = client.get("/beitrag/?sprache=en").content.decode()
    assert '<html lang="en">' in html
    assert "€12" in html


# --- The second and the third ------------------------------------------------------------------


def test_back_finds_everything_typed(client: Client):
    path = begun(client)
    post(client, path, {"email": LENE, "first_name": "Lene", "last_name": "Ott"})
    html = client.get(path).content.decode()
    assert f'value="{LENE}"' in html
    assert 'value="Ott"' in html
    draft = Draft.objects.get()
    html = client.get(f"/beitrag/?draft={draft.key}").content.decode()
    assert re.search(r'value="12.00" checked', html)
    assert re.search(r'value="transfer" checked', html)


def test_going_back_changes_the_same_draft(client: Client):
    begun(client)
    draft = Draft.objects.get()
    begun(client, draft=str(draft.key), amount="20.00", method="debit")
    assert [(row.pk, row.cents, row.method) for row in Draft.objects.all()] == [
        (draft.pk, 2000, "debit")
    ]


def test_what_was_typed_lies_sealed(client: Client):
    post(client, begun(client), {"email": LENE})
    draft = Draft.objects.get()
    assert draft.sealed is not None
    assert LENE.encode() not in bytes(draft.sealed)
    assert draft.typed["email"] == LENE


def test_draft_is_forgotten_after_two_days(client: Client):
    path = begun(client)
    now = timezone.now()
    assert giving.sweep(at=now + dt.timedelta(days=1)) == 0
    assert giving.sweep(at=now + dt.timedelta(days=3)) == 1
    assert client.get(path).status_code == 410


def test_strange_keys_are_no_drafts(client: Client):
    assert client.get(f"/beitrag/{uuid.uuid4()}/").status_code == 410
    assert client.get("/beitrag/?draft=x").status_code == 200


def test_third_step_asks_for_the_second_first(client: Client):
    path = begun(client)
    answer = client.get(f"{path}pruefen/")
    assert (answer.status_code, answer["Location"]) == (303, f"{path}?geprueft=1")


def test_another_way_is_asked_what_it_needs_before_anything_is_promised(client: Client):
    path = begun(client)
    post(client, path, {"email": LENE})
    begun(client, draft=str(Draft.objects.get().key), method="debit")
    answer = post(client, f"{path}pruefen/")
    assert (answer.status_code, answer["Location"]) == (303, f"{path}?geprueft=1")
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        ("once", "Pay €12"),
        ("monthly", "Pay €12 a month"),
        ("quarterly", "Pay €12 a quarter"),
        ("yearly", "Pay €12 a year"),
    ],
)
def test_button_says_what_it_does(client: Client, rhythm: str, words: str):
    path = begun(client, rhythm=rhythm, sprache="en")
    html = client.get(post(client, path, {"email": LENE})["Location"]).content.decode()
    assert f"<button>{words}</button>" in html


@pytest.mark.parametrize(
    "iban", ["DE89 3704 0044 0532 0130 01", "DE89", "KP12 3704", "DE53 9999 9999 0532 0130 00"]
)
def test_iban_is_checked_before_anything_is_promised(client: Client, iban: str):
    path = begun(client, method="debit")
    answer = wrong(client, path, {"email": LENE, "holder": "Lene Ott", "iban": iban})
    assert answer.status_code == 422
    assert 'href="#id_iban"' in answer.content.decode()


# --- Paying ------------------------------------------------------------------------------------


def test_transfer_gives_a_pledge_instructions_and_a_mail(client: Client):
    path = give(client, first_name="Lene", last_name="Ott")
    (pledge,) = Pledge.objects.all()
    assert (pledge.cents, pledge.rhythm, pledge.method) == (1200, "monthly", "transfer")
    assert (pledge.purpose, pledge.account) == ("contribution", "contributions")
    assert pledge.person is not None
    assert pledge.party == f"person:{pledge.person_id}"
    assert pledge.person.get_full_name() == "Lene Ott"
    html = client.get(path).content.decode()
    assert "DE02 1203 0000 0000 2020 51" in html
    assert "<svg" in html
    (letter,) = mail.outbox
    assert letter.to == [LENE]
    assert pledge.transfer_reference is not None
    assert "DE02 1203 0000 0000 2020 51" in letter.body
    assert any("/beitrag/verwalten/" in link for link in links())


def test_second_click_and_reload_make_no_second_pledge(client: Client):
    path = give(client)
    check = path.replace("danke/", "pruefen/")
    again = [post(client, check)["Location"] for _ in range(2)]
    assert again == [path, path]
    assert Pledge.objects.count() == 1
    assert len(mail.outbox) == 1


def test_debit_paid_once_is_confirmed_before_it_is_collected(client: Client):
    give(client, way="debit", rhythm="once", holder="Lene Ott", iban=IBAN, first={"sprache": "en"})
    (letter,) = mail.outbox
    assert "You pay once. Nothing follows." in letter.body
    assert "It goes on until you end it." not in letter.body
    assert any("/beitrag/verwalten/" in link for link in links())


def test_direct_debit_signs_a_mandate_with_its_words(client: Client):
    path = give(client, way="debit", holder="Lene Ott", iban=IBAN, first={"sprache": "en"})
    html = client.get(path).content.decode()
    assert "Your contribution is set up: €12 a month." in html
    assert "The first payment is due on" in html
    (mandate,) = Mandate.objects.all()
    assert mandate.last4 == "3000"
    assert "DE98ZZZ09999999999" in mandate.wording
    assert mandate.evidence["origin"]
    pledge = mandate.pledge
    assert pledge.state == "active"
    assert pledge.anchor >= timezone.localdate() + dt.timedelta(days=14)
    (letter,) = mail.outbox
    assert letter.to == [LENE]


def test_account_outside_the_area_is_asked_for_an_address(client: Client):
    path = begun(client, method="debit")
    form = {"email": LENE, "holder": "Lene Ott", "iban": "CH93 0076 2011 6238 5295 7"}
    answer = wrong(client, path, form)
    assert answer.status_code == 422
    assert 'id="id_town"' in answer.content.decode()
    checked = post(client, path, form | {"town": "Bern", "street": "Gasse 1", "postcode": "3000"})
    assert post(client, checked["Location"]).status_code == 303
    assert Mandate.objects.get().address is not None


def test_elsewhere_leads_on_by_a_page_of_ours(client: Client):
    path = give(client, way="elsewhere")
    assert path.endswith("/weiter/")
    html = client.get(path).content.decode()
    key = Draft.objects.get().key
    assert f'content="0;url=https://elsewhere.example/{key}"' in html
    assert Pledge.objects.get().state == "awaiting"
    waiting = client.get(path.replace("weiter/", "danke/")).content.decode()
    assert 'http-equiv="refresh" content="10"' in waiting


def test_who_comes_back_without_paying_finds_everything_typed(client: Client):
    path = give(client, way="elsewhere", first_name="Lene")
    gone = client.get(path.replace("weiter/", "abgebrochen/"), follow=True).content.decode()
    assert str(reasons.CANCELLED) in gone or "nichts bezahlt" in gone
    again = post(client, path.replace("weiter/", "noch-einmal/"))
    assert again["Location"].startswith("/beitrag/?draft=")
    fresh = Draft.objects.get(pk=again["Location"].split("=")[1])
    assert fresh.typed["first_name"] == "Lene"
    assert Pledge.objects.get().state == "ended"


def test_refusal_is_told_in_plain_words_and_without_code(client: Client):
    path = give(client, way="refusing", first={"sprache": "en"})
    html = client.get(path).content.decode()
    assert "there is not enough money on the account" in html
    assert "insufficient_funds" not in html


def test_provider_that_is_down_leaves_everything_to_be_tried_again(client: Client):
    checked = post(client, begun(client, method="down"), {"email": LENE})["Location"]
    answers = [post(client, checked).status_code for _ in range(2)]
    assert answers == [503, 503]
    assert Pledge.objects.count() == 1


def test_known_giver_keeps_their_name(client: Client):
    person = cast.reader(LENE, first_name="Lene", last_name="Ott")
    give(client, first_name="Somebody", last_name="Else")
    assert Pledge.objects.get().person == person
    assert Person.objects.get(pk=person.pk).get_full_name() == "Lene Ott"


def test_campaign_and_appeal_are_counted_and_only_the_campaign_is_kept(client: Client):
    found = campaign(starts_on=timezone.localdate())
    words = appeal(campaign=found)
    give(client, first={"campaign": "rad", "appeal": str(words.pk)})
    assert Pledge.objects.get().reference == found.purpose
    (row,) = AppealCount.objects.all()
    assert (row.begun, row.given) == (1, 1)


def test_first_money_is_thanked_for_and_later_money_is_not(client: Client):
    give(client)
    pledge = Pledge.objects.get()
    mail.outbox.clear()
    now = timezone.now()
    today = timezone.localdate()
    for _n in range(2):
        item = due.next_open(pledge, on=today, at=now)
        attempt = settle.try_once(item, provider="transfer", key=f"k{item.period}", at=now)
        settle.collected(attempt, into="suspense", on=today, at=now)
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [LENE]


def test_replacing_lets_the_one_before_end_when_the_new_one_stands(client: Client):
    person = cast.reader(LENE)
    before = money.pledged(person=person, at=AT)
    draft = Draft(cents=1200, rhythm="yearly", method="transfer", replaces=before, begun_at=AT)
    draft.keep({"email": LENE})
    draft.save()
    post(client, f"/beitrag/{draft.key}/pruefen/")
    before.refresh_from_db()
    after = Replacement.objects.get().after
    assert (before.state, before.reason) == ("ended", "reader")
    assert after.state == "active"
    assert after.anchor > timezone.localdate()


def test_least_amount_is_the_offices(client: Client):
    Offer.objects.update_or_create(pk=1, defaults={"least_euros": 3})
    answer = wrong(
        client, "/beitrag/", {"rhythm": "monthly", "other": "2,99", "method": "transfer"}
    )
    assert answer.status_code == 422
