"""The board decides: a number, an entry, something to pay and a letter, all or nothing."""

import datetime as dt

import pytest
from django.core.mail import EmailMessage

from allmende.cooperative import (
    admission,
    board,
    declaration,
    leaving,
    projecting,
    queries,
    shares,
    typing_in,
)
from allmende.cooperative.admission import AlreadyMember, NotOpen, OnePerson, TooEarly
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import (
    Declaration,
    Detail,
    Membership,
    RegisterEvent,
    RegisterPayload,
    Statute,
)
from allmende.people.models import Person
from tests.cooperative import books, cast
from tests.cooperative.cast import DAY, LENE, NOW
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
DECIDED = DAY + dt.timedelta(days=10)
AT = NOW + dt.timedelta(days=10)


@pytest.fixture(autouse=True)
def bank(paper: object) -> None:
    make.bank_account()


def admit(found: Declaration, **more: object) -> Membership:
    given = {"decided_on": DECIDED, "by": None, "at": AT, **more}
    return admission.admit(found, **given)  # type: ignore[arg-type]


def test_an_application_stands_in_the_register_without_a_name():
    cast.confirmed(cast.statute_like())
    row = Membership.objects.get()
    assert (row.stage, row.confirmed, row.person, row.number) == (Stage.APPLIED, True, None, None)
    assert list(RegisterEvent.objects.values_list("kind", flat=True)) == ["applied", "confirmed"]
    assert not RegisterPayload.objects.exists()
    assert list(Membership.objects.applications()) == [row]


def test_admission_is_number_entry_debt_and_letter_at_once(mailoutbox: list[EmailMessage]):
    law = cast.statute_like()
    lene = admit(cast.confirmed(law))
    assert (lene.stage, lene.number, lene.shares, lene.told) == (Stage.MEMBER, 1, 2, True)
    assert lene.joined_on == DECIDED
    assert str(Detail.objects.get()) == "Lene Marie Ott"
    event = RegisterEvent.objects.get(kind=Kind.ADMITTED)
    assert (event.declared_on, event.decided_on) == (DAY, DECIDED)
    assert event.nominal_cents == law.share_cents
    assert event.document == Declaration.objects.get().paper_hash
    [pledge] = books.asked(lene)
    assert (pledge.cents, pledge.state, pledge.party) == (100_000, "active", f"member:{lene.pk}")
    assert pledge.anchor == DECIDED + dt.timedelta(days=law.payment_days)
    assert lene.person is not None
    assert lene.person.email == LENE
    assert str(pledge.transfer_reference) in str(mailoutbox[-1].body).replace(" ", "")
    assert books.wrong() == []


def test_an_instalment_plan_is_one_pledge_and_pays_into_the_member_s_capital():
    law = cast.statute_like("taz")
    found = declaration.declare(
        cast.applicant(), cast.wish(law, shares=1, instalments=20), way=Declaration.Way.ONLINE,
        at=NOW,
    )  # fmt: skip
    declaration.confirm(found, at=NOW)
    lene = admit(found)
    [pledge] = books.asked(lene)
    assert (pledge.rhythm, pledge.periods, pledge.cents) == ("monthly", 20, 25_00)
    books.pay(lene, 20, on=DECIDED + dt.timedelta(days=30))
    assert lene.credit_cents == 500_00
    assert books.asked(lene) == []
    assert books.wrong() == []


def test_numbers_are_given_in_the_order_of_admission():
    law = cast.statute_like()
    first, second = (cast.confirmed(law, email=f"{name}@x.example") for name in "ab")
    rows, left = admission.admit_many([second, first], decided_on=DECIDED, by=None, at=AT)
    assert [row.number for row in rows] == [1, 2]
    assert left == []
    assert Membership.objects.get(key=second.key).number == 1


def test_one_that_cannot_be_admitted_does_not_hold_up_the_others():
    law = cast.statute_like()
    first, twice = cast.confirmed(law), cast.confirmed(law)
    third = cast.confirmed(law, email="c@x.example", first_names="Cem")
    rows, left = admission.admit_many([first, twice, third], decided_on=DECIDED, by=None, at=AT)
    assert [row.number for row in rows] == [1, 2]
    assert [(one.pk, type(why)) for one, why in left] == [(twice.pk, AlreadyMember)]
    assert Declaration.objects.get(pk=twice.pk).state == Declaration.State.STANDS
    assert books.wrong() == []


def test_a_couple_that_shares_an_address_is_two_persons():
    law = cast.statute_like()
    lene = admit(cast.confirmed(law))
    jon = admit(cast.confirmed(law, first_names="Jon"))
    assert lene.person != jon.person
    assert jon.person is not None
    assert jon.person.email == LENE


def test_a_reader_who_is_known_by_name_and_address_is_the_same_person():
    known = Person.objects.create_user(first_name="Lene Marie", last_name="Ott", confirmed_at=NOW)
    known.contact_addresses.create(email=LENE, confirmed_at=NOW)
    assert admit(cast.confirmed(cast.statute_like())).person == known


def test_who_joined_on_paper_is_known_once_the_address_is_proven():
    """Before that, what the office typed in may be a slip, and somebody else's."""
    law, office = cast.statute_like(), Person.objects.create_user()
    paper = typing_in.type_in(cast.applicant(), cast.wish(law), declared_on=DAY, by=office, at=NOW)
    lene = admit(paper)
    assert lene.person is not None
    assert lene.person.contact_addresses.get(email=LENE).confirmed_at is None
    other = admit(cast.confirmed(law, first_names="Jon"))
    assert other.person != lene.person
    again = cast.confirmed(law)
    assert isinstance(admission.obstacle(again, decided_on=DECIDED), AlreadyMember)
    with pytest.raises(AlreadyMember):
        admit(again)
    assert lene.person.contact_addresses.get(email=LENE).confirmed_at is None


def test_an_address_that_a_reader_only_wants_to_have_makes_nobody_theirs():
    reader = Person.objects.create_user(first_name="Lene Marie", last_name="Ott", confirmed_at=NOW)
    reader.contact_addresses.create(email=LENE)
    assert admit(cast.confirmed(cast.statute_like())).person != reader


def test_it_is_decided_once():
    found = cast.confirmed(cast.statute_like())
    admit(found)
    for deed in (admission.admit, admission.refuse):
        with pytest.raises(NotOpen):
            deed(found, decided_on=DECIDED, by=None, at=AT)


def test_a_second_person_decides_where_the_statute_says():
    found = cast.confirmed(cast.statute_like(second_person=True))
    one, other = make.person(), make.person()
    for second in (None, one):
        with pytest.raises(OnePerson):
            admit(found, by=one, second=second)
    admit(found, by=one, second=other)
    event = RegisterEvent.objects.get(kind=Kind.ADMITTED)
    assert (event.actor, event.second) == (one, other)


def test_nobody_is_admitted_before_they_declared_it():
    with pytest.raises(TooEarly):
        admit(cast.confirmed(cast.statute_like()), decided_on=DAY - dt.timedelta(days=1))


def test_price_is_that_of_the_statute_that_was_declared_for():
    """Others put today's price on an old share."""
    found = cast.confirmed(cast.statute_like())
    cast.statute_like(in_force_from=DAY + dt.timedelta(days=1), share_cents=600_00)
    assert admit(found).nominal_cents == 1000_00


def test_who_has_no_mail_address_stays_on_the_list_until_the_letter_left(
    monkeypatch: pytest.MonkeyPatch,
):
    found = cast.confirmed(cast.statute_like())
    monkeypatch.setattr("allmende.cooperative.member_letters.email_of", lambda _row: "")
    lene = admit(found)
    assert list(Membership.objects.members().filter(told=False)) == [lene]
    admission.told(lene, on=DECIDED, by=None, at=AT)
    assert not Membership.objects.members().filter(told=False).exists()


def test_a_letter_that_cannot_be_written_undoes_the_admission(monkeypatch: pytest.MonkeyPatch):
    found = cast.confirmed(cast.statute_like())
    before = RegisterEvent.objects.count()

    def fail(*_arguments: object, **_more: object) -> int:
        raise OSError

    monkeypatch.setattr(EmailMessage, "send", fail)
    with pytest.raises(OSError):  # noqa: PT011
        admit(found)
    assert RegisterEvent.objects.count() == before
    assert Membership.objects.get().number is None
    assert books.wrong() == []


def test_a_refused_applicant_leaves_nothing_but_a_tally(
    mailoutbox: list[EmailMessage],
):
    found = cast.confirmed(cast.statute_like())
    admission.refuse(found, decided_on=DECIDED, by=None, words="Leider nein.", at=AT)
    assert "Leider nein." in mailoutbox[-1].body
    row = Membership.objects.get()
    assert (row.stage, row.person, row.number) == (Stage.REFUSED, None, None)
    declaration.forget_due(at=AT + declaration.NOTICE_TIME + dt.timedelta(seconds=1))
    assert not RegisterPayload.objects.exists()
    assert not Detail.objects.exists()
    assert not Person.objects.exists()
    assert books.wrong() == []


def test_a_withdrawn_application_is_not_decided():
    found = cast.confirmed(cast.statute_like())
    declaration.withdraw(found, at=AT)
    assert Membership.objects.get().stage == Stage.WITHDRAWN
    with pytest.raises(NotOpen):
        admit(found)


# --- Further shares (§ 15b GenG) --------------------------------------------------------------


def test_further_shares_wait_until_all_but_the_last_are_paid():
    law = cast.statute_like()
    lene = admit(cast.confirmed(law))
    wish = shares.declare(lene, shares=1, declared_on=DECIDED, at=AT)
    with pytest.raises(shares.Unpaid):
        shares.admit(wish, decided_on=DECIDED, by=None, at=AT)
    books.pay(lene, on=DECIDED)
    event = shares.admit(wish, decided_on=DECIDED, by=None, at=AT)
    lene.refresh_from_db()
    assert (lene.shares, lene.wanted, lene.credit_cents) == (3, 0, 1000_00)
    assert event.about_id == wish.number
    [pledge] = books.asked(lene)
    assert pledge.cents == 500_00
    with pytest.raises(shares.NotWanted):
        shares.admit(wish, decided_on=DECIDED, by=None, at=AT)
    assert books.wrong() == []


def wanting(law: Statute, count: int) -> Declaration:
    found = declaration.declare(
        cast.applicant(), cast.wish(law, shares=count), way=Declaration.Way.ONLINE, at=NOW
    )
    declaration.confirm(found, at=NOW)
    return found


def test_of_several_shares_each_counts_when_those_before_it_are_paid(
    mailoutbox: list[EmailMessage],
):
    lene = admit(wanting(cast.statute_like(), 5))
    assert (lene.shares, lene.wanted) == (2, 0)
    assert "§ 15b GenG" in mailoutbox[-1].body
    assert not board.wishes().exists()  # it is decided
    [pledge] = books.asked(lene)
    assert pledge.cents == 2500_00
    books.credit(lene, 900_00, on=DECIDED)
    assert (lene.shares, lene.credit_cents) == (2, 900_00)
    books.credit(lene, 200_00, on=DECIDED)  # both are paid: that lets in one
    assert (lene.shares, lene.credit_cents, list(queries.unguarded())) == (3, 1100_00, [])
    books.credit(lene, 1400_00, on=DECIDED + dt.timedelta(days=2))
    assert (lene.shares, lene.credit_cents, lene.claim_cents) == (5, 2500_00, 0)
    rows = RegisterEvent.objects.filter(kind=Kind.MORE_ADMITTED).order_by("number")
    assert [(row.shares, row.effective_on - DECIDED) for row in rows] == [
        (1, dt.timedelta(0)), (2, dt.timedelta(days=2)),
    ]  # fmt: skip
    assert {row.decided_on for row in rows} == {DECIDED}
    assert projecting.state_of(lene).granted == {}
    assert books.wrong() == []


def test_one_sum_for_all_lets_all_in_and_says_so(mailoutbox: list[EmailMessage]):
    lene = admit(wanting(cast.statute_like(), 5))
    books.pay(lene, on=DECIDED + dt.timedelta(days=4))
    assert (lene.shares, lene.credit_cents) == (5, 2500_00)
    assert "5 Geschäftsanteile" in mailoutbox[-1].body
    assert "bezahlen" not in mailoutbox[-1].body
    assert books.asked(lene) == []
    assert books.wrong() == []


def test_several_further_shares_are_let_in_one_after_the_other():
    lene = admit(cast.confirmed(cast.statute_like()))
    books.pay(lene, on=DECIDED)
    wish = shares.declare(lene, shares=4, instalments=1, declared_on=DECIDED, at=AT)
    shares.admit(wish, decided_on=DECIDED, by=None, at=AT)
    lene.refresh_from_db()
    assert (lene.shares, projecting.state_of(lene).coming) == (3, 3)
    books.pay(lene, on=DECIDED)
    assert (lene.shares, lene.credit_cents) == (6, 3000_00)
    assert books.wrong() == []


def test_who_is_to_leave_takes_no_more_shares():
    lene = admit(wanting(cast.statute_like(), 5))
    leaving.give_notice(lene, received_on=DECIDED, at=AT)
    books.credit(lene, 2500_00, on=DECIDED)
    assert (lene.shares, lene.credit_cents, lene.claim_cents) == (2, 1000_00, 1500_00)
    assert books.wrong() == []


def test_a_return_reopens_the_debt_and_leaves_the_shares():
    lene = admit(cast.confirmed(cast.statute_like()))
    attempt = books.pay(lene, on=DECIDED)
    wish = shares.declare(lene, shares=1, declared_on=DECIDED, at=AT)
    books.send_back(attempt, on=DECIDED + dt.timedelta(days=3))
    lene.refresh_from_db()
    assert (lene.shares, lene.credit_cents) == (2, 0)
    with pytest.raises(shares.Unpaid):
        shares.admit(wish, decided_on=DECIDED, by=None, at=AT)
    assert books.wrong() == []


def test_compulsory_shares_count_as_one():
    """Krautreporter's five, say, are taken together."""
    law = cast.statute_like("krautreporter")
    found = declaration.declare(
        cast.applicant(), cast.wish(law, shares=5), way=Declaration.Way.ONLINE, at=NOW
    )
    declaration.confirm(found, at=NOW)
    lene = admit(found)
    wish = shares.declare(lene, shares=1, declared_on=DECIDED, at=AT)
    shares.admit(wish, decided_on=DECIDED, by=None, at=AT)
    lene.refresh_from_db()
    assert lene.shares == 6


def test_refused_further_shares_leave_the_others():
    lene = admit(cast.confirmed(cast.statute_like()))
    wish = shares.declare(lene, shares=3, declared_on=DECIDED, at=AT)
    shares.refuse(wish, decided_on=DECIDED, by=None, at=AT)
    lene.refresh_from_db()
    assert (lene.shares, lene.wanted) == (2, 0)


def test_nobody_takes_more_than_the_statute_lets_them():
    law = cast.statute_like(most_shares=4, most_shares_a_year=3)
    lene = admit(cast.confirmed(law))
    with pytest.raises(shares.TooMany):
        shares.declare(lene, shares=2, declared_on=DECIDED, at=AT)
    shares.declare(lene, shares=1, declared_on=DECIDED, at=AT)
    with pytest.raises(shares.TooMany):
        shares.declare(lene, shares=1, declared_on=DECIDED, at=AT)
    with pytest.raises(shares.TooMany):
        shares.declare(lene, shares=2, declared_on=DECIDED + dt.timedelta(days=365), at=AT)
