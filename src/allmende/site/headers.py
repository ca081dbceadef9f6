"""Headers that tell browsers what a page of ours may do: as little as it needs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

Policy = dict[str, str]

PAGE: Policy = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Wagtail writes scripts and styles into its forms (panels, date fields, the text editor), shows
# chosen files before they are uploaded (blob:) and previews pages in frames of our own host.
STAFF: Policy = PAGE | {
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self'",
    "frame-src": "'self'",
    "base-uri": "'self'",
    "frame-ancestors": "'self'",
}
PERMISSIONS = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(),"
    " gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
)


def written(policy: Policy) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


class SecurityHeadersMiddleware:
    """Adds the headers to every answer; a view that sets its own keeps them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.page, self.staff = written(PAGE), written(STAFF)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "is_dummy", False):
            return response  # Wagtail renders a preview inside a staff request, which adds its own
        staff = request.path.startswith(reverse("wagtailadmin_home"))
        defaults = {
            "Content-Security-Policy": self.staff if staff else self.page,
            "Permissions-Policy": PERMISSIONS,
        }
        if staff or request.path.startswith(account_root()):
            # What staff and account pages show is for one person and one moment.
            defaults |= {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
        for name, value in defaults.items():
            response.headers.setdefault(name, value)
        return response


def account_root() -> str:
    return reverse("account_login").removesuffix("login/")
