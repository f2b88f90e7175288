"""A folder that was opened by its path makes a hanging rule as a study of the library does, and is told its rule."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from cxrviewer.presenters.hanging_rules import NO_STUDY
from cxrviewer.presenters.present_study import FILL_FIRST, ListedStudy, PresentStudies
from cxrviewer.studies.hanging import NO_RULE, NOT_ITS_PRIOR, Place, Rule, load_rules
from cxrviewer.studies.library import Alike, ImageEntry, Library
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


def test_a_study_without_a_prior_is_said_to_hang_when_it_is_asked_for(tmp_path: Path) -> None:
    one = folder(tmp_path, {"a": taken(9, number=1), "b": taken(9, view="LL", number=2)}).start().end()
    one.run("viewport.layout_1x2")
    one.room.open_in(0, one.key("b"))
    one.room.open_in(1, one.key("a"))
    one.end()
    assert "when you ask for it: rule “Own 1”" in hang_like_this(one)
    one.run("viewport.layout_1x1")
    one.run("viewport.hang")
    assert one.end().shown() == ["b", "a"]


def test_the_same_rule_is_not_made_twice_and_what_was_before_it_goes_behind(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start().end()
    hang_like_this(one)
    assert "rule “Own 1”" in hang_like_this(one)
    one.run("viewport.layout_1x1")
    assert "rule “Own 2”" in hang_like_this(one)
    one.run("viewport.layout_1x2")
    one.room.open_in(0, one.key("now"))
    one.room.open_in(1, one.key("older"))
    one.end()
    assert "rule “Own 1”" in hang_like_this(one)
    assert [rule.name for rule in own_rules(one, tmp_path)] == ["Own 1", "Own 2"]
    editor, view = one.room.hanging_rules, Recorder()
    assert editor is not None
    editor.attach(view)
    one.end()
    editor.move(0, 3)
    one.end()
    editor.add_present()
    one.end()
    state = view.last("show_rules")
    assert state.rows[0].name == "Own 1" and state.notice == "“Own 1” hangs studies like this already."
    assert [row.name for row in state.rows].count("Own 3") == 0


def test_an_image_that_is_shown_twice_makes_no_rule(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start().end()
    one.room.open_in(1, one.key("now"))
    one.end()
    assert hang_like_this(one) == NO_RULE
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


def test_the_editor_goes_through_the_worklist_once_as_long_as_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = folder(tmp_path, {**TWO, "oldest": taken(2)}).start().end()
    editor, view, asked = one.room.hanging_rules, Recorder(), list[str]()
    assert editor is not None
    alike = Library.alike

    def counted(library: Library, entry: ImageEntry, also: Iterable[str] = ()) -> Alike:
        asked.append(entry.path.name)
        return alike(library, entry, also)

    monkeypatch.setattr(Library, "alike", counted)

    def done() -> list[str]:
        one.end()
        found = asked.copy()
        asked.clear()
        return found

    editor.attach(view)
    assert sorted(done()) == ["now", "older"], "once for each viewport"
    editor.enable(0, on=False)
    editor.move(1, 1)
    editor.undo()
    editor.rename(2, "Ward")
    editor.detach()
    editor.attach(view)
    assert done() == [] and view.last("show_rules").present
    one.room.open_in(1, one.key("oldest"))
    one.end()
    done()
    editor.undo()
    editor.enable(0, on=False)
    assert sorted(done()) == ["now", "oldest"], "another image is in a viewport"
    one.run("viewport.layout_2x2")
    editor.enable(0, on=True)
    assert sorted(done()) == ["now", "oldest"], "the layout is another one"


def test_the_editor_knows_an_image_that_is_listed_meanwhile(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start().end()
    (now, older), listed = [one.room.worklist._library[one.key(name)] for name in ("now", "older")], Library()
    viewports = one.room.viewports
    studies = PresentStudies(viewports, listed)
    listed.add(now)
    listed.add(older)
    first = studies.at_hand(None)
    assert isinstance(first, ListedStudy) and len(first.alike.studies) == 2
    assert studies.at_hand(None) is first
    listed.remove(older.path)
    listed.add(now)  # as it is
    second = studies.at_hand(None)
    assert isinstance(second, ListedStudy) and len(second.alike.studies) == 1
    listed.rename(now)
    assert studies.at_hand(None) is not second
    listed.clear()


def test_a_person_whom_the_reader_has_confirmed_is_a_prior(tmp_path: Path) -> None:
    one = folder(tmp_path, RENUMBERED).start().end()
    ((_, answer),) = one.views.asked
    answer(True)
    assert one.end().shown() == ["b", "a"]
    hang_like_this(one)
    (rule,) = own_rules(one, tmp_path)
    assert [place.show for place in rule.places] == ["current", "prior"]
