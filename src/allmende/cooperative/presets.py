"""Parameters of papers that are cooperatives, as far as they are publicly known (2022 to 2026).

They fill the form of a new statute, and prove that parameters suffice. What is not known of a paper
is left to the model's defaults: whoever begins with a preset reads it against their own statute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Preset:
    """values, groups: fields of the models Statute and MemberGroup."""

    title: Any
    values: Mapping[str, Any]
    groups: tuple[Mapping[str, Any], ...]


def group(code: str, name_de: str, name_en: str, **values: Any) -> dict[str, Any]:
    return {"code": code, "name_de": name_de, "name_en": name_en, **values}


READERS = group("readers", "Leserinnen und Leser", "Readers")
STAFF = group("staff", "Mitarbeiterinnen und Mitarbeiter", "Staff", online=False)
SUPPORTERS = group("supporters", "Unterstützerinnen und Unterstützer", "Supporters")
INVESTING = group("investing", "Investierende Mitglieder", "Investing members", investing=True)
MEMBERS = group("members", "Mitglieder", "Members")

PRESETS = {
    "nd": Preset(
        title=_("like nd: readers, staff and supporters, 500 € a share"),
        values={"share_cents": 500_00},
        groups=(READERS, STAFF, SUPPORTERS),
    ),
    "taz": Preset(
        title=_("like taz: 20 instalments of 25 €, two years' notice, signed on paper"),
        values={
            "share_cents": 500_00,
            "instalments": 20,
            "instalment_cents": 25_00,
            "notice_months": 24,
            "declaration_form": "written",
        },
        groups=(MEMBERS,),
    ),
    "junge-welt": Preset(
        title=_("like junge Welt: instalments from 25 €, at most 25 shares"),
        values={
            "share_cents": 500_00,
            "instalments": 20,
            "instalment_cents": 25_00,
            "most_shares": 25,
        },
        groups=(MEMBERS,),
    ),
    "krautreporter": Preset(
        title=_("like Krautreporter: five compulsory shares of 50 €"),
        values={"share_cents": 50_00, "compulsory_shares": 5},
        groups=(MEMBERS, {**INVESTING, "votes": False}),
    ),
    "medor": Preset(
        title=_("like Médor: 20 € a share, at most so many a person and year"),
        values={"share_cents": 20_00, "most_shares": 250, "most_shares_a_year": 50},
        groups=(READERS, STAFF, SUPPORTERS),
    ),
}
