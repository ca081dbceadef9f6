"""What a headline says, without how it is written: for finding two that say the same.

`Article.headline_key` keeps it, so that whoever changes the rule writes a migration.
"""

import re
import unicodedata

LENGTH = 255
UNSEEN = ("Mn", "Cf")
# Words that two headlines may differ in and still be the same, in German and in English.
SMALL = frozenset(
    """
    der die das den dem des ein eine einen einem einer eines und oder in im ins am an auf aus bei
    für mit nach von vom zu zum zur über um ist sind war wird werden
    the a an and or of to at on for from by with is are was be
    """.split()  # noqa: SIM905  read as two languages, not as a list of strings
)


def headline_key(headline: str) -> str:
    """The words that carry the meaning, folded and in alphabetical order: "Der Pegel steigt!" and
    "Steigt der Pegel?" have one key, "pegel steigt"."""
    words = re.findall(r"\w+", folded(headline))
    weighty = [word for word in words if word not in SMALL_FOLDED] or words
    return " ".join(sorted(weighty))[:LENGTH]


def folded(text: str) -> str:
    """Without case, accents and signs that nobody sees, such as soft hyphens."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if unicodedata.category(sign) not in UNSEEN)


SMALL_FOLDED = frozenset(folded(word) for word in SMALL)
