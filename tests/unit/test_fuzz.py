"""The fuzzer itself: mutants can be made again, and faults are told apart."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.errors import WorkerDiedError, WorkerFaultError, WorkerMemoryError, WorkerTimeError
from cxrviewer.isolation.pool import WorkerPool
from tests.builders.dicom import image_bytes, write_image
from tests.fuzz import mutations, targets
from tests.fuzz.engine import PEAK_BYTES, Judge, Mutants, Tally, _record
from tests.fuzz.mutations import CANARY, MUTATIONS, elements
from tests.fuzz.targets import Exercise, exercise

GREY = np.arange(4096, dtype=np.uint16).reshape(64, 64)


@pytest.fixture
def bases(tmp_path: Path) -> list[Path]:
    return [write_image(tmp_path / "bases" / name, GREY, bits=12) for name in ("b", "a")]


def test_a_mutant_is_named_by_its_seed_and_number(bases: list[Path]) -> None:
    mutants = [Mutants(bases, "1")[number] for number in range(50)]
    assert mutants == [Mutants(bases[::-1], "1")[number] for number in range(50)]
    assert len({data for _, data in mutants}) > 40
    assert mutants != [Mutants(bases, "2")[number] for number in range(50)]


def test_the_elements_of_a_image_are_found() -> None:
    data = image_bytes(GREY, bits=12, WindowCenter="100")
    found = {data[e.start : e.start + 4]: data[e.value : e.end] for e in elements(data)}
    assert found[b"\x28\x00\x10\x00"] == (64).to_bytes(2, "little")
    assert found[b"\x28\x00\x50\x10"].strip() == b"100"
    assert len(found[b"\xe0\x7f\x10\x00"]) == GREY.nbytes


@pytest.mark.parametrize("mutation", [mutation for mutation, _ in MUTATIONS], ids=lambda m: m.__name__)
def test_every_mutation_changes_some_images_and_fails_on_none(mutation: mutations.Mutation) -> None:
    base = image_bytes(GREY, bits=12)
    changed = 0
    for seed in range(30):
        for whole in (base, base[:400], b"\x89PNG\r\n\x1a\n" + bytes(30), bytes(17)):
            data = bytearray(whole)
            mutation(data, random.Random(seed))
            changed += bytes(data) != whole
    assert changed > 20


def test_a_good_image_is_shown_and_its_name_is_not_quoted(tmp_path: Path) -> None:
    path = write_image(tmp_path / "film", GREY, bits=12, PatientName=CANARY.decode(), StudyDescription=CANARY.decode())
    for number in range(5):
        done = exercise(str(path), number)
        assert (done.shown, done.scored, done.wrong) == (True, False, ""), done  # too small to be scored
        assert done.peak_bytes > 10_000_000


def test_a_sentence_that_quotes_the_file_or_is_none_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_image(tmp_path / "film", GREY, bits=12)
    real = targets.render_frame
    for note, words in ((f"This is {CANARY.decode()}.", "quotes a name"), ("no sentence", "no sentence")):

        def noted(*arguments: object, note: str = note) -> targets.RenderedFrame:
            frame = real(*arguments)  # type: ignore[arg-type]
            return targets.RenderedFrame(pixels=frame.pixels, notes=(note,))

        monkeypatch.setattr(targets, "render_frame", noted)
        assert exercise(str(path), 0).wrong.startswith(words)


def test_faults_are_told_apart_and_their_reproducers_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = Exercise(shown=True, scored=False, wrong="", peak_bytes=0)
    answers = {
        "shown": done,
        "crash": WorkerDiedError(""),
        "untyped": WorkerFaultError("", details="KeyError\n at place"),
        "slow": WorkerTimeError("", working=True),
        "memory": WorkerMemoryError(""),
        "wrong": Exercise(shown=True, scored=False, wrong="grey outside 0..1", peak_bytes=0),
    }
    tally = Tally()
    with Judge(1) as judge:
        for kind, answer in answers.items():

            def run(*_: object, answer: object = answer, **__: object) -> object:
                if isinstance(answer, Exception):
                    raise answer
                return answer

            monkeypatch.setattr(WorkerPool, "run", run)
            verdict = judge(tmp_path / "film")
            assert verdict.kind == kind and verdict.fine == (kind == "shown")
            _record(tally, verdict, tmp_path / "keep", f"1-{kind}", b"data")
        monkeypatch.setattr(
            WorkerPool, "run", lambda *_, **__: Exercise(shown=True, scored=True, wrong="", peak_bytes=PEAK_BYTES + 1)
        )
        assert judge(tmp_path / "film").kind == "memory"
    assert (tally.total, tally.bad) == (6, 5)
    assert sorted(path.parent.name for path in (tmp_path / "keep").rglob("1-*")) == sorted(set(answers) - {"shown"})
