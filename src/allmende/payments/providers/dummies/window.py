"""What people see of a dummy: pages without script, in German or English."""

import html
from collections.abc import Iterable, Mapping

LOOK = """<style>
  :root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --line: #8a8a8a;
          --deed: #0b4ea2 }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #eee; --paper: #161616; --line: #8f8f8f; --deed: #9cc3ff } }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 2rem auto;
         padding: 0 1rem; color: var(--ink); background: var(--paper) }
  h1 { font-size: 1.4rem; line-height: 1.25 }
  .sum { font-size: 2rem; font-weight: 600; margin: .5rem 0 }
  button { font: inherit; width: 100%; padding: .8rem; margin: .35rem 0; border-radius: .4rem;
           border: 1px solid var(--line); background: none; color: inherit; cursor: pointer }
  button.first { background: var(--deed); color: var(--paper); border-color: var(--deed) }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line) }
  label { display: block; padding: .2rem 0 }
  a { color: var(--deed) }
</style>"""

WORDS = {
    "de": {
        "dummy": "Dies ist eine Attrappe. Es fließt kein Geld.",
        "to": "an",
        "pay": "Jetzt zahlen",
        "agree": "Zustimmen und zahlen",
        "no": "Abbrechen und zurück",
        "monthly": "im Monat",
        "quarterly": "im Vierteljahr",
        "yearly": "im Jahr",
        "gone": "Hier wartet nichts auf eine Zusage.",
        "pending": "Zahlen, aber das Geld ist noch unterwegs",
        "declined": "Zahlen, aber die Bank lehnt ab",
        "method": "Womit möchten Sie zahlen?",
    },
    "en": {
        "dummy": "This is a dummy. No money moves.",
        "to": "to",
        "pay": "Pay now",
        "agree": "Agree and pay",
        "no": "Cancel and go back",
        "monthly": "a month",
        "quarterly": "a quarter",
        "yearly": "a year",
        "gone": "Nothing waits for approval here.",
        "pending": "Pay, but the money is still on its way",
        "declined": "Pay, but the bank declines",
        "method": "How would you like to pay?",
    },
}


def words(locale: str) -> Mapping[str, str]:
    return WORDS["de" if locale.lower().startswith("de") else "en"]


def page(title: str, body: str, *, language: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title>{LOOK}"
        f"<main><h1>{html.escape(title)}</h1>{body}</main></html>"
    )


def buttons(choices: Iterable[tuple[str, str]]) -> str:
    """A form of buttons: what each sends, and what it says; the first is the one to press."""
    rows = [
        f'<button name="deed" value="{html.escape(deed)}"{" class=first" if not n else ""}>'
        f"{html.escape(text)}</button>"
        for n, (deed, text) in enumerate(choices)
    ]
    return f'<form method="post">{"".join(rows)}</form>'


def paragraph(text: str, mark: str = "") -> str:
    return f"<p{f' class={mark}' if mark else ''}>{html.escape(text)}</p>"
