"""One line a figure: figure | measured | peer or limit | ratio | goal | ok or short."""

import os
import sys
from dataclasses import dataclass, field


@dataclass
class Report:
    """Prints figures as they come and remembers whether one fell short."""

    short: list[str] = field(default_factory=list)

    def at_least(self, figure: str, measured: float, peer: float, goal: float, unit: str) -> None:
        """`measured` should be at least `goal` times what the peer reached."""
        ratio = measured / peer
        self._line(figure, measured, peer, ratio, f">= {goal:g} x", unit, ok=ratio >= goal)

    def at_most(self, figure: str, measured: float, peer: float, goal: float, unit: str) -> None:
        """`measured` should be at most `goal` times what the peer needed."""
        ratio = measured / peer
        self._line(figure, measured, peer, ratio, f"<= {goal:g} x", unit, ok=ratio <= goal)

    def _line(
        self,
        figure: str,
        measured: float,
        peer: float,
        ratio: float,
        goal: str,
        unit: str,
        *,
        ok: bool,
    ) -> None:
        if not ok:
            self.short.append(figure)
        cells = [figure, number(measured, unit), number(peer, unit), f"{ratio:.2f}", goal]
        print(" | ".join([*cells, "ok" if ok else "short"]), flush=True)

    def end(self) -> None:
        """Ends the program: 1 when a figure fell short. A small run only shows that the figure
        can be measured; its numbers are too short-lived to fail anybody."""
        small = os.environ.get("SCALE") == "small"
        sys.exit(1 if self.short and not small else 0)


def number(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:,.2f} {unit}"
