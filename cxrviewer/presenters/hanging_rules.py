"""The editor of the hanging rules: what each does in words, which applies to the present study, and every change."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.atomic import write_bytes
from cxrviewer.cancel import CancelToken
from cxrviewer.errors import HangingError, LibraryError
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.library import LibraryPresenter
from cxrviewer.presenters.messages import sentence
from cxrviewer.presenters.present_study import FILL_FIRST, PresentStudy
from cxrviewer.studies.hanging import (
    MAX_NAME,
    MAX_RULES,
    UNREADABLE,
    Explanation,
    Place,
    Rule,
    RuleFile,
    Verdict,
    has_comments,
    is_like,
    read_own,
    read_rule_file,
    read_rules,
    write_rules,
)
from cxrviewer.studies.index.files import LibraryFiles
from cxrviewer.studies.index.opening import next_name
from cxrviewer.text import looked_up, msg, tr, translated

logger = logging.getLogger(__name__)

SLOT, EXPLAIN_SLOT, ADD_SLOT = "hanging rules", "hanging rules why", "hanging rules add"
CHANGED = msg(
    "Another program or window has changed the rules meanwhile; they were read again, and your change was not kept."
)
NO_STUDY = msg("Open a study to see which rule it hangs by.")
COMMENTS = msg("The file has comments. They are lost when a rule is changed here.")
_LAYOUTS = {
    (1, 1): msg("One film"),
    (1, 2): msg("Two films side by side"),
    (1, 3): msg("Three films side by side"),
    (2, 2): msg("Two rows of two films"),
}
_PROJECTIONS = {
    "PA": "PA",
    "AP": "AP",
    "frontal": msg("frontal"),
    "lateral": msg("lateral"),
    "any": msg("any projection"),
}


SHIPPED_NAMES = (
    msg("Portable series of four in time order"),
    msg("Portable series of three in time order"),
    msg("Frontal and lateral, each beside its prior"),
    msg("Frontal, lateral, and the frontal prior"),
    msg("Frontal beside its prior"),
    msg("Frontal and lateral"),
    msg("Any image beside its prior"),
    msg("One image"),
)
"""Names of the rules that come with the program, to be translated where they are shown; a test compares them."""


class RuleRow(Struct, frozen=True):
    """A rule of the list: its name, what it does, and what became of it for the present study."""

    name: str
    words: str
    enabled: bool
    verdict: str
    applies: bool


class RulesState(Struct, frozen=True):
    """What the dialog shows.

    Attributes
    ----------
    rows : tuple of RuleRow
        In the order in which they are tried.
    problems : tuple of str
        Of the reader's own file; while there are any, nothing can be changed and nothing is written.
    notice : str
    undo : bool
    chosen : int
        Row to select; -1 for none.
    present : bool
        A study is on the screen.
    """

    rows: tuple[RuleRow, ...] = ()
    problems: tuple[str, ...] = ()
    notice: str = ""
    undo: bool = False
    chosen: int = -1
    present: bool = False


class RulesView(Protocol):
    """What the presenter needs of the dialog."""

    def show_rules(self, state: RulesState) -> None: ...


class _ChangedError(LibraryError):
    """The file is not what was read."""


class HangingRulesPresenter:
    """Reads the rules when its dialog opens, and writes each change at once.

    Parameters
    ----------
    jobs : JobRunner
    files : LibraryFiles
    library : LibraryPresenter
    present : callable
        Returns the study on the screen, None where there is none.
    """

    def __init__(
        self,
        jobs: JobRunner,
        files: LibraryFiles,
        library: LibraryPresenter,
        *,
        present: Callable[[], PresentStudy | None],
    ) -> None:
        self._jobs, self._files, self._library = jobs, files, library
        self._present = present
        self._view: RulesView | None = None
        self._text: str | None = None
        self._rules: tuple[Rule, ...] = ()
        self._shipped: tuple[Rule, ...] = ()
        self._problems: tuple[str, ...] = ()
        self._explained: tuple[Explanation, ...] = ()
        self._history: list[tuple[Rule, ...]] = []
        self._notice = ""
        self._chosen = -1
        self._writing = self._again = False

    def attach(self, view: RulesView) -> None:
        self._view, self._history, self._notice, self._chosen = view, [], "", -1
        self._load()

    def detach(self) -> None:
        self._view = None

    # What the reader does.

    def enable(self, number: int, *, on: bool) -> None:
        self._change(number, lambda rules: [*rules[:number], replace(rules[number], enabled=on), *rules[number + 1 :]])

    def move(self, number: int, by: int) -> None:
        """Try a rule earlier or later."""
        to = number + by
        if 0 <= to < len(self._rules):
            rest = [*self._rules[:number], *self._rules[number + 1 :]]
            self._change(to, lambda rules: [*rest[:to], rules[number], *rest[to:]])

    def delete(self, number: int) -> None:
        """Delete a rule; `undo` brings it back."""
        if len(self._rules) == 1:
            self._say(tr("One rule must be left; switch it off instead."))
            return
        name = looked_up(self._rules[number].name)
        self._change(number, lambda rules: [*rules[:number], *rules[number + 1 :]])
        self._say(tr("“{name}” was deleted; Undo brings it back.", name=name))

    def rename(self, number: int, name: str) -> None:
        """Give a rule another name; a name that is taken or empty is declined."""
        name = name.strip()
        if name in (self._rules[number].name, looked_up(self._rules[number].name)):
            return
        if not name or len(name) > MAX_NAME:
            self._say(tr("A name has 1 to {most} characters.", most=MAX_NAME))
        elif any(rule.name == name for rule in self._rules):
            self._say(tr("Another rule has this name."))
        else:
            self._change(
                number, lambda rules: [*rules[:number], replace(rules[number], name=name), *rules[number + 1 :]]
            )

    def add_present(self) -> None:
        """Put a rule that hangs studies as they hang now before all others."""
        present = self._present()
        if present is None or not present.full:
            self._say(translated(FILL_FIRST))
            return
        name = next_name(self._rules)

        def done(rule: Rule) -> None:
            same = next((number for number, one in enumerate(self._rules) if is_like(one, rule)), None)
            if same is not None:
                self.move(same, -same)
                self._say(tr("“{name}” hangs studies like this already.", name=looked_up(self._rules[0].name)))
            elif len(self._rules) >= MAX_RULES:
                self._say(tr("There are {most} rules already; delete one first.", most=MAX_RULES))
            else:
                self._change(0, lambda rules: [rule, *rules])

        self._library.with_or_without(ADD_SLOT, lambda stores: present.rule(stores, name), done, self._failed)

    def restore(self) -> None:
        """Add the rules that come with the program and are missing, behind all others."""
        names = {rule.name for rule in self._rules}
        missing = [rule for rule in self._shipped if rule.name not in names]
        if not missing:
            self._say(tr("All rules of the program are in the list."))
        elif len(self._rules) + len(missing) <= MAX_RULES:
            self._change(len(self._rules), lambda rules: [*rules, *missing])

    def undo(self) -> None:
        if self._history:
            before = self._history.pop()
            self._rules, self._notice = before, ""
            self._chosen = min(self._chosen, len(before) - 1)
            self._write()

    def set_aside(self) -> None:
        """Rename a file with problems, so that the rules can be changed; nothing of it is lost."""
        own = self._files.rules

        def work(_: CancelToken) -> str:
            number = 1
            while (target := own.with_name(f"{own.name}.broken-{number}")).exists():
                number += 1
            os.rename(own, target)
            return target.name

        def done(name: str) -> None:
            self._notice = tr("The file is kept as {name}.", name=name)
            self._load()

        self._jobs.submit(Lane.LIBRARY, SLOT, work, on_done=done, on_failed=self._failed)

    # Inside.

    def _load(self) -> None:
        files = self._files

        def work(_: CancelToken) -> tuple[str | None, RuleFile | None, tuple[str, ...], tuple[Rule, ...]]:
            shipped = read_rules(files.shipped_rules.read_text("utf-8"))
            text = read_own(files.rules)
            if text is None:
                return None, RuleFile(()), (), shipped
            try:
                return text, read_rule_file(text), (), shipped
            except HangingError as error:
                return text, None, error.problems, shipped

        def done(found: tuple[str | None, RuleFile | None, tuple[str, ...], tuple[Rule, ...]]) -> None:
            self._text, held, self._problems, self._shipped = found
            if held is None:
                self._rules = ()
            else:
                self._rules = held.rules if held.only else _together(held.rules, self._shipped)
            if not self._notice and self._text is not None and has_comments(self._text):
                self._notice = translated(COMMENTS)
            self._explain()

        def failed(error: Exception) -> None:
            self._problems, self._rules = (translated(UNREADABLE),), ()
            self._failed(error)

        self._jobs.submit(Lane.LIBRARY, SLOT, work, on_done=done, on_failed=failed)

    def _change(self, chosen: int, change: Callable[[list[Rule]], list[Rule]]) -> None:
        if self._problems:
            return
        made = tuple(change(list(self._rules)))
        if made == self._rules:
            return
        self._history.append(self._rules)
        self._rules, self._notice = made, ""
        self._chosen = min(chosen, len(made) - 1)
        self._write()

    def _write(self) -> None:
        """Write the rules as they are now; what is changed meanwhile is written next."""
        self._explain()
        if self._writing:
            self._again = True
            return
        self._writing = True
        own, before, text = self._files.rules, self._text, write_rules(self._rules, only=True)

        def work(_: CancelToken) -> str:
            if read_own(own) != before:
                raise _ChangedError(CHANGED)
            own.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(own, text.encode("utf-8"))
            return text

        def done(written: str) -> None:
            self._text, self._writing = written, False
            if self._again:
                self._again = False
                self._write()

        def failed(error: Exception) -> None:
            self._writing = self._again = False
            self._history.clear()
            self._notice = sentence(error, tr("Keeping the rules"))
            self._load()  # what is shown is what the file holds

        self._jobs.submit(Lane.LIBRARY, SLOT, work, on_done=done, on_failed=failed)

    def _explain(self) -> None:
        self._explained = ()
        self._show()
        present, rules = self._present(), self._rules
        if present is None or not rules:
            return

        def done(found: tuple[Explanation, ...]) -> None:
            if rules == self._rules:
                self._explained = found
                self._show()

        def failed(error: Exception) -> None:
            logger.warning("what becomes of the rules was not found out", exc_info=error)

        self._library.with_or_without(EXPLAIN_SLOT, lambda stores: present.explained(stores, rules), done, failed)

    def _say(self, words: str) -> None:
        self._notice = words
        self._show()

    def _failed(self, error: Exception) -> None:
        self._say(
            translated(FILL_FIRST) if isinstance(error, HangingError) else sentence(error, tr("Changing the rules"))
        )

    def _show(self) -> None:
        if self._view is None:
            return
        rows = []
        for number, rule in enumerate(self._rules):
            one = self._explained[number] if number < len(self._explained) else None
            rows.append(
                RuleRow(
                    looked_up(rule.name),
                    rule_words(rule),
                    rule.enabled,
                    "" if one is None else verdict_words(rule, one),
                    one is not None and one.verdict is Verdict.APPLIES,
                )
            )
        present = self._present() is not None
        notice = self._notice or ("" if present or self._problems else translated(NO_STUDY))
        self._view.show_rules(
            RulesState(tuple(rows), self._problems, notice, bool(self._history), self._chosen, present)
        )


def rule_words(rule: Rule) -> str:
    """Return what a rule does, in one sentence."""
    places = tr("; ", context="between places").join(place_words(place) for place in rule.places)
    words = tr("{layout}: {places}.", layout=translated(_LAYOUTS[rule.rows, rule.columns]), places=places)
    comma = tr(", ", context="between items")
    if rule.modalities:
        words = tr("{rule} Only for {modalities}.", rule=words, modalities=comma.join(rule.modalities))
    if rule.body_parts:
        words = tr("{rule} Only of {parts}.", rule=words, parts=comma.join(rule.body_parts))
    return words


def place_words(place: Place) -> str:
    """Return what a place shows.

    Examples
    --------
    >>> place_words(Place("current", "PA")), place_words(Place("prior", "frontal", 2, portable=True))
    ('current study, PA', 'prior number 2, frontal, at the bedside')
    """
    projection = translated(_PROJECTIONS[place.projection])
    if place.show == "current":
        words = tr("current study, {projection}", projection=projection)
    elif place.back == 1:
        words = tr("newest prior, {projection}", projection=projection)
    else:
        words = tr("prior number {back}, {projection}", back=place.back, projection=projection)
    return tr("{place}, at the bedside", place=words) if place.portable else words


def verdict_words(rule: Rule, one: Explanation) -> str:
    """Return what became of a rule for the present study, in words."""
    match one.verdict:
        case Verdict.APPLIES:
            return tr("hangs the present study")
        case Verdict.BEHIND:
            return tr("would fit, but an earlier rule hangs the study")
        case Verdict.OFF:
            return tr("switched off")
        case Verdict.MODALITY:
            return tr("the study is of another modality")
        case Verdict.BODY_PART:
            return tr("the study is of another body part")
        case Verdict.EMPTY:
            place = place_words(rule.places[one.place])
            return tr("place {number} stays empty: {place}", number=one.place + 1, place=place)


def _together(own: tuple[Rule, ...], shipped: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return both as one list, in which every name is used once."""
    names, rules = {rule.name for rule in own}, list(own)
    for rule in shipped:
        same = rule.name in names and next(one for one in rules if one.name == rule.name) == rule
        if not same:
            number = 2
            name = rule.name
            while name in names:
                name, number = f"{rule.name} {number}", number + 1
            names.add(name)
            rules.append(replace(rule, name=name))
    return tuple(rules)
