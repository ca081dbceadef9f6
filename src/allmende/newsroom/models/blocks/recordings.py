"""Files that readers download, hear or watch: our own, and films that lie elsewhere.

Which endings browsers play: https://developer.mozilla.org/docs/Web/Media/Guides/Formats/Containers
"""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from allmende.newsroom.models.blocks.readiness import CheckedBlock

AUDIO = ("mp3", "m4a", "ogg", "oga", "opus", "wav", "flac")
VIDEO = ("mp4", "webm")
CAPTIONS = ("vtt",)
SIGNATURE = b"WEBVTT"  # https://www.w3.org/TR/webvtt1/#file-structure
TRANSCRIPT = ["bold", "italic", "link"]


def ending_fault(document: Any, endings: tuple[str, ...]) -> ValidationError | None:
    if document is None or document.file_extension.lower() in endings:
        return None
    return ValidationError(
        _("“%(name)s” cannot be played here. Take a file that ends in %(endings)s.")
        % {"name": document.filename, "endings": ", ".join(endings)}
    )


def captions_fault(document: Any) -> ValidationError | None:
    """Whether a file holds captions, beyond its name: WEBVTT is its first word."""
    if fault := ending_fault(document, CAPTIONS):
        return fault
    try:
        with document.open_file() as file:
            start = file.read(len(SIGNATURE) + 3)
    except OSError:
        return ValidationError(_("The file of these captions is missing."))
    if start.removeprefix(b"\xef\xbb\xbf").startswith(SIGNATURE):
        return None
    return ValidationError(_("These are no WebVTT captions: the file must begin with WEBVTT."))


def present(**faults: ValidationError | None) -> dict[str, ValidationError]:
    return {name: fault for name, fault in faults.items() if fault}


class DownloadBlock(blocks.StructBlock):
    """A document that readers take along; kind and size are told beside its title."""

    document = DocumentChooserBlock(label=_("document"))
    title = blocks.CharBlock(label=_("title"), max_length=160)
    note = blocks.CharBlock(label=_("what it is"), required=False, max_length=300)

    class Meta:
        icon = "download"
        label = _("Document for download")
        template = "newsroom/blocks/download.html"


class AudioBlock(CheckedBlock):
    """A recording of our own. Who cannot hear it reads the transcript."""

    file = DocumentChooserBlock(label=_("audio file"))
    title = blocks.CharBlock(label=_("title"), max_length=160)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=160)
    transcript = blocks.RichTextBlock(
        label=_("transcript"),
        features=TRANSCRIPT,
        required=False,
        help_text=_("What is said and heard. Readers must have it before publication."),
    )

    class Meta:
        icon = "media"
        label = _("Audio")
        template = "newsroom/blocks/audio.html"

    def faults(self, value: Any) -> dict[str, ValidationError]:
        return present(
            file=ending_fault(value.get("file"), AUDIO),
            credit=credit_fault(value),
            transcript=transcript_fault(value),
        )


class VideoBlock(CheckedBlock):
    """A film of our own with a picture that stands until it plays."""

    file = DocumentChooserBlock(label=_("video file"))
    picture = ImageChooserBlock(label=_("picture before it plays"))
    title = blocks.CharBlock(label=_("title"), max_length=160)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=160)
    captions = DocumentChooserBlock(
        label=_("captions"), required=False, help_text=_("A WebVTT file (.vtt).")
    )
    transcript = blocks.RichTextBlock(
        label=_("transcript"),
        features=TRANSCRIPT,
        required=False,
        help_text=_("What is said, heard and seen. Readers must have it before publication."),
    )

    class Meta:
        icon = "media"
        label = _("Video")
        template = "newsroom/blocks/video.html"

    def faults(self, value: Any) -> dict[str, ValidationError]:
        captions = value.get("captions")
        needed = ValidationError(_("A video needs captions for those who do not hear it."))
        return super().faults(value) | present(
            file=ending_fault(value.get("file"), VIDEO),
            credit=credit_fault(value),
            captions=captions_fault(captions) if captions else needed,
            transcript=transcript_fault(value),
        )


class ElsewhereValue(blocks.StructValue):
    @property
    def host(self) -> str:
        """Where the link leads, as readers know it."""
        return (urlsplit(self.get("url") or "").hostname or "").removeprefix("www.")


class ExternalVideoBlock(CheckedBlock):
    """A film that lies elsewhere: a link, with a picture of ours. Nothing loads from there."""

    url = blocks.URLBlock(label=_("address"), max_length=1000)
    title = blocks.CharBlock(label=_("title"), max_length=160)
    picture = ImageChooserBlock(label=_("picture"), required=False)
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=400)

    class Meta:
        icon = "link-external"
        label = _("Video on another site")
        template = "newsroom/blocks/external_video.html"
        value_class = ElsewhereValue

    def faults(self, value: Any) -> dict[str, ValidationError]:
        scheme = urlsplit(value.get("url") or "").scheme
        web = ValidationError(_("Give an address that begins with https:// or http://."))
        return super().faults(value) | present(url=None if scheme in ("http", "https") else web)


def credit_fault(value: Any) -> ValidationError | None:
    return None if value.get("credit") else ValidationError(_("Say who made the recording."))


def transcript_fault(value: Any) -> ValidationError | None:
    text = value.get("transcript")
    if text and str(text.source).strip():
        return None
    return ValidationError(_("Readers who cannot hear it need a transcript."))
