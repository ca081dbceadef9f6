"""Posting: once a key, even, in ids only, taken back by a mirror image."""

import datetime as dt

import pytest

from allmende.ledger import post
from allmende.ledger.models import Entry, Posting
from allmende.ledger.money import Money
from allmende.ledger.post import Draft, Line
from tests.ledger.cast import DAY, NOW, lines, posted

pytestmark = pytest.mark.django_db


def test_entry_keeps_its_postings_in_order() -> None:
    entry = posted()
    assert (entry.booked_on, entry.recorded_at, entry.text) == (DAY, NOW, "due item 1")
    assert post.lines_of([entry]) == {entry.pk: lines()}
    assert post.find("given:1") == entry
    assert post.find("given:2") is None


def test_same_key_gives_the_same_entry() -> None:
    first = posted()
    later = NOW + dt.timedelta(days=1)
    again = post.post("given:1", on=DAY, at=later, text="due item 1", lines=lines())
    assert (again.pk, again.recorded_at, Posting.objects.count()) == (first.pk, NOW, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"on": DAY + dt.timedelta(days=1)},
        {"text": "due item 2"},
        {"lines": lines(1300)},
        {"lines": lines(party="person:5")},
        {"lines": lines(currency="CHF")},
    ],
)
def test_other_content_under_a_key_is_refused(change: dict[str, object]) -> None:
    posted()
    same = {"on": DAY, "at": NOW, "text": "due item 1", "lines": lines()}
    with pytest.raises(post.OtherContent):
        post.post("given:1", **(same | change))  # type: ignore[arg-type]
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [Line("bank", Money(0))],
        [Line("bank", Money(1)), Line("fees", Money(-2))],
        [Line("bank", Money(1)), Line("fees", Money(-1, "CHF"))],
        [Line("bank", Money(0)), Line("fees", Money(0))],
    ],
)
def test_uneven_postings_are_refused(wrong: list[Line]) -> None:
    with pytest.raises(post.Uneven):
        post.post("wrong", on=DAY, at=NOW, text="", lines=wrong)


def test_several_currencies_are_even_each() -> None:
    entry = post.post("two", on=DAY, at=NOW, text="", lines=lines() + lines(500, currency="CHF"))
    assert entry.lines == 4


def test_unknown_account_is_refused() -> None:
    wrong = [Line("bank", Money(1)), Line("bonk", Money(-1))]
    with pytest.raises(post.UnknownAccount, match="bonk"):
        post.post("wrong", on=DAY, at=NOW, text="", lines=wrong)


@pytest.mark.parametrize("text", ["for lene@bote.example", "to DE89 3704 0044 0532 0130 00"])
def test_addresses_and_accounts_of_people_are_refused_in_texts(text: str) -> None:
    with pytest.raises(post.NoId):
        post.post("wrong", on=DAY, at=NOW, text=text, lines=lines())


@pytest.mark.parametrize("party", ["Lene Lehmann", "person:", "person:4 ", "4"])
def test_party_is_an_id(party: str) -> None:
    with pytest.raises(post.NoId):
        posted(party=party)


def test_reversal_is_the_mirror_image_and_names_what_it_reverses() -> None:
    entry = posted()
    back = post.reverse(entry, key="given:1:back", on=DAY, at=NOW, text="return 1")
    again = post.reverse(entry, key="given:1:back", on=DAY, at=NOW, text="return 1")
    assert (again.pk, back.reverses_id) == (back.pk, entry.pk)
    assert post.lines_of([back])[back.pk] == lines(-1200)


def test_entry_is_reversed_once() -> None:
    entry = posted()
    post.reverse(entry, key="one", on=DAY, at=NOW, text="")
    with pytest.raises(post.Reversed):
        post.reverse(entry, key="two", on=DAY, at=NOW, text="")


def test_reversal_may_be_reversed() -> None:
    back = post.reverse(posted(), key="one", on=DAY, at=NOW, text="")
    there = post.reverse(back, key="two", on=DAY, at=NOW, text="")
    assert post.lines_of([there])[there.pk] == lines()


def test_many_are_posted_in_the_order_given_and_once() -> None:
    posted("m:3")
    drafts = [Draft(f"m:{n}", DAY, "due item 1", lines()) for n in (5, 3, 1, 5)]
    entries = post.post_many(drafts, at=NOW)
    assert [entry.key for entry in entries] == ["m:5", "m:3", "m:1", "m:5"]
    assert entries[0].pk == entries[3].pk
    assert (Entry.objects.count(), Posting.objects.count()) == (3, 6)


def test_many_are_posted_all_or_none() -> None:
    drafts = [Draft(f"m:{n}", DAY, "", lines()) for n in range(post.LOT)]
    wrong = Draft("wrong", DAY, "", lines()[:1])
    with pytest.raises(post.Uneven):
        post.post_many([*drafts, wrong], at=NOW)
    assert Entry.objects.count() == 0


def test_two_contents_of_one_key_at_once_are_refused() -> None:
    with pytest.raises(post.OtherContent):
        post.post_many([Draft("m", DAY, "", lines()), Draft("m", DAY, "", lines(5))], at=NOW)


def test_posting_many_takes_as_many_statements_as_posting_few(
    django_assert_max_num_queries: pytest.FixtureDef[object],
) -> None:
    for count in (1, 100):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            post.post_many((Draft(f"{count}:{n}", DAY, "", lines()) for n in range(count)), at=NOW)
