"""A reader at random: what hangs, what stands beside it, what is said and what is saved stay true after every step.

The steps of a seed are always the same; `CXRVIEWER_STRESS_SEEDS` runs more of them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.errors import LibraryError
from cxrviewer.paths import resources_dir
from cxrviewer.reading.values import Zoom, ZoomKind
from cxrviewer.studies.hanging import load_rules
from cxrviewer.studies.index.opening import opening
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import Match, same_person
from cxrviewer.workspace.saved import SavedWorkspace
from tests.unit.test_presenters_library_priors import RENUMBERED, stored, with_library
from tests.unit.test_presenters_next_priors import Stored
from tests.unit.test_presenters_own_screen import OTHER

SEEDS = range(int(os.environ.get("CXRVIEWER_STRESS_SEEDS", "10")))
STEPS = 45

FILES: dict[str, tuple[int, str, dict[str, Any]]] = {
    "new/now": (9, "20250318", {}),
    "new/now side": (10, "20250318", {"ViewPosition": "LL", "SeriesNumber": 2}),
    "disc/two": (20, "20250401", OTHER),
    "disc/one": (21, "20240401", OTHER),
    "old/before": (1, "20240105", {}),
    "old/same day": (3, "20240105", {"StudyTime": "080000"}),
    "old/older": (2, "20230101", {}),
    "old/renumbered": (4, "20220101", RENUMBERED),
    "old/of other": (41, "20230401", OTHER),
}
"""Path to number, day and more of its header."""

COMMANDS = """
    viewport.single viewport.blink viewport.next viewport.previous viewport.prior viewport.prior viewport.hang
    viewport.hang viewport.window viewport.close_windows viewport.sync viewport.sync_zoom view.hide_identity view.flip
    view.timeline ai.compare worklist.next
""".split()


class Reader:
    """Acts on a window at random and looks at it after each step."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home, self.pick = home, random.Random(seed)
        self.damaged: set[str] = set()
        for name in FILES:
            self.write(name)
        with_library(home / "home", home / "old", home / "new")
        self.roots: tuple[Path, ...] = ()
        self.done: list[str] = []
        self.changed = False
        self.one = self.window()

    def window(self) -> Stored:
        empty = self.home / "nothing"
        empty.mkdir(exist_ok=True)
        one = Stored(empty, library=self.home / "home", workspaces=self.home / "kept")
        self.heard = 0
        self.timers: list[Callable[[], None]] = []
        one.views.later = lambda milliseconds, call: self.timers.append(call)  # type: ignore[method-assign]
        one.damaged = frozenset(self.damaged)
        return one

    def write(self, name: str, **more: Any) -> None:
        number, day, own = FILES[name]
        stored(self.home / name, number, day, **{**own, **more})

    # What the reader does.

    def open(self) -> None:
        choices = [("new",), ("disc",), ("new/now",), ("disc/two",), ("new", "disc"), ("old/older",)]
        paths = tuple(self.home / name for name in self.pick.choice(choices))
        self.roots += paths
        self.one.room.open_paths(paths)

    def close_all(self) -> None:
        self.roots = ()
        self.one.room.close_all()

    def study(self) -> None:
        stores = Stores(self.home / "home" / "data", self.home / "home" / "cache")
        try:
            rows = [int(str(row[0])) for row in stores.index.database.rows("SELECT id FROM study")]
            rules, _ = load_rules(None, resources_dir() / "hanging.toml")
            made = opening(stores.index, stores.user, rules, self.pick.choice(rows))
        except LibraryError:  # none of its files is there
            return
        finally:
            stores.close()
        self.roots = made.paths
        self.one.room.open_study(made)

    def restart(self) -> None:
        if not self.roots or self.pick.random() < 0.3:
            self.one.room.close()
            self.one, self.roots = self.window(), ()
            return
        self.settle()
        changed, self.changed = self.changed, False
        before = self.one.room.arranging.now()
        library = self.one.room.study.opening is not None
        self.one.room.close()
        self.one = self.window()
        self.one.room.open_paths(self.roots)
        self.settle()
        after = self.one.room.arranging.now()
        if (
            before is not None
            and after is not None
            and not library
            and not changed
            and any(one.path for one in before.viewports)
        ):
            assert told(after) == told(before)

    def layout(self) -> None:
        self.run(f"viewport.layout_{self.pick.choice(['1x1', '1x2', '1x3', '2x2'])}")

    def command(self) -> None:
        self.run(self.pick.choice(COMMANDS))

    def zoom(self) -> None:
        self.one.room.image.placed(Zoom(ZoomKind.FACTOR, self.pick.uniform(0.5, 3)), None)

    def stop(self) -> None:
        self.one.room.worklist.cancel_scan()

    def row(self) -> None:
        if images := self.one.room.worklist.images():
            self.one.room.worklist.select(self.pick.choice(images).key)

    def drag(self) -> None:
        if images := self.one.room.worklist.images():
            number = self.pick.choice(self.one.room.viewports.workspace.shown)
            self.one.room.open_in(number, self.pick.choice(images).key)

    def strip(self) -> None:
        if images := self.one.room.timeline.images:
            self.one.room.strip.open(self.pick.choice(images), self.pick.random() < 0.5)

    def offer(self) -> None:
        room = self.one.room
        for pane in room.viewports.shown:
            if pane.failed is not None:
                room.next_priors.take(pane.number)

    def answer(self) -> None:
        if self.one.views.asked:
            self.one.views.asked.pop()[1](self.pick.random() < 0.7)

    def damage(self) -> None:
        name = self.pick.choice(list(FILES)).partition("/")[2]
        self.damaged ^= {name}
        self.one.damaged = frozenset(self.damaged)
        self.one.room.images.clear()

    def replace(self) -> None:
        name, self.changed = self.pick.choice(list(FILES)), True
        kind = self.pick.random()
        if kind < 0.3:
            (self.home / name).unlink(missing_ok=True)
        elif kind < 0.6:
            self.write(name)
        else:
            mine = OTHER if "other" not in name and "disc" not in name else {"PatientName": "THIRD^ONE"}
            self.write(name, **{**mine, "InstanceNumber": self.pick.randrange(50)})
        self.one.room.images.clear()

    def timer(self) -> None:
        calls, self.timers[:] = list(self.timers), []
        for call in calls:
            call()

    def some(self) -> None:
        for _ in range(self.pick.randrange(1, 6)):
            if self.one.jobs.newest:
                self.one.jobs.release(self.pick.choice(list(self.one.jobs.newest)))

    def settle(self) -> None:
        self.one.jobs.release_all()
        self.timer()
        self.one.jobs.release_all()

    def run(self, id_: str) -> None:
        self.one.views.commands.run(id_)  # or not, where it is off

    def step(self) -> None:
        acts = [
            (9, self.open), (3, self.close_all), (5, self.study), (6, self.restart), (6, self.layout),
            (18, self.command), (3, self.zoom), (1, self.stop), (6, self.row), (5, self.drag), (3, self.strip),
            (9, self.offer), (3, self.answer), (5, self.damage), (5, self.replace), (6, self.timer), (14, self.some),
            (14, self.settle),
        ]  # fmt: skip
        act = self.pick.choices([one for _, one in acts], [weight for weight, _ in acts])[0]
        self.done.append(act.__name__)
        act()

    # What must be true.

    def look(self) -> None:
        room = self.one.room
        for pane in room.viewports.panes:
            shown = pane.image.image
            canvas = self.one.views.canvases[pane.number]
            words = " ".join(canvas.last("show_identity")) if "show_identity" in canvas.names() else ""
            names = {"MUSTERMANN", "OTHER", "THIRD"}
            said = {name for name in names if name in words}
            if shown is None:
                assert said <= ({_name(pane.failed)} if pane.failed is not None else set())
                continue
            assert said == (set() if room.privacy.hidden else {_name(shown.entry)})
            assert pane.entry is not None and _name(pane.entry) == _name(shown.entry)
        for number, pane in enumerate(room.viewports.panes):
            assert pane.entry is not None or not (pane.missed or pane.failed), number
        heard = self.one.views.said
        hung = any(words.startswith("Hung by the rule") for words in heard[self.heard :])
        self.heard = len(heard)
        if (hung or self.done[-1:] == ["restart"]) and room.hung_screen.untouched and not self.one.jobs.newest:
            self.look_at_what_hangs(hung=hung)

    def look_at_what_hangs(self, *, hung: bool) -> None:
        """One person stands there, and an older prior in the place of a newer one says so."""
        room = self.one.room
        shown = [pane for pane in room.viewports.shown if pane.entry is not None]
        ids = {pane.entry.header.identity.patient_id for pane in shown if pane.entry is not None}
        assert ids <= {"77"} or "77" not in ids, ids
        entries = [pane.entry for pane in shown if pane.entry is not None]
        for pane in shown if hung else ():  # what was found since then is the reader's to hang
            if not pane.prior or pane.entry is None or pane.entry.header.facts.view_position != "PA":
                continue
            newest = max(entry.moment for entry in entries)
            if pane.entry.moment == newest or pane.missed:
                continue
            between = [
                name
                for name in room.worklist.images()
                if pane.entry.moment < name.moment < newest
                and name.header.facts.view_position == "PA"
                and same_person(person_of(name.header), person_of(pane.entry.header)) is Match.SAME
            ]
            assert not between, (pane.entry.path.name, [one.path.name for one in between])


def _name(entry: ImageEntry | None) -> str:
    assert entry is not None
    return entry.header.identity.patient_name.partition("^")[0]


def told(one: SavedWorkspace) -> tuple[object, ...]:
    places = tuple((viewport.path, viewport.missed, viewport.joined) for viewport in one.viewports)
    return one.layout, one.active, one.single, one.windows, one.own, places


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_a_reader_does_the_screen_and_what_is_saved_stay_true(tmp_path: Path, seed: int) -> None:
    reader = Reader(tmp_path, seed)
    for _ in range(STEPS):
        try:
            reader.step()
            reader.look()
        except BaseException as error:
            error.add_note(" ".join(reader.done))
            raise
    reader.settle()
    reader.look()
    reader.one.room.close()
