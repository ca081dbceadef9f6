"""Security headers."""

from collections.abc import Mapping

Headers = list[tuple[str, str]]

# Baked pages load nothing but our own files, and run nothing but our own deferred script. It may
# ask our own host; tools in the browser that look for robots.txt are bound by the same rule.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; media-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
# A picture or a style sheet loads nothing. A drawing may carry its own style, as SVG does, but when
# opened by itself it is nobody's page.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
PDF_POLICY = "frame-ancestors 'none'"  # browsers' own viewers do not run in a sandbox

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def everywhere(*, hsts: int, more: Mapping[str, str]) -> Headers:
    """Headers of every answer; `hsts` in seconds, 0 where TLS is off."""
    transport = {"Strict-Transport-Security": f"max-age={hsts}; includeSubDomains"} if hsts else {}
    return list({**EVERYWHERE, **transport, **more}.items())


def file_policy(content_type: str) -> str:
    return PDF_POLICY if content_type == "application/pdf" else FILE_POLICY
