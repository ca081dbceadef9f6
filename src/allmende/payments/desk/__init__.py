"""The office's screens of money, one file a screen."""

from django.urls import URLPattern

from allmende.payments.desk import batches, books, items, proofs, questions, timeline


def screens() -> list[URLPattern]:
    return [
        *questions.PATHS,
        *items.PATHS,
        *batches.PATHS,
        *books.PATHS,
        *proofs.PATHS,
        *timeline.PATHS,
    ]
