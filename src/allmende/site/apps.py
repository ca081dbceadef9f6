"""The house, and apps of Wagtail's without their web API, which no paper offers. To describe itself
it would load the staff's screens into every process, half a second and 22 MB for snippets;
the others would take half a second and 13 MB.
"""

from django.apps import AppConfig
from django.db.models import ForeignKey
from django.db.models.signals import post_migrate
from wagtail.documents.apps import WagtailDocsAppConfig
from wagtail.images.apps import WagtailImagesAppConfig
from wagtail.locales.apps import WagtailLocalesAppConfig
from wagtail.snippets.apps import WagtailSnippetsAppConfig


class SiteConfig(AppConfig):
    name = "allmende.site"
    label = "site"
    default = True

    def ready(self) -> None:
        from allmende.site import boxes  # models must be loaded first

        boxes.register()


class Snippets(WagtailSnippetsAppConfig):
    def ready(self) -> None:
        from wagtail.snippets.models import create_extra_permissions, register_deferred_snippets

        register_deferred_snippets()
        post_migrate.connect(create_extra_permissions, sender=self)


class Images(WagtailImagesAppConfig):
    def ready(self) -> None:
        from wagtail.admin.compare import register_comparison_class
        from wagtail.admin.forms.models import register_form_field_override
        from wagtail.admin.ui.fields import register_display_class
        from wagtail.images import get_image_model, get_permission_policy
        from wagtail.images.components import ImageDisplay
        from wagtail.images.edit_handlers import ImageFieldComparison
        from wagtail.images.signal_handlers import register_signal_handlers
        from wagtail.images.widgets import AdminImageChooser
        from wagtail.models.reference_index import ReferenceIndex
        from wagtail.permissions import register_permission_policy

        model, widget = get_image_model(), {"widget": AdminImageChooser}
        register_permission_policy(model, get_permission_policy())
        register_signal_handlers()
        register_form_field_override(ForeignKey, to=model, override=widget)
        register_comparison_class(ForeignKey, to=model, comparison_class=ImageFieldComparison)
        register_display_class(ForeignKey, to=model, display_class=ImageDisplay)
        ReferenceIndex.register_model(model)


class Documents(WagtailDocsAppConfig):
    def ready(self) -> None:
        from wagtail.admin.ui.fields import register_display_class
        from wagtail.documents import get_document_model, get_permission_policy
        from wagtail.documents.components import DocumentDisplay
        from wagtail.documents.signal_handlers import register_signal_handlers
        from wagtail.models.reference_index import ReferenceIndex
        from wagtail.permissions import register_permission_policy

        model = get_document_model()
        register_permission_policy(model, get_permission_policy())
        register_signal_handlers()
        register_display_class(ForeignKey, to=model, display_class=DocumentDisplay)
        ReferenceIndex.register_model(model)


class Locales(WagtailLocalesAppConfig):
    def ready(self) -> None:
        """Its screens need nothing."""
