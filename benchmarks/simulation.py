"""10,000 givers over three years, with a leap day, in a world where everything goes wrong.

SQLite, one process: debits, transfers and a wallet that collects by itself; holidays, month ends,
returns, late and doubled statements and events, a wallet that is out for a day. A model that knows
neither database nor house says every evening where every cent has to be; at each month's end the
proofs of `allmende check` have to be empty too, and every giver is looked at. Planning runs on
Mondays. That workers die on the way is part of the tests (tests/simulation). SCALE=small: 120
givers, half a year.
"""

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import fixtures
import givers
from figures import Report

sys.path.insert(0, str(fixtures.HOME))

SMALL = os.environ.get("SCALE") == "small"
COUNT = 120 if SMALL else 10_000
BEGIN = dt.date(2027, 1, 1)
END = dt.date(2027, 6, 30) if SMALL else dt.date(2029, 12, 31)
SIGNING = 60 if SMALL else 730  # days over which givers come
RHYTHMS = "mqyqyqyqyy"  # most give seldom: a month's debit costs as much as a year's
SECONDS = 600


def main() -> None:
    if len(sys.argv) > 1:
        live()
        return
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, __file__, "live"],
            env=fixtures.environment(Path(folder)) | {"SCALE": os.environ.get("SCALE", "")},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    told = json.loads(done.stdout.splitlines()[-1])
    print(f"givers | {COUNT:,}")
    print(f"days | {told['days']:,}, each with its cents; {told['proved']} of them proved")
    print(f"payments that stayed | {told['paid']:,}, {told['cents'] / 100:,.2f} €")
    print("cents off, items twice, items lost | 0, 0, 0")  # or it would have stopped
    print(f"memory | {told['peak']:,.0f} MB")
    report.at_most("simulation", told["seconds"], SECONDS, 1.0, "s")
    report.end()


def live() -> None:
    givers.open_house()
    givers.lay_tables()
    from tests.simulation.givers import cast
    from tests.simulation.years import Years, weather_of

    started = time.perf_counter()
    people = cast(COUNT, begin=BEGIN, days=SIGNING, rhythms=RHYTHMS, seed=1)
    weather, twice = weather_of(BEGIN, END, seed=1)
    years = Years(
        people, begin=BEGIN, end=END, weather=weather, twice=twice, often=False, in_details=False
    )
    years.live()
    told = {
        "seconds": time.perf_counter() - started,
        "days": (END - BEGIN).days + 1,
        "proved": years.proved,
        "paid": sum(years.model.paid.values()),
        "cents": sum(years.model.credited.values()),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
