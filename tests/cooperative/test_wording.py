"""The words of declarations: made from the statute, highlighted exactly where the law wants."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from allmende.cooperative import presets, terms, wording
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Statute
from allmende.ledger.money import NARROW_SPACE, Money
from allmende.paper.models import Paper
from tests.cooperative.cast import applicant, statute_like

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    with translation.override("de"):
        yield


def words(law: Statute, who: Applicant | None = None, **values: Any) -> wording.Text:
    given = {"group": "Mitglieder", "shares": 1, "instalments": 1, **values}
    return wording.declaration(who or applicant(), statute=law, **given)


def flat(text: str) -> str:
    """Amounts with the space that one types."""
    return text.replace(NARROW_SPACE, " ")


def codes(law: Statute) -> list[str]:
    return [block.code for block in words(law).highlighted]


def test_the_whole_wording_of_a_paper_with_instalments_and_long_notice():
    law = statute_like("taz")
    text = words(law, shares=3, instalments=20)
    assert flat(text.plain).splitlines()[::2] == [
        "Beitrittserklärung",
        "Ich, Lene Marie Ott, Am Wehr 3, 01234 Niederau, erkläre hiermit unbedingt meinen Beitritt"
        " zur Genossenschaft Auentaler Bote eG. Mitgliedergruppe: Mitglieder.",
        "Die Beteiligung umfasst 3 Geschäftsanteile zu je 500 €, zusammen 1.500 €.",
        "Ich verpflichte mich, die nach Gesetz und Satzung geschuldeten Einzahlungen auf die"
        " Geschäftsanteile zu leisten: 20 Raten zu 75 €, eine im Monat, die erste innerhalb von"
        " 14 Tagen nach der Zulassung.",
        "Ich nehme ausdrücklich zur Kenntnis, dass die Kündigungsfrist 2 Jahre zum Schluss eines"
        " Geschäftsjahres beträgt, also mehr als ein Jahr.",
        "Eine Nachschusspflicht besteht nicht.",
        "Die geltende Satzung konnte vor dieser Erklärung unter"
        f" http://localhost:8000/genossenschaft/satzung-{law.number}.pdf gelesen werden, und ein"
        " Ausdruck wurde angeboten: Fassung"
        f" {law.number}, in Kraft ab 1. Januar 2020, SHA-256 {law.document_id}.",
        "Das Gesetz schreibt der Genossenschaft eine Mitgliederliste vor: Name, Anschrift, Anteile,"
        " Tage von Eintritt und Austritt. Diese Einträge können nicht auf Wunsch gelöscht werden.",
    ]


@pytest.mark.parametrize(
    ("values", "highlighted"),
    [
        ({}, []),
        ({"notice_months": 12}, []),
        ({"notice_months": 13}, ["notice"]),
        ({"nachschuss": "unlimited"}, ["nachschuss"]),
        ({"nachschuss": "limited", "nachschuss_cents": 100_00}, ["nachschuss"]),
        ({"further_payments": "Eintrittsgeld von 10 €"}, ["payments"]),
        (
            {"nachschuss": "unlimited", "further_payments": "Ja.", "notice_months": 60},
            ["nachschuss", "payments", "notice"],
        ),
    ],
)
def test_boxes_stand_exactly_where_the_law_wants_them(
    values: dict[str, Any], highlighted: list[str]
):
    assert codes(statute_like(**values)) == highlighted


@pytest.mark.parametrize("name", sorted(presets.PRESETS))
def test_papers_that_exist_get_their_boxes(name: str):
    assert codes(statute_like(name)) == (["notice"] if name == "taz" else [])


def test_a_limited_nachschuss_is_named_for_all_shares():
    law = statute_like(nachschuss="limited", nachschuss_cents=100_00)
    (box,) = words(law, shares=3).highlighted
    assert "100 € je Geschäftsanteil, zusammen 300 €" in flat(box.words)


def test_who_speaks_for_others_is_named():
    law = statute_like()
    minor = words(law, applicant(born_on="2012-05-04", guardians=["Ida Ott", "Otto Ott"])).plain
    assert "geboren am 4. Mai 2012, gesetzlich vertreten durch Ida Ott und Otto Ott" in minor
    club = applicant(organisation="Chor Niederau e. V.", representative="Ida Ott")
    text = words(law, club).plain
    assert "Wir, Chor Niederau e. V., Am Wehr 3, 01234 Niederau, vertreten durch Ida Ott," in text
    assert "Ich" not in text


def test_a_gift_names_who_pays_and_who_owes():
    assert "Otto möchte sie bezahlen" in words(statute_like(), applicant(giver="Otto")).plain


def test_further_shares_are_declared_in_the_same_way():
    text = words(statute_like("taz"), member=17)
    assert text.title == "Beteiligung mit weiteren Geschäftsanteilen"
    assert "Mitglied Nummer 17" in text.plain
    assert [block.code for block in text.highlighted] == ["notice"]


def test_english_is_complete():
    with translation.override("en"):
        text = words(statute_like("taz", nachschuss="unlimited"), instalments=20).plain
    assert "I, Lene Marie Ott" in text
    assert "20 instalments of €25, one a month" in text
    assert "the period of notice is 2 years" in text


def test_what_is_kept_reads_back_word_for_word():
    text = words(statute_like("taz"))
    assert wording.read(wording.kept(text)) == text


@pytest.mark.parametrize(
    ("name", "values", "shares", "instalments", "fields"),
    [
        ("nd", {}, 1, 1, []),
        ("nd", {}, 0, 1, ["shares"]),
        ("nd", {}, 1, 2, ["instalments"]),
        ("krautreporter", {}, 4, 1, ["shares"]),
        ("junge-welt", {}, 25, 1, []),
        ("junge-welt", {}, 2, 20, []),
        ("junge-welt", {}, 3, 20, ["shares"]),  # § 15b (2) GenG
        ("krautreporter", {"instalments": 5, "instalment_cents": 10_00}, 6, 5, []),
        ("krautreporter", {"instalments": 5, "instalment_cents": 10_00}, 7, 5, ["shares"]),
        ("junge-welt", {}, 26, 1, ["shares"]),
        ("medor", {}, 51, 1, ["shares"]),
        ("taz", {"paid_within_months": 10}, 1, 12, ["instalments"]),
        ("taz", {"paid_within_months": 10}, 1, 11, []),
    ],
)
def test_the_statute_limits_what_is_taken(
    name: str, values: dict[str, Any], shares: int, instalments: int, fields: list[str]
):
    law = statute_like(name, **values)
    group = law.groups.all()[0]
    found = terms.faults(law, group=group, shares=shares, instalments=instalments)
    assert [field for field, _words in found] == fields


def test_a_plan_adds_up_to_the_last_cent():
    law = statute_like(share_cents=100_00, instalments=7, instalment_cents=14_00)
    plan = terms.plan(law, shares=1, instalments=7)
    assert plan == [Money(14_28)] * 6 + [Money(14_32)]
    assert terms.offered_instalments(statute_like("taz", in_force_from=dt.date(2021, 1, 1))) == [
        1, 2, 4, 5, 10, 20,
    ]  # fmt: skip


def test_the_paper_without_a_legal_entity_is_named_by_its_name(paper: Paper):
    Paper.objects.update(legal_entity="")
    assert "zur Genossenschaft Auentaler Bote." in words(statute_like()).plain
