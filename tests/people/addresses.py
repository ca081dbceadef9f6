"""Every address below a root, with something plausible in the place of each parameter."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils.regex_helper import normalize

FILLINGS = {
    "int": "1",
    "str": "wort",
    "slug": "wort",
    "path": "ein/pfad",
    "uuid": "00000000-0000-4000-8000-000000000001",
}


def written(pattern: URLPattern | URLResolver) -> list[str]:
    """The ways to write one pattern's own part of an address."""
    if isinstance(pattern.pattern, RoutePattern):
        fill = re.compile(r"<(?:(\w+):)?\w+>")
        route = str(pattern.pattern)
        return [fill.sub(lambda found: FILLINGS.get(found[1] or "str", "1"), route)]
    return [
        part % dict.fromkeys(names, "1")
        for part, names in normalize(str(pattern.pattern.regex.pattern))
    ]


def below(root: str) -> list[str]:
    """All addresses that the resolver knows below `root`, as "/redaktion/"."""
    return sorted(address for address in walk(get_resolver(), "/") if address.startswith(root))


def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        for part in written(pattern):
            address = prefix + part.lstrip("^").removesuffix("$")
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, address)
            else:
                yield address.replace("\\Z", "")
