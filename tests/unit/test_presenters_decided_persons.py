"""What the reader decided about persons is followed on the screen, wherever it was decided."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace

from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.presenters.decided_persons import SLOT
from cxrviewer.presenters.findings import NO_IMAGE
from cxrviewer.presenters.priors_beside import REJECTED
from cxrviewer.studies import same_patient
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import Person
from tests.fakes import Recorder, header
from tests.unit.test_presenters_library_priors import ERIKA, RENUMBERED, Places, Real, stored
from tests.unit.test_presenters_own_screen import choose, study

NOW = Person("4711", "MUSTERMANN^ERIKA", "1950-01-02", "F")
BEFORE = Person("9999", "MUSTERMANN^ERIKA", "1950-01-02", "F")
THIRD = Person("5555", "MUSTERMANN^ERIKA", "1950-01-02", "F")
STRANGER = Person("77", "OTHER^ONE", "1980-01-01", "M")


def decide(places: Places, one: Person, other: Person, *, same: bool) -> None:
    """Decide about two persons as another window does."""
    with contextlib.closing(Stores(places.home / "data", places.home / "cache")) as stores:
        stores.user.decide_pair(one.identity, other.identity, same)


def notice(one: Real) -> None:
    """Notice what another window wrote."""
    one.room.look_elsewhere()
    one.done()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """The older study is perhaps of the same person: it has another ID."""
    made = Places(tmp_path)
    stored(made.old / "before", 1, "20240105", **RENUMBERED)
    return made.index()


@pytest.fixture
def hung(places: Places) -> Real:
    """A study beside the older one, of which the reader has confirmed that it is the same person's; and a third one."""
    stored(places.new / "side", 40, "20230401", **{**ERIKA, "PatientID": "5555", "ViewPosition": "LL"})
    decide(places, NOW, BEFORE, same=True)
    one = places.window().go(places.new).done()
    assert one.shown() == ["now", "before"]
    return one


def entry(person: Person, path: str = "a", stamp: int = 0) -> ImageEntry:
    named = header(
        person.name, patient_id=person.patient_id, patient_name=person.name, birth_date=person.birth_date,
        sex=person.sex,
    )  # fmt: skip
    made = ImageEntry(Path(path), replace(named, stamp=FileStamp(1, stamp, 3, 4, 5, 6, "x")))
    assert person_of(made.header) == person
    return made


def pair(one: Person, other: Person, same: bool) -> dict[tuple[str, str], bool]:
    first, second = sorted((one.identity, other.identity))
    return {(first, second): same}


BERTA = Person("4711", "MUSTERMANN^ERIKA", "1950-01-02", "M")  # a twin under a wrong name


@pytest.mark.parametrize(
    ("one", "other", "pairs", "same", "others"),
    [
        (NOW, NOW, {}, True, False),
        (NOW, BEFORE, {}, False, False),  # perhaps: neither
        (NOW, BEFORE, pair(NOW, BEFORE, True), True, False),
        (NOW, BEFORE, pair(NOW, BEFORE, False), False, True),
        (NOW, STRANGER, {}, False, True),
        (NOW, STRANGER, pair(NOW, STRANGER, True), True, False),
        (NOW, BEFORE, {**pair(NOW, THIRD, True), **pair(THIRD, BEFORE, True)}, True, False),
        (NOW, BEFORE, {**pair(NOW, THIRD, True), **pair(THIRD, BEFORE, True), **pair(NOW, BEFORE, False)}, False, True),
        (NOW, BEFORE, pair(NOW, THIRD, False), False, False),  # about others
        (NOW, BERTA, pair(NOW, BERTA, False), False, True),
        (NOW, NOW, pair(NOW, BERTA, False), True, False),  # whose identity is the same: images of a study stay together
    ],
)
def test_whose_images_they_are_is_what_the_reader_decided_and_else_what_the_rules_say(
    one: Person, other: Person, pairs: dict[tuple[str, str], bool], same: bool, others: bool
) -> None:
    assert same_patient.decided(one=entry(one), other=entry(one), pairs=pairs) is None
    for first, second in ((one, other), (other, one)):
        assert same_patient.of_one_person(entry(first), entry(second), pairs) is same
        assert same_patient.of_others(entry(first), entry(second), pairs) is others
        older, newer = entry(first, stamp=1), entry(second, stamp=2)  # of the same file
        assert same_patient.is_again(older, newer, pairs) is same
        assert not same_patient.is_again(older, entry(second, "b"), pairs)
        assert same_patient.is_again(newer, newer, pairs)


def test_a_prior_leaves_as_soon_as_it_is_known_that_it_is_another_persons(places: Places, hung: Real) -> None:
    decide(places, NOW, STRANGER, same=False)
    notice(hung)
    assert hung.shown() == ["now", "before"]
    decide(places, NOW, BEFORE, same=False)
    notice(hung)
    assert hung.shown() == ["now", ""] and hung.said == REJECTED
    assert hung.room.viewports.active.entry is not None


def test_a_prior_that_is_the_active_image_leaves_too_and_the_list_marks_none(places: Places, hung: Real) -> None:
    hung.room.viewports.activate(1)
    decide(places, NOW, BEFORE, same=False)
    notice(hung)
    assert hung.shown() == ["now", ""] and hung.room.worklist.current == ""
    assert hung.views.findings_view.last("show_findings") == NO_IMAGE


def test_a_prior_stays_beside_its_own_study_whatever_is_decided_about_a_third_image(places: Places, hung: Real) -> None:
    hung.run("viewport.layout_2x2")
    hung.room.viewports.activate(2)
    choose(hung, "side")
    assert hung.shown() == ["now", "before", "side", ""]
    decide(places, THIRD, BEFORE, same=False)
    notice(hung)
    assert hung.room._persons.rejected(*(hung.room.viewports.pane(number).entry for number in (1, 2)))  # type: ignore[arg-type]
    assert hung.shown() == ["now", "before", "side", ""]


@pytest.mark.parametrize("others", [(NOW, BEFORE), (THIRD, BEFORE)])
def test_images_that_hang_together_are_not_compared_once_they_are_two_persons(
    places: Places, others: tuple[Person, Person]
) -> None:
    stored(places.old / "third", 2, "20230105", **{**RENUMBERED, "PatientID": "5555"})
    places.index(places.new, places.old)
    decide(places, NOW, BEFORE, same=True)
    decide(places, NOW, THIRD, same=True)
    one = places.window()
    one.room.open_study(study(places))
    one.done()
    listed = {person_of(entry.header): entry for entry in one.room.worklist.images()}
    older, newer = listed[others[1]], listed[others[0]]
    pane = one.room.viewports.pane(1)
    assert one.room.priors.may_compare(newer, older) and one.room.priors.is_prior(pane, newer, older)
    decide(places, *others, same=False)
    one.room._persons.look()
    one.jobs.release(SLOT)
    assert not one.room.priors.may_compare(newer, older) and not one.room.priors.is_prior(pane, newer, older)
    assert not one.room.study.has_both(newer, older) or NOW not in others


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_row_of_whom_the_reader_confirmed_to_be_the_same_person_keeps_the_prior(
    places: Places, hung: Real, confirmed: bool
) -> None:
    decide(places, NOW, THIRD, same=confirmed)
    notice(hung)
    choose(hung, "side")
    assert hung.shown() == (["side", "before"] if confirmed else ["side"])


def test_the_library_is_asked_once_and_not_for_each_image(places: Places, hung: Real) -> None:
    asked = hung.jobs.submitted.count(SLOT)
    for name in ("side", "now", "before", "side", "now"):
        choose(hung, name)
    assert hung.jobs.submitted.count(SLOT) == asked


def test_what_cannot_be_read_leaves_what_is_known(places: Places, hung: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hung.room._persons.pairs
    stores: Any = hung.room.library.stores
    monkeypatch.setattr(stores.user, "pairs", lambda: 1 / 0)
    notice(hung)
    assert hung.room._persons.pairs == before and before


@pytest.mark.parametrize("rejected", [True, False])
def test_an_arrangement_of_an_earlier_run_comes_back_without_a_prior_that_was_rejected_since(
    places: Places, rejected: bool
) -> None:
    decide(places, NOW, BEFORE, same=True)
    one = places.window(workspaces=places.kept).go(places.new).done()
    assert one.shown() == ["now", "before"]
    one.room.close_all()
    one.done()
    if rejected:
        decide(places, NOW, BEFORE, same=False)
    again = places.window(workspaces=places.kept).go(places.new).done()
    assert again.shown() == ["now", "" if rejected else "before"]


def test_the_file_in_which_decisions_are_kept_is_watched_once_it_is_open_and_nothing_is_opened_for_it(
    places: Places, hung: Real
) -> None:
    assert [path.name for path in hung.views.watched] == ["user.sqlite-wal"] and hung.views.watched[0].exists()
    empty = places.window()
    empty.room.look_elsewhere()
    assert empty.room._library is None and not empty.jobs.newest and empty.views.watched == []


def test_the_library_s_list_marks_patients_by_what_another_window_decided(places: Places, hung: Real) -> None:
    dialog = Recorder()
    assert hung.room.library is not None
    hung.room.library.attach(cast(Any, dialog))
    hung.done()
    outdated = dialog.names().count("outdate_rows")
    notice(hung)
    assert dialog.names().count("outdate_rows") == outdated  # nothing was decided
    decide(places, NOW, STRANGER, same=False)
    notice(hung)
    assert dialog.names().count("outdate_rows") == outdated + 1


# The question.


def in_the_library(one: Real, places: Places, same: bool) -> None:
    assert one.room.library is not None
    one.room.library.decide_persons(NOW, BEFORE, same=same, done=lambda: None)
    one.done()


def in_another_window(one: Real, places: Places, same: bool) -> None:
    decide(places, NOW, BEFORE, same=same)
    notice(one)


def by_a_third(one: Real, places: Places, same: bool) -> None:
    decide(places, NOW, THIRD, same=True)
    notice(one)
    assert one.views.question is not None
    decide(places, THIRD, BEFORE, same=True)
    notice(one)


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("how", [in_the_library, in_another_window, by_a_third])
def test_a_question_goes_as_soon_as_its_answer_is_known(
    places: Places, how: Callable[[Real, Places, bool], None], same: bool
) -> None:
    one = places.window().go(places.new / "now").done()
    assert one.views.question is not None and len(one.views.asked) == 1
    decide(places, NOW, STRANGER, same=False)
    notice(one)
    assert one.views.question is not None  # about others
    how(one, places, same)
    assert one.views.question is None and one.shown() == ["now"]
    choose(one, "now")
    assert one.views.question is None  # nor does it come back with the image


def test_what_was_decided_while_this_window_was_looking_is_not_asked(places: Places) -> None:
    one = places.window().go(places.new / "now")
    ask = one.room._questions.ask

    def late(*given: Any) -> None:
        decide(places, NOW, BEFORE, same=False)
        one.room._persons.look()
        one.jobs.release(SLOT)
        ask(*given)

    cast(Any, one.room.hangs)._ask = late
    one.done()
    assert one.views.question is None and one.room._persons.pairs
