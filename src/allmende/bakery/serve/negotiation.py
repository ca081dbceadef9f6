"""What a request's headers ask for (RFC 9110): codings, conditions, ranges."""

import re
from email.utils import parsedate_to_datetime
from functools import lru_cache

LONGEST = 200  # characters of an Accept-Encoding that is worth remembering
UNNAMED = 0.0001  # identity is acceptable unless refused, but whatever is named comes first


class Unsatisfiable(ValueError):
    """The range lies behind the end (416)."""


def choose_coding(accept: str, offered: tuple[str, ...]) -> str:
    """The coding of the answer; among equals the first offered (RFC 9110, 12.5.3).

    Where nothing is acceptable, identity is sent all the same, as the RFC allows.
    """
    return (_choose if len(accept) > LONGEST else _remember_choice)(accept, offered)


def _choose(accept: str, offered: tuple[str, ...]) -> str:
    weights = coding_weights(accept)
    other = weights.get("*", 0.0)
    best, best_weight = "identity", weights.get("identity", weights.get("*", UNNAMED))
    for coding in reversed(offered):
        weight = weights.get(coding, other)
        if weight > 0 and weight >= best_weight:
            best, best_weight = coding, weight
    return best


_remember_choice = lru_cache(maxsize=512)(_choose)


def coding_weights(accept: str) -> dict[str, float]:
    weights = {}
    for part in accept.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, value = parameter.partition("=")
        weight = 1.0
        if name.strip() == "q":
            match = re.fullmatch(r"[01](\.\d{0,3})?", value.strip())
            weight = min(float(match[0]), 1.0) if match else 0.0
        if coding.strip():
            weights[coding.strip().removeprefix("x-")] = weight
    return weights


def etag_matches(header: str, etag: str) -> bool:
    """If-None-Match, by weak comparison (13.1.2)."""
    if header.strip() == "*":
        return True
    return etag.removeprefix("W/") in re.findall(r'"[^"]*"', header)


def not_modified(none_match: str | None, since: str | None, etag: str, modified: int) -> bool:
    """Whether the reader's copy is still good. If-None-Match, where given, decides alone."""
    if none_match is not None:
        return etag_matches(none_match, etag)
    return since is not None and modified <= http_time(since)


def http_time(text: str) -> float:
    """Seconds since 1970; long ago for what is no date."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return -1.0


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range asked for; None for what may be ignored (14.2).

    Several ranges in one request are answered with the whole file. Raises Unsatisfiable.
    """
    match = re.fullmatch(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", header)
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        first, last = max(size - int(match[2]), 0), size - 1
    else:
        first, last = int(match[1]), min(int(match[2] or size), size - 1)
        if match[2] and int(match[2]) < first:
            return None
    if first > last:
        raise Unsatisfiable(header)
    return first, last


def range_applies(if_range: str | None, etag: str, modified: str) -> bool:
    """If-Range: only when the reader's part is of this very file (13.1.5)."""
    return if_range is None or if_range in (etag, modified)
