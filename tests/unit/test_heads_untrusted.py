"""Files of strangers that no parser of ours may be given as they are: manifests, arrays and lists."""

from __future__ import annotations

import io
import json
import os
import shutil
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.errors import (
    HeadError,
    JobCancelled,
    ManifestError,
    PackRejectedError,
    WorkerFaultError,
    WorkerMemoryError,
    WorkerStartError,
    WorkerTimeError,
)
from cxrviewer.heads.contract import DiscoveredHead, EligibilitySpec
from cxrviewer.heads.package.arrays import ArrayFileError, parse_npy, parse_npz
from cxrviewer.heads.package.manifest import parse_manifest
from cxrviewer.heads.package.record_store import RecordStore
from cxrviewer.heads.package.toml_limits import problem_of
from cxrviewer.heads.registry import discover as discovery
from cxrviewer.heads.registry.conformance import read_verified
from cxrviewer.heads.registry.discover import FAILED, discover
from cxrviewer.heads.registry.store import HeadStore
from cxrviewer.heads.runtime import parsing
from cxrviewer.isolation.pool import WorkerPool
from cxrviewer.paths import resources_dir
from tests.builders import heads as build

# The text of a manifest.


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a" + ".a" * 50_000 + " = 1", "line 1: a key has more than 8 parts"),
        ("a" + " . a" * 50_000 + " = 1", "line 1: a key has more than 8 parts"),
        ("x = 1\n['a'" + ".'a'" * 20 + "]", "line 2: a key has more than 8 parts"),
        ("x = 1\n\n# a.b\nb = { " + '"a".' * 9 + "a = 1 }", "line 4: a key has more than 8 parts"),
        ("n = " + "9" * 5000, "line 1: a key or number has more than 128 characters"),
        ("n = 0x" + "f" * 5000, "line 1: a key or number has more than 128 characters"),
        ("n = 1." + "9" * 5000, "line 1: a key or number has more than 128 characters"),
        ("k" * 129 + " = 1", "line 1: a key or number has more than 128 characters"),
        ("n = " + "[" * 9, "line 1: brackets lie more than 8 deep within each other"),
        ("n = " + "{a=" * 9, "line 1: brackets lie more than 8 deep within each other"),
        ("n = [" + "[]," * 10_000 + "]", "line 1: there are more than 10,000 tables, lists and parts of keys"),
        ("n = [" + "1," * 20_000 + "]", "line 1: there are more than 20,000 keys and values"),
        ("".join(f"k{n} = 0\n" for n in range(20_001)), "line 20001: there are more than 20,000 keys and values"),
        ('n = "' + "x" * 40_000 + '"', "line 1: a text has more than 40,000 characters"),
        ('n = "x\ny"', "line 1: a text is not closed"),
        ("n = '''x", "line 1: a text is not closed"),
        ("n = §", "line 1: there is a character that TOML does not allow"),
    ],
)
def test_a_manifest_that_would_cost_the_parser_too_much_never_reaches_it(
    text: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert problem_of(text) == problem
    monkeypatch.setattr(tomllib, "loads", lambda _: pytest.fail("the parser was given it"))
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    assert caught.value.problems == (f"head.toml: is not readable TOML: {problem}",)


@pytest.mark.parametrize(
    "text",
    [
        'a.b.c.d.e.f.g.h = "x.x.x.x.x.x.x.x.x.x.x"',
        "a = 'x.x.x.x.x.x.x.x.x.x.x.x' # .x.x.x.x.x.x.x.x.x.x",
        'a = """\nx.x.x.x.x.x.x.x.x.x "" [[[[[[[[[[[[ \\""" \' #"""""\nb = 1',
        "a = '''\n [[[[[[[[[[[[ \\'' \" '''''\nb = 1.5e-3 # [[[[[[[[[[",
        "a = [1, 2.5, -3e4, inf, true, 1979-05-27T07:32:00.999-07:00, { b = '' }]\n[c.'d.e']\n[[f]]\ng.h = ''",
        "\n\r\n\t a = 1\r\n",
    ],
)
def test_what_stands_in_texts_and_comments_counts_for_nothing(text: str) -> None:
    assert problem_of(text) == ""
    tomllib.loads(text)


def test_the_shipped_manifest_and_those_of_the_plugins_are_within_all_limits() -> None:
    root = resources_dir().parent
    manifests = [*root.glob("resources/heads/*/head.toml"), *root.glob("plugins/*/head.toml")]
    assert manifests
    assert [problem_of(path.read_text(encoding="utf-8")) for path in manifests] == [""] * len(manifests)


def test_five_hundred_findings_with_all_their_evidence_are_within_all_limits(tmp_path: Path) -> None:
    text = build.write_head(tmp_path / "head").folder.joinpath("head.toml").read_text()
    start = text.index("[[finding]]")
    one = text[start : text.index("[[finding]]", start + 1)]
    assert problem_of(text + one * 500) == ""


# Arrays.


def npy(header: str, data: bytes = b"", *, version: bytes = b"\x01\x00") -> bytes:
    text = header.encode("latin-1")
    return b"\x93NUMPY" + version + len(text).to_bytes(2 if version == b"\x01\x00" else 4, "little") + text + data


def saved(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype="<f4").reshape(1, 2, 3), np.arange(6, dtype=">f8").reshape(2, 3), np.float64(2.5),
        np.asfortranarray(np.arange(6, dtype="<i2").reshape(2, 3)), np.array([1, 2], "u1"),
    ],
)  # fmt: skip
def test_an_array_that_numpy_saved_is_read_as_numpy_reads_it(array: np.ndarray) -> None:
    data = saved(array)
    read = parse_npy(data)
    expected = np.load(io.BytesIO(data))
    assert read.shape == expected.shape and read.dtype == expected.dtype.newbyteorder("=")
    assert (read == expected).all() and not read.flags.writeable


GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "not a .npy file"),
        (b"\x93NUMPY\x03\x00" + bytes(20), "not a .npy file"),
        (npy(GOOD, bytes(8))[:30], "too long or cut short"),
        (npy("(" * 5000, bytes(8)), "too long or cut short"),
        (npy(GOOD.replace("\n", " " * 4096), bytes(8)), "too long or cut short"),
        (npy(GOOD, bytes(8), version=b"\x02\x00")[:-1], "size does not fit"),
        (npy(GOOD, bytes(9)), "size does not fit"),
        (npy(GOOD.replace("(1, 2)", "(99999999,)"), bytes(8)), "size does not fit"),
        (npy(GOOD.replace("(1, 2)", "(17179869184,)"), bytes(8)), "not that of an array of plain numbers"),
        (npy(GOOD.replace("(1, 2)", "(" * 1000 + "1" + ")" * 1000), bytes(8)), "not that of an array of plain numbers"),
        (npy(GOOD.replace("(1, 2)", "(-1, 2)"), bytes(8)), "not that of an array of plain numbers"),
        (npy(GOOD.replace("(1, 2)", "(0, 2)")), "none of them empty"),
        (npy(GOOD.replace("(1, 2)", "(" + "1, " * 9 + ")"), bytes(4)), "at most 4 dimensions"),
        (npy("{1: 2, 'descr': '<f4', 'shape': (1, 2), 'fortran_order': False}", bytes(8)), "plain numbers"),
        (npy("{[]: 1}"), "plain numbers"),
        (npy(GOOD.replace("<f4", "|O"), bytes(8)), "plain numbers"),
        (npy(GOOD.replace("<f4", "<f1"), bytes(8)), "plain numbers"),
        (npy(GOOD.replace("'<f4'", "[('a', '<f4')]"), bytes(8)), "plain numbers"),
        (npy(GOOD + "__import__('os')", bytes(8)), "plain numbers"),
    ],
)
def test_an_array_that_is_not_what_it_says_is_a_sentence(data: bytes, problem: str) -> None:
    with pytest.raises(ArrayFileError, match=problem):
        parse_npy(data)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def corrupt_deflate() -> bytes:
    data = bytearray(zipped({"a.npy": saved(np.arange(1000.0))}))
    data[60:80] = b"\xff" * 20
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (corrupt_deflate(), "not a readable .npz file"),
        (zipped({"a.npy": bytes(20_000)}), "unpacks to more than 0 MiB"),
        (zipped({"a.npy": saved(np.array(1.0))}, zipfile.ZIP_LZMA), "compressed in a way"),
        (zipped({"a.npy": saved(np.array(1.0))}, zipfile.ZIP_BZIP2), "compressed in a way"),
        (zipped({f"{n}.npy": saved(np.array(1.0)) for n in range(33)}), "more than 32 files"),
        (zipped({"a.npy": saved(np.array(1.0))}) + b"x", "something behind its end"),
        (zipped({"a.npy": npy("{[]: 1}")}), "plain numbers"),
    ],
)
def test_a_bundle_of_arrays_that_is_not_what_it_says_is_a_sentence(data: bytes, problem: str) -> None:
    with pytest.raises(ArrayFileError, match=problem):
        parse_npz(data, 10_000)


def test_a_bundle_that_numpy_saved_is_read() -> None:
    out = io.BytesIO()
    np.savez_compressed(out, a=np.arange(3.0), b=np.asarray(1))
    read = parse_npz(out.getvalue(), 10_000)
    assert sorted(read) == ["a", "b"] and read["b"] == 1 and list(read["a"]) == [0, 1, 2]


# One bad folder is one row.


@pytest.mark.parametrize(
    "error", [ValueError(), RecursionError(), MemoryError(), UnicodeError(), OSError(), ZeroDivisionError()]
)
def test_whatever_one_folder_raises_is_one_row_and_the_others_are_found(
    tmp_path: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.write_head(tmp_path / "heads" / "a")
    (tmp_path / "heads" / "b").mkdir()
    (tmp_path / "heads" / "b" / "head.toml").write_text("bad")
    look = discovery.discover_one

    def broken(folder: Path, *_: object) -> DiscoveredHead:
        if folder.name == "b":
            raise error
        return look(folder)

    monkeypatch.setattr(discovery, "discover_one", broken)
    good, bad = discover([tmp_path / "heads"])
    assert good.manifest is not None and not good.problems
    assert bad.problems == (FAILED,)


@pytest.mark.parametrize("text", [b"n = " + b"9" * 5000, b"\xff", b"a" + b".a" * 50_000 + b"=1", b"d = 2020-99-99"])
def test_a_manifest_of_any_kind_of_nonsense_is_one_row(tmp_path: Path, text: bytes) -> None:
    build.write_head(tmp_path / "heads" / "a")
    (tmp_path / "heads" / "b").mkdir()
    (tmp_path / "heads" / "b" / "head.toml").write_bytes(text)
    good, bad = HeadStore(tmp_path / "heads", None).discover()
    assert not good.problems and bad.manifest is None
    assert bad.problems[0].startswith("head.toml: is not")


def test_a_package_with_damaged_metadata_hides_no_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build.write_head(tmp_path / "heads" / "a")

    def broken(**_: object) -> object:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "damaged")

    monkeypatch.setattr("importlib.metadata.entry_points", broken)
    assert len(discover([tmp_path / "heads"])) == 1


# The lists beside the heads.


def test_a_damaged_entry_of_a_list_costs_nobody_the_others(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_text(json.dumps({"schema": 1, "entries": {"a": "one", "b": 7}}))
    records = RecordStore(file, "things")
    assert records.read() == {"a": "one"} and records.get("a") == "one" and records.get("c") == ""
    with pytest.raises(HeadError, match="damaged"):
        records.get("b")  # never taken for "there is none"
    records.put("c", "two")
    with pytest.raises(HeadError, match="damaged"):
        records.get("b")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 100_000, b'{"schema": ' + b"1" * 5000 + b"}", b"\xff", b"null", bytes(2**22 + 1)]
)
def test_a_list_that_cannot_be_read_is_a_sentence_whatever_it_holds(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "list.json").write_bytes(data)
    with pytest.raises(HeadError, match="damaged"):
        RecordStore(tmp_path / "list.json", "things").read()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_a_list_hangs_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "list.json")
    with pytest.raises(HeadError, match="damaged"):
        RecordStore(tmp_path / "list.json", "things").read()


# The process that reads.


@pytest.fixture
def store(tmp_path: Path) -> Iterator[HeadStore]:
    made = HeadStore(tmp_path / "home" / "heads", None, isolated=True)
    yield made
    made.close()


def never(*_: object, **__: object) -> None:
    pytest.fail("no process is needed for what is known")


def with_ood_detector(folder: Path) -> Path:
    eligibility = EligibilitySpec(modality=("DX",), view=(), density="density.npz")
    return build.write_head(
        folder, files={"density.npz": build.ood_detector().to_bytes()}, eligibility=eligibility
    ).folder


def copied(store: HeadStore, folder: Path) -> Path:
    """Return a head that somebody copied into the heads folder: nobody has read it before."""
    with_ood_detector(folder)
    shutil.copytree(folder, store.folder / "copied")
    return store.folder / "copied"


def test_a_head_nobody_installed_is_read_in_a_process_and_what_is_known_is_not(
    store: HeadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(store, tmp_path / "made")
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "decode_manifest", never)
        [head] = store.discover()
    assert head.manifest is not None and not head.problems
    monkeypatch.setattr(parsing, "WorkerPool", never)
    assert store.discover() == (head,)


def test_an_installed_head_is_never_read_in_a_process_again(
    store: HeadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = store.install(with_ood_detector(tmp_path / "made"))
    monkeypatch.setattr(parsing, "WorkerPool", never)
    later = HeadStore(store.folder, None, isolated=True)  # the next run of the program
    [head] = later.discover()
    assert head.manifest == installed.manifest
    data = read_verified(head.folder, installed.manifest)
    assert later.parser.array(data.files["test_input.npy"], 10_000).shape == (1, 1, 32, 32)
    assert later.parser.ood_detector(data.files["density.npz"]).channels == 1


def test_shipped_heads_wait_for_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "WorkerPool", never)
    shipped = HeadStore(tmp_path / "none", resources_dir() / "heads", isolated=True).discover()
    assert shipped and not shipped[0].problems


def test_both_parsers_read_the_same(store: HeadStore, tmp_path: Path) -> None:
    folder = copied(store, tmp_path / "made")
    text = (folder / "head.toml").read_bytes()
    manifest = store.parser.manifest(folder, text)
    assert manifest == parsing.DIRECT.manifest(folder, text)
    data = read_verified(folder, manifest)
    for name in ("test_input.npy", "test_logits.npy"):
        there, here = (p.array(data.files[name], 10_000) for p in (store.parser, parsing.DIRECT))
        assert there.dtype == here.dtype and (there == here).all()
    there_detector, here_detector = (p.ood_detector(data.files["density.npz"]) for p in (store.parser, parsing.DIRECT))
    assert (there_detector.basis == here_detector.basis).all() and there_detector.fringe == here_detector.fringe


def test_a_reader_that_dies_is_one_row_and_the_next_file_is_read(
    store: HeadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(store, tmp_path / "made")
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "SERVICE", "tests.builders.dying_service")
        [dead] = store.discover()
    assert dead.problems == (f"head.toml: {parsing.STOPPED}",)
    [alive] = store.discover()
    assert not alive.problems


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (WorkerStartError("x"), parsing.NO_START), (WorkerTimeError("x", working=False), parsing.HANGS),
        (WorkerTimeError("x", working=True), parsing.STOPPED), (WorkerMemoryError("x"), parsing.STOPPED),
        (WorkerFaultError("x"), parsing.FAULT),
    ],
)  # fmt: skip
def test_why_nothing_was_read_is_said_truly(
    store: HeadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    copied(store, tmp_path / "made")

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(WorkerPool, "run", fails)
    [head] = store.discover()
    assert head.problems == (f"head.toml: {words}",)


def test_a_file_changed_while_it_is_read_is_not_taken_for_the_one_that_was_hashed(
    store: HeadStore, tmp_path: Path
) -> None:
    folder = copied(store, tmp_path / "made")
    text = (folder / "head.toml").read_bytes()
    (folder / "head.toml").write_bytes(text + b"# changed")
    with pytest.raises(ManifestError, match="was changed while it was read"):
        store.parser.manifest(folder, text)


def test_sentences_of_the_reader_arrive_as_they_are(store: HeadStore, tmp_path: Path) -> None:
    source = build.write_head(tmp_path / "made", files={"test_logits.npy": npy("{[]: 1}")}).folder
    with pytest.raises(PackRejectedError) as caught:
        store.install(source)
    assert caught.value.check == "test_vector"
    assert caught.value.problems[0].startswith("test_logits.npy is not a usable .npy file: its header")
    text = (source / "head.toml").read_text()
    (source / "head.toml").write_text("a" + ".a" * 100 + " = 1\n" + text)
    with pytest.raises(PackRejectedError, match="a key has more than 8 parts") as caught:
        store.install(source)
    assert caught.value.check == "manifest"
    assert not store.discover()


def test_after_closing_nothing_is_read_any_more(store: HeadStore, tmp_path: Path) -> None:
    copied(store, tmp_path / "made")
    store.close()
    with pytest.raises(JobCancelled):
        store.discover()
