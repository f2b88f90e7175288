"""The question whether two studies are of one person: on the screen while one of them is, and until it is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol, TypeAlias

from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import Pairs, decided_pair

if TYPE_CHECKING:
    from cxrviewer.presenters.library_opening import PersonQuestion
    from cxrviewer.presenters.room_view import RoomView
    from cxrviewer.studies.persons import Person

About: TypeAlias = "tuple[Person, str, str]"
"""A study: its person, UID and date. The UID may be a surrogate, where the files have none."""

Answer: TypeAlias = Callable[[bool], None]


class Ask(Protocol):
    """`PersonQuestions.ask`."""

    def __call__(self, question: PersonQuestion, answer: Answer, *about: About) -> None: ...


class PersonQuestions:
    """Keeps one question, takes it away with the studies that it is about, and brings it back with them.

    Parameters
    ----------
    view : RoomView
    beside : callable
        Returns the images of the viewports.
    pairs : callable
        Returns what the reader has decided about persons, as far as it is known.
    """

    def __init__(self, view: RoomView, beside: Callable[[], Iterable[ImageEntry]], pairs: Callable[[], Pairs]) -> None:
        self._view, self._beside, self._pairs = view, beside, pairs
        self._question: PersonQuestion | None = None
        self._answer: Answer = _nothing
        self._about: tuple[About, ...] = ()
        self._awaited = False
        self._shown: PersonQuestion | None = None

    def ask(self, question: PersonQuestion, answer: Answer, *about: About) -> None:
        """Ask instead of what was asked before; `about` are the two studies. One that is being opened is waited for."""
        self._question, self._about = question, about
        self._answer = answer
        shown = tuple(self._beside())
        self._awaited = not shown
        self._set(shown=self._awaited or self._has(shown))
        self.decided()  # in another window, while this one was looking

    def decided(self) -> None:
        """Ask no more where it is known by now whether the two are one person."""
        persons = [person.identity for person, _, _ in self._about]
        if len(persons) == 2 and decided_pair(self._pairs(), *persons) is not None:
            self.drop()

    def drop(self) -> None:
        """Ask no more: something else is open from here on."""
        self._question, self._answer, self._about = None, _nothing, ()
        self._set(shown=False)

    def look(self) -> None:
        """Take the question away, or bring it back, where other images are on the screen by now."""
        if self._question is not None:
            there = self._has(self._beside())
            self._awaited = self._awaited and not there
            self._set(shown=there or self._awaited)

    def _has(self, entries: Iterable[ImageEntry]) -> bool:
        return any(_is_of(entry, about) for entry in entries for about in self._about)

    def _set(self, *, shown: bool) -> None:
        question = self._question if shown else None
        if question is not self._shown:
            self._shown = question
            self._view.ask_person(question, self._answered)

    def _answered(self, same: bool) -> None:
        answer = self._answer
        self._question, self._answer, self._about, self._shown = None, _nothing, (), None
        answer(same)


def _is_of(entry: ImageEntry, about: About) -> bool:
    person, uid, date = about
    who = entry.header.identity
    same = who.study_uid == uid if who.study_uid else who.study_date == date
    return same and person_of(entry.header).identity == person.identity


def _nothing(same: bool) -> None:
    """Take no answer."""
