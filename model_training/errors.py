"""Expected failures of training, evaluation and export."""

from __future__ import annotations


class TrainingError(Exception):
    """The command cannot go on; the message says why and what to do."""
