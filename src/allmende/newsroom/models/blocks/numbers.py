"""Numbers as editors write them."""

import math
import re

# "1.204,5" and "1204.5" are German and English; a space or an apostrophe may group thousands.
GERMAN = re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?|[-+]?\d+(,\d+)?")
ENGLISH = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?|[-+]?\d+\.\d+")
LEFT_OUT = str.maketrans({"−": "-", " ": "", "\u00a0": "", "\u202f": "", "'": "", "’": "", "%": ""})


def number(text: object) -> float | None:
    """What a cell says: German before English, so "1.204" is a thousand; None when it is none."""
    plain = str(text or "").strip().translate(LEFT_OUT)
    if GERMAN.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif ENGLISH.fullmatch(plain):
        plain = plain.replace(",", "")
    else:
        return None
    found = float(plain)
    return found if math.isfinite(found) and abs(found) < 1e15 else None
