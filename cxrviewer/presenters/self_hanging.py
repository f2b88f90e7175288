"""The newest study of a folder hangs beside its prior by itself, unless the reader has done something meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import Command, FactBoard
from cxrviewer.text import looked_up, msg, tr, translated

if TYPE_CHECKING:  # a single image that is opened hangs alone
    from cxrviewer.presenters.library import LibraryPresenter
    from cxrviewer.presenters.library_opening import PersonQuestion
    from cxrviewer.studies.first_hanging import FirstHanging
    from cxrviewer.studies.library import Alike, ImageEntry

SLOT = "first hanging"
NO_PRIOR = msg("The worklist holds no older study of this patient with an image to compare.")
HANDS = frozenset({"viewport", "worklist", "file"})
"""Groups of commands that arrange or open something, beside those that act on an image."""


class Listed(Protocol):
    """What the worklist knows; `WorklistPresenter` is one."""

    @property
    def scanning(self) -> bool: ...
    def alike(self, entry: ImageEntry) -> Alike: ...
    def newest_day(self, keys: Collection[str]) -> tuple[ImageEntry, ...]: ...


class SelfHanging:
    """Waits until a scan has ended, then hangs what it found.

    Parameters
    ----------
    listed : Listed
    library : callable
        Returns where rules and decisions about persons are kept; without it nothing hangs.
    hang : callable
        Shows a hanging; images that are there already stay as they are.
    decode : callable
        ``decode(hanging, done)`` decodes what a hanging shows and calls `done`; the screen stays as it is until then.
    stop : callable
        Decodes no more of that.
    ask : callable
        Asks whether a study is of the same person.
    decided : callable
        Called after the reader has decided about two persons.
    settled : callable
        Called when the screen will not be rearranged any more.
    notify : callable
    on : bool
        See `Settings.hang_priors`.
    facts : FactBoard
    """

    def __init__(
        self,
        listed: Listed,
        library: Callable[[], LibraryPresenter | None],
        *,
        hang: Callable[[FirstHanging], bool],
        decode: Callable[[FirstHanging, Callable[[], None]], None],
        stop: Callable[[], None],
        ask: Callable[[PersonQuestion, Callable[[bool], None]], None],
        decided: Callable[[], None],
        settled: Callable[[], None],
        notify: Callable[[str], None],
        on: bool,
        facts: FactBoard,
    ) -> None:
        self._listed, self._library, self._hang, self._ask = listed, library, hang, ask
        self._decode, self._stop = decode, stop
        self._decided, self._settled, self._notify, self._facts = decided, settled, notify, facts
        self._on = on
        self._found: list[str] | None = None
        self._untouched = self._asking = False
        self._turn = 0
        self._publish()

    @property
    def on(self) -> bool:
        return self._on

    @property
    def pending(self) -> bool:
        """Whether the screen is perhaps rearranged soon."""
        return self._found is not None or self._asking

    def toggle(self) -> None:
        """Let priors hang by themselves from the next folder on, or no longer."""
        self._on = not self._on
        self._publish()

    def begin(self) -> None:
        """A folder is opened and nothing stands in the way."""
        self.forget()
        if self._on:
            self._found, self._untouched = [], True

    def forget(self) -> None:
        """Something else is open or arranged from here on."""
        self._turn += 1
        self._found, self._untouched, self._asking = None, False, False
        self._stop()

    def touch(self) -> None:
        """The reader has done something: nothing moves by itself any more."""
        was = self.pending
        self._untouched = False
        self._found, self._asking = None, False
        if was:
            self._stop()
            self._settled()

    def ran(self, command: Command) -> None:
        """The reader runs a command; panels, language and help leave the images as they are."""
        if Fact.IMAGE in command.needs or command.group in HANDS:
            self.touch()

    def found(self, entries: tuple[ImageEntry, ...]) -> None:
        """Take note of what a scan found."""
        if self._found is not None:
            self._found += [entry.key for entry in entries]

    def scanned(self) -> None:
        """The scan has ended: hang the newest study of its first patient."""
        found, self._found = self._found, None
        if found is None:
            return
        first = self._listed.newest_day(found) if len(found) > 1 else ()
        if first:
            self._look(first, by_hand=False)
        else:
            self._settled()

    def hang_study(self, entry: ImageEntry) -> None:
        """Hang the study of an image with its priors because the reader asks for it."""
        self.forget()
        self._look((entry,), by_hand=True)

    # Inside.

    def _look(self, entries: tuple[ImageEntry, ...], *, by_hand: bool) -> None:
        from cxrviewer.studies.first_hanging import first_hanging

        library = self._library()
        if library is None:
            self._settled()
            return
        candidates = [self._listed.alike(entry) for entry in entries]
        turn, self._asking = self._turn, not by_hand

        def wanted() -> bool:
            return turn == self._turn and (by_hand or self._untouched)

        def show(made: FirstHanging | None) -> None:
            if wanted():
                self._asking = False
                self._show(library, entries, made, by_hand=by_hand)
                self._settled()

        def done(made: FirstHanging | None) -> None:
            if not wanted():
                return
            if made is None or not made.entries or by_hand:
                show(made)
            else:
                self._decode(made, lambda: show(made))

        library.by_rules(SLOT, lambda rules, pairs: first_hanging(candidates, rules, pairs), done)

    def _show(
        self, library: LibraryPresenter, entries: tuple[ImageEntry, ...], made: FirstHanging | None, *, by_hand: bool
    ) -> None:
        if made is not None and made.entries and self._hang(made):
            self._notify(tr("Hung by the rule “{rule}”.", rule=looked_up(made.rule)))
        elif by_hand and (made is None or not made.doubtful):
            self._notify(translated(NO_PRIOR))
        if made is None or not made.doubtful:
            return
        from cxrviewer.presenters.library_opening import person_question

        person, other, turn = made.study.person, made.doubtful[0], self._turn

        def again(same: bool) -> None:
            self._decided()
            if same and turn == self._turn and (by_hand or self._untouched):
                self._look(entries, by_hand=by_hand)

        self._ask(
            person_question(person, other),
            lambda same: library.decide_persons(person, other.person, same=same, done=lambda: again(same)),
        )

    def _publish(self) -> None:
        self._facts.publish({Fact.HANGS_PRIORS}, {Fact.HANGS_PRIORS} if self._on else ())
