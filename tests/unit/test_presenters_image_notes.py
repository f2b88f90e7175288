"""The warnings beside an image, and whether anything is open that could be closed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from cxrviewer.commands.facts import Fact
from cxrviewer.presenters.closable import Closable
from cxrviewer.presenters.image_notes import ImageNotes
from cxrviewer.presenters.patients_beside import DIFFERENT_PATIENTS
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import NOT_SAVED
from cxrviewer.presenters.worklist_rows import SAME_UID, SHARED_ID
from cxrviewer.studies.persons import Person
from tests.unit.test_presenters_decided_persons import entry

IMAGE = entry(Person("1", "ONE^A", "1950-01-02", "F"))


def notes(patients: str = "", *, unsaved: bool, colliding: bool, shared: bool) -> tuple[str, ...]:
    worklist = SimpleNamespace(colliding=lambda one: colliding, shares_an_id=lambda one: shared)
    made = ImageNotes(cast(Any, SimpleNamespace(note=patients)), lambda: cast(Any, worklist), Privacy())
    return made.of(cast(Any, SimpleNamespace(annotations=SimpleNamespace(unsaved=unsaved), missed=())), IMAGE)


def test_an_image_says_first_that_another_patient_is_beside_it_and_all_else_behind_that() -> None:
    said = notes(DIFFERENT_PATIENTS, unsaved=True, colliding=True, shared=True)
    assert said == (DIFFERENT_PATIENTS, NOT_SAVED, SAME_UID, SHARED_ID)
    assert notes(unsaved=False, colliding=False, shared=True) == (SHARED_ID,)
    assert notes(unsaved=False, colliding=False, shared=False) == ()


class Board:
    """The last fact that was published."""

    closable = False

    def publish(self, about: set[Fact], true: set[Fact] | tuple[()]) -> None:
        assert set(about) == {Fact.CLOSABLE}
        self.closable = Fact.CLOSABLE in true


def test_all_can_be_closed_while_any_viewport_or_the_list_has_an_image() -> None:
    board = Board()
    closable = Closable(cast(Any, board))
    closable.opened_in(0, opened=True)
    closable.opened_in(1, opened=True)
    closable.opened_in(0, opened=False)
    assert board.closable
    closable.opened_in(1, opened=False)
    assert not board.closable
    closable.listed(True)
    assert board.closable
    closable.listed(False)
    assert not board.closable
