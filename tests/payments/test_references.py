import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iso11649

from allmende.payments import references

pytestmark = pytest.mark.no_database
NUMBERS = st.integers(1, 10**9 - 1)


@given(NUMBERS)
@settings(max_examples=25)
def test_a_reference_is_found_however_it_is_typed(number: int):
    reference = references.creditor(number)
    assert iso11649.is_valid(reference)
    assert references.creditor_number(reference) == number
    typed = f"Beitrag/{references.shown(reference).lower()} - danke!"
    assert references.find(typed) == (reference,)


@given(NUMBERS, st.integers(0, 13), st.sampled_from("0123456789"))
@settings(max_examples=25)
def test_a_mistyped_digit_is_noticed(number: int, place: int, digit: str):
    reference = references.creditor(number)
    typed = reference[:place] + digit + reference[place + 1 :]
    assert (references.find(typed) == (reference,)) == (typed == reference)


def test_two_references_in_one_purpose_are_both_found_once():
    one, two = references.creditor(7), references.creditor(8)
    assert references.find(f"{one} {two}, nochmal {one}") == (one, two)


def test_foreign_references_are_not_ours():
    assert references.creditor_number("RF18539007547034") is None
    assert references.find("RF18 5390 0754 7034") == ()


@given(NUMBERS)
@settings(max_examples=25)
def test_mandates_fit_what_banks_allow(number: int):
    reference = references.mandate(number, 1)
    assert references.is_mandate(f" {reference.lower()}")
    assert len(reference) <= 35
    wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    assert not references.is_mandate(wrong)
    assert not references.is_mandate("M-17")


def test_an_end_to_end_id_names_item_and_attempt():
    assert references.end_to_end_parts(references.end_to_end(12, 2)) == (12, 2)
    assert references.end_to_end_parts("FAELLIG-0-1") is None
    assert references.end_to_end_parts("NOTPROVIDED") is None


@pytest.mark.parametrize("number", [0, -1, 10**9])
def test_numbers_that_do_not_fit_are_refused(number: int):
    with pytest.raises(ValueError, match="no number"):
        references.creditor(number)
