"""Packs built to attack. Each is rejected with its reason within ten seconds, and nothing of it stays on the disk."""

from __future__ import annotations

import multiprocessing
import os
import re
import resource
import signal
import stat
import struct
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.errors import PackRejectedError
from cxrviewer.heads.package.files import sha256
from cxrviewer.heads.registry.pack import MAX_PACK_BYTES
from cxrviewer.heads.registry.store import INSTALL_LIMITS, HeadStore
from cxrviewer.heads.runtime.limits import MAX_SLOWNESS
from tests.builders import heads as build
from tests.builders.attacks import ATTACKS, MODELS, external, good_files, lying_bomb, opset, packed, raw, zipped

SECONDS = 10.0
"""On an ordinary computer. The store multiplies its limits by how slow this one is just now, and so does `allowed`."""


@pytest.fixture
def store(tmp_path: Path) -> HeadStore:
    """A store with one good head in it, which every attack must leave alone."""
    made = HeadStore(tmp_path / "home" / "heads", None)
    (made.folder / "keep").mkdir(parents=True)
    return made


def rejected(store: HeadStore, source: Path, reason: str, check: str) -> PackRejectedError:
    """Try to install `source`; return the rejection after looking at clock, disk and workers."""
    around = sorted(source.parent.rglob("*"))
    began, worked = time.perf_counter(), time.process_time()
    with pytest.raises(PackRejectedError, match=reason) as caught:
        store.install(source)
    assert time.process_time() - worked < SECONDS  # what is rejected without a model process is rejected here
    assert time.perf_counter() - began < allowed(caught.value)
    assert caught.value.check == check
    assert all(problem.isprintable() for problem in caught.value.problems)
    assert [p.name for p in store.folder.iterdir()] == ["keep"]
    assert sorted(source.parent.rglob("*")) == around  # nothing beside the pack either
    return caught.value


def allowed(error: PackRejectedError) -> float:
    """Return ten seconds, or as many times more as the limit was that the rejection itself states."""
    stated = re.search(r"did not answer within ([\d.]+) seconds", error.problems[0])
    if stated is None:
        return SECONDS * MAX_SLOWNESS
    return SECONDS * max(1.0, float(stated[1]) / INSTALL_LIMITS.run_seconds)


def in_folder(target: Path, files: dict[str, bytes], extra: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("my head/", b"")
        for name, data in files.items():
            archive.writestr(f"my head/{name}", data)
        for name, data in extra.items():
            archive.writestr(name, data)
    return target


def test_a_zip_of_the_folder_itself_is_installed(store: HeadStore, tmp_path: Path) -> None:
    """What "compress this folder" makes on Windows and Linux, and on macOS with its twin of each file."""
    files = good_files(tmp_path / "head")
    litter = {"my head/.DS_Store": b"x", "__MACOSX/my head/._model.onnx": b"x", "__MACOSX/._my head": b"x"}
    folder = store.install(in_folder(tmp_path / "a.cxrhead", files, litter)).folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


@pytest.mark.parametrize(
    "name",
    [
        "evil.txt", "my head/../evil.txt", "my head/sub/evil.txt", "other/evil.txt", "my head//evil.txt",
        "my head/../../__MACOSX/x", "My head/evil.txt",
    ],
)  # fmt: skip
def test_a_folder_in_a_zip_is_no_way_out(store: HeadStore, tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    source = in_folder(tmp_path / "in" / "a.cxrhead", good_files(tmp_path / "head"), {name: b"evil"})
    rejected(store, source, "is not the plain name of a file|is missing|not listed", "pack")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt", "a/../../evil.txt", "/evil.txt", "C:/evil.txt", "C:evil.txt", "\\\\host\\share\\evil.txt",
        "..\\evil.txt", "folder/evil.txt", "folder/", "NUL", "aux.txt", "evil.txt.", ".hidden", "e\u202evil.txt",
        "evil\u200b.txt", "model.onnx\x00.txt",
    ],
)  # fmt: skip
def test_a_name_that_leaves_the_folder_or_means_something_else(store: HeadStore, tmp_path: Path, name: str) -> None:
    source = tmp_path / "in" / "x.cxrhead"
    source.parent.mkdir()
    entries = good_files(tmp_path / "head") | {"zzzz": b"evil"}
    with zipfile.ZipFile(source, "w") as archive:
        for entry, data in entries.items():
            archive.writestr(zipfile.ZipInfo(entry), data)
    # zipfile itself mends such names while writing, so the name is put in afterwards, of the same length.
    raw = name.encode()
    entries = {("z" * len(raw) if key == "zzzz" else key): data for key, data in entries.items()}
    with zipfile.ZipFile(source, "w") as archive:
        for entry, data in entries.items():
            info = zipfile.ZipInfo(entry)
            info.flag_bits |= 0x800  # names are UTF-8
            archive.writestr(info, data)
    data = source.read_bytes()
    assert data.count(b"z" * len(raw)) == 2  # once beside the data, once in the directory
    source.write_bytes(data.replace(b"z" * len(raw), raw))
    rejected(store, source, "is not the plain name of a file|is in the zip file twice|damaged", "pack")


def test_a_link_in_a_zip_and_in_a_folder(store: HeadStore, tmp_path: Path) -> None:
    def link(entry: zipfile.ZipInfo) -> None:
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16

    source = zipped(tmp_path / "zip", {"link": b"/etc/passwd"}, change=link, name="link")
    rejected(store, source, "link is a link or another special file", "pack")
    build.write_head(tmp_path / "in" / "folder")
    model = tmp_path / "in" / "folder" / "model.onnx"
    os.replace(model, tmp_path / "elsewhere.onnx")
    model.symlink_to(tmp_path / "elsewhere.onnx")
    rejected(store, model.parent, r"model\.onnx is a link", "pack")


def test_a_pipe_in_a_folder_does_not_hang_us(store: HeadStore, tmp_path: Path) -> None:
    build.write_head(tmp_path / "in" / "folder")
    model = tmp_path / "in" / "folder" / "model.onnx"
    model.unlink()
    os.mkfifo(model)
    rejected(store, model.parent, r"model\.onnx is not a plain file", "pack")


def test_encrypted_odd_double_and_unlisted_entries(store: HeadStore, tmp_path: Path) -> None:
    source = zipped(tmp_path / "a", {"Model.ONNX": b"evil"})
    rejected(store, source, r"Model\.ONNX is in the zip file twice", "pack")
    source = zipped(tmp_path / "b", {"run.py": b"evil"})
    rejected(store, source, r"run\.py is not listed in head\.toml", "sha256")
    source = zipped(tmp_path / "c", {"note": b"x"})
    data = bytearray(source.read_bytes())
    place = data.index(b"PK\1\2")
    data[place + 8] |= 1  # APPNOTE 4.4.4: bit 0 says that the entry is encrypted
    source.write_bytes(data)
    rejected(store, source, "is encrypted", "pack")

    def lzma(entry: zipfile.ZipInfo) -> None:
        entry.compress_type = zipfile.ZIP_LZMA

    source = zipped(tmp_path / "d", change=lzma, name="model.onnx")
    rejected(store, source, r"model\.onnx is compressed in a way", "pack")


def test_a_zip_bomb_that_says_so_costs_neither_disk_nor_memory(store: HeadStore, tmp_path: Path) -> None:
    source = tmp_path / "bomb.cxrhead"
    zeros = bytes(2**20)
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in good_files(tmp_path / "head").items():
            archive.writestr(name, data)
        for number in range(3):
            with archive.open(f"bomb{number}.npy", "w") as file:
                for _ in range(200):
                    file.write(zeros)
    assert source.stat().st_size < 2**22 < MAX_PACK_BYTES < 3 * 200 * 2**20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rejected(store, source, "unpacks to more than 512 MiB", "pack")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024  # KiB on Linux


def test_a_zip_bomb_that_lies_about_its_size(store: HeadStore, tmp_path: Path) -> None:
    rejected(store, lying_bomb(tmp_path / "head"), "damaged|larger than it says", "pack")


def test_a_directory_that_would_fill_the_memory(
    store: HeadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "many.cxrhead"
    with zipfile.ZipFile(source, "w") as archive:
        for number in range(3000):
            archive.writestr(f"f{number}", b"")

    def never(*_: object) -> None:
        raise AssertionError("zipfile reads the whole directory into memory")

    monkeypatch.setattr(zipfile, "ZipFile", never)
    rejected(store, source, "more than 64 files", "pack")
    data = bytearray(source.read_bytes())
    data[-14:-10] = struct.pack("<2H", 5, 5)  # claims five entries; zipfile would read all 3,000
    source.write_bytes(data)
    rejected(store, source, "more than 64 files", "pack")


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\5\6" + bytes(18), b"GIF89a" + bytes(100)])
def test_what_is_no_pack_at_all(store: HeadStore, tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "x.cxrhead"
    source.write_bytes(data)
    rejected(store, source, "not a zip file|missing", "pack")


def test_zip64_split_and_commented_files(store: HeadStore, tmp_path: Path) -> None:
    source = zipped(tmp_path / "a")
    good = source.read_bytes()
    source.write_bytes(good[:-22] + b"PK\6\7" + bytes(16) + good[-22:])
    rejected(store, source, "zip64", "pack")
    source.write_bytes(good[:-18] + b"\1\0" + good[-16:])
    rejected(store, source, "split or has a comment", "pack")
    source.write_bytes(good + b"#!/bin/sh")
    rejected(store, source, "something behind its end", "pack")
    source.write_bytes(good[: len(good) // 2] + good[len(good) // 2 + 7 :])
    rejected(store, source, "damaged|could not be copied", "pack")


def test_a_file_that_is_not_the_one_the_manifest_describes(store: HeadStore, tmp_path: Path) -> None:
    folder = build.write_head(tmp_path / "in" / "head").folder
    for name in ("model.onnx", "test_input.npy"):
        (folder / name).write_bytes((folder / name).read_bytes() + b"\0")
    error = rejected(store, folder, r"model\.onnx is not the file", "sha256")
    assert len(error.problems) == 2  # both are named at once


def test_a_file_swapped_after_the_check_is_not_what_is_installed(store: HeadStore, tmp_path: Path) -> None:
    folder = build.write_head(tmp_path / "in" / "head").folder
    good = (folder / "model.onnx").read_bytes()

    def swap(step: str) -> None:
        if step.startswith("Putting"):
            (folder / "model.onnx").write_bytes(build.endless_model())

    installed = store.install(folder, on_step=swap).folder
    assert (installed / "model.onnx").read_bytes() == good


@pytest.mark.parametrize("location", ["weights.bin", "../../../etc/passwd", "/etc/passwd"])
def test_weights_in_another_file_inside_or_outside(store: HeadStore, tmp_path: Path, location: str) -> None:
    source = packed(tmp_path / "a", model=external(location), files={"weights.bin": np.ones(1, "<f4").tobytes()})
    rejected(store, source, "external data", "structure")


@pytest.mark.parametrize("attack", MODELS)
def test_a_model_that_is_not_what_it_should_be(store: HeadStore, tmp_path: Path, attack: str) -> None:
    model, plain, reason, check = MODELS[attack]
    rejected(store, packed(tmp_path / "a", model=model, plain=plain), reason, check)


def test_a_model_that_crashes_its_process(store: HeadStore, tmp_path: Path) -> None:
    # No file is known that crashes onnxruntime for certain, so the crash is real and the timing is ours:
    # the process is hit while it computes.
    source = packed(tmp_path / "a", model=build.endless_model(), plain=True)

    def hit() -> None:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for child in multiprocessing.active_children():
                if child.name == "cxr-model" and child.pid is not None:
                    os.kill(child.pid, signal.SIGSEGV)
                    return
            os.sched_yield()

    thread = threading.Thread(target=hit)
    thread.start()
    try:
        rejected(store, source, "ended unexpectedly", "limits")
    finally:
        thread.join()


def test_a_test_vector_that_does_not_match(store: HeadStore, tmp_path: Path) -> None:
    rejected(store, packed(tmp_path / "a", logits=(0.5, 0.52)), "differs by 0.02 from the author's", "test_vector")


def test_a_manifest_with_thirty_errors_reports_them_all(store: HeadStore, tmp_path: Path) -> None:
    good = build.write_head(tmp_path / "good").folder.joinpath("head.toml").read_text()
    unknown = "".join(f"wrong_{number} = 1\n" for number in range(30))
    error = rejected(store, raw(tmp_path / "a", unknown + good), "wrong_0: is not a known key", "manifest")
    assert error.problems == tuple(f"wrong_{number}: is not a known key" for number in range(30))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id = "org.example.tiny"', 'id = "org.example.ti\u200bny"', "id: must"),  # zero width space
        ('id = "org.example.tiny"', 'id = "org.ex\u0430mple.tiny"', "id: must"),  # Cyrillic a
        ('id = "org.example.tiny"', 'id = "../evil"', "id: must"),
        ('id = "org.example.tiny"', 'id = "con"', "id: cannot be the name of a folder"),
        ('title = "Two greys"', 'title = "Safe \u202ednuof dab"', "title: must not hold control"),  # right-to-left
        ('title = "Two greys"', 'title = "a\\u001b[2Jb"', "title: must not hold control"),  # clears a terminal
        ('title = "Two greys"', 'title = "a\\nstudent 9.9 [usable]"', "title: must be one line"),
        ('license = "Apache-2.0"', 'license = "a\\nb"', "license: must be one line"),
        ("\n[model]", '\n"\u202e\\u0007" = 1\n[model]', "is not a known key"),
        ("schema = 1", "schema = 2", "contract version 1, not 2"),
    ],
)
def test_tricks_in_names(store: HeadStore, tmp_path: Path, old: str, new: str, reason: str) -> None:
    good = build.write_head(tmp_path / "good").folder.joinpath("head.toml").read_text()
    assert old in good
    check = "contract_version" if "schema" in new else "manifest"
    rejected(store, raw(tmp_path / "a", good.replace(old, new, 1)), reason, check)


def test_ten_thousand_findings_and_fifteen_thousand_problems(store: HeadStore, tmp_path: Path) -> None:
    good = build.write_head(tmp_path / "good").folder.joinpath("head.toml").read_text()
    many = "[[finding]]\n" * 1000
    rejected(store, raw(tmp_path / "a", good + many), "at most 500 findings are allowed, not 1002", "manifest")
    rejected(store, raw(tmp_path / "d", good + many * 10), "more than 10,000 tables, lists and parts", "manifest")
    junk = "".join(f"k{number} = 0\n" for number in range(15_000))
    error = rejected(store, raw(tmp_path / "b", junk + "\n" + good), "is not a known key", "manifest")
    assert len(error.problems) == 201 and error.problems[-1].endswith("more problems")
    rejected(store, raw(tmp_path / "c", "#" * 2**20 + "\n" + good), "larger than 1 MiB", "manifest")


KINDS = ("array", "density of", "density with", "density packed", "dotted", "number", "100,000", "10,000", "text of",
         "reference", "1,000 authors", "15,000")  # fmt: skip


@pytest.mark.parametrize("name", [name for name in ATTACKS if name.startswith(KINDS)])
@pytest.mark.parametrize("isolated", [False, True])
def test_files_that_attack_their_reader_are_rejected_in_a_sentence(tmp_path: Path, name: str, isolated: bool) -> None:
    store = HeadStore(tmp_path / "home" / "heads", None, isolated=isolated)
    (tmp_path / "in").mkdir()
    source = ATTACKS[name].make(tmp_path / "in" / "made")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(PackRejectedError, match=ATTACKS[name].reason) as caught:
        store.install(source)
    assert all(problem.isprintable() for problem in caught.value.problems)
    assert list(store.folder.iterdir()) == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 64 * 1024  # KiB


def test_the_attacks_fail_for_their_reason_and_not_for_the_builder(store: HeadStore, tmp_path: Path) -> None:
    """The same builders without an attack make packs that are installed."""
    assert store.install(zipped(tmp_path / "a")).manifest.id == "org.example.tiny"
    source = packed(tmp_path / "b", version="1.0.1", files={"weights.bin": b"x"})
    assert store.install(source).replaced == "1.0.0"
    assert store.install(packed(tmp_path / "c", model=opset(17), version="1.0.2")).replaced == "1.0.1"
    assert sha256(opset(17)) == store.discover()[0].manifest.model.sha256


if sys.platform == "win32":  # pragma: no cover
    pytest.skip("these attacks are built with POSIX files", allow_module_level=True)
