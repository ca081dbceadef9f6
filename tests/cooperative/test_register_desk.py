"""What the register answers on screen: lists, comparisons, years, figures, inspections, proofs."""

import csv
import datetime as dt
import io
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from allmende.cooperative import (
    capital,
    changing,
    forgetting,
    inspecting,
    leaving,
    projecting,
    proofs,
    proving,
    queries,
    register,
    reports,
    sealing,
    staff_roles,
    tasks,
    trends,
)
from allmende.cooperative.folding import DAY as ONE
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import (
    Inspection,
    Membership,
    RegisterCheck,
    RegisterEvent,
    RegisterPayload,
)
from allmende.cooperative.trends import Month
from allmende.cooperative.wagtail_hooks import register as screen
from allmende.ledger.money import Money
from allmende.people.roles import Role, allow
from tests.cooperative import books
from tests.cooperative.cast import DAY, NOW, statute_like
from tests.cooperative.members import DETAILS, SHARE, member, record
from tests.factories import payments as make
from tests.people import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
BASE = "/redaktion/cooperative/register/"
CHANGES, YEAR, FIGURES = f"{BASE}reports/changes/", f"{BASE}reports/year/", f"{BASE}figures/"
INSPECTIONS, CHECK = f"{BASE}inspections/", f"{BASE}verification/"


def signed_in(client: Client, *roles: str) -> Client:
    person = cast.staff("Nora", *roles)
    staff_roles.lay_permissions()
    cast.come_in(client, person)
    return client


@pytest.fixture
def office(client: Client) -> Client:
    return signed_in(client, Role.OFFICE)


def read(answer: Any) -> str:
    if answer.streaming:
        return b"".join(answer.streaming_content).decode()
    return str(answer.content.decode())


def table(answer: Any) -> list[list[str]]:
    return [*csv.reader(io.StringIO(read(answer).lstrip("\ufeff")), delimiter=";")]


def days(on: dt.date, known_on: dt.date | None = None) -> dict[str, str]:
    return {"on": on.isoformat(), "known_on": (known_on or timezone.localdate()).isoformat()}


# --- The list ---------------------------------------------------------------------------------


def test_the_list_is_of_a_day_and_as_known_on_a_day(office: Client):
    ada = member(3)
    later = NOW + 40 * ONE
    changing.change_details(
        ada, {**DETAILS, "street": "Neugasse 1"}, on=DAY + ONE, by=None, at=later
    )
    now = read(office.get(BASE, days(DAY + ONE)))
    then = read(office.get(BASE, days(DAY + ONE, DAY + 2 * ONE)))
    assert "Neugasse 1" in now
    assert "Am Auwald 3" in then
    assert "erst später" not in now
    assert "1.3.2026" in read(office.get(BASE, days(DAY)))
    empty = read(office.get(BASE, days(DAY - ONE)))
    assert "An diesem Tag gibt es keine Mitglieder." in empty


def test_the_list_of_today_stands_there_at_first(office: Client):
    member(last_name="Weiß")
    assert "Ada Weiß" in read(office.get(BASE))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("on", "2026-02-31", "gültiges Datum"),
        ("on", "1200-01-01", "zu weit weg"),
        ("known_on", "2999-01-01", "weiß noch niemand"),
        ("known_on", "", "Feld"),
    ],
)
def test_a_day_that_cannot_be_is_told_at_its_field(
    office: Client, field: str, value: str, words: str
):
    member()
    asked = {**days(DAY), field: value}
    for address in (BASE, f"{BASE}list.csv", f"{BASE}list.pdf"):
        answer = office.get(address, asked)
        assert answer.status_code == 422
        assert words in read(answer)
        assert "Lovelace" not in read(answer)


def test_members_are_searched_for_by_number_name_and_place(office: Client):
    member(last_name="Weiß"), member(last_name="Ott", town="Oberau")
    for words, found in [("2", "Ott"), ("ada ott", "Ott"), ("oberau", "Ott"), ("weiß", "Weiß")]:
        html = read(office.get(BASE, {**days(DAY), "q": words}))
        assert f"Ada {found}" in html, words
        assert html.count("extract.pdf") == 1, words
    assert "Niemand gefunden" in read(office.get(BASE, {**days(DAY), "q": "Zeppelin"}))


def test_the_list_is_paged_by_few_statements(office: Client):
    for _ in range(2):
        member()
    with CaptureQueriesContext(
        connection,
    ) as few:
        office.get(BASE, days(DAY))
    for number in range(51):
        member(last_name=f"Weiß-{number}")
    with CaptureQueriesContext(connection) as many:
        first = read(office.get(BASE, days(DAY)))
    assert len(many) <= len(few)
    assert "Seite 1 von 2" in first
    second = read(office.get(BASE, {**days(DAY), "p0": "2"}))
    assert "Ada Weiß-50" in second
    assert "Ada Weiß-1<" not in second


def test_the_list_leaves_as_table_and_paper_and_that_is_noted(office: Client):
    member(2), member(last_name="Ott")
    rows = table(office.get(f"{BASE}list.csv", days(DAY)))
    assert [row[2] for row in rows[1:]] == ["Lovelace", "Ott"]
    assert rows[1][9:11] == ["2", "1"]
    paper = office.get(f"{BASE}list.pdf", days(DAY))
    assert paper.content.startswith(b"%PDF")
    noted = ModelLogEntry.objects.filter(action="cooperative.list_taken").order_by("pk")
    assert [(one.data["form"], one.data["lines"]) for one in noted] == [("csv", 2), ("pdf", 2)]


def test_a_long_list_is_printed_in_volumes(office: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(screen, "VOLUME", 2)
    for _ in range(3):
        member()
    html = read(office.get(BASE, days(DAY)))
    assert "Nummern 1 bis 2" in html
    assert "Nummern 3 bis 3" in html
    assert office.get(f"{BASE}list.pdf", {**days(DAY), "volume": "2"}).content.startswith(b"%PDF")


def test_an_extract_is_made_for_the_office_to_hand_out(office: Client):
    ada = member(2)
    answer = office.get(f"{BASE}{ada.pk}/extract.pdf")
    assert answer.content.startswith(b"%PDF")
    assert office.get(f"{BASE}{Membership.objects.create().pk}/extract.pdf").status_code == 404


def test_only_who_may_see_the_register_sees_it(client: Client):
    ada = member()
    signed_in(client, Role.EDITOR)
    addresses = [
        BASE, f"{BASE}list.csv", f"{BASE}list.pdf", f"{BASE}{ada.pk}/extract.pdf", CHANGES, YEAR,
        FIGURES, CHECK, INSPECTIONS, f"{BASE}statistics/",
    ]  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in (302, 403), address
        assert "Lovelace" not in read(answer)


# --- Other questions --------------------------------------------------------------------------


def test_two_lists_are_compared(office: Client):
    ada, bela = member(), member(last_name="Ott")
    record(Kind.ENDED, bela, DAY, shares=1, nominal=SHARE)
    changing.change_details(ada, {**DETAILS, "town": "Oberau"}, on=DAY + ONE, by=None, at=NOW)
    member(last_name="Weiß", on=DAY + ONE)
    now = timezone.localdate().isoformat()
    asked = {**days(DAY), "then_on": (DAY + ONE).isoformat(), "then_known_on": now}
    came, went, changed = [
        table(office.get(CHANGES, {**asked, "csv": place}))[1:] for place in "012"
    ]
    assert [row[1] for row in came] == ["Ada Weiß"]
    assert [row[1] for row in went] == ["Ada Ott"]
    assert changed == [["1", "Ada Lovelace", "Auental", "Oberau"]]
    html = read(office.get(CHANGES, asked))
    assert "Ada Weiß" in html
    assert office.get(CHANGES, {**asked, "then_on": "2026-02-31"}).status_code == 422


def test_a_year_tells_who_joined_and_who_left(office: Client):
    statute_like(notice_months=3)
    stays, goes = member(), member(last_name="Ott")
    leaving.give_notice(goes, received_on=DAY, at=NOW)
    leaving.end_due(on=dt.date(2027, 1, 1), at=NOW)
    asked = {"year": "2026-12-31", "known_on": timezone.localdate().isoformat()}
    joined, left = [table(office.get(YEAR, {**asked, "csv": place}))[1:] for place in "01"]
    assert [row[0] for row in joined] == [str(stays.number), str(goes.number)]
    assert left == [["2", "Ada Ott", "1.3.2026", "31.12.2026"]]
    assert office.get(YEAR, {**asked, "year": "1999-12-31"}).status_code == 422


def test_shares_and_credits_are_listed_and_added_up(office: Client):
    member(1, paid=SHARE), member(3, paid=100_00, last_name="Ott")
    address = f"{BASE}reports/holdings/"
    rows = table(office.get(address, {**days(DAY), "which": "further", "csv": "0"}))[1:]
    assert [row[1:4] for row in rows] == [["Ada Ott", "3", "2"]]
    html = read(office.get(address, {**days(DAY), "which": "all"}))
    assert "Mitglieder: 2, Anteile: 4" in html
    assert "eingezahlt: 600" in html
    only = table(office.get(address, {**days(DAY), "which": "open", "csv": "0"}))[1:]
    assert [row[1] for row in only] == ["Ada Ott"]


def test_overdue_parts_are_listed_by_member(office: Client):
    make.bank_account()
    html = read(office.get(f"{BASE}reports/overdue/"))
    assert "Nichts ist überfällig" in html
    statute_like()
    ada = member(1, on=DAY)
    event = RegisterEvent.objects.get(membership=ada, kind=Kind.ADMITTED)
    capital.asked(
        event, [Money(SHARE)], of=ada, months=1, first_on=DAY + ONE, language="de", at=NOW
    )
    books.item(ada)
    rows = table(office.get(f"{BASE}reports/overdue/", {"csv": "0"}))[1:]
    assert [row[:3] for row in rows] == [["1", "Ada Lovelace", "2.3.2026"]]


def test_notices_are_foreseen_with_what_they_cost(office: Client):
    statute_like(notice_months=3)
    address = f"{BASE}reports/leaving/"
    assert "Niemand hat gekündigt" in read(office.get(address))
    ada = member(3, paid=2 * SHARE)
    leaving.give_notice(ada, shares=1, received_on=DAY, at=NOW)
    bela = member(1, paid=SHARE, last_name="Ott")
    leaving.give_notice(bela, received_on=DAY, at=NOW)
    by_day, who = [table(office.get(address, {"csv": place}))[1:] for place in "01"]
    assert by_day[0][:3] == ["31.12.2026", "1", "2"]
    assert [row[3] for row in who] == ["ein Teil", "die ganze Mitgliedschaft"]


def test_no_report_is_made_up(office: Client):
    assert office.get(f"{BASE}reports/horoscope/").status_code == 404


# --- § 338 HGB --------------------------------------------------------------------------------


def test_figures_are_computed_looked_at_and_frozen(office: Client):
    statute_like()
    ada = member(2, paid=SHARE)
    assert "Noch sind keine eingefroren" in read(office.get(FIGURES))
    asked = {"year": "2026-12-31", "known_on": timezone.localdate().isoformat()}
    html = read(office.get(FIGURES, asked))
    found = reports.figures(DAY)
    assert found.hash in html
    assert not reports.frozen()
    stale = office.post(FIGURES, {**asked, "hash": "0" * 64}, follow=True)
    assert "inzwischen" in read(stale)
    assert not reports.frozen()
    answer = office.post(FIGURES, {**asked, "hash": found.hash}, follow=True)
    [event] = reports.frozen()
    assert event.document == found.hash
    assert event.actor is not None
    assert "derselbe" in read(answer)
    assert "dieselben" in read(answer)
    admitted = ada.events.get(kind=Kind.ADMITTED)
    right = register.Draft(
        Kind.ADMITTED, ada, DAY, shares=3, nominal=SHARE, declared_on=DAY, decided_on=DAY,
        member_number=ada.number,
    )  # fmt: skip
    register.correct(admitted, why="3 were declared", by=None, instead=right, at=timezone.now())
    html = read(office.get(f"{FIGURES}{event.number}/"))
    assert "<strong>3</strong>" in html
    assert "derselbe" in html


def test_who_only_looks_freezes_nothing(client: Client):
    statute_like()
    member()
    person = cast.staff("Nora", Role.AUTHOR)
    allow(Role.AUTHOR, "cooperative.inspect_register")
    cast.come_in(client, person)
    asked = {"year": "2026-12-31", "known_on": timezone.localdate().isoformat()}
    assert "eingefroren" in read(client.get(FIGURES, asked))
    client.post(FIGURES, {**asked, "hash": reports.figures(DAY).hash})
    client.post(INSPECTIONS, {"number": "1", "minutes": "15"})
    assert not reports.frozen()
    assert not Inspection.objects.exists()


# --- Inspection -------------------------------------------------------------------------------


def test_a_member_inspects_the_list_for_a_while(office: Client):
    ada = member(3, paid=SHARE)
    assert "Noch niemand" in read(office.get(INSPECTIONS))
    answer = office.post(INSPECTIONS, {"number": "1", "minutes": "15"})
    found = Inspection.objects.get()
    assert answer["Location"] == f"{INSPECTIONS}{found.pk}/"
    event = found.event
    assert (event.kind, event.membership, event.word) == (Kind.INSPECTED, ada, "member")
    html = read(office.get(answer["Location"]))
    assert "Am Auwald 3" in html
    assert "500" not in html
    assert "wagtail-sidebar" not in html
    assert "Ada Lovelace" in read(office.get(INSPECTIONS))
    Inspection.objects.update(until=found.opened_at + dt.timedelta(microseconds=1))
    over = office.get(answer["Location"])
    assert over.status_code == 410
    assert "Am Auwald 3" not in read(over)


def test_somebody_else_needs_a_reason_and_is_told(office: Client):
    member()
    asked = {"name": "Karla Kolumna", "minutes": "30"}
    answer = office.post(INSPECTIONS, asked)
    assert answer.status_code == 422
    assert "braucht einen Grund" in read(answer)
    assert "Karla Kolumna" in read(answer)
    asked |= {"reason": "Klage gegen die Generalversammlung", "told": "on"}
    answer = office.post(INSPECTIONS, asked, follow=True)
    assert "31 Abs. 3" in read(answer)
    found = Inspection.objects.get()
    assert found.event.membership is None
    assert projecting.payloads([found.pk])[found.pk]["name"] == "Karla Kolumna"
    assert "Klage gegen" in read(office.get(INSPECTIONS))
    assert list(proofs.uncommitted()) == []


@pytest.mark.parametrize(
    "asked",
    [{}, {"number": "7"}, {"number": "1", "name": "Karla"}, {"number": "x"}, {"number": "0"}],
)
def test_nobody_in_particular_inspects_nothing(office: Client, asked: dict[str, str]):
    member()
    assert office.post(INSPECTIONS, {"minutes": "30", **asked}).status_code == 422
    assert not RegisterEvent.objects.filter(kind=Kind.INSPECTED).exists()


def test_the_office_ends_an_inspection_before_its_time(office: Client):
    ada = member()
    found = inspecting.open_list(reason="", minutes=30, member=ada, by=None, at=timezone.now())
    office.post(f"{INSPECTIONS}{found.pk}/end/")
    assert office.get(f"{INSPECTIONS}{found.pk}/").status_code == 410
    assert not inspecting.end(found, at=timezone.now())


def test_who_inspected_as_a_third_party_is_forgotten_after_three_years(
    django_capture_on_commit_callbacks: Any,
):
    then = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    found = inspecting.open_list(
        reason="Forderung", minutes=30, name="Karla Kolumna", by=None, at=then
    )
    forgetting.forget_old(on=dt.date(2029, 12, 31), at=then)
    assert inspecting.told([found], at=then)[0].name == "Karla Kolumna"
    key = RegisterPayload.objects.get(event=found.event).owner
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.forget_old(on=dt.date(2030, 1, 1), at=then)
    (told,) = inspecting.told([found], at=then)
    assert (told.name, told.reason) == ("", "")
    assert not sealing.destroy(key)  # it is destroyed already
    assert list(proofs.uncommitted()) == list(proofs.unchained()) == []


def test_whoever_has_left_inspects_nothing():
    ada = member()
    record(Kind.ENDED, ada, DAY, shares=1, nominal=SHARE)
    with pytest.raises(inspecting.NoMember):
        inspecting.open_list(reason="", minutes=30, member=ada, by=None, at=NOW)
    with pytest.raises(inspecting.NoReason):
        inspecting.open_list(reason=" ", minutes=30, name="Karla", by=None, at=NOW)
    assert not Inspection.objects.exists()


# --- Statistics, proofs -----------------------------------------------------------------------


def test_months_tell_members_and_shares_as_the_lists_do():
    statute_like(notice_months=3)
    member(2, on=dt.date(2026, 1, 5)), member(1, on=dt.date(2026, 2, 1))
    goes = member(3, on=dt.date(2026, 2, 1))
    record(Kind.ENDED, goes, dt.date(2026, 3, 31), shares=3, nominal=SHARE)
    found = trends.months(on=dt.date(2026, 4, 20), number=12)
    assert found == [
        Month(dt.date(2026, 1, 1), 1, 0, 1, 2),
        Month(dt.date(2026, 2, 1), 2, 0, 3, 6),
        Month(dt.date(2026, 3, 1), 0, 1, 2, 3),
        Month(dt.date(2026, 4, 1), 0, 0, 2, 3),
    ]
    for month, after in pairwise(found):
        held = queries.closing(after.begins - ONE)
        assert (month.members, month.shares) == (len(held), sum(one[0] for one in held.values()))
    assert [(one.code, one.members, one.shares) for one in trends.groups()] == [("readers", 2, 3)]


def test_statistics_are_drawn_with_the_numbers_behind(office: Client):
    address = f"{BASE}statistics/"
    assert "Noch niemand ist beigetreten" in read(office.get(address))
    statute_like()
    member(2, paid=SHARE, on=timezone.localdate() - 70 * ONE)
    html = read(office.get(address))
    assert html.count('<svg class="plot-field"') == 3
    assert "<dd>500" in html
    assert office.get(address, {"months": "12"}).status_code == 200
    assert office.get(address, {"months": "x"}).status_code == 200


def test_a_worker_proves_the_register_and_the_screen_tells(office: Client):
    ada = member()
    assert "noch nicht geprüft" in read(office.get(CHECK))
    office.post(CHECK)
    again = office.post(CHECK, follow=True)
    assert "wird schon geprüft" in read(again)
    found = RegisterCheck.objects.get()
    tasks.carry_out.func(found.pk)
    html = read(office.get(CHECK))
    assert "ist unversehrt" in html
    assert proofs.head().hash in html
    Membership.objects.filter(pk=ada.pk).update(group="staff")
    proving.carry_out(RegisterCheck.objects.create(asked_at=NOW), at=timezone.now())
    html = read(office.get(CHECK))
    assert "nicht unversehrt" in html
    assert "register-members" in html


def test_a_check_whose_worker_died_does_not_stand_in_the_way():
    assert proving.ask(at=NOW)
    assert proving.ask(at=NOW + dt.timedelta(minutes=30)) is None
    assert proving.ask(at=NOW + dt.timedelta(hours=2))
