"""The code that banking apps scan to fill in a transfer.

Source: EPC 069-12, version 2 (no BIC inside the EEA), error level M, at most symbol version 13.
"""

import io

import segno

from allmende.ledger.money import Money, plain
from allmende.payments.ibans import compact
from allmende.payments.pain.characters import latin


def payload(*, name: str, iban: str, money: Money, reference: str) -> str:
    """What the code says. reference: ISO 11649. Raises ValueError for other money than euros."""
    if money.currency != "EUR" or not 0 < money.cents <= 99_999_999_999:
        raise ValueError(f"no amount for such a code: {money}")
    lines = ["BCD", "002", "1", "SCT", "", latin(name, most=70), compact(iban)]
    return "\n".join([*lines, f"EUR{plain(money)}", "", reference])


def svg(text: str, *, title: str) -> str:
    """Black on white whatever the page's colours are, for cameras want it so."""
    code = segno.make_qr(text, error="m", boost_error=False, encoding="utf-8")
    if not isinstance(code.version, int) or code.version > 13:
        raise ValueError("too long for such a code")
    out = io.BytesIO()
    code.save(
        out, kind="svg", border=4, light="#fff", title=title, xmldecl=False, svgclass=None,
        lineclass=None, omitsize=True,
    )  # fmt: skip
    return out.getvalue().decode()
