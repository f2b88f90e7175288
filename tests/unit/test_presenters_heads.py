"""The Heads dialog without widgets: real heads on disk, workers that run when the test says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from cxrviewer.errors import SettingsError
from cxrviewer.heads.registry.store import HeadStore
from cxrviewer.presenters.head_details import FindingLine
from cxrviewer.presenters.head_installs import SHOWN_PROBLEMS
from cxrviewer.presenters.heads import HeadsPresenter, HeadsState
from tests.builders import heads as build
from tests.fakes import HeldJobs, Recorder


@dataclass
class Preferences:
    default: str = ""
    disabled: tuple[str, ...] = ()
    broken: bool = False

    def keep(self, default: str, disabled: tuple[str, ...]) -> None:
        self.default, self.disabled = default, disabled
        if self.broken:
            raise SettingsError("The settings could not be saved.")


@dataclass
class Room:
    """What the presenter is joined to; `restarts` counts how often it asked for the heads that are on."""

    folder: Path
    preferences: Preferences = field(default_factory=Preferences)
    jobs: HeldJobs = field(default_factory=HeldJobs)
    view: Recorder = field(default_factory=Recorder)
    restarts: int = 0

    def __post_init__(self) -> None:
        shipped = self.folder / "shipped"
        build.write_head(shipped / "student", id="org.example.shipped", title="Student")
        self.store = HeadStore(self.folder / "heads", shipped)
        self.presenter = HeadsPresenter(self.store, self.jobs, self.preferences, self.restart)
        self.presenter.attach(self.view)
        self.jobs.release_all()
        self.restarts = 0  # the first look at the heads has those that are on started, which changes nothing as a rule

    def restart(self) -> None:
        self.restarts += 1

    @property
    def state(self) -> HeadsState:
        state = self.view.last("show_heads")
        assert isinstance(state, HeadsState)
        return state

    def key(self, title: str) -> str:
        return next(row.key for row in self.state.rows if row.title == title)

    def install(self, name: str = "made", **changes: object) -> None:
        self.presenter.install(build.write_head(self.folder / name, **changes).folder)  # type: ignore[arg-type]
        self.jobs.release_all()


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def statuses(room: Room) -> dict[str, str]:
    return {row.title: row.status.value for row in room.state.rows}


def test_the_head_in_use_is_shown_with_everything_it_says_of_itself(room: Room) -> None:
    detail = room.state.chosen
    assert detail is not None and detail.title == "Student"
    facts = dict(detail.facts)
    assert facts["Intended use"] == "Research only." and facts["Not for"] == "Patients"
    assert facts["Licence"] == "Apache-2.0" and facts["Version"] == "1.0.0 · org.example.shipped"
    assert facts["Origin"] == "came with the program"
    assert detail.findings == (
        FindingLine("Pleural effusion", "55 %", "0.81 (0.77–0.85)", "131 of 1,388", "synthetic", True),
        FindingLine("Pneumothorax", "55 %", "0.81 (0.77–0.85)", "131 of 1,388", "synthetic", True),
    )
    assert (detail.can_use, detail.can_remove) == (False, False)


def test_a_finding_without_enough_evidence_says_so(room: Room) -> None:
    none = build.finding(0, value="1", meaning="A", auc=None)
    weak = build.finding(1, value="2", meaning="B")
    assert weak.auc is not None
    weak = replace(weak, auc=replace(weak.auc, low=0.5))
    room.install(findings=(none, weak))
    assert room.state.chosen is not None
    assert [(f.auc, f.threshold) for f in room.state.chosen.findings] == [
        ("no evidence", "not validated"),
        ("0.81 (0.50–0.85)", "not validated"),
    ]


def test_an_installed_head_reads_images_at_once_and_can_be_made_the_default(room: Room) -> None:
    room.install()
    assert room.state.notice is not None
    assert room.state.notice.title == "Installed Two greys 1.0.0. It reads films from now on."
    assert room.state.chosen is not None and room.state.chosen.title == "Two greys"
    assert statuses(room) == {"Student": "default", "Two greys": "on"}
    assert room.restarts == 1
    room.presenter.use(room.key("Two greys"))
    assert room.preferences.default == "org.example.tiny"
    assert room.restarts == 2
    assert statuses(room) == {"Student": "on", "Two greys": "default"}
    room.presenter.use(room.key("Two greys"))
    assert room.restarts == 2  # nothing changed


def test_what_the_dialog_shows_as_on_is_started_also_where_it_came_from_elsewhere(room: Room) -> None:
    room.store.install(build.write_head(room.folder / "made").folder)  # by the command, in another process
    room.presenter.detach()
    room.presenter.attach(room.view)
    room.jobs.release_all()
    assert statuses(room) == {"Student": "default", "Two greys": "on"}
    assert room.restarts == 1
    room.presenter.detach()
    room.presenter.attach(room.view)
    room.jobs.release_all()
    assert room.restarts == 1  # nothing changed


def test_an_upgrade_starts_the_new_version(room: Room) -> None:
    room.install()
    room.install("newer", version="1.1.0")
    assert room.restarts == 2
    assert room.state.notice is not None and "in place of 1.0.0" in room.state.notice.title
    room.install("newer", version="1.1.0")
    assert room.restarts == 2  # the same again changes nothing


def test_heads_are_switched_off_and_on_one_by_one_and_the_next_becomes_the_default(room: Room) -> None:
    room.install()
    room.presenter.set_enabled(room.key("Student"), False)
    assert room.preferences.disabled == ("org.example.shipped",)
    assert room.restarts == 2
    assert statuses(room) == {"Student": "off", "Two greys": "default"}
    room.presenter.set_enabled(room.key("Student"), True)
    assert statuses(room) == {"Student": "default", "Two greys": "on"}
    room.presenter.set_enabled(room.key("Two greys"), False)
    room.presenter.use(room.key("Two greys"))  # a head made the default is switched on
    assert room.preferences.disabled == ()
    assert statuses(room) == {"Student": "on", "Two greys": "default"}


def test_an_upgrade_of_a_head_that_is_off_leaves_it_off(room: Room) -> None:
    room.install()
    room.presenter.set_enabled(room.key("Two greys"), False)
    room.install("newer", version="1.1.0")
    assert statuses(room) == {"Student": "default", "Two greys": "off"}


def test_a_head_on_other_features_says_so_and_falls_with_it(room: Room) -> None:
    backbone = room.store.discover()[0].manifest
    assert backbone is not None
    room.presenter.install(build.write_features_head(room.folder / "small", backbone).folder)
    room.jobs.release_all()
    assert room.state.chosen is not None
    assert dict(room.state.chosen.facts)["Reads"] == "the features of org.example.shipped 1.0.0"
    assert dict(room.state.chosen.facts)["Explanation"] == "no maps of its own; by occlusion when asked for"
    room.presenter.set_enabled(room.key("Student"), False)
    assert statuses(room) == {"Student": "off", "One more finding": "default"}  # off is about findings, not features


def test_a_rejected_pack_is_explained_and_changes_nothing(room: Room) -> None:
    room.install(logits=(0.5, 0.9))
    notice = room.state.notice
    assert notice is not None and notice.wrong
    assert notice.title == "The model head was not installed. Nothing of it is on this computer."
    assert notice.problems == (
        "The model's answer to its own test film differs by 0.4 from the author's; do not use it.",
    )
    assert statuses(room) == {"Student": "default"} and room.state.busy == ""


def test_a_pack_rejected_before_the_first_look_still_leaves_the_list(tmp_path: Path) -> None:
    room = Room(tmp_path)
    fresh = HeadsPresenter(room.store, room.jobs, room.preferences, lambda: None)
    fresh.attach(room.view)
    fresh.install(tmp_path / "nowhere.cxrhead")
    room.jobs.release_all()
    assert statuses(room) == {"Student": "default"}
    assert room.state.notice is not None and room.state.notice.problems == ("there is no such file or folder.",)


def test_of_very_many_reasons_the_first_are_shown_and_the_rest_counted(room: Room) -> None:
    folder = build.write_head(room.folder / "made").folder
    text = (folder / "head.toml").read_text()
    (folder / "head.toml").write_text("".join(f"k{n} = 1\n" for n in range(60)) + text)
    room.presenter.install(folder)
    room.jobs.release_all()
    assert room.state.notice is not None
    assert len(room.state.notice.problems) == SHOWN_PROBLEMS + 1
    assert room.state.notice.problems[-1] == "… and 20 more reasons"


def test_a_removed_head_comes_back_with_undo(room: Room) -> None:
    room.install()
    room.presenter.remove(room.key("Two greys"))
    room.jobs.release_all()
    assert statuses(room) == {"Student": "default"}
    assert room.state.notice is not None and room.state.notice.undo == "Undo"
    room.presenter.undo()
    room.jobs.release_all()
    assert statuses(room) == {"Student": "default", "Two greys": "on"}
    room.presenter.remove(room.key("Student"))  # its button is off; a key would still get here
    assert "Student" in statuses(room)


def test_a_removed_head_can_still_be_brought_back_where_the_dialog_is_opened_again(room: Room) -> None:
    room.install()
    room.presenter.remove(room.key("Two greys"))
    room.jobs.release_all()
    room.presenter.detach()
    room.presenter.attach(room.view)
    room.jobs.release_all()
    assert room.state.notice is not None
    assert (room.state.notice.title, room.state.notice.undo) == ("Removed Two greys.", "Undo")
    room.presenter.undo()
    room.jobs.release_all()
    assert statuses(room) == {"Student": "default", "Two greys": "on"}
    room.presenter.remove(room.key("Two greys"))
    room.jobs.release_all()
    room.install()  # it is not gone any more
    room.presenter.attach(room.view)
    room.jobs.release_all()
    assert room.state.notice is None


def test_a_head_that_cannot_be_used_is_a_row_with_its_reasons(room: Room) -> None:
    (room.store.folder / "broken").mkdir(parents=True)
    (room.store.folder / "broken" / "head.toml").write_text("schema = 9")
    room.presenter.attach(room.view)
    room.jobs.release_all()
    room.presenter.choose(room.key("broken"))
    detail = room.state.chosen
    assert detail is not None and detail.reasons == ("schema: this program reads contract version 1, not 9",)
    assert (detail.can_use, detail.can_switch, detail.can_remove) == (False, False, True)
    room.presenter.use(detail.key)
    assert room.restarts == 0


def test_a_cancelled_installation_changes_nothing(room: Room) -> None:
    room.presenter.install(build.write_head(room.folder / "made").folder)
    assert room.state.busy
    assert room.state.chosen is not None and not room.state.chosen.can_switch
    room.presenter.cancel()
    room.jobs.release_all()
    assert room.state.busy == "" and statuses(room) == {"Student": "default"}
    assert room.state.notice is not None and room.state.notice.title == "Cancelled; nothing was changed."


def test_settings_that_cannot_be_saved_are_told_and_hold_for_this_run(room: Room) -> None:
    room.install()
    room.preferences.broken = True
    room.presenter.use(room.key("Two greys"))
    assert room.state.notice is not None and room.state.notice.wrong
    assert statuses(room)["Two greys"] == "default"


# Several packs at once.


def three(room: Room) -> list[Path]:
    """Return two good heads and, between them, one that is rejected."""
    good = build.write_head(room.folder / "one", id="org.example.one", title="One").folder
    bad = build.write_head(room.folder / "two", id="org.example.two", logits=(0.1, 0.1)).folder
    last = build.write_head(room.folder / "three", id="org.example.three", title="Three").folder
    return [good, bad, last]


def test_several_packs_are_installed_one_after_another_each_with_its_result(room: Room) -> None:
    room.presenter.install_all(three(room))
    assert room.state.busy == "1 of 3: Copying the pack…"
    room.jobs.release("heads")
    assert room.state.busy == "2 of 3: Copying the pack…"
    room.jobs.release_all()
    notice = room.state.notice
    assert notice is not None and notice.wrong and notice.title == "1 of 3 packs were not installed."
    one, two, last = notice.results
    assert (one.name, one.wrong) == ("one", False) and one.words.startswith("Installed One 1.0.0.")
    assert (two.name, two.wrong) == ("two", True) and "differs by 0.4" in two.words
    assert (last.name, last.wrong) == ("three", False) and last.words.startswith("Installed Three 1.0.0.")
    assert statuses(room) == {"Student": "default", "One": "on", "Three": "on"}
    assert room.restarts == 1  # once, for both


def test_what_is_dropped_while_a_pack_is_installed_waits_for_its_turn(room: Room) -> None:
    """It used to take the place of the first one, which was never heard of again."""
    one, _, last = three(room)
    room.presenter.install(one)
    room.presenter.install_all([last, one, last])  # again: it is on its way, and waits already
    room.jobs.release_all()
    assert room.state.notice is not None
    assert [row.name for row in room.state.notice.results] == ["one", "three"]
    assert set(statuses(room)) == {"Student", "One", "Three"}
    room.presenter.install(one)  # a new beginning: the results of before are gone
    room.jobs.release_all()
    assert room.state.notice is not None and room.state.notice.results == ()
    assert "installed already" in room.state.notice.title


def test_cancelling_names_what_was_installed_and_what_was_not(room: Room) -> None:
    room.presenter.install_all(three(room))
    room.jobs.release("heads")
    room.presenter.cancel()
    room.jobs.release_all()
    assert room.state.notice is not None and not room.state.busy
    said = [(row.name, row.words.split(".")[0]) for row in room.state.notice.results]
    assert said == [
        ("one", "Installed One 1"), ("two", "Cancelled; nothing of it is on this computer"),
        ("three", "Cancelled; nothing of it is on this computer"),
    ]  # fmt: skip
    assert set(statuses(room)) == {"Student", "One"}


def test_each_of_several_results_has_its_own_offer(room: Room) -> None:
    one, _, last = three(room)
    slow = build.write_head(room.folder / "slow", id="org.example.slow", title="Slow", model=build.endless_model(),
                            plain=True).folder  # fmt: skip
    room.presenter.install_all([one, slow, last])
    room.jobs.release_all()
    assert room.state.notice is not None
    assert [row.offer for row in room.state.notice.results] == ["", "Try again with more time", ""]
    room.presenter.accept_offer(0)
    assert not room.jobs.newest  # there is nothing to go on with
    room.presenter.accept_offer(1)
    assert list(room.jobs.newest) == ["heads"]
    room.presenter.cancel()
    room.jobs.release_all()


def test_no_other_command_takes_the_place_of_an_installation(room: Room) -> None:
    one, _, last = three(room)
    room.install("before", id="org.example.before", title="Before")
    key = room.key("Before")
    room.presenter.install_all([one, last])
    room.presenter.remove(key)  # a click on its way when the button went off
    room.jobs.release_all()
    assert set(statuses(room)) == {"Student", "Before", "One", "Three"}
