import pytest

from allmende.payments import ibans

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("DE89370400440532013001", ibans.Mistyped),
        ("DE8937040044053201300", ibans.WrongShape),
        ("", ibans.WrongShape),
        ("Meine Nummer", ibans.WrongShape),
        ("BR1800360305000010009795493C1", ibans.OutsideSepa),
        ("DE23999999990000000000", ibans.UnknownBank),
    ],
)
def test_a_bad_iban_is_named(typed: str, fault: type[ibans.BadIban]):
    with pytest.raises(ibans.BadIban) as caught:
        ibans.read(typed)
    assert type(caught.value) is fault


@pytest.mark.parametrize(
    "typed", ["de89 3704 0044 0532 0130 00", "NL91ABNA0417164300", "AT61-1904-3002-3457-3201"]
)
def test_spaces_and_cases_do_not_matter(typed: str):
    assert ibans.read(typed) == typed.upper().replace(" ", "").replace("-", "")


def test_a_masked_iban_shows_little():
    assert ibans.masked("DE89370400440532013000") == "DE89 … 3000"


def test_only_accounts_outside_the_eea_need_an_address():
    assert ibans.needs_address("CH9300762011623852957")
    assert ibans.needs_address("GB29NWBK60161331926819")
    assert not ibans.needs_address("NO9386011117947")


def test_banks_are_told_apart():
    assert ibans.same_bank("DE89370400440532013000", "DE75370400440532013011")
    assert not ibans.same_bank("DE89370400440532013000", "DE02120300000000202051")
    assert ibans.bank_name("DE02120300000000202051") == "Deutsche Kreditbank Berlin"
