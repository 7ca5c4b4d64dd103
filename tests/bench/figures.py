"""Prints the figures of a part: each program's median of the rounds, and ratios between two programs of the same round."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

# What a program measured of itself in one round, and that of each program in each round.
Figures = Mapping[str, float]
Rounds = Mapping[str, Sequence[Figures]]


def spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):8.2f}  ({min(values):.2f} to {max(values):.2f})"


def table(title: str, said: Rounds, field: str, unit: str) -> None:
    print(f"\n{title}, {unit}")
    for name, rounds in said.items():
        print(f"  {name:<18}{spread([one[field] for one in rounds])}")


def ratios(title: str, said: Rounds, field: str, pairs: Sequence[tuple[str, str, str]]) -> None:
    """Each pair is a program, what it is compared with, and the goal."""
    print(f"\n{title}: ratios")
    for name, base, goal in pairs:
        if name in said and base in said:
            values = [one[field] / other[field] for one, other in zip(said[name], said[base])]
            wanted = f"  goal {goal}" if goal else ""
            print(f"  {name + ' / ' + base:<34}{spread(values)}{wanted}")
