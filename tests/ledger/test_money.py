import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.ledger.money import (
    Money,
    NotMoney,
    OtherCurrency,
    divided,
    from_plain,
    plain,
    read,
    show,
)

pytestmark = pytest.mark.no_database
AMOUNTS = st.integers(0, 99_999_999_99)
WEIGHTS = st.dictionaries(st.integers(1, 50), st.integers(1, 10**6), min_size=1)


@pytest.mark.parametrize(
    ("text", "language", "cents"),
    [
        ("12", "de", 1200),
        ("12,5", "de", 1250),
        ("12.50", "de", 1250),
        ("1.234", "de", 123400),
        ("1.234,50 €", "de", 123450),
        ("12,–", "de", 1200),
        ("EUR 7", "en", 700),
        ("1,234.50", "en", 123450),
        ("0,01", "de", 1),
    ],
)
def test_amount_that_is_typed(text, language, cents):
    assert read(text, language=language) == Money(cents)


@pytest.mark.parametrize(
    "text", ["", "-5", "12,345", "1.23.4", "zwölf", "1e5", "٣", "999999999999"]
)
def test_amount_that_is_none_is_refused(text):
    with pytest.raises(NotMoney):
        read(text, language="de")


@given(AMOUNTS, st.sampled_from(["de", "en"]))
def test_what_is_shown_is_read_again(cents, language):
    assert read(show(Money(cents), language=language), language=language) == Money(cents)


@given(st.integers(-(10**13), 10**13 - 1))
def test_plain_amount_is_read_again(cents):
    assert from_plain(plain(Money(cents))) == Money(cents)


def test_currencies_do_not_mix():
    with pytest.raises(OtherCurrency):
        Money(1) + Money(1, "CHF")


def test_cents_are_no_floats():
    with pytest.raises(TypeError):
        Money(1.5)


@given(st.integers(0, 10**9), WEIGHTS)
def test_parts_are_the_whole_to_the_last_cent(cents: int, weights: dict[int, int]):
    parts = divided(cents, weights)
    total = sum(weights.values())
    assert sum(parts.values()) == cents
    assert all(abs(parts[pk] - cents * weight / total) < 1 + 1e-6 for pk, weight in weights.items())
