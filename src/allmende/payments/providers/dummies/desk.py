"""The desk of a dummy, for people and tests: its moods, its clock."""

import datetime as dt
import html

from allmende.payments.providers.dummies import window
from allmende.payments.providers.dummies.hours import Clock
from allmende.payments.providers.dummies.moods import MOODS, Moods
from allmende.payments.providers.dummies.stage import Answer, Asked, elsewhere, page

PATH = "/desk"


def answer(asked: Asked, *, name: str, moods: Moods, clock: Clock, more: str = "") -> Answer:
    """more: what this dummy shows beside, as HTML."""
    if asked.method == "POST":
        take(asked.form, moods, clock)
        return elsewhere(PATH)
    return page(window.page(name, shown(moods, clock) + more))


def take(form: dict[str, str], moods: Moods, clock: Clock) -> None:
    """`always` are the moods that strike every time, `days` how far the clock moves."""
    if "days" in form:
        clock.forward(dt.timedelta(days=min(400, max(0, int(form["days"] or 0)))))
        return
    for mood in MOODS:
        moods.always(mood, 1.0 if mood in form else 0.0)


def shown(moods: Moods, clock: Clock) -> str:
    rows = "".join(
        f'<label><input type="checkbox" name="{mood}"{" checked" if moods.rates.get(mood) else ""}>'
        f" <b>{mood}</b>: {html.escape(meaning)}</label>"
        for mood, meaning in MOODS.items()
    )
    return (
        f"<h2>Moods</h2><form method=post>{rows}<button class=first>Set</button></form>"
        f"<h2>Clock</h2><p>{clock.now():%Y-%m-%d %H:%M} UTC</p><form method=post>"
        "<label>Days forward <input name=days type=number min=0 max=400 value=31></label>"
        "<button>Move</button></form>"
    )
