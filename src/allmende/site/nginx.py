"""nginx in front of readers: its configuration, with the same rules as the embedded server's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.template.loader import render_to_string

from allmende.bakery.serve import Folder, pages, policy
from allmende.bakery.serve.application import RETRY_AFTER
from allmende.bakery.serve.folders import FOREVER
from allmende.bakery.store.paths import TEXT_TYPES, TYPES

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


@dataclass(frozen=True)
class Site:
    """What differs from paper to paper.

    host: the name that readers type.
    root: the store's folder; folders: those that are served as they are, by prefix.
    dynamic: prefixes of paths for the web process, which listens on `upstream`.
    certificates: folder of fullchain.pem and privkey.pem; None without TLS, then `listen` counts.
    hsts: seconds of Strict-Transport-Security.
    """

    host: str
    root: Path
    folders: Mapping[str, Folder]
    dynamic: tuple[str, ...]
    upstream: str
    listen: str = "80"
    certificates: Path | None = None
    hsts: int = 0
    brotli: bool = False
    language: str = "de"


def configuration(site: Site) -> str:
    """The text of one configuration file, to be included in nginx's http block.

    Raises ValueError for a host that is no host name.
    """
    if not HOST.fullmatch(site.host):
        raise ValueError(f"{site.host!r} is no host name. Write it as bote.example.")
    folders = [{"prefix": p, "root": folder.root} for p, folder in site.folders.items()]
    texts = sorted({plain(kind) for kind in TEXT_TYPES.values()} - {"text/html"})
    context = {
        "site": site,
        "folders": folders,
        "types": [(ending, plain(kind)) for ending, kind in TYPES.items()],
        "text_types": " ".join(texts),
        "headers": policy.everywhere(hsts=site.hsts, more={}),
        "page_policy": policy.PAGE_POLICY,
        "file_policy": policy.FILE_POLICY,
        "pdf_policy": policy.PDF_POLICY,
        "page_cache": pages.CACHE[1],
        "hashed_cache": FOREVER,
        "file_cache": f"public, max-age={min(f.max_age for f in site.folders.values())}",
        "retry_after": RETRY_AFTER,
    }
    return render_to_string("site/nginx.conf", context)


def plain(content_type: str) -> str:
    return content_type.partition(";")[0]
