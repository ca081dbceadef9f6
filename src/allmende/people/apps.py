from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "allmende.people"
    label = "people"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        from allmende.people import persons, receivers  # noqa: F401  connects them


class StaffScreens(WagtailUsersAppConfig):
    """Wagtail's user screens, shown for persons with addresses of their own."""

    user_viewset = "allmende.people.views.PersonViewSet"
