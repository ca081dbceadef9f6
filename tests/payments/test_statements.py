"""Statements: what is read, what is refused, and that not one cent is lost between."""

import datetime as dt
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.payments.statements.reading import Reader, examine, kept
from allmende.payments.statements.shape import Kind, NoStatement, Row, Unbalanced, Unreadable
from tests.payments.camt import balance, detail, document, entry, file, rows, statement

pytestmark = pytest.mark.no_database


def read(data: bytes) -> list[Row]:
    return rows(io.BytesIO(data))


def test_the_sign_is_what_the_bank_says_and_a_reversal_does_not_turn_it():
    data = file(
        entry("12.5", "CRDT", detail("12.50")),
        entry("3", "DBIT", detail("3.00", way="Cdtr")),
        entry("4.00", "DBIT", reversal="true"),
        entry("1.10", "CRDT", reversal="false"),
        closing="6.60",
    )
    assert [(row.cents, row.kind) for row in read(data)] == [
        (1250, Kind.IN), (-300, Kind.OUT), (-400, Kind.REVERSED), (110, Kind.IN),
    ]  # fmt: skip
    assert examine(io.BytesIO(data)).rows == 4


def test_details_of_a_batch_become_rows():
    data = file(
        entry("30.00", "CRDT", detail("10.00", end_to_end="A"), detail("20.00", end_to_end="B")),
        closing="30.00",
    )
    assert [(row.cents, row.end_to_end) for row in read(data)] == [(1000, "A"), (2000, "B")]


def test_a_batch_without_details_is_one_row_that_names_our_file():
    batch = "<Btch><PmtInfId>SAMMLER-1-1-1</PmtInfId><NbOfTxs>3</NbOfTxs></Btch>"
    (row,) = read(file(entry("30", "CRDT", batch=batch), closing="30"))
    assert (row.cents, row.count, row.payment_information) == (3000, 3, "SAMMLER-1-1-1")


def test_the_only_detail_has_the_entrys_amount_and_tells_fee_and_original():
    data = file(
        entry(
            "15.00", "DBIT",
            detail("15.00", end_to_end="F-1-1", reason="AC04", charges="3.00", original="12.00"),
        ),
        opening="15", closing="0",
    )  # fmt: skip
    (row,) = read(data)
    assert (row.kind, row.cents, row.return_code) == (Kind.RETURNED, -1500, "AC04")
    assert (row.original_cents, row.charged_cents) == (1200, 300)
    assert (row.name, row.iban) == ("Ada", "DE89370400440532013000")


def test_fees_kept_from_a_batch_become_a_row_of_their_own():
    data = file(
        entry("29.00", "CRDT", detail("10.00", charges="0.50"), detail("20.00", charges="0.50")),
        closing="29",
    )
    assert [(row.cents, row.kind) for row in read(data)] == [
        (1000, Kind.IN), (2000, Kind.IN), (-100, Kind.FEES),
    ]  # fmt: skip


def test_details_that_do_not_add_up_are_refused_with_the_line():
    data = file(entry("31.00", "CRDT", detail("10.00"), detail("20.00")), closing="31")
    with pytest.raises(Unreadable, match="3000, not 3100") as caught:
        examine(io.BytesIO(data))
    assert caught.value.line == data[: data.index(b"<Ntry>")].count(b"\n") + 1


def test_details_in_another_currency_are_told_by_their_entry():
    data = file(
        entry("30", "CRDT", detail("16", currency="CHF"), detail("17", currency="CHF")),
        closing="30",
    )
    assert [(row.cents, row.currency, row.count) for row in read(data)] == [(3000, "EUR", 2)]


@pytest.mark.parametrize("code", ["NDDT+109+9310", "NDDT+108+9310"])
def test_german_codes_of_returns_are_known(code: str):
    (row,) = read(file(entry("12", "DBIT", code=code), opening="12"))
    assert row.kind == Kind.RETURNED


def test_what_is_only_announced_is_no_row():
    data = file(entry("5", "CRDT", status="PDNG"), entry("2", "CRDT"), closing="2")
    assert [row.cents for row in read(data)] == [200]
    assert examine(io.BytesIO(data)).rows == 1


def test_a_closing_balance_that_is_not_reached_is_refused_with_its_line():
    data = document(
        statement([entry("1", "CRDT")], balances=balance("OPBD", "1") + "\n" + balance("CLBD", "1"))
    )
    with pytest.raises(Unbalanced) as caught:
        examine(io.BytesIO(data))
    assert caught.value.line == data[: data.index(b"CLBD")].count(b"\n") + 1


@pytest.mark.parametrize(
    "balances",
    ["", balance("OPBD", "0"), balance("OPBD", "0") + balance("CLBD", "1", currency="SEK")],
)
def test_balances_that_prove_nothing_are_refused(balances: str):
    data = document(statement([entry("1", "CRDT")], balances=balances))
    with pytest.raises(Unbalanced):
        examine(io.BytesIO(data))


def test_a_page_of_a_statement_is_proved_by_interim_balances():
    balances = balance("ITBD", "5") + balance("ITBD", "6")
    assert (
        examine(io.BytesIO(document(statement([entry("1", "CRDT")], balances=balances)))).rows == 1
    )


def test_debit_balances_count_below_zero():
    data = document(statement([entry("9", "DBIT")], opening="4", closing="5", sign="DBIT"))
    assert examine(io.BytesIO(data)).rows == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<Document/>",
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"/>',
        document(),
        document(statement([entry("1", "CRDT")]), head='<!DOCTYPE Document [<!ENTITY a "1">]>'),
        document(
            statement([entry("&a;", "CRDT")]),
            head='<!DOCTYPE Document [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        ),
        file(entry("1", "CRDT"), closing="1")[:-30],
    ],
)
def test_what_is_no_statement_is_refused(data: bytes):
    with pytest.raises(NoStatement):
        examine(io.BytesIO(data))


@pytest.mark.parametrize(
    ("amount", "sign", "day"),
    [
        ("1.001", "CRDT", "2026-12-01"),
        ("-1", "CRDT", "2026-12-01"),
        ("1,00", "CRDT", "2026-12-01"),
        ("", "CRDT", "2026-12-01"),
        ("1", "", "2026-12-01"),
        ("1", "CREDIT", "2026-12-01"),
        ("1", "CRDT", "2026-13-01"),
        ("1", "CRDT", ""),
    ],
)
def test_an_entry_without_sense_is_refused(amount: str, sign: str, day: str):
    with pytest.raises(Unreadable):
        examine(io.BytesIO(file(entry(amount, sign, day=day), closing="1")))


def test_equal_rows_of_a_day_differ_and_a_later_file_names_them_the_same():
    same = entry("12", "CRDT", detail("12", purpose="danke"))
    once = read(file(same, closing="12"))
    twice = read(document(statement([same, same], closing="24", name="S-2")))
    assert [row.identity() for row in once] == [twice[0].identity()]
    assert twice[0].identity() != twice[1].identity()


AMOUNTS = st.lists(st.lists(st.integers(1, 10**9), min_size=1, max_size=4), max_size=6)


@given(AMOUNTS, st.sampled_from(["CRDT", "DBIT"]))
@settings(max_examples=25)
def test_rows_add_up_to_what_the_balances_say(entries: list[list[int]], sign: str):
    total = sum(sum(parts) for parts in entries) * (1 if sign == "CRDT" else -1)
    told = [
        entry(plain(sum(parts)), sign, *(detail(plain(part)) for part in parts))
        for parts in entries
    ]
    data = document(
        statement(told, closing=plain(abs(total)), sign="CRDT" if total >= 0 else "DBIT")
    )
    assert len(examine(io.BytesIO(data)).spans) == 1
    assert sum(row.cents for row in read(data)) == total
    with pytest.raises(Unbalanced):
        examine(io.BytesIO(document(statement(told, closing=plain(abs(total) + 1)))))


def plain(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def test_rows_are_kept_as_they_were_read():
    data = file(*(entry("1", "CRDT", detail("1", name=f"Ada {n}")) for n in range(2_300)),
                closing="2300")  # fmt: skip
    keep = io.BytesIO()
    assert examine(io.BytesIO(data), keep=keep).rows == 2_300
    lots = list(kept(keep))
    assert [len(lot) for lot in lots] == [1_000, 1_000, 300]
    assert [row for lot in lots for row in lot] == read(data)


def test_memory_does_not_grow_with_the_file():
    """Neither with entries nor with the details of one entry."""
    peaks = []
    for count in (50, 500):
        one = [
            entry("1", "CRDT", detail("1", end_to_end=f"E{n}"), reference=f"R{n}")
            for n in range(count)
        ]
        many = entry(f"{count}", "CRDT", *(detail("1", end_to_end=f"D{n}") for n in range(count)))
        source = io.BytesIO(file(*one, many, closing=f"{2 * count}"))
        tracemalloc.start()
        assert sum(1 for _ in Reader(source).rows()) == 2 * count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 450 * 2 * 200  # the hashes that tell equal rows apart


def test_days_are_the_banks_own():
    told = entry("1", "CRDT").replace(
        "<Dt>2026-12-01</Dt>", "<DtTm>2028-02-29T23:30:00+01:00</DtTm>"
    )
    (row,) = read(file(told, closing="1"))
    assert row.booked_on == dt.date(2028, 2, 29)
