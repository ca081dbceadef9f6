"""Contrast as WCAG counts it."""

import pytest

from allmende.paper.contrast import DARK_PAGE, LIGHT_PAGE, READABLE, contrast
from allmende.paper.models import Paper

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),  # the lightest grey that WCAG lets stand on white
        ("#ff0000", "#ffffff", 4.0),
        ("#0000FF", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_colours_of_the_house_are_readable() -> None:
    assert contrast(Paper().accent, LIGHT_PAGE) >= READABLE
    assert contrast(Paper().accent_dark, DARK_PAGE) >= READABLE
