"""The study of the library that is open: whose images it has, and until when it is what is open."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cxrviewer.presenters.opened_study import OpenedStudy
from cxrviewer.studies.persons import Pairs, Person
from tests.unit.test_presenters_decided_persons import entry

OWN = Person("1", "Kraus^Ida", "1960-01-01", "F")
RENUMBERED = Person("99", "Berg^Ida", "1960-01-01", "F")
"""The library hangs her as the same person; the rules alone do not."""


def opened(pairs: Pairs | None = None) -> OpenedStudy:
    made = OpenedStudy(lambda: pairs or {})
    identities = frozenset({OWN.identity, RENUMBERED.identity})
    made.opening = cast(Any, SimpleNamespace(person=OWN, paths=(Path("a"), Path("b")), identities=identities))
    return made


def rejected(one: Person, other: Person) -> Pairs:
    first, second = sorted((one.identity, other.identity))
    return {(first, second): False}


def test_who_the_library_hangs_as_one_person_is_one_until_the_reader_decides_otherwise() -> None:
    newer, older = entry(OWN, "a"), entry(RENUMBERED, "b")
    assert opened().has_both(newer, older) and not opened().is_another(older)
    pairs = rejected(OWN, RENUMBERED)
    assert not opened(pairs).has_both(newer, older) and opened(pairs).is_another(older)


def test_a_file_that_is_about_somebody_else_by_now_is_not_the_study_s() -> None:
    stranger = entry(Person("7", "Wolf^Arno", "1971-02-02", "M"), "b")
    assert opened().is_another(stranger) and not opened().has_both(entry(OWN, "a"), stranger)


def test_an_image_of_the_same_person_that_the_library_did_not_hang_is_not_taken_for_granted() -> None:
    assert not opened().has_both(entry(OWN, "a"), entry(OWN, "elsewhere"))


@pytest.mark.parametrize(("paths", "stays"), [({"b"}, True), ({"a", "b"}, True), ({"a", "elsewhere"}, False)])
def test_the_study_is_open_until_another_file_hangs_by_itself(paths: set[str], stays: bool) -> None:
    study = opened()
    study.hangs({Path(path) for path in paths})
    assert (study.opening is not None) is stays
    assert not study.is_another(entry(OWN, "a"))
