"""Pictures and documents in a bucket, at the same addresses as those in a folder."""

from typing import Any

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

from allmende.bakery.store.paths import TYPES, ending


class Media(S3Storage):
    """Django's storage of uploads. Readers get them from our own host, never from the bucket's."""

    file_overwrite = False

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return f"{settings.MEDIA_URL}{filepath_to_uri(name)}"

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """A public copy's name says its content: of two that make it, either may win."""
        if name.startswith("files/"):
            return name
        return str(super().get_available_name(name, max_length))

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """The type that the house's own server would send."""
        known = TYPES.get(ending(name).lower())
        return {**super().get_object_parameters(name), **({"ContentType": known} if known else {})}
