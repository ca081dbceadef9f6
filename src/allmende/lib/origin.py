"""Does a form come from our own pages? For public forms, which set no cookie.

Browsers say where a request comes from (Sec-Fetch-Site, Origin), and no page can make them lie.
"""

from collections.abc import Collection
from urllib.parse import urlsplit


def is_own(fetch_site: str, origin: str, *, hosts: Collection[str]) -> bool:
    """Whether a POST was sent by a page of ours.

    fetch_site, origin: the headers, "" where absent. hosts: ours, with port where it is not the
    usual. A request that says neither comes from no browser, or from one older than 2020.
    """
    if fetch_site:
        return fetch_site == "same-origin"
    return bool(origin) and urlsplit(origin).netloc in hosts
