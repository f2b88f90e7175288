"""Readings as a file: what comes back is what was there, and a stranger's file is named problem by problem."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.decoder.client import DecoderPool
from cxrviewer.reading.annotations import Annotation, Text
from cxrviewer.reading.document import Decision, Edit, FindingRef, Reading, SetAnnotation, Verdict
from cxrviewer.reading.exchange import (
    MAX_FRAME,
    MAX_NAME,
    MAX_PROBLEMS,
    MAX_WINDOW,
    Checked,
    ExchangeError,
    check,
    exported,
    merged,
    readings_of,
    study_of,
)
from cxrviewer.reading.values import ImageRef, Point, ViewState, WindowGrey
from tests.unit.test_reading_document import STEPS, edit_for

IMAGE = ImageRef("1.2", "1.2.3", "1.2.3.4")
OTHER = ImageRef("9.9", "9.9.3", "9.9.3.4")


def text(words: str, image: ImageRef = IMAGE) -> Annotation:
    return Annotation(image, Text(Point(1, 2), words))


def finding(image: ImageRef = IMAGE) -> FindingRef:
    return FindingRef(image, "head", "1", "m", "r", "SCT", "1")


def reading(image: ImageRef = IMAGE, words: str = "a") -> Reading:
    return Reading(
        views=MappingProxyType({image: ViewState(grey=WindowGrey(40, 400), inverted=True)}),
        frames=MappingProxyType({image: 4}),
        pictures=MappingProxyType({image: "digest"}),
        annotations=MappingProxyType({"k": text(words, image)}),
        key_images=MappingProxyType({image: True}),
        decisions=MappingProxyType({finding(image): Decision(Verdict.AGREE, "Mass", 0.6, 0.3, "c", (0.5, 0.7))}),
        impression="Heart enlarged.",
    )


def through_a_file(*readings: Reading) -> tuple[Reading, ...]:
    checked = check(exported(readings, "cxrviewer 1"))
    assert checked.problems == ()
    return readings_of(checked)


def test_readings_come_back_as_they_were() -> None:
    assert through_a_file(reading(), reading(OTHER)) == (reading(), reading(OTHER))


@given(STEPS)
@settings(max_examples=50, deadline=None)
def test_any_reading_made_of_random_edits_comes_back(steps: Any) -> None:
    made = Reading()
    for step in steps:
        if isinstance(step, tuple) and isinstance(step[0], list):
            made = made.apply(edit_for(made, step[0]))
    if study_of(made) is not None:
        assert through_a_file(made) == (made,)


def test_a_file_names_uids_and_what_was_made_but_no_patient() -> None:
    written = json.loads(exported([reading()], "cxrviewer 1"))
    assert set(written) == {"schema", "program", "readings"} and written["schema"] == 2
    kinds = [change["type"] for change in written["readings"][0]["changes"]]
    assert kinds == ["view", "picture", "annotation", "key image", "decision", "impression", "frame"]


def test_a_file_of_schema_1_whose_decisions_have_no_interval_is_read() -> None:
    old = json.loads(exported([reading()], "cxrviewer 0.2.0"))
    old["schema"] = 1
    del entries(old)[4]["after"]["interval"]
    checked = check(json.dumps(old).encode())
    assert checked.problems == ()
    (found,) = readings_of(checked)
    assert found.decisions[finding()] == Decision(Verdict.AGREE, "Mass", 0.6, 0.3, "c")


def document(change: Callable[[Any], object] | None = None) -> bytes:
    """Return a valid file that `change` spoils."""
    made = json.loads(exported([reading()], "cxrviewer 1"))
    if change is not None:
        change(made)
    return json.dumps(made).encode()


def entries(made: Any) -> Any:
    return made["readings"][0]["changes"]


SPOILT: dict[str, tuple[Callable[[Any], object], str]] = {
    "no schema": (lambda d: d.pop("schema"), "The file does not name its schema."),
    "true is no schema": (lambda d: d.update(schema=True), "The file does not name its schema."),
    "newer": (lambda d: d.update(schema=99), "newer version"),
    "no readings": (lambda d: d.pop("readings"), "The file holds no readings of this program."),
    "unknown part": (lambda d: d.update(script="x"), "“script” is no part of such a file."),
    "a reading that is text": (lambda d: d["readings"].append("x"), "Reading 2 is not one list of changes."),
    "a reading with more": (lambda d: d["readings"][0].update(x=1), "Reading 1 is not one list of changes."),
    "unknown kind": (lambda d: entries(d)[0].update(type="run"), "Reading 1, entry 1: Invalid value 'run'"),
    "unknown field": (lambda d: entries(d)[2].update(x=1), "Reading 1, entry 3: Object contains unknown field `x`"),
    "a start": (lambda d: entries(d)[5].update(before="x"), "Reading 1, entry 6: it does not start from nothing."),
    "no end": (lambda d: entries(d)[3].update(after=None), "Reading 1, entry 4: it does not start from nothing."),
    "twice": (lambda d: entries(d).append(entries(d)[2]), "Reading 1 has an entry twice."),
    "no image": (lambda d: d.update(readings=[{"changes": []}]), "Reading 1 names no image"),
    "two studies": (
        lambda d: entries(d).append({**entries(d)[1], "key": {**entries(d)[1]["key"], "study": "7"}}),
        "Reading 1 is about images of several studies.",
    ),
    "a probability of 2": (
        lambda d: entries(d)[4]["after"].update(probability=2), "probability and threshold must lie between 0 and 1",
    ),
    "an interval upside down": (
        lambda d: entries(d)[4]["after"].update(interval=[0.7, 0.5]), "ends of an interval must lie between 0 and 1",
    ),
    "a coordinate far outside": (
        lambda d: entries(d)[2]["after"]["shape"].update(at=[1e9, 0]), "coordinates lie far outside every image",
    ),
    "a frame below 0": (lambda d: entries(d)[6].update(after=-1), "a frame must be at least 0"),
    "a frame no file has": (lambda d: entries(d)[6].update(after=2**40), "larger than this program makes it"),
    "a text that is too long": (lambda d: entries(d)[5].update(after="x" * 100_001), "at most 100000 characters"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_wrong_with_a_file_is_named(name: str) -> None:
    spoil, words = SPOILT[name]
    checked = check(document(spoil))
    assert checked.readings == b""
    assert any(words in problem for problem in checked.problems), checked.problems


def test_the_file_that_is_spoilt_above_is_fine_without() -> None:
    assert check(document()).problems == ()


def test_all_problems_are_named_at_once_and_their_number_is_bounded() -> None:
    def spoil(d: Any) -> None:
        entries(d)[0]["type"] = "run"
        entries(d)[4]["after"]["threshold"] = -1
        d["readings"].append({"changes": [{"type": "x"}] * 100})

    checked = check(document(spoil))
    assert len(checked.problems) == MAX_PROBLEMS and checked.more == 102 - MAX_PROBLEMS
    assert checked.problems[1].startswith("Reading 1, entry 5: probability")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"readings": [' * 5_000, b"\x00" * 1000,
        b'{"schema": 1e400, "readings": []}', b'{"schema": -1, "readings": []}', b"%PDF-1.7", b"PK\x03\x04",
    ],
)  # fmt: skip
def test_files_of_something_else_are_one_sentence(data: bytes) -> None:
    checked = check(data)
    assert len(checked.problems) == 1 and checked.readings == b""


def test_a_file_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxrviewer.reading.exchange.MAX_BYTES", 10)
    assert check(b" " * 11).problems[0].startswith("The file is larger than the allowed")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "key", "before", "after", "image", "shape", "study"]), x, max_size=4
            )
        ),
    )
)
@settings(max_examples=200, deadline=None)
def test_no_json_makes_it_fail_otherwise(tree: Any) -> None:
    data = json.dumps({"schema": 1, "readings": [{"changes": [tree]}]}).encode()
    checked = check(data)
    assert checked.problems or readings_of(checked)


def test_the_window_checks_again_what_the_worker_answers() -> None:
    for readings in (b"", b"x", b"[[1]]", msgspec.json.encode([[SetAnnotation("k", text("a"), None)]])):
        with pytest.raises(ExchangeError):
            readings_of(Checked(readings, ()))


def test_a_worker_process_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "readings.json"
    path.write_bytes(exported([reading()], "cxrviewer 1"))
    pool = DecoderPool(1)
    try:
        assert readings_of(pool.check_readings(path)) == (reading(),)
        path.write_bytes(b"[" * 10**6)
        assert pool.check_readings(path).problems == ("The file is not JSON, or is cut short.",)
        missing = pool.check_readings(tmp_path / "no").problems
        assert missing == ("The file could not be read; check that it is still there.",)
    finally:
        assert pool.close()


# Taking a file into what is there.


def test_an_import_into_nothing_is_all_of_it_and_one_step() -> None:
    merge = merged(Reading(), reading())
    assert merge.kept == 0 and Reading().apply(merge.edit) == reading()


def test_an_import_of_the_same_changes_nothing() -> None:
    assert merged(reading(), reading()) == (merged(reading(), reading()))
    assert merged(reading(), reading()).edit.changes == ()


def test_the_readers_own_entries_stay_and_are_counted() -> None:
    here = reading()
    other = Reading(
        annotations=MappingProxyType({"k": text("other words"), "new": text("new")}),
        decisions=MappingProxyType({finding(): Decision(Verdict.DISAGREE, "Mass", 0.6, 0.3)}),
        impression="Something else.",
    )
    merge = merged(here, other)
    after = here.apply(merge.edit)
    assert merge.kept == 2
    assert after.impression == "Heart enlarged." and after.decisions == here.decisions
    assert after.annotations["k"] == text("a") and after.annotations["new"] == text("new")
    # A drawing of the same identifier that differs is added beside it, once however often it is imported.
    assert sorted(one.shape.text for one in after.annotations.values()) == ["a", "new", "other words"]
    assert merged(after, other).edit.changes == ()
    assert after.apply(merge.edit.inverse()) == here


def test_an_edit_of_an_import_can_be_labelled_in_the_undo_menu() -> None:
    assert isinstance(merged(Reading(), reading()).edit, Edit) and merged(Reading(), reading()).edit.label == "import"


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for name, one in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _places(one, (*path, name))


def _with(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    document = copy.deepcopy(document)
    node = document
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = value
    return document


HOSTILE: tuple[Any, ...] = (
    None, True, -1, 10**30, -(10**30), 2**63, 2**64, 1.5, 1e308, -1e308, 5e-324, "", "../../etc/passwd", "C:\\x",
    "\x00", "\u202e", "a" * 200_000, [], {}, [[]], {"a": 1}, float("nan"), float("inf"), "\ud800",
)  # fmt: skip


def test_every_value_of_a_file_may_be_hostile() -> None:
    good = msgspec.json.decode(exported([reading()], "x"))
    taken = 0
    for path in _places(good):
        for value in HOSTILE:
            checked = check(json.dumps(_with(good, path, value)).encode())
            assert checked.problems or not checked.more
            for one in readings_of(checked) if not checked.problems else ():
                taken += 1
                for name in (*one.pictures.values(), *one.annotations, *(image.instance for image in one.views)):
                    assert len(name) <= MAX_NAME
                for image, view in one.views.items():
                    assert image.frame <= MAX_FRAME
                    assert not isinstance(view.grey, WindowGrey) or abs(view.grey.center) <= MAX_WINDOW
                assert msgspec.json.encode(one.as_edit())
    assert taken > 100  # names of nothing in particular, numbers that an image may have


def test_a_file_cut_anywhere_or_nested_without_end_is_one_problem() -> None:
    whole = exported([reading()], "x")
    assert check(whole).problems == ()
    assert all(len(check(whole[:end]).problems) == 1 for end in range(0, len(whole) - 2, 13))
    for opening in (b"[", b'{"readings":', b'{"schema":1,"readings":['):
        assert len(check(opening * 100_000).problems) == 1
