"""A list's report in sentences, for screen and command line."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from allmende.importers import tables
from allmende.importers.subscribers import columns, entries
from allmende.importers.subscribers.report import WRONG
from allmende.newsletters.taking_in import Outcome

COLUMNS = {
    columns.EMAIL: gettext_lazy("E-mail address"),
    columns.FIRST: gettext_lazy("First names"),
    columns.LAST: gettext_lazy("Surname"),
    columns.STATUS: gettext_lazy("State there"),
    columns.ASKED: gettext_lazy("When they asked"),
    columns.CONFIRMED: gettext_lazy("When they confirmed"),
    columns.WORDS: gettext_lazy("What they agreed to"),
    columns.SOURCE: gettext_lazy("Where they agreed"),
}
FAULTS = {
    entries.NO_ADDRESS: gettext_lazy("there is no address"),
    entries.BAD_ADDRESS: gettext_lazy("this is no e-mail address"),
    entries.NO_TIME: gettext_lazy("without the time of confirmation there is no proof"),
    entries.BAD_TIME: gettext_lazy("write the time as 2023-05-31 14:30 or 31.05.2023 14:30"),
    entries.FUTURE: gettext_lazy("this time is yet to come"),
    entries.NO_WORDS: gettext_lazy("nothing says what they agreed to"),
    entries.NO_SOURCE: gettext_lazy("nothing says where they agreed"),
    entries.NOT_CONFIRMED: gettext_lazy("had asked there, but never confirmed"),
    entries.LEFT_THERE: gettext_lazy("had left, paused or was barred there"),
    entries.STRANGE_STATUS: gettext_lazy("nobody knows what this state means"),
}
COUNTS = {
    Outcome.NEW: ngettext_lazy("%(n)s is new", "%(n)s are new", "n"),
    Outcome.THERE: ngettext_lazy(
        "%(n)s is there already, or twice on the list",
        "%(n)s are there already, or twice on the list",
        "n",
    ),
    Outcome.LEFT: ngettext_lazy(
        "%(n)s had left this newsletter and stays away",
        "%(n)s had left this newsletter and stay away",
        "n",
    ),
    Outcome.BARRED: ngettext_lazy(
        "%(n)s is barred: the address is dead, or its reader called us spam",
        "%(n)s are barred: the address is dead, or its reader called us spam",
        "n",
    ),
    WRONG: ngettext_lazy(
        "%(n)s is refused, for the reason below", "%(n)s are refused, for the reasons below", "n"
    ),
}


def counts(kept: dict[str, dict[str, int]]) -> list[str]:
    """A sentence for each outcome, the new ones always."""
    found = kept.get("counts", {})
    return [
        str(words % {"n": found.get(outcome, 0)})
        for outcome, words in COUNTS.items()
        if found.get(outcome) or outcome == Outcome.NEW
    ]


def faults(kept: dict[str, list[list[str]]]) -> list[tuple[str, str, str]]:
    """Line, column and what is wrong there."""
    return [
        (line, str(COLUMNS[column]), str(FAULTS[code]))
        for line, column, code in kept.get("faults", [])
    ]


def unreadable(error: tables.Unreadable) -> str:
    """What is wrong with a file, and what to do."""
    match error:
        case tables.Empty():
            return _("The file is empty, or holds a heading only.")
        case tables.NoTable():
            return _("The table is broken at line %(line)d: a quotation mark has no end.") % {
                "line": error.line
            }
    return _("This is no text. In the spreadsheet choose “Save as”, and there CSV.")
