"""Whether identity is shown: one state of the program, asked by everybody who draws who or when."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard, Registry
from cxrviewer.text import msg, tr

if TYPE_CHECKING:
    from cxrviewer.studies.library import PatientKey

BURNED_IN = msg("Names, numbers, dates and file names are hidden. Text that is part of an image's pixels is not.")


class StandIns:
    """Numbers that stand for hidden patients and studies: one for each, everywhere, until the list is emptied.

    A number is given when it is first needed and stays, whatever is found later.
    """

    def __init__(self) -> None:
        self._patients: dict[PatientKey, int] = {}
        self._studies: dict[PatientKey, dict[str, int]] = {}

    def patient(self, key: PatientKey) -> int:
        """Return the number of a patient (`library.patient_key`), from 1."""
        return self._patients.setdefault(key, len(self._patients) + 1)

    def study(self, key: PatientKey, uid: str) -> int:
        """Return the number of a patient's study, from 1."""
        self.patient(key)
        studies = self._studies.setdefault(key, {})
        return studies.setdefault(uid, len(studies) + 1)

    def words(self, key: PatientKey, uid: str) -> str:
        """Return patient and study in words."""
        return tr("Patient {patient} · Study {study}", patient=self.patient(key), study=self.study(key, uid))

    def clear(self) -> None:
        self._patients.clear()
        self._studies.clear()


class Privacy:
    """Shows or hides identity in the whole window.

    Identity is names, IDs, dates, ages, numbers and free text of a header, and names of files and folders.
    What a reader types or draws is the reader's own choice and stays.

    Parameters
    ----------
    hidden : bool
        How it starts; see `Settings.hide_identity`.
    facts : FactBoard, optional

    Attributes
    ----------
    stand_ins : StandIns
        Shown in place of who it is.
    """

    def __init__(self, *, hidden: bool = False, facts: FactBoard | None = None) -> None:
        self._hidden = hidden
        self.stand_ins = StandIns()
        self._facts: FactBoard = facts if facts is not None else Registry(())
        self._listeners: list[Callable[[], None]] = []
        self._publish()

    @property
    def hidden(self) -> bool:
        return self._hidden

    def toggle(self) -> None:
        self.set_hidden(hidden=not self._hidden)

    def set_hidden(self, *, hidden: bool) -> None:
        """Hide or show identity; everybody who draws it does so anew before this returns."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._publish()
            for changed in tuple(self._listeners):
                changed()

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` after every change."""
        self._listeners.append(changed)

    def forget(self, changed: Callable[[], None]) -> None:
        """No longer call what `listen` was given."""
        self._listeners.remove(changed)

    def _publish(self) -> None:
        self._facts.publish({Fact.IDENTITY_HIDDEN}, {Fact.IDENTITY_HIDDEN} if self._hidden else ())
