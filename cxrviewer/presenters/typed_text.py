"""Text that is being typed: saved twice a second, and one spell of typing is one step of undo."""

from __future__ import annotations

from collections.abc import Callable

COMMIT_MS = 500
"""Typed text is handed on after so long at the latest; a spell ends with so long a pause."""

Later = Callable[[int, Callable[[], None]], None]


class TypedText:
    """Collects what is typed into one field.

    Parameters
    ----------
    commit : callable
        ``commit(text, spell)`` saves it; `spell` is the same number for all of one spell of typing.
    later : callable
        Calls something once after some milliseconds, on this thread.
    """

    def __init__(self, commit: Callable[[str, int], object], later: Later) -> None:
        self._commit, self._later = commit, later
        self._text: str | None = None
        self._waiting = False
        self._spell = 0

    @property
    def pending(self) -> bool:
        """Whether something typed is not saved yet."""
        return self._text is not None

    def typed(self, text: str) -> None:
        """Take the whole text of the field as it is now."""
        self._text = text
        if not self._waiting:
            self._waiting = True
            self._later(COMMIT_MS, self._tick)

    def flush(self) -> None:
        """Save what was typed now; the next spell is another step."""
        self._hand_on()
        self._spell += 1

    def drop(self) -> None:
        """Forget what was typed and not saved."""
        self._text = None

    def _tick(self) -> None:
        self._waiting = False
        if self._text is None:
            self._spell += 1
            return
        self._hand_on()
        self._waiting = True
        self._later(COMMIT_MS, self._tick)

    def _hand_on(self) -> None:
        text, self._text = self._text, None
        if text is not None:
            self._commit(text, self._spell)
