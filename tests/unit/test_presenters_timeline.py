"""The timeline of a patient: which studies, which points and lines, and what the panel is told of the prior."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from cxrviewer.commands.registry import Registry
from cxrviewer.heads.contract import Prediction
from cxrviewer.presenters.finding_states import PriorChanges, no_changes
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.score_memory import ScoreMemory
from cxrviewer.presenters.timeline import MOST, ListedImage, TimelinePresenter, TimelineState
from cxrviewer.studies.index.scores import ModelVersion, Outcome, StoredFinding, StoredScoring
from cxrviewer.studies.index.timeline import Place, Timeline, TimelineImage
from cxrviewer.studies.library import ImageEntry, Library
from cxrviewer.studies.persons import Person
from cxrviewer.studies.priors import PriorImage, PriorStudy
from tests.fakes import HeldJobs, Recorder, header, manifest, prediction

NOW = ModelVersion("test.head", manifest().model.sha256, manifest().recipe.digest())
OLD = ModelVersion("test.head", "another model", NOW.recipe)


def entry(name: str, study: str, **more: Any) -> ImageEntry:
    return ImageEntry(Path(name), header("DOE^JANE", study=study, birth_date="1960-01-01", **more))


def answer(*scores: float, interval: float | None = None) -> Prediction:
    """Return an answer about the first findings; with `interval` each score has one of that half width."""
    made = prediction((*scores, *(0.05,) * (4 - len(scores))))
    if interval is None:
        return made
    stated = [replace(s, interval=(s.probability - interval, s.probability + interval)) for s in made.scores]
    return replace(made, scores=tuple(stated))


class Lookup:
    """A library that answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[Person, str, tuple[str, ...]]] = []
        self.done: Callable[[Timeline], None] = lambda found: None

    def look_up_patient(
        self, person: Person, image: PriorImage, uid: str, digests: tuple[str, ...], done: Callable[[Timeline], None]
    ) -> None:
        self.asked.append((person, uid, digests))
        self.done = done


@dataclass
class Bench:
    shown: bool = True
    entries: list[ImageEntry] = field(default_factory=lambda: [entry("new", "20"), entry("old", "10")])

    def __post_init__(self) -> None:
        self.view, self.jobs, self.library = Recorder(), HeldJobs(), Library()
        for one in self.entries:
            self.library.add(one)
        self.memory, self.privacy = ScoreMemory(), Privacy()
        self.changes: Callable[[Prediction], PriorChanges] = no_changes
        self.opened: list[tuple[str, bool]] = []
        self.asked: list[tuple[Person, PriorStudy]] = []
        self.strip = TimelinePresenter(
            self.view, self.jobs, self.library, self.memory, heads=lambda: (manifest(),), privacy=self.privacy,
            on_changes=self.take, picture_of=lambda listed: lambda cancel: np.zeros((4, 4, 3), np.uint8),
            on_open=lambda listed, beside: self.opened.append((listed.key, beside)), shown_keys=set,
            on_doubtful=lambda person, study: self.asked.append((person, study)), facts=Registry(()),
            shown=self.shown,
        )  # fmt: skip

    def take(self, changes: Callable[[Prediction], PriorChanges]) -> None:
        self.changes = changes

    @property
    def state(self) -> TimelineState:
        found = self.view.last("show_timeline")
        assert isinstance(found, TimelineState)
        return found

    def points(self, row: int = 0) -> list[tuple[float, bool, bool] | None]:
        made = [item.points[row] for item in self.state.items]
        return [None if one is None else (one.score, one.joined, one.current) for one in made]


def indexed(number: int, date: str, *scorings: StoredScoring, name: str = "DOE^JANE") -> TimelineImage:
    person = Person(f"ID-{name}", name, "1960-01-01", "F")
    study = PriorStudy(number, f"uid-{number}", person, date, "10:00")
    return TimelineImage(study, PriorImage(number, "PA", "CHEST", "CR"), f"image-{number}", f"digest-{number}",
                         Place(Path(f"{number}.dcm"), True, 1, 1), scorings)  # fmt: skip


def scoring(version: ModelVersion, score: float, *, outdated: bool = False) -> StoredScoring:
    finding = StoredFinding("SCT:0", "Cardiomegaly", score, threshold=0.3)
    return StoredScoring(version, Outcome.SCORED, "", (finding,), outdated)


def test_open_studies_of_the_patient_stand_in_the_order_of_their_dates() -> None:
    hand = entry("hand", "15")
    hand = ImageEntry(hand.path, replace(hand.header, facts=replace(hand.header.facts, body_part="HAND")))
    other = ImageEntry(Path("x"), header("OTHER^PERSON", study="12", birth_date="1970-01-01"))
    bench = Bench(entries=[entry("new", "20"), entry("old", "10"), hand, other])
    bench.strip.follow(bench.entries[0])
    assert [(item.title, item.current) for item in bench.state.items] == [
        ("2026-11-10", False), ("2026-11-20", True),
    ]  # fmt: skip
    assert bench.state.items[0].detail == "DX PA"


def test_beside_a_hand_the_chest_films_of_the_patient_are_said_to_be_not_comparable_and_not_to_be_absent() -> None:
    hand = entry("hand", "15")
    hand = ImageEntry(hand.path, replace(hand.header, facts=replace(hand.header.facts, body_part="HAND")))
    bench = Bench(entries=[entry("new", "20"), hand])
    bench.strip.follow(hand)
    assert len(bench.state.items) == 1
    assert bench.state.message == "No other comparable film of this patient is open or in the library."


def test_nothing_is_told_to_a_strip_that_is_hidden() -> None:
    bench = Bench(shown=False)
    bench.strip.follow(bench.entries[0])
    assert "show_timeline" not in bench.view.names()
    bench.strip.toggle()
    assert len(bench.state.items) == 2 and bench.view.last("show_timeline_shown") is True


def test_flagged_findings_of_the_current_image_have_a_line_and_others_when_they_are_chosen() -> None:
    bench = Bench()
    new, old = bench.entries
    bench.strip.follow(new)
    assert bench.state.message == "No film of this patient is scored." and not bench.state.rows
    bench.memory.note(new.key, answer(0.62, 0.1, 0.5))
    bench.memory.note(old.key, answer(0.41, 0.2))
    bench.strip.refresh()
    assert bench.state.rows == ("Cardiomegaly", "Pneumothorax")  # by their score; 0.3 is the threshold
    assert bench.points() == [(0.41, False, True), (0.62, True, True)]
    names = [choice.name for choice in bench.state.choices]
    assert names == ["Cardiomegaly", "Pleural effusion", "Pneumothorax"]
    bench.strip.choose(("test.head", "SCT:1"), on=True)
    bench.strip.choose(("test.head", "SCT:0"), on=False)
    assert bench.state.rows == ("Pneumothorax", "Pleural effusion")
    bench.strip.follow(old)  # the reader's choice holds for every image
    assert bench.state.rows == ("Pneumothorax", "Pleural effusion")
    bench.strip.choose_flagged()
    assert bench.state.rows == ("Cardiomegaly",)


def test_another_model_breaks_the_line_and_a_study_without_a_score_too() -> None:
    bench = Bench()
    library = Lookup()
    bench.strip.use(library)  # type: ignore[arg-type]
    new, old = bench.entries
    for one, score in ((new, 0.62), (old, 0.41)):
        bench.memory.note(one.key, answer(score))
    bench.strip.follow(new)
    library.done(Timeline((
        indexed(1, "2020-01-01", scoring(OLD, 0.2)),
        indexed(2, "2021-01-01", scoring(OLD, 0.3, outdated=True), scoring(NOW, 0.35)),
        indexed(3, "2022-01-01", scoring(NOW, 0.36)),
        indexed(4, "2023-01-01"),
    )))  # fmt: skip
    assert bench.points() == [
        (0.2, False, False), (0.35, False, True), (0.36, True, True), None, (0.41, False, True), (0.62, True, True),
    ]  # fmt: skip
    point = bench.state.items[0].points[0]
    assert point is not None and point.text == "20 %, not by the version in use now" and point.number == "20 %"
    assert "Cardiomegaly: 36 %" in bench.state.items[2].words


def test_a_study_that_is_open_and_in_the_library_stands_there_once_with_the_scores_of_both() -> None:
    bench = Bench()
    library = Lookup()
    bench.strip.use(library)  # type: ignore[arg-type]
    new, old = bench.entries
    bench.strip.follow(new)
    assert library.asked[0][:2] == (Person("ID-DOE^JANE", "DOE^JANE", "1960-01-01", "F"), "DOE^JANE.20.1.1")
    same = indexed(9, "2026-11-10", scoring(NOW, 0.4))
    library.done(Timeline((replace(same, study=replace(same.study, uid="DOE^JANE.10")),)))
    assert [item.title for item in bench.state.items] == ["2026-11-10", "2026-11-20"]
    assert [listed.entry for listed in bench.strip.images] == [old, new]


def test_an_answer_about_an_image_that_is_left_is_thrown_away() -> None:
    bench = Bench()
    library = Lookup()
    bench.strip.use(library)  # type: ignore[arg-type]
    bench.strip.follow(bench.entries[0])
    late = library.done
    bench.strip.follow(bench.entries[1])
    late(Timeline((indexed(1, "2020-01-01"),)))
    assert len(bench.state.items) == 2
    bench.strip.follow(None)
    assert bench.state == TimelineState(message="Open a film to see the other studies of its patient.")


def test_doubtful_studies_are_counted_and_asked_about_but_not_shown() -> None:
    renumbered = ImageEntry(Path("r"), header("DOE^JANE", study="5", birth_date="1960-01-01", patient_id="77"))
    bench = Bench(entries=[entry("new", "20"), renumbered])
    bench.strip.follow(bench.entries[0])
    assert [item.title for item in bench.state.items] == ["2026-11-20"]
    assert bench.state.doubtful == "1 study is perhaps of the same person…"
    bench.strip.ask_doubtful()
    assert [(person.patient_id, study.person.patient_id) for person, study in bench.asked] == [("ID-DOE^JANE", "77")]
    library = Lookup()
    bench.strip.use(library)  # type: ignore[arg-type]
    bench.strip.reload()
    one, other = (person.identity for person in (bench.asked[0][0], bench.asked[0][1].person))
    library.done(Timeline(pairs={tuple(sorted((one, other))): True}))  # type: ignore[dict-item]
    assert [item.title for item in bench.state.items] == ["2026-11-05", "2026-11-20"] and not bench.state.doubtful


def test_hidden_identity_leaves_no_date() -> None:
    bench = Bench()
    bench.strip.follow(bench.entries[0])
    bench.privacy.toggle()
    assert [item.title for item in bench.state.items] == ["Study 2", "Study 1"]  # 1 is the newest, as in the worklist
    assert "2026" not in " ".join(item.words for item in bench.state.items)
    bench.memory.note(bench.entries[1].key, answer(0.4))
    bench.strip.refresh()
    assert "2026" not in bench.changes(answer(0.6)).line and "prior" in bench.changes(answer(0.6)).line


def test_a_film_opens_beside_the_current_one_or_in_its_place_and_the_current_one_not_again() -> None:
    bench = Bench()
    bench.strip.follow(bench.entries[0])
    old, new = (item.key for item in bench.state.items)
    bench.strip.open(old, beside=True)
    bench.strip.open(old, beside=False)
    bench.strip.open(new, beside=True)
    assert bench.opened == [(old, True), (old, False)]


def test_pictures_are_made_one_at_a_time_and_once() -> None:
    bench = Bench()
    bench.strip.follow(bench.entries[0])
    for item in bench.state.items:
        bench.strip.want_picture(item.picture)
    bench.jobs.release_all()
    assert bench.view.names().count("show_timeline_picture") == 2
    bench.strip.want_picture(bench.state.items[0].picture)
    assert not bench.jobs.newest


def test_pictures_of_an_image_that_is_closed_and_opened_again_are_made_anew() -> None:
    bench = Bench()
    bench.strip.follow(bench.entries[0])
    wanted = bench.state.items[0].picture
    bench.strip.want_picture(wanted)
    bench.jobs.release_all()
    bench.strip.follow(None)  # the strip is empty: it holds no picture any more
    bench.strip.follow(bench.entries[0])
    bench.strip.want_picture(wanted)
    bench.jobs.release_all()
    assert bench.view.names().count("show_timeline_picture") == 2


def test_of_very_many_studies_those_around_the_current_one_are_shown() -> None:
    bench = Bench()
    library = Lookup()
    bench.strip.use(library)  # type: ignore[arg-type]
    bench.strip.follow(bench.entries[0])
    library.done(Timeline(tuple(indexed(n, f"20{27 + n // 12}-{1 + n % 12:02d}-01") for n in range(2 * MOST))))
    assert len(bench.state.items) == MOST and bench.state.items[1].current


# What the panel is told.


def test_a_change_is_named_only_where_the_difference_exceeds_its_uncertainty() -> None:
    bench = Bench()
    new, old = bench.entries
    bench.memory.note(old.key, answer(0.30, 0.40, 0.20, interval=0.05))
    bench.strip.follow(new)
    changes = bench.changes(answer(0.50, 0.42, 0.05, interval=0.05))
    assert changes.line == (
        "Against the prior of 2026-11-10, in percentage points. The intervals know the calibration only, not "
        "exposure or position."
    )
    # sqrt(0.05^2 + 0.05^2) = 0.071
    assert {number: (card.text, card.named) for number, card in changes.cards.items()} == {
        0: ("▲ higher · prior 30 % · +20 (+13 to +27)", True),
        1: ("no change shown · prior 40 % · +2 (−5 to +9)", False),
        2: ("▼ lower · prior 20 % · −15 (−22 to −8)", True),
    }
    # Shorter by what the panel above says of the prior anyway, and never by the uncertainty.
    assert [changes.cards[number].short for number in range(3)] == [
        "▲ higher · +20 (+13 to +27)",
        "no change shown · +2 (−5 to +9)",
        "▼ lower · −15 (−22 to −8)",
    ]
    assert "another exposure or position" in changes.how


def test_a_head_without_uncertainty_names_no_change() -> None:
    bench = Bench()
    bench.memory.note(bench.entries[1].key, answer(0.01))
    bench.strip.follow(bench.entries[0])
    changes = bench.changes(answer(0.99))
    assert changes.cards[0].text == "no change shown · prior 1 % · +98" and not changes.cards[0].named
    assert changes.line.endswith("This head states no uncertainty, so no change is named.")


def test_another_model_or_recipe_is_not_compared_and_this_is_said() -> None:
    bench = Bench()
    bench.memory.note(bench.entries[1].key, replace(answer(0.3), model_sha256="0" * 64))
    bench.strip.follow(bench.entries[0])
    changes = bench.changes(answer(0.9))
    assert not changes.cards
    assert changes.line == "The prior of 2026-11-10 has no score by this model and recipe."


def test_without_a_prior_nothing_is_said() -> None:
    bench = Bench()
    bench.strip.follow(bench.entries[1])  # the oldest
    assert bench.changes(answer(0.9)) == PriorChanges("", "", {}) and bench.strip.prior() is None


def test_the_newest_study_before_the_current_one_is_the_prior() -> None:
    bench = Bench(entries=[entry("a", "05"), entry("b", "10"), entry("c", "20"), entry("d", "25")])
    bench.strip.follow(bench.entries[2])
    found: ListedImage | None = bench.strip.prior()
    assert found is not None and found.entry == bench.entries[1]


def test_another_frame_of_the_image_stays_the_current_one() -> None:
    bench = Bench()
    bench.strip.follow(bench.entries[0].at(1))
    assert [item.current for item in bench.state.items] == [False, True]


def test_a_study_under_another_id_has_the_numbers_of_its_own_row() -> None:
    bench = Bench(entries=[entry("new", "20"), entry("old", "10", patient_id="ID DOE^JANE")])
    bench.privacy.toggle()
    bench.strip.follow(bench.entries[0])
    assert [item.title for item in bench.state.items] == ["Patient 2 · Study 1", "Study 1"]
