"""Some months with a leap day, Christmas, New Year and Easter, every story told, every task in
danger."""

import datetime as dt
from collections.abc import Iterator

import pytest

from allmende.payments import providers
from tests.simulation.givers import STORIES, cast
from tests.simulation.years import Years, weather_of

pytestmark = pytest.mark.django_db
BEGIN, END = dt.date(2027, 12, 1), dt.date(2028, 4, 18)


@pytest.fixture(autouse=True)
def wallet() -> Iterator[None]:
    yield
    providers.PROVIDERS.pop("wallet", None)
    providers.made.cache_clear()


def test_every_cent_is_where_the_model_says_on_every_evening():
    givers = cast(36, begin=BEGIN, days=9, rhythms="m", seed=1)
    stories = {(giver.method, giver.story) for giver in givers}
    assert stories >= {(method, one) for method in STORIES for one in STORIES[method]}
    weather, twice = weather_of(BEGIN, END, seed=1)
    years = Years(givers, begin=BEGIN, end=END, weather=weather, twice=twice, deaths=0.1)
    years.live()
    assert sum(years.model.paid.values()) > 100
