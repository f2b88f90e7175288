"""What the Heads dialog is shown, as values."""

from __future__ import annotations

import enum
from typing import Protocol

from msgspec import Struct

from cxrviewer.presenters.head_details import Approval, FindingLine
from cxrviewer.text import msg


class HeadStatus(enum.Enum):
    """What a head is doing here; the values are the words on the screen."""

    DEFAULT = msg("default")
    ON = msg("on")
    OFF = msg("off")
    AWAITS_APPROVAL = msg("awaits approval")
    NOT_USABLE = msg("not usable")


class HeadRow(Struct, frozen=True):
    """A line of the list; `key` names it to the presenter."""

    key: str
    title: str
    detail: str
    status: HeadStatus
    wrong: bool


class HeadDetail(Struct, frozen=True):
    """Everything a head declares about itself, and what may be done with it."""

    key: str
    title: str
    status: HeadStatus
    facts: tuple[tuple[str, str], ...]
    findings: tuple[FindingLine, ...]
    reasons: tuple[str, ...]
    enabled: bool
    can_use: bool
    can_switch: bool
    can_remove: bool
    approval: Approval | None = None
    can_withdraw: bool = False
    card: str = ""
    """Its model card, Markdown; empty where it has none."""


class ResultRow(Struct, frozen=True):
    """What became of one of several packs; `offer` is the text of its button, empty for none."""

    name: str
    words: str
    wrong: bool
    offer: str = ""


class Notice(Struct, frozen=True):
    """What the last command did, or why it was rejected.

    `undo` and `offer` are the texts of its buttons, empty for none: take it back, and go on all the same.
    `results` has a row for each of several packs.
    """

    title: str
    problems: tuple[str, ...] = ()
    wrong: bool = False
    undo: str = ""
    offer: str = ""
    results: tuple[ResultRow, ...] = ()


class HeadsState(Struct, frozen=True):
    """The whole dialog. `busy` is what is being done, empty when nothing is."""

    rows: tuple[HeadRow, ...]
    chosen: HeadDetail | None
    busy: str
    notice: Notice | None


class HeadsView(Protocol):
    """What the presenter needs of the dialog."""

    def show_heads(self, state: HeadsState) -> None: ...


class HeadPreferences(Protocol):
    """The settings about heads. `keep` raises `SettingsError` where they cannot be written."""

    @property
    def default(self) -> str: ...
    @property
    def disabled(self) -> tuple[str, ...]: ...
    def keep(self, default: str, disabled: tuple[str, ...]) -> None: ...
