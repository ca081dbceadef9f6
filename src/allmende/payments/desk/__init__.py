"""The office's screens of money, one file a screen."""

from django.urls import URLPattern

from allmende.payments.desk import (
    batches,
    books,
    items,
    letters,
    openings,
    payments,
    payouts,
    proofs,
    providers,
    questions,
    statements,
    timeline,
    transfers,
)


def screens() -> list[URLPattern]:
    return [
        *questions.PATHS,
        *items.PATHS,
        *letters.PATHS,
        *statements.PATHS,
        *openings.PATHS,
        *transfers.PATHS,
        *batches.PATHS,
        *payments.PATHS,
        *payouts.PATHS,
        *books.PATHS,
        *proofs.PATHS,
        *providers.PATHS,
        *timeline.PATHS,
    ]
