"""Every file of the fuzzer's corpus, and every attack found so far, ends in a picture or a sentence, in bounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import shared_data_dir
from tests.fuzz.corpus import CORPUS
from tests.fuzz.engine import Judge

ATTACKS = sorted(path.name for path in (shared_data_dir() / "attacks").glob("*.dcm"))
SHOWN = {"good.dcm", "time-superscript.dcm", "age-4399-digits.dcm", "view-sequence-nested.dcm"}
"""Their pixels are as they should be."""


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge(1) as judge:
        yield judge


@pytest.mark.parametrize("name", CORPUS)
def test_a_file_of_the_corpus_is_shown_or_rejected_with_a_sentence(tmp_path: Path, judge: Judge, name: str) -> None:
    path = tmp_path / "DOE^JANE"
    path.write_bytes(CORPUS[name]())
    verdict = judge(path)
    assert verdict.fine, verdict


@pytest.mark.parametrize("name", ATTACKS or ["absent"])
def test_an_attack_costs_one_sentence(shared_data: Path, judge: Judge, name: str) -> None:
    if name == "absent":
        pytest.skip("no shared data: set CXR_DATA to the folder that holds attacks/")
    verdict = judge(shared_data / "attacks" / name)
    assert verdict.fine, verdict
    if name in SHOWN:
        assert verdict.kind in ("shown", "scored")
