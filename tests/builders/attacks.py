"""Packs built to attack: what the tests reject one by one, and the benchmark all in one window."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto

from cxrviewer.heads.contract import EligibilitySpec
from cxrviewer.heads.registry.pack import write_pack
from tests.builders import heads as build

node, constant = build.node, build.constant


def good_files(folder: Path) -> dict[str, bytes]:
    build.write_head(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def zipped(
    folder: Path,
    extra: dict[str, bytes] | None = None,
    *,
    change: Callable[[zipfile.ZipInfo], None] = lambda entry: None,
    name: str = "",
) -> Path:
    """Return a good pack with `extra` entries; `change` is applied to the entry `name`."""
    target = folder.parent / f"{folder.name}.cxrhead"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry_name, data in (good_files(folder) | (extra or {})).items():
            entry = zipfile.ZipInfo(entry_name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            if entry_name == name:
                change(entry)
            archive.writestr(entry, data)
    return target


def packed(folder: Path, **changes: object) -> Path:
    """Return the pack of a head whose hashes are all right, whatever it holds."""
    build.write_head(folder, **changes)  # type: ignore[arg-type]
    target = folder.parent / f"{folder.name}.cxrhead"
    write_pack(folder, target)
    return target


def external(location: str) -> bytes:
    tensor = TensorProto(name="one", data_type=TensorProto.FLOAT, dims=[1, 1], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value=location)
    return build.model_bytes(build.good_nodes(), [tensor, build.good_constants()[1]], build.GOOD_OUTPUTS)


def opset(version: int) -> bytes:
    model = onnx.load_from_string(build.good_model())
    model.opset_import[0].version = version
    return bytes(model.SerializeToString())


def custom_operator() -> bytes:
    nodes = [*build.good_nodes(), node("Evil", ["logits"], ["x"], domain="com.evil")]
    return build.model_bytes(nodes, build.good_constants(), build.GOOD_OUTPUTS, domains={"com.evil": 1})


def infinite() -> bytes:
    nodes = build.good_nodes()
    nodes[5] = node("Concat", ["mean", "rest"], ["finite"], axis=1)
    nodes.append(node("Div", ["finite", "zero"], ["logits"]))
    return build.model_bytes(nodes, [*build.good_constants(), constant("zero", [[0.0]])], build.GOOD_OUTPUTS)


MODELS: dict[str, tuple[bytes, bool, str, str]] = {
    "opset too new": (opset(9999), False, "Opset 9999 is under development", "structure"),
    "custom domain": (custom_operator(), False, r"domain 'com\.evil' are not allowed", "structure"),
    "no onnx file": (b"\x08\x09" * 500, False, "The model file", "structure"),
    "wrong input shape": (
        build.model_bytes(
            [node("AveragePool", ["image"], ["p"], kernel_shape=[16, 16]), node("Flatten", ["p"], ["logits"])],
            [], {"logits": (1, 1)}, side=16,
        ), True, r"image must have the shape \(1, 1, 32, 32\)", "tensors",
    ),
    "wrong logits shape": (
        build.model_bytes([node("Identity", ["image"], ["logits"])], [], {"logits": (1, 1, 32, 32)}),
        True, r"logits must have the shape \(1, any\)", "tensors",
    ),
    "too few outputs": (
        build.model_bytes(
            [node("GlobalAveragePool", ["image"], ["p"]), node("Flatten", ["p"], ["logits"])], [], {"logits": (1, 1)}
        ), True, "has 1 outputs", "output_width",
    ),
    "nan": (build.nan_model(), True, "no numbers", "tensors"),
    "inf": (infinite(), False, "no numbers", "tensors"),
    "maps of 1000 x 1000": (build.large_maps_model(1000), False, "maps of at most 128 x 128 cells", "tensors"),
    "maps of 1000 x 1000, not declared": (
        build.large_maps_model(1000, declared=False), False, "maps of at most 128 x 128 cells", "tensors",
    ),
    "maps of 30 GiB, not declared": (
        build.large_maps_model(65_536, declared=False), False, "more memory than it is allowed", "limits",
    ),
    "maps of 72 MB, not declared": (
        build.large_maps_model(3000, declared=False), False, "take more than 33 MiB together", "limits",
    ),
    "huge intermediate tensor": (build.hungry_model(), True, "more memory than it is allowed", "limits"),
    "endless loop": (build.endless_model(), True, r"did not answer within \S+ seconds", "limits"),
}  # fmt: skip


def raw(folder: Path, text: str) -> Path:
    files = good_files(folder) | {"head.toml": text.encode()}
    target = folder.parent / f"{folder.name}.cxrhead"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def named(folder: Path, name: str) -> Path:
    """Return a good pack with one entry more, of a name zipfile itself would not write."""
    target = folder.parent / f"{folder.name}.cxrhead"
    raw_name = name.encode()
    stand_in = "z" * len(raw_name)
    with zipfile.ZipFile(target, "w") as archive:
        for entry, data in (good_files(folder) | {stand_in: b"evil"}).items():
            info = zipfile.ZipInfo(entry)
            info.flag_bits |= 0x800  # names are UTF-8
            archive.writestr(info, data)
    data = target.read_bytes()
    assert data.count(stand_in.encode()) == 2  # once beside the data, once in the directory
    target.write_bytes(data.replace(stand_in.encode(), raw_name))
    return target


def linked(folder: Path) -> Path:
    """Return a zip with a link in it."""

    def link(entry: zipfile.ZipInfo) -> None:
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16

    return zipped(folder, {"link": b"/etc/passwd"}, change=link, name="link")


def linked_folder(folder: Path) -> Path:
    """Return a folder whose model is a link to another place."""
    build.write_head(folder)
    os.replace(folder / "model.onnx", folder.parent / "elsewhere.onnx")
    (folder / "model.onnx").symlink_to(folder.parent / "elsewhere.onnx")
    return folder


def bomb(folder: Path) -> Path:
    """Return a zip of a few MB that says it unpacks to 600 MiB."""
    target = folder.parent / f"{folder.name}.cxrhead"
    zeros = bytes(2**20)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in good_files(folder).items():
            archive.writestr(name, data)
        for number in range(3):
            with archive.open(f"bomb{number}.npy", "w") as file:
                for _ in range(200):
                    file.write(zeros)
    return target


def lying_bomb(folder: Path) -> Path:
    """Return a zip whose model is 50 MiB though the zip says it is small."""
    files = good_files(folder)
    target = folder.parent / f"{folder.name}.cxrhead"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data if name != "model.onnx" else bytes(50 * 2**20))
    written = bytearray(target.read_bytes())
    said = struct.pack("<L", 50 * 2**20)
    for _ in range(2):
        place = written.index(said)
        written[place : place + 4] = struct.pack("<L", len(files["model.onnx"]))
    target.write_bytes(written)
    return target


def large_model(folder: Path) -> Path:
    """Return a zip of 250 kB whose model has the allowed size, 250 MiB, and is nothing but zeros: hashes right."""
    return packed(folder, model=bytes(250 * 2**20), plain=True)


def large_vector(folder: Path) -> Path:
    """Return the same with the test image in the place of the model."""
    return packed(folder, files={"test_input.npy": bytes(250 * 2**20)})


def ood_detector_bomb(folder: Path) -> Path:
    """Return a pack whose density is 250 kB and unpacks to 250 MiB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mean.npy", bytes(250 * 2**20))
    eligibility = EligibilitySpec(modality=("DX",), view=(), density="density.npz")
    return packed(folder, files={"density.npz": out.getvalue()}, eligibility=eligibility)


def swapped_file(folder: Path) -> Path:
    """Return a folder one of whose files is not the one the manifest describes."""
    build.write_head(folder)
    (folder / "model.onnx").write_bytes(build.endless_model())
    return folder


def changed_manifest(folder: Path, old: str, new: str) -> Path:
    """Return a pack whose manifest has `new` in the place of `old`."""
    good = build.write_head(folder.with_name(f"{folder.name}-good")).folder.joinpath("head.toml").read_text()
    assert old in good
    return raw(folder, good.replace(old, new, 1))


@dataclass(frozen=True, slots=True)
class Attack:
    """How a pack is built in an empty folder, and what part of the reason must say."""

    make: Callable[[Path], Path]
    reason: str


def _model(name: str) -> Attack:
    data, plain, reason, _ = MODELS[name]
    return Attack(lambda folder: packed(folder, model=data, plain=plain), reason)


def vector(header: str, data: bytes = bytes(8)) -> Attack:
    """Return a pack whose test logits begin with another header than `numpy.save` writes."""
    text = header.encode()
    file = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data
    return Attack(
        lambda folder: packed(folder, files={"test_logits.npy": file}), "test_logits.npy is not a usable .npy file"
    )


def ood_detector(change: Callable[[dict[str, bytes]], bytes]) -> Attack:
    """Return a pack whose density is what `change` makes of the arrays of a good one."""

    def make(folder: Path) -> Path:
        with zipfile.ZipFile(io.BytesIO(build.ood_detector().to_bytes())) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        eligibility = EligibilitySpec(modality=("DX",), view=(), density="density.npz")
        return packed(folder, files={"density.npz": change(members)}, eligibility=eligibility)

    return Attack(make, "The head's density file is not usable")


def bundle(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def corrupt(members: dict[str, bytes]) -> bytes:
    """Return a bundle whose first array is deflated, and then not."""
    data = bytearray(bundle(members))
    start = 30 + len(next(iter(members)))  # behind the local header and its name (APPNOTE 4.3.7)
    data[start : start + 20] = b"\xff" * 20
    return bytes(data)


def saved(value: object) -> bytes:
    out = io.BytesIO()
    np.save(out, np.asarray(value))
    return out.getvalue()


FIRST = "schema = 1\n"
GOOD_HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n"
ATTACKS: dict[str, Attack] = {
    "zip-slip": Attack(lambda folder: named(folder, "../evil.txt"), "not the plain name of a file"),
    "absolute path": Attack(lambda folder: named(folder, "/evil.txt"), "not the plain name of a file"),
    "link in a zip": Attack(linked, "is a link"),
    "link in a folder": Attack(linked_folder, "is a link"),
    "zip bomb": Attack(bomb, "unpacks to more than 512 MiB"),
    "zip bomb that lies": Attack(lying_bomb, "damaged|larger than it says"),
    "allowed size, all zeros": Attack(large_model, "The model file"),
    "allowed size, a test film": Attack(large_vector, "at most 8,192 are allowed"),
    "density that unpacks to 250 MiB": Attack(ood_detector_bomb, "unpacks to more than 16 MiB"),
    "external data inside": Attack(
        lambda folder: packed(folder, model=external("weights.bin"), files={"weights.bin": bytes(4)}), "external data"
    ),
    "external data outside": Attack(lambda folder: packed(folder, model=external("/etc/passwd")), "external data"),
    "wrong hash": Attack(swapped_file, "is not the file head.toml describes"),
    **{name: _model(name) for name in MODELS},
    "30 errors": Attack(
        lambda folder: changed_manifest(
            folder, FIRST, "".join(f"wrong_{n} = 1\n" for n in range(30)) + FIRST
        ), "wrong_29: is not a known key"
    ),
    "unknown key in a table": Attack(
        lambda folder: changed_manifest(folder, "[recipe]\n", "[recipe]\nsharpen = 1\n"), "recipe.sharpen: is not"
    ),
    "Cyrillic letter in the id": Attack(
        lambda folder: changed_manifest(folder, "org.example.tiny", "org.ex\u0430mple.tiny"), "id: must"
    ),
    "right-to-left title": Attack(
        lambda folder: changed_manifest(folder, "Two greys", "Safe \u202ednuof dab"), "control characters"
    ),
    "invisible letter in a file name": Attack(lambda folder: named(folder, "evil\u200b.txt"), "not the plain name"),
    "10,000 findings": Attack(
        lambda folder: changed_manifest(folder, "[test]", "[[finding]]\n" * 10_000 + "[test]"), "more than 10,000 t"
    ),
    "1,000 findings": Attack(
        lambda folder: changed_manifest(folder, "[test]", "[[finding]]\n" * 1000 + "[test]"), "at most 500 findings"
    ),
    "90,000 unknown keys": Attack(
        lambda folder: changed_manifest(folder, FIRST, "".join(f"k{n} = 0\n" for n in range(90_000)) + FIRST),
        "more than 20,000 keys and values",
    ),
    "15,000 unknown keys": Attack(
        lambda folder: changed_manifest(folder, FIRST, "".join(f"k{n} = 0\n" for n in range(15_000)) + FIRST),
        "is not a known key",
    ),
    "dotted key of 50,000 parts": Attack(
        lambda folder: changed_manifest(folder, FIRST, "a" + ".a" * 50_000 + " = 1\n" + FIRST), "more than 8 parts"
    ),
    "number of 5,000 digits": Attack(
        lambda folder: changed_manifest(folder, FIRST, f"schema = {'1' * 5000}\n"), "more than 128 characters"
    ),
    "100,000 brackets": Attack(
        lambda folder: changed_manifest(folder, FIRST, f"a = {'[' * 100_000}\n" + FIRST), "more than 8 deep"
    ),
    "10,000 nested tables": Attack(
        lambda folder: changed_manifest(folder, FIRST, FIRST + "".join(f"[t{n}.a.b.c.d]\n" for n in range(10_000))),
        "more than 10,000 tables",
    ),
    "text of a million characters": Attack(
        lambda folder: changed_manifest(folder, "Two greys", "x" * 1_000_000), "more than 40,000 characters"
    ),
    "reference of 1e-300": Attack(
        lambda folder: changed_manifest(folder, "reference = 4.0", "reference = 1e-300"), "reference: must lie in"
    ),
    "1,000 authors": Attack(
        lambda folder: changed_manifest(folder, "authors = [", "authors = [" + '"x", ' * 1000), "more than 64 texts"
    ),
    "array of 2**34": vector(GOOD_HEADER.replace("(1, 2)", "(17179869184,)")),
    "array of 900 million": vector(GOOD_HEADER.replace("(1, 2)", "(900000000,)")),
    "array header with a list for a key": vector("{[]: 1}"),
    "array header of 9,000 parentheses": vector("(" * 9000),
    "array header with keys of two kinds": vector("{1: 2, 'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)}"),
    "array header with a lambda": vector(GOOD_HEADER.replace("(1, 2)", "(lambda: 9**9**9)()")),
    "array of objects": vector(GOOD_HEADER.replace("<f4", "|O")),
    "density with damaged deflate": ood_detector(corrupt),
    "density of an infinite format": ood_detector(lambda members: bundle(members | {"format.npy": saved(np.inf)})),
    "density of a huge array": ood_detector(
        lambda members: bundle(members | {"mean.npy": b"\x93NUMPY\x01\x00" + b"\x3c\x00" + GOOD_HEADER.replace(
            "(1, 2)", "(99999999,)").encode()})
    ),
    "density packed with LZMA": ood_detector(lambda members: bundle(members, zipfile.ZIP_LZMA)),
    "density of 10,000 arrays": ood_detector(lambda members: bundle({f"{n}.npy": saved(1.0) for n in range(10_000)})),
    "density with a residual scale of 1e-200": ood_detector(
        lambda members: bundle(members | {"residual_scale.npy": saved(1e-200)})
    ),
    "test vector mismatch": Attack(lambda folder: packed(folder, logits=(0.5, 0.52)), "from the author's"),
    "signature of nobody": Attack(
        lambda folder: zipped(folder, {"head.toml.sig": b"cxrviewer-head-signature 1\nAA==\nAA==\n"}), "do not use"
    ),
    "10 MB of signature": Attack(lambda folder: zipped(folder, {"head.toml.sig": b"A" * 10**7}), "do not use"),
}  # fmt: skip
