"""Python heads: nothing of one runs before a person approved these very bytes, and never in this process."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.cli import run
from cxrviewer.errors import (
    ApprovalRejectedError,
    HeadError,
    HeadRejectedError,
    ManifestError,
    PackRejectedError,
    ScoringError,
)
from cxrviewer.heads.contract import DiscoveredHead, ModelFile
from cxrviewer.heads.inference.scoring import HeadScorer
from cxrviewer.heads.package.files import sha256
from cxrviewer.heads.registry.approval import WARNING
from cxrviewer.heads.registry.conformance import make_runner, read_verified
from cxrviewer.heads.registry.discover import discover_one
from cxrviewer.heads.registry.pack import write_pack
from cxrviewer.heads.registry.store import HeadStore
from cxrviewer.heads.runtime.budget import PROCESS_BYTES, WorkerBudget
from cxrviewer.heads.runtime.runner import Limits
from tests.builders import heads as build
from tests.fakes import fake_image

PROGRAM = """
import numpy as np
from cxrviewer.heads.python_api import Answer, Context

class Head:
    def __init__(self, context: Context) -> None:
        self.offset = float(context.files["offset.txt"])
    def score(self, image):
        mean = image.mean() + self.offset
        grid = image.reshape(1, 1, 4, 8, 4, 8).mean((3, 5))
        return Answer(np.array([[mean, 1 - mean]], np.float32), np.concatenate([grid, 2 * grid], 1, dtype=np.float32))

def make_head(context: Context) -> Head:
    return Head(context)
"""
"""The arithmetic of `build.good_model`, in Python."""


@pytest.fixture
def store(tmp_path: Path) -> HeadStore:
    return HeadStore(tmp_path / "home" / "heads", None)


def program(folder: Path, code: str = PROGRAM, **changes: Any) -> Path:
    model = ModelFile(
        file="head.py", sha256=sha256(code.encode()), input="image", logits="logits", maps="gradcam", features=None
    )
    files = {"offset.txt": b"0.0"}
    build.write_head(folder, model=code.encode(), files=files)
    made = build.manifest(
        code.encode(), {n: (folder / n).read_bytes() for n in ("test_input.npy", "test_logits.npy")} | files,
        **({"program": True, "model": model} | changes),
    )  # fmt: skip
    (folder / "model.onnx").rename(folder / "head.py")
    (folder / "head.toml").write_text(build.write_manifest(made))
    return folder


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Path]:
    """A file that exists as soon as the program of `spying` has run anywhere."""
    yield tmp_path / "it ran"


def spying(witness: Path) -> str:
    return f"import os\nopen({str(witness)!r}, 'a').write(str(os.getpid()))\n" + PROGRAM


def approved(store: HeadStore, folder: Path) -> DiscoveredHead:
    head = store.look_at(folder)
    store.approvals.approve(head, head.digest)
    return store.look_at(folder)


def test_nothing_runs_before_it_is_approved_whatever_is_done_with_the_head(
    store: HeadStore, tmp_path: Path, witness: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = program(tmp_path / "a", spying(witness))
    done = store.install(folder)
    (head,) = store.discover()
    assert "nobody on this computer has approved" in head.problems[0]
    with pytest.raises(ManifestError, match="has approved"):
        HeadScorer(head)
    lying = DiscoveredHead(head.folder, head.manifest, digest=head.digest)  # somebody forgot its problems
    with pytest.raises(HeadRejectedError, match="has approved"):
        HeadScorer(lying)
    assert run(["heads", "check", str(folder)]) == 2
    assert run(["heads", "list"]) == 0
    assert run(["heads", "info", str(folder)]) == 2
    assert run(["score", str(tmp_path), "--head", str(folder)]) == 2
    assert run(["heads", "approve", str(folder)]) == 2  # nobody is there to type anything
    told = capsys.readouterr()
    assert WARNING in told.out and done.manifest.model.file in told.out and head.digest in told.out
    assert not witness.exists()
    assert "cxrviewer_python_head" not in sys.modules


def test_an_approved_program_reads_images_in_a_process_of_its_own(
    store: HeadStore, tmp_path: Path, witness: Path
) -> None:
    store.install(program(tmp_path / "a", spying(witness)))
    (head,) = store.discover()
    store.approvals.approve(head, head.digest)
    (head,) = store.discover()
    assert head.problems == () and head.approved
    scorer = HeadScorer(head)
    try:
        prediction = scorer.score(fake_image())
    finally:
        scorer.close()
    onnx = HeadScorer(build.write_head(tmp_path / "onnx"))
    try:
        wanted = onnx.score(fake_image())  # onnxruntime's answer to the same arithmetic
    finally:
        onnx.close()
    assert [s.logit for s in prediction.scores] == pytest.approx([s.logit for s in wanted.scores], abs=1e-5)
    for ours, theirs in zip(prediction.maps, wanted.maps, strict=True):
        np.testing.assert_allclose(ours.values, theirs.values, atol=1e-5)
    assert witness.exists() and str(os.getpid()) not in witness.read_text()


@pytest.mark.parametrize("name", ["head.py", "offset.txt", "test_logits.npy"])
def test_any_changed_byte_takes_the_approval_away(
    store: HeadStore, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = program(tmp_path / "a")
    assert approved(store, folder).problems == ()
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(HeadRejectedError, match="SHA-256 differs"):
        HeadScorer(store.look_at(folder))
    assert run(["heads", "hash", str(folder)]) == 0  # its author means it
    head = store.look_at(folder)
    assert not head.approved and "has approved" in head.problems[0]
    capsys.readouterr()


def test_what_was_shown_is_what_is_approved(store: HeadStore, tmp_path: Path, witness: Path) -> None:
    folder = program(tmp_path / "a")
    shown = store.look_at(folder).digest
    program(tmp_path / "b", spying(witness))
    for file in (tmp_path / "b").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    with pytest.raises(HeadError, match="was changed since its digest was shown"):
        store.approvals.approve(store.look_at(folder), shown)
    assert not witness.exists() and store.approvals.digests() == frozenset()


def test_an_approval_can_be_withdrawn_and_is_one_of_these_bytes_wherever_they_lie(
    store: HeadStore, tmp_path: Path
) -> None:
    head = approved(store, program(tmp_path / "a"))
    store.install(program(tmp_path / "b"))
    assert store.discover()[0].approved
    assert store.approvals.withdraw(head.digest)
    assert not store.discover()[0].approved


def test_the_installed_program_runs_none(store: HeadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = program(tmp_path / "a")
    head = approved(store, folder)
    manifest = head.manifest
    assert manifest is not None
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(PackRejectedError, match="run cxrviewer from source"):
        store.install(folder)
    assert "never runs" in store.look_at(folder).problems[0] and not store.look_at(folder).approved
    with pytest.raises(HeadRejectedError, match="never runs"):
        make_runner(read_verified(folder, manifest), approved=True)
    with pytest.raises(HeadError, match="never runs"):
        store.approvals.request(head)


def test_a_head_of_either_kind_makes_room_for_the_next_one(store: HeadStore, tmp_path: Path) -> None:
    folders = build.write_head(tmp_path / "onnx").folder, approved(store, program(tmp_path / "python")).folder
    budget = WorkerBudget(limit_bytes=PROCESS_BYTES)  # room for one
    runners = []
    try:
        for folder in folders:
            manifest = store.look_at(folder).manifest
            assert manifest is not None
            runners.append(make_runner(read_verified(folder, manifest), approved=True, budget=budget))
        for one, other in (runners, reversed(runners)):
            one.load()
            assert one.pid is not None and other.pid is None
    finally:
        for runner in runners:
            runner.close()
        budget.close()
    assert budget.used_bytes == 0


def test_a_pack_never_holds_a_program(store: HeadStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = program(tmp_path / "a")
    assert run(["heads", "pack", str(folder)]) == 2
    assert "is not packed" in capsys.readouterr().err
    write_pack(folder, tmp_path / "a.cxrhead")
    with pytest.raises(PackRejectedError, match="A pack never does"):
        store.install(tmp_path / "a.cxrhead")


WRONG: dict[str, tuple[str, str, str]] = {
    "no Python": ("def (", "program cannot be run: invalid syntax", "structure"),
    "nothing to call": ("x = 1", "has no attribute 'make_head'", "structure"),
    "raises": ("raise RuntimeError('no weights')", "program cannot be run: no weights", "structure"),
    "leaves": ("import sys; sys.exit(3)", "program cannot be run: 3", "structure"),
    "other logits": (PROGRAM.replace("1 - mean", "0.9 - mean"), "differs by 0.1 from the author's", "test_vector"),
    "nan": (PROGRAM.replace("1 - mean", "np.nan"), "no numbers", "tensors"),
    "float64": (PROGRAM.replace("mean]], np.float32", "mean]], float"), "not a float32", "limits"),
    "shape": (PROGRAM.replace("[[mean, 1 - mean]]", "[mean, 1 - mean]"), "logits have the wrong shape", "tensors"),
    "negative maps": (PROGRAM.replace("2 * grid", "-2 * grid"), "negative values", "tensors"),
    "no maps": (PROGRAM.replace("np.concatenate", "None and np.concatenate"), "gradcam is not a float32", "limits"),
    "endless": (PROGRAM.replace("mean = ", "while True: pass\n        mean = "), "within 2 seconds", "limits"),
    "crash": (PROGRAM.replace("mean = ", "import os; os._exit(9)\n        mean = "), "ended unexpectedly", "limits"),
    "memory": (PROGRAM.replace("mean = ", "x = bytearray(2**40)\n        mean = "), "more memory", "limits"),
}


@pytest.mark.parametrize("what", WRONG)
def test_the_checks_of_an_onnx_head_hold_for_a_program(
    store: HeadStore, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, reason, check = WRONG[what]
    monkeypatch.setattr(
        "cxrviewer.heads.registry.conformance.PROGRAM_LIMITS", Limits(run_seconds=2.0, memory_bytes=2**31)
    )
    head = store.look_at(program(tmp_path / "a", code))
    with pytest.raises(ApprovalRejectedError) as caught:
        store.approvals.approve(head, head.digest)
    assert reason in caught.value.problems[0]
    assert caught.value.check == check
    assert store.approvals.digests() == frozenset()


class _Point:
    group = "cxrviewer.heads"

    def __init__(self, value: str) -> None:
        self.name, self.value = "it", value
        self.dist = type("D", (), {"name": "demo-heads"})()


def test_a_package_announces_a_folder_and_nothing_of_it_is_imported(
    store: HeadStore, tmp_path: Path, witness: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "demo_heads"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(spying(witness))
    program(package / "mean", spying(witness))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    points = [_Point("demo_heads.mean"), _Point("nowhere_at_all.mean"), _Point("demo_heads.nothing")]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points if group == _Point.group else [])
    (head,) = store.discover()
    assert (head.package, head.folder) == ("demo-heads", package / "mean")
    assert "has approved" in head.problems[0]
    assert "demo_heads" not in sys.modules and not witness.exists()
    with pytest.raises(HeadError, match="cannot be removed"):
        store.remove("org.example.tiny")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert store.discover() == ()


def test_a_manifest_says_what_kind_it_is(tmp_path: Path) -> None:
    folder = program(tmp_path / "a")
    text = (folder / "head.toml").read_text()
    (folder / "head.toml").write_text(text.replace('kind = "python"', 'kind = "pickle"'))
    assert discover_one(folder).problems == ("kind: must be one of image, features, python",)
    (folder / "head.toml").write_text(text.replace('file = "head.py"', 'file = "head.pkl"'))
    assert "model.file: must be a .py file for kind = 'python'" in discover_one(folder).problems
    (folder / "head.toml").write_text(text.replace('kind = "python"', 'kind = "image"'))
    assert discover_one(folder).manifest is not None  # and onnx_structure rejects it


def test_a_typed_yes_is_requested_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = program(tmp_path / "a")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda words: "yes")
    assert run(["heads", "approve", str(folder)]) == 2
    monkeypatch.setattr("builtins.input", lambda words: "approve")
    assert run(["heads", "approve", str(folder)]) == 0
    assert run(["heads", "check", str(folder)]) == 0
    assert run(["heads", "approve", str(folder)]) == 0
    assert run(["heads", "approve", str(folder), "--withdraw"]) == 0
    assert run(["heads", "approve", str(folder), "--digest", "0" * 64]) == 2
    assert "was changed since its digest was shown" in capsys.readouterr().err


def test_what_a_program_says_of_its_failure_does_not_decide_what_the_failure_is(tmp_path: Path) -> None:
    """Words of onnxruntime about memory and about a cancelled run, in the mouth of a program."""
    for said in ("the allocation of beds failed", "the terminate flag is set"):
        code = PROGRAM.replace("mean = image.mean()", f"raise ValueError({said!r})\n        mean = image.mean()")
        folder = program(tmp_path / said[4:9], code)
        data = read_verified(folder, discover_one(folder).manifest)  # type: ignore[arg-type]
        runner = make_runner(data, approved=True)
        try:
            with pytest.raises(ScoringError, match=f"The model failed on this film: {said}"):
                runner.run({"image": np.zeros((1, 1, 32, 32), np.float32)}, ("logits",))
        finally:
            runner.close()


def test_whether_a_head_awaits_approval_is_not_told_from_its_sentences(
    store: HeadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxrviewer.heads.registry.discover.UNAPPROVED", "kind: quite other words than today")
    head = store.look_at(program(tmp_path / "a"))
    assert store.approvals.request(head).digest == head.digest
    damaged = replace(head, problems=(*head.problems, "id: is already taken by another head"))
    with pytest.raises(HeadError, match="already taken"):
        store.approvals.request(damaged)
