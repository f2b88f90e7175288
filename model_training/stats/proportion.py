"""Counts with intervals."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import binomtest


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return (low, high), Wilson's 95 % interval of `count` of `total`, one or more; see `Proportion`."""
    found = binomtest(count, total).proportion_ci(0.95, method="wilson")
    return float(found.low), float(found.high)


@dataclass(frozen=True, slots=True)
class Proportion:
    """`count` of `total`, with Wilson's 95 % score interval (Wilson 1927).

    The interval takes films as independent; where patients have several, it is a little too narrow.
    """

    count: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.total:
            raise ValueError(f"a proportion is a count of a total, got {self.count} of {self.total}")

    @property
    def value(self) -> float | None:
        """Return the share, None of nothing."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return (low, high), None of nothing."""
        return wilson(self.count, self.total) if self.total else None

    def __str__(self) -> str:
        if self.interval is None:
            return "none of none"
        low, high = self.interval
        return f"{self.count} of {self.total} ({self.count / self.total:.1%}; {low:.1%} to {high:.1%})"


def total(parts: list[Proportion]) -> Proportion:
    """Return all parts as one."""
    return Proportion(sum(p.count for p in parts), sum(p.total for p in parts))
