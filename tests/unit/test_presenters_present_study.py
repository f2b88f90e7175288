"""A folder that was opened by its path makes a hanging rule as a study of the library does, and is told its rule."""

from __future__ import annotations

from pathlib import Path

from cxrviewer.presenters.hanging_rules import NO_STUDY
from cxrviewer.presenters.present_study import FILL_FIRST
from cxrviewer.studies.hanging import NOT_ITS_PRIOR, Place, Rule, load_rules
from tests.fakes import Recorder
from tests.unit.test_presenters_next_priors import THREE, hung
from tests.unit.test_presenters_self_hanging import RENUMBERED, Folder, folder, taken

TWO = {"now": taken(9), "older": taken(5)}


def own_rules(one: Folder, home: Path) -> list[Rule]:
    """Return the rules before the first of the program's."""
    files = one.room._library_files
    assert files is not None
    rules, problems = load_rules(files.rules, files.shipped_rules)
    assert not problems
    shipped = {rule.name for rule in load_rules(None, files.shipped_rules)[0]}
    return [rule for rule in rules if rule.name not in shipped]


def hang_like_this(one: Folder) -> str:
    one.run("library.hang_like_this")
    one.end()
    return str(one.views.said[-1])


def test_the_next_folder_hangs_like_the_one_that_was_opened_by_its_path(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start().end()
    assert one.shown() == ["now", "older"]
    one.room.open_in(0, one.key("older"))
    one.room.open_in(1, one.key("now"))
    assert one.end().shown() == ["older", "now"]
    assert hang_like_this(one) == "Studies like this hang like this from now on: rule “Own 1”."
    (rule,) = own_rules(one, tmp_path)
    assert rule.places == (Place("prior", "PA", 1), Place("current", "PA"))
    assert not (tmp_path / "home" / "cache").exists()  # no library is made for it
    one.room.close()
    again = folder(tmp_path, TWO).start().end()
    assert again.shown() == ["older", "now"]


def test_the_current_study_is_the_newest_wherever_the_reader_looks(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start().end()
    one.room.viewports.activate(1)
    hang_like_this(one)
    (rule,) = own_rules(one, tmp_path)
    assert [place.show for place in rule.places] == ["current", "prior"]


def test_a_prior_further_back_is_counted(tmp_path: Path) -> None:
    one = folder(tmp_path, {**TWO, "oldest": taken(2)}).start().end()
    one.room.open_in(1, one.key("oldest"))
    one.end()
    hang_like_this(one)
    (rule,) = own_rules(one, tmp_path)
    assert rule.places[1] == Place("prior", "PA", 2)


def test_another_patients_image_makes_no_rule(tmp_path: Path) -> None:
    one = folder(tmp_path, {"now": taken(9), "other": taken(3, "Q")}).start().end()
    one.run("viewport.layout_1x2")
    one.room.open_in(1, one.key("other"))
    assert one.end().shown() == ["now", "other"]
    assert str(NOT_ITS_PRIOR) in hang_like_this(one)
    assert own_rules(one, tmp_path) == []


def test_an_empty_viewport_makes_no_rule(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start().end()
    one.run("viewport.layout_2x2")
    assert hang_like_this(one) == FILL_FIRST
    assert own_rules(one, tmp_path) == []


def test_an_older_prior_in_the_place_of_one_that_cannot_be_shown_makes_no_rule(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    one.press(1)
    assert one.shown() == ["a", "c"]
    assert hang_like_this(one) == FILL_FIRST
    assert own_rules(one, tmp_path) == []


def test_the_editor_says_which_rule_hangs_the_folder_and_makes_one_of_it(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start().end()
    editor, view = one.room.hanging_rules, Recorder()
    assert editor is not None
    editor.attach(view)
    one.end()
    state = view.last("show_rules")
    assert [row.name for row in state.rows if row.applies] == ["Frontal beside its prior"]
    assert state.present and state.notice != NO_STUDY
    editor.add_present()
    one.end()
    state = view.last("show_rules")
    first = state.rows[0]
    assert (first.name, first.applies, first.verdict) == ("Own 1", True, "hangs the present study")
    assert [rule.name for rule in own_rules(one, tmp_path)] == ["Own 1"]


def test_a_person_whom_the_reader_has_confirmed_is_a_prior(tmp_path: Path) -> None:
    one = folder(tmp_path, RENUMBERED).start().end()
    ((_, answer),) = one.views.asked
    answer(True)
    assert one.end().shown() == ["b", "a"]
    hang_like_this(one)
    (rule,) = own_rules(one, tmp_path)
    assert [place.show for place in rule.places] == ["current", "prior"]
