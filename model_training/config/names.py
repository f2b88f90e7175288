"""Former names of settings: configurations written before the glossary, and checkpoints, still hold them."""

from __future__ import annotations

from typing import Any

KEYS = {"loss.side": "auxiliary", "loss.upright": "orientation"}
"""Former key -> key in the same table."""

VALUES = {
    "data.kind": {"pool": "development_set"},
    "data.missing": {"refuse": "reject"},
    "data.unreadable": {"refuse": "reject"},
    "teachers.kind": {"cached": "precomputed"},
}
"""Key -> {former value: value}."""

COMMANDS = {"regate": "refit-ood", "reopen": "import-checkpoint", "refusal-study": "rejection-study"}
"""Former command -> command of ``python -m model_training``."""

TASKS = {"side.": "auxiliary.", "upright.": "orientation."}
"""Beginnings of the names of weights in the ``model`` of a checkpoint, former -> present."""


def current_names(table: dict[str, Any], prefix: str = "") -> tuple[dict[str, Any], list[str]]:
    """Return an experiment's table with today's names, and one sentence per name that was replaced.

    A former key beside the one that replaced it stays, and is then reported as unknown: which of the two counts
    would be a guess.
    """
    result: dict[str, Any] = {}
    notes: list[str] = []
    for key, value in table.items():
        path = f"{prefix}{key}"
        name = KEYS.get(path, key)
        if name != key and name in table:
            name = key
        if name != key:
            notes.append(f"{path} is now called {prefix}{name}")
        if isinstance(value, dict):
            value, found = current_names(value, f"{path}.")  # noqa: PLW2901
            notes += found
        elif isinstance(value, list | tuple) and all(isinstance(item, dict) for item in value):
            pairs = [current_names(item, f"{path}.") for item in value]
            value, notes = [item for item, _ in pairs], notes + [note for _, found in pairs for note in found]  # noqa: PLW2901
        elif isinstance(value, str) and value in VALUES.get(path, {}):
            new = VALUES[path][value]
            notes.append(f'{path} = "{value}" is now called "{new}"')
            value = new  # noqa: PLW2901
        result[name] = value
    return result, list(dict.fromkeys(notes))


def current_weights(state: dict[str, Any]) -> dict[str, Any]:
    """Return the ``model`` of a checkpoint with today's names of the tasks."""

    def name(key: str) -> str:
        old = next((old for old in TASKS if key.startswith(old)), "")
        return TASKS[old] + key.removeprefix(old) if old else key

    return {name(key): value for key, value in state.items()}
