"""Why there is no pack."""

from __future__ import annotations

from collections.abc import Sequence

from model_training.errors import TrainingError


class PackError(TrainingError):
    """Nothing was written.

    Attributes
    ----------
    problems : tuple of str
        All of them, each one line.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
