"""A list of members moves in: as it was, all of it or nothing, and once."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from allmende.cooperative import folding, projecting, queries, register, taking_over
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Membership, RegisterEvent, Step
from allmende.importers import tables, workbooks
from allmende.importers.members import cells, columns, load
from allmende.importers.members.report import Report, gaps
from allmende.ledger import balances
from allmende.ledger.models import Entry
from allmende.payments.models import Pledge
from allmende.people.models import Person
from tests.cooperative import books, cast
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
OPENED = dt.date(2026, 1, 1)
HEADING = (
    "Mitgliedsnummer;Nachname;Vornamen;Firma;Straße;PLZ;Ort;Land;E-Mail;Gruppe;Eintritt;Anteile;"
    "Nennwert;Eingezahlt;Eingezahlt am;Gekündigt am;Gekündigt zum;Gekündigte Anteile;"
    "Ausgeschieden am;Ausgezahlt am;Rate;Nächste Rate am"
)
ADA = "1;Lovelace;Ada;;Am Auwald 3;04109;Auental;;ada@x.example;;2015-05-01;2;500;1000;02.05.2015"
BEN = "3;Okri;Ben;;Gasse 1;1067;Dresden;Deutschland;;;01.06.2020;1;500,00;25;01.06.2020"


def table(*lines: str, heading: str = HEADING) -> bytes:
    return "\n".join([heading, *lines]).encode()


def moved(*lines: str, raw: bytes | None = None, **more: Any) -> Report:
    given = {"opened_on": OPENED, "at": AT, "group": "readers", **more}
    return load.load(raw or table(*lines), **given)


def faults(report: Report) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.why) for one in report.faults]


@pytest.fixture(autouse=True)
def law(paper: object) -> None:
    cast.statute_like()


def test_a_member_moves_in_as_it_was(mailoutbox: list[EmailMessage]):
    report = moved(ADA, BEN)
    assert (report.counts, report.wrong, report.written) == ({"new": 2}, 0, True)
    ada, ben = Membership.objects.order_by("number")
    assert (ada.number, ada.shares, ada.credit_cents, ada.told) == (1, 2, 1000_00, True)
    assert (ada.joined_on, ada.group) == (dt.date(2015, 5, 1), "readers")
    assert (ben.number, ben.credit_cents, ben.nominal_cents) == (3, 25_00, 500_00)
    assert ada.person is not None
    assert (ada.person.email, ada.person.last_name) == ("ada@x.example", "Lovelace")
    [line, _ben] = queries.listing(on=dt.date(2016, 1, 1)) + queries.listing(on=OPENED)[1:]
    assert (line.number, line.name, line.credit) == (1, "Ada Lovelace", 1000_00)
    assert queries.listing(on=OPENED)[1].details["postcode"] == "01067"
    assert balances.balance("share-capital").cents == -1025_00
    assert balances.balance("opening").cents == 1025_00
    assert {entry.booked_on for entry in Entry.objects.all()} == {OPENED}
    assert books.wrong() == []
    assert mailoutbox == []


def test_it_was_not_known_before_it_moved_in():
    moved(ADA)
    before = projecting.known_on(AT.date() - dt.timedelta(days=1))
    assert queries.listing(on=dt.date(2020, 1, 1), known=before) == []
    assert len(queries.listing(on=dt.date(2020, 1, 1))) == 1


def test_the_next_number_follows_the_highest_of_the_list():
    report = moved(ADA, BEN)
    assert report.gaps == [(2, 2)]
    assert register.next_number() == 4


def test_shares_keep_the_price_at_which_they_were_bought():
    """Others applied today's price to an old share."""
    cast.statute_like(share_cents=800_00, in_force_from=dt.date(2024, 1, 1))
    bought = "1;Lovelace;Ada;;;;;;;;2021-05-01;1;;500;"
    moved(
        bought, "1;;;;;;;;;;2024-05-01;2;;1600;2024-05-02", "2;Okri;Ben;;;;;;;;2015-01-01;1;100;;"
    )
    ada, ben = Membership.objects.order_by("number")
    assert projecting.state_of(ada).holdings == {500_00: 1, 800_00: 2}
    assert (ada.nominal_cents, ada.credit_cents) == (2100_00, 2100_00)
    assert ben.nominal_cents == 100_00
    assert faults(moved("7;Xu;Li;;;;;;;;2015-01-01;1;;;")) == [
        (2, columns.VALUE, "no statute says what a share was worth on 2015-01-01: write it here")
    ]


def test_further_lines_are_shares_and_payments_of_their_own_days():
    report = moved(
        "1;Lovelace;Ada;;;;;;;;2020-05-01;1;500;300;2020-05-02",
        "1;;;;;;;;;;;;;200;2020-06-02",
        "1;;;;;;;;;;2021-05-01;1;500;50;2021-05-02",
    )
    assert report.wrong == 0
    ada = Membership.objects.get()
    days = [dt.date(2020, 5, 31), dt.date(2020, 12, 31), dt.date(2021, 12, 31)]
    states = [projecting.state_of(ada, on=day) for day in days]
    assert [(state.shares, state.credit) for state in states] == [
        (1, 300_00), (1, 500_00), (2, 550_00),
    ]  # fmt: skip
    assert books.wrong() == []


def test_money_from_before_the_first_day_counts_from_it():
    moved("1;Lovelace;Ada;;;;;;;;2020-05-01;1;500;500;2020-04-02")
    assert projecting.state_of(Membership.objects.get(), on=dt.date(2020, 5, 1)).credit == 500_00


def test_notices_go_on_and_end_by_themselves():
    from allmende.cooperative import leaving

    moved(
        "1;Lovelace;Ada;;;;;;;;2020-05-01;3;500;1500;2020-05-01;2025-05-01;31.12.2025;1",
        "2;Okri;Ben;;;;;;;;2020-05-01;1;500;500;2020-05-01;2026-01-05",
    )
    ada, ben = Membership.objects.order_by("number")
    assert (ada.leaving_on, ada.next_end_on) == (None, dt.date(2025, 12, 31))
    assert ben.leaving_on is not None
    assert (ben.leaving_on.month, ben.leaving_on.day) == (12, 31)
    assert leaving.end_due(on=AT.date(), at=AT) == 1
    ada.refresh_from_db()
    assert (ada.shares, ada.credit_cents, ada.claim_cents) == (2, 1000_00, 500_00)
    assert books.wrong() == []


def test_whoever_left_is_there_with_what_is_still_owed():
    moved(
        "1;Lovelace;Ada;;;;;;;;2016-05-01;2;500;1000;2016-05-01;;;;31.12.2019;2020-05-01",
        "2;Okri;Ben;;;;;;;;2016-05-01;1;500;400;2016-05-01;2024-01-01;;;31.12.2025",
    )
    ada, ben = Membership.objects.order_by("number")
    assert (ada.stage, ada.ended_on, ada.claim_cents) == (Stage.ENDED, dt.date(2019, 12, 31), 0)
    assert (ben.stage, ben.claim_cents, ben.payable_cents) == (Stage.ENDED, 400_00, 0)
    assert [line.number for line in queries.listing(on=dt.date(2019, 12, 31))] == [1, 2]
    assert [line.number for line in queries.listing(on=dt.date(2020, 1, 1))] == [2]
    assert balances.balance("left-capital").cents == -400_00
    assert books.wrong() == []


def test_who_came_back_is_one_person_with_two_numbers():
    report = moved(
        "1;Lovelace;Ada;;;;;;ada@x.example;;2010-05-01;1;500;;;;;;31.12.2012;",
        "9;Lovelace;Ada;;;;;;ada@x.example;;2020-05-01;1;500;;",
    )
    assert report.wrong == 0
    assert Person.objects.count() == 1
    old, new = Membership.objects.order_by("number")
    assert (old.ended_on, new.joined_on) == (dt.date(2012, 12, 31), dt.date(2020, 5, 1))


def test_what_is_still_owed_is_asked_for_as_agreed():
    make.bank_account()
    report = moved(f"{BEN};;;;;;25;2026-04-01", ADA.replace("1000;", "900;"))
    assert report.sums["unasked"] == 1
    [pledge] = Pledge.objects.all()
    assert (pledge.cents, pledge.periods, pledge.anchor) == (25_00, 19, dt.date(2026, 4, 1))


def test_a_reader_who_is_here_becomes_a_member():
    here = Person.objects.create_user(first_name="Ada", last_name="Lovelace", confirmed_at=AT)
    here.contact_addresses.create(email="ada@x.example", confirmed_at=AT)
    moved(ADA)
    assert Membership.objects.get().person == here
    assert here.contact_addresses.filter(town="Auental").count() == 1


def test_the_same_list_twice_adds_nothing():
    moved(ADA, BEN)
    events = RegisterEvent.objects.count()
    report = moved(ADA, BEN)
    assert (report.counts, report.written) == ({"there": 2}, True)
    assert (RegisterEvent.objects.count(), Person.objects.count()) == (events, 2)


def test_a_dry_run_writes_nothing():
    report = moved(ADA, BEN, dry_run=True)
    assert (report.counts, report.written) == ({"new": 2}, False)
    assert report.cents["credit"] == 1025_00
    assert not Membership.objects.exists()
    assert not Person.objects.exists()


def test_a_number_that_is_somebody_else_s_stops_all():
    moved(ADA)
    report = moved("1;Other;Ann;;;;;;;;2020-05-01;1;500;;", BEN)
    assert faults(report) == [(2, columns.NUMBER, "member number 1 is somebody else's here")]
    assert Membership.objects.count() == 1


def test_a_member_here_is_no_member_of_the_list_again():
    moved(ADA)
    report = moved("8" + ADA[1:])
    assert faults(report) == [
        (2, columns.EMAIL, "this person is a member here, or has applied")
    ]  # fmt: skip


WRONG = [
    ("x;A;B;;;;;;;;2020-01-01;1;500;;", columns.NUMBER, "no member number"),
    (";A;B;;;;;;;;2020-01-01;1;500;;", columns.NUMBER, "no member number"),
    ("1;;;;;;;;;;2020-01-01;1;500;;", columns.LAST, "no name"),
    ("1;A;B;;;;;;;;03/04/2020;1;500;;", columns.BEGAN, "no day"),
    ("1;A;B;;;;;;;;43831;1;500;;", columns.BEGAN, "format of a date"),
    ("1;A;B;;;;;;;;1.2.20;1;500;;", columns.BEGAN, "no day"),
    ("1;A;B;;;;;;;;31.02.2020;1;500;;", columns.BEGAN, "there is no"),
    ("1;A;B;;;;;;;;2099-01-01;1;500;;", columns.BEGAN, "yet to come"),
    ("1;A;B;;;;;;;;;1;500;;", columns.BEGAN, "since when"),
    ("1;A;B;;;;;;;;2020-01-01;;500;;", columns.SHARES, "how many"),
    ("1;A;B;;;;;;;;2020-01-01;0;500;;", columns.SHARES, "above zero"),
    ("1;A;B;;;;;;;;2020-01-01;1,5;500;;", columns.SHARES, "whole number"),
    ("1;A;B;;;;;;;;2020-01-01;-1;500;;", columns.SHARES, "whole number"),
    ("1;A;B;;;;;;;;2020-01-01;1;5,001.2.3;;", columns.VALUE, "no amount"),
    ("1;A;B;;;;;;;;2020-01-01;1;500;-5;", columns.PAID, "no amount"),
    ("1;A;B;;;;;;;;2020-01-01;1;500;500.01;", columns.PAID, "does not add up"),
    ("1;A;B;;;;;;;;2020-01-01;=2+2;500;;", columns.SHARES, "formula"),
    ("1;A;B;;;;;;nobody;;2020-01-01;1;500;;", columns.EMAIL, "no e-mail"),
    ("1;A;B;;;;;Mars;;;2020-01-01;1;500;;", columns.COUNTRY, "no country"),
    ("1;A;B;;;;;;;knights;2020-01-01;1;500;;", columns.GROUP, "no statute knows"),
    ("1;" + "A" * 200 + ";B;;;;;;;;2020-01-01;1;500;;", columns.LAST, "longer than"),
    ("1;A;B;;;;;;;;2020-01-01;1;500;;;;31.12.2027;", columns.NOTICE, "received"),
    ("1;A;B;;;;;;;;2020-01-01;1;500;;;2025-01-01;30.06.2027;", columns.NOTICE_TO, "business year"),
    ("1;A;B;;;;;;;;2020-01-01;1;500;;;2025-01-01;31.12.2027;1", columns.NOTICE_SHARES, "all"),
    ("1;A;B;;;;;;;;2020-01-01;1;500;;;;;;31.12.2018", columns.ENDED, "begin after"),
    ("1;A;B;;;;;;;;2020-01-01;1;500;;;;;;;2021-01-01", columns.PAID_OUT, "before"),
    ("1;A;B;;;;;;;;2020-01-01;1;500;;;;;;;;25", columns.PART, "instalment"),
    ("1;A;B;;;;;;;;2020-01-01;1;500;;;;;;;;;;too much", columns.NUMBER, "more cells"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "column", "why"), WRONG)
def test_a_fault_names_line_and_column_and_nothing_is_half_done(line: str, column: str, why: str):
    report = moved(ADA.replace("1;", "90;", 1), line)
    assert [(one.line, one.column) for one in report.faults] == [(3, column)]
    assert why in report.faults[0].why
    assert not report.written
    assert not Membership.objects.exists()
    assert not Entry.objects.exists()


def test_lines_of_a_member_stand_together_and_once():
    report = moved(ADA, ADA)
    assert (3, columns.NUMBER, "this is line 2 again") in faults(report)
    report = moved(ADA, BEN, "1;Other;Ann;;;;;;;;2020-05-01;1;500;;")
    assert [(line, column) for line, column, _why in faults(report)] == [(4, columns.NUMBER)]
    report = moved(ADA, "1;Other;;;;;;;;;2021-05-01;1;500;;")
    assert [(line, column) for line, column, _why in faults(report)] == [(3, columns.LAST)]
    report = moved(ADA, "2" + ADA[1:])
    assert [(line, column) for line, column, _why in faults(report)] == [(3, columns.EMAIL)]


def test_missing_columns_are_named():
    with pytest.raises(load.NoColumn, match="Mitgliedsnummer / Member number, Beginn"):
        moved(raw=b"Name;Anteile\nA;1\n")


def test_unknown_columns_are_told_and_left_out():
    raw = table(ADA, heading=HEADING.replace("Firma", "Schuhgröße"))
    assert moved(raw=raw).unknown == ["Schuhgröße"]


def test_the_template_is_understood_by_ourselves():
    for english in (False, True):
        header = tables.table((load.template(english=english) + "x" * 3).encode()).header
        assert columns.mapped(header) == list(columns.ALL)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_spreadsheets_are_read(encoding: str):
    moved(raw=table(ADA.replace("Lovelace", "Süßmilch")).decode().encode(encoding))
    assert Membership.objects.get().person.last_name == "Süßmilch"  # type: ignore[union-attr]


@given(st.binary(max_size=300))
def test_bytes_that_are_no_list_are_refused_in_words(raw: bytes):
    with pytest.raises((tables.Unreadable, load.Refused)):
        moved(raw=raw)


# --- Spreadsheets -----------------------------------------------------------------------------


def book(*lines: list[Any], heading: str = HEADING) -> bytes:
    workbook = Workbook()
    workbook.create_sheet("Empty", 0)
    sheet = workbook.worksheets[1]
    sheet.append([])
    sheet.append(heading.split(";"))
    for line in lines:
        sheet.append(line)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


CELLS = [
    1, "Lovelace", "Ada", None, "Am Auwald 3", 4109, "Auental", None, "ada@x.example", None,
    dt.date(2015, 5, 1), 2.0, 500.0, 0.1 + 0.2, dt.date(2015, 5, 2),
]  # fmt: skip


def test_a_spreadsheet_moves_in_as_the_same_list():
    report = moved(raw=book(CELLS))
    assert (report.wrong, report.counts) == (0, {"new": 1})
    ada = Membership.objects.get()
    assert (ada.number, ada.shares, ada.credit_cents) == (1, 2, 30)
    assert queries.listing(on=OPENED)[0].details["postcode"] == "04109"
    assert books.wrong() == []


def test_a_spreadsheet_s_fault_names_its_line():
    cells = [*CELLS[:11], "=1+1", *CELLS[12:]]
    assert [(one.line, one.column) for one in moved(raw=book(cells)).faults] == [(3, "shares")]
    report = moved(raw=book([*CELLS[:10], 42125, *CELLS[11:]], CELLS))
    assert (3, columns.BEGAN) in [(one.line, one.column) for one in report.faults]


def test_a_spreadsheet_that_would_fill_the_machine_is_refused(monkeypatch: pytest.MonkeyPatch):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(2 << 20))
    monkeypatch.setattr(workbooks, "LARGEST", 1 << 20)
    with pytest.raises(workbooks.TooLarge):
        moved(raw=file.getvalue())


def test_broken_spreadsheets_are_refused_in_words():
    whole = book(CELLS)
    for raw in (whole[: len(whole) // 2], b"PK\x03\x04" + bytes(100), nasty(whole)):
        with pytest.raises(tables.Unreadable):
            moved(raw=raw)


def nasty(whole: bytes) -> bytes:
    """A sheet whose text would grow a thousand million times."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><worksheet><x>&l9;</x></worksheet>'
    source, file = zipfile.ZipFile(io.BytesIO(whole)), io.BytesIO()
    with source, zipfile.ZipFile(file, "w") as packed:
        for name in source.namelist():
            bad = name.startswith("xl/worksheets/")
            packed.writestr(name, xml.encode() if bad else source.read(name))
    return file.getvalue()


# --- Cells ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("500", 50000), ("1.234,56", 123456), ("1,234.56", 123456), ("€ 25", 2500), ("25,5", 2550),
        ("1.500", 150000), ("1'500.00", 150000), ("1 500,00 EUR", 150000), ("0", 0),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, cents: int):
    assert cells.cents(text) == cents


@given(st.integers(0, 10**9))
def test_money_survives_every_way_of_writing_it(cents: int):
    whole, rest = divmod(cents, 100)
    assert cells.cents(f"{whole}.{rest:02}") == cents
    assert cells.cents(f"{whole:,}.{rest:02}".replace(",", "'")) == cents
    german = f"{whole:,}".replace(",", ".") + f",{rest:02}"
    assert cells.cents(german) == cents
    assert cells.cents(workbooks.text(cents / 100)) == cents


def test_gaps_are_spans():
    assert gaps([3, 4, 9]) == [(1, 2), (5, 8)]


# --- The command ------------------------------------------------------------------------------


def test_the_command_tells_faults_and_says_what_came(tmp_path: Path):
    from click.testing import CliRunner

    from allmende.site.commands.imports import members

    file = tmp_path / "liste.csv"
    file.write_bytes(table(ADA, BEN))
    ask = [str(file), "--group", "readers", "--on", "2026-01-01"]
    said = CliRunner().invoke(members, [*ask, "--json"])
    assert said.exit_code == 0, said.output
    assert json.loads(said.output)["sums"]["members"] == 2
    file.write_bytes(table(BEN.replace("2020", "20")))
    said = CliRunner().invoke(members, ask)
    assert said.exit_code == 1
    assert "line 2, Beginn / Begins on: '01.06.20' is no day" in said.output
    assert "Nothing was written." in said.output
    assert CliRunner().invoke(members, ["--template", "en"]).output.startswith("Member number;")
    assert "--template" in CliRunner().invoke(members, []).output


# --- What must hold of any list ---------------------------------------------------------------

days = st.dates(dt.date(2015, 1, 1), dt.date(2025, 12, 31))
lots = st.lists(
    st.builds(taking_over.Lot, st.integers(1, 5), st.sampled_from([100_00, 500_00]), days),
    min_size=1, max_size=3,
)  # fmt: skip
payments = st.lists(st.builds(taking_over.Payment, st.integers(1, 900_00), days), max_size=3)


@given(st.integers(1, 10**6), lots, payments, st.booleans(), st.booleans())
def test_what_a_member_brings_is_what_the_register_says(number, lots, payments, left, paid_out):
    lots = tuple(sorted(lots, key=lambda lot: lot.on))
    entry = taking_over.Entry(
        number, {"organisation": "", "first_names": "A", "last_name": "B"}, lots,
        payments=tuple(payments), ended_on=dt.date(2025, 12, 31) if left else None,
        paid_out_on=dt.date(2026, 2, 1) if left and paid_out else None,
    )  # fmt: skip
    facts = taking_over.facts(entry)
    assert [fact.number for fact in facts] == list(range(1, len(facts) + 1))
    if next(folding.faults(facts, member=0), None):
        return  # refused, with words
    before = folding.fold(facts, on=dt.date(2025, 12, 31))[0]
    assert before.shares == sum(lot.shares for lot in lots)
    assert before.credit == sum(one.cents for one in payments)
    state = taking_over.state_of(entry)
    assert (state.number, state.shares > 0) == (number, not left)
    owed = before.credit if left and not paid_out else 0
    assert (sum(state.claims.values()), sum(state.payables.values())) == (owed, 0)


def test_a_taken_over_member_counts_no_shares_of_this_year():
    moved(ADA.replace("2015-05-01", "2026-01-05").replace("02.05.2015", "2026-01-05"))
    assert Step.objects.filter(event__kind=Kind.IMPORTED).count() == 1
    from allmende.cooperative import shares

    assert shares.taken_in(Membership.objects.get(), 2026) == 0
