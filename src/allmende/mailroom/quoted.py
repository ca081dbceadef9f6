"""Quoted-printable that can be cut: fixed text and personal pieces are encoded apart.

Every piece stands between two soft line breaks, so that neither side needs to know how long the
other's line is. No line begins with a dot, so SMTP has nothing to double, and what is signed is
what is sent.
"""

import re
from collections.abc import Iterator

LONGEST = 75  # characters of a line, before the "=" of a soft break
SOFT = b"=\r\n"
# A short piece that is what it looks like: no "=", no dot in front, no blank at the end.
PLAIN = re.compile(r"(?:[!-\-/-<>-~](?:[ -<>-~]{0,72}[!-<>-~])?)?", re.ASCII)


def literal(text: str) -> bytes:
    """Fixed text; ends with a line break, hard or soft, so that a piece may follow."""
    lines = text.replace("\r\n", "\n").split("\n")
    encoded = [wrapped(line) for line in lines]
    last = encoded.pop()
    whole = b"".join(line + b"\r\n" for line in encoded)
    return whole + last + SOFT if last else whole


def piece(text: str) -> bytes:
    """One personal piece with the soft break that ends it."""
    if PLAIN.fullmatch(text):
        return text.encode("ascii") + SOFT
    lines = text.replace("\r\n", "\n").split("\n")
    return b"\r\n".join(wrapped(line) for line in lines) + SOFT


def wrapped(line: str) -> bytes:
    """One line without its end, softly broken where it is too long."""
    out, width = [], 0
    for char in characters(line):
        if width + len(char) > LONGEST:
            out.append("=\r\n")
            width = 0
        shown = "=2E" if char == "." and not width else char
        out.append(shown)
        width += len(shown)
    return "".join(out).encode("ascii")


def characters(line: str) -> Iterator[str]:
    """Characters, and "=XX" for each byte of those that may not stand for themselves."""
    end = len(line) - 1
    for place, char in enumerate(line):
        if " " <= char <= "~" and char != "=" and not (char == " " and place == end):
            yield char
        else:
            yield from (f"={byte:02X}" for byte in char.encode())
