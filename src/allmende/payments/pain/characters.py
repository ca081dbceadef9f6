"""The letters that every bank in SEPA takes (EPC 217-08): Latin without marks, few signs."""

import re
import unicodedata

PLAIN = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*", re.ASCII)
OTHER = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]", re.ASCII)
SPELT = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS",
        "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "å": "a", "Å": "A", "œ": "oe", "Œ": "Oe",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
        "ı": "i", "&": "+", "*": ".", "_": "-", "@": "(at)", "’": "'", "‘": "'", "–": "-",
        "—": "-", "„": "'", "“": "'", "”": "'", "»": "'", "«": "'", '"': "'", "€": "EUR",
    }
)  # fmt: skip


def latin(text: str, *, most: int) -> str:
    """ "Jürgen Müßig & Søn" as "Juergen Muessig + Son". Never empty: "?" where nothing is left."""
    if not PLAIN.fullmatch(text):
        apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(SPELT))
        bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
        text = OTHER.sub("?", " ".join(bare.split()))
    # Banks refuse a slash at an end and two in a row.
    text = re.sub("//+", "/", " ".join(text.split())).strip("/ ")
    return text[:most].strip("/ ") or "?"
