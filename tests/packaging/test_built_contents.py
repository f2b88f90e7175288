"""What is in the built bundle: size, licences, replaceable Qt, the systems it runs on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, Built

components = pytest.importorskip("components")
contents = pytest.importorskip("contents")
glibc = pytest.importorskip("glibc")


def _notices(built: Built) -> Path:
    return built.bundle / "_internal/resources/notices"


def test_the_bundle_is_small_and_every_big_part_has_a_reason(built: Built, capsys: pytest.CaptureFixture[str]) -> None:
    files = [path for path in built.bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    table = (built.out / "parts.txt").read_text(encoding="utf-8")  # by the build, which knows whose each file is
    with capsys.disabled():
        print(f"\n{table}")  # noqa: T201 - the table asked for
    assert size <= contents.MAX_UNPACKED_BYTES
    assert len(table.splitlines()) == 12


def test_nothing_that_must_stay_out_is_inside_and_no_link_is_broken(built: Built) -> None:
    paths = [path for path in built.bundle.rglob("*")]
    names = [path.relative_to(built.bundle).as_posix() for path in paths]
    assert [name for name in names if contents.FORBIDDEN_IN_BUNDLE.search(name)] == []
    assert [path for path in paths if path.is_symlink() and not path.exists()] == []


def test_no_gpl_library_is_inside(built: Built) -> None:
    rows = json.loads((_notices(built) / "licences.json").read_text(encoding="utf-8"))
    assert [row for row in rows if components.is_forbidden(row["licence"])] == []
    named = {row["name"] for row in rows}
    # Looked for by file, not by our own list: libraries whose names say what they are.
    libraries = {path.name for path in built.bundle.rglob("*.so*")}
    for name in ("readline", "gdcm", "imagequant", "x264", "x265", "fftw", "gsl"):
        assert not any(re.match(rf"lib{name}", library) for library in libraries)
    assert {"Qt", "ICU", "CPython", "onnxruntime", "OpenBLAS", "numpy"} <= named


def test_pillow_was_built_without_its_gpl_option(built: Built) -> None:
    # libimagequant is linked into the module itself, so no file name would show it.
    (module,) = (built.bundle / "_internal/PIL").glob("_imaging.*")
    assert b"liq_attr_create" not in module.read_bytes()


def test_the_licence_texts_are_those_of_everything_inside(built: Built) -> None:
    text = (_notices(built) / "THIRD_PARTY.txt").read_text(encoding="utf-8")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text and "GNU GENERAL PUBLIC LICENSE" in text
    rows = json.loads((_notices(built) / "licences.json").read_text(encoding="utf-8"))
    missing = []
    for row in rows:
        own = f"\n{row['name']} {row['version']}: "
        # A library inside a wheel is covered by the text of the wheel; Qt's text stands for its Python side.
        covered = row["version"].startswith("inside ") or row["name"] in ("pyside6_essentials", "shiboken6")
        if own not in text and not covered:
            missing.append(row["name"])
    assert missing == []


def test_the_bill_of_materials_lists_the_same_and_the_models_by_their_bytes(built: Built) -> None:
    import hashlib

    document = json.loads((_notices(built) / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    rows = json.loads((_notices(built) / "licences.json").read_text(encoding="utf-8"))
    listed = {(entry["name"], entry["version"]) for entry in document["components"]}
    assert {(row["name"], row["version"]) for row in rows} <= listed
    models = [entry for entry in document["components"] if entry["type"] == "machine-learning-model"]
    digests = {entry["hashes"][0]["content"] for entry in models}
    files = (built.bundle / "_internal/resources/heads").glob("*/*.onnx")
    assert digests == {hashlib.sha256(file.read_bytes()).hexdigest() for file in files} != set()


def test_qt_can_be_replaced(built: Built) -> None:
    folder = built.bundle / "_internal/PySide6/Qt/lib"
    for name in ("Core", "Gui", "Widgets"):
        assert (folder / f"libQt6{name}.so.6").is_file()


def test_the_systems_it_runs_on_are_those_the_guide_names(built: Built) -> None:
    floors = glibc.floors(built.bundle)
    guide = (ROOT / "docs/packaging.md").read_text(encoding="utf-8")
    stated = tuple(map(int, re.search(r"GLIBC (\d+)\.(\d+)", guide).groups()))
    assert floors["GLIBC"][0] <= stated
    assert floors["GLIBCXX"][0] <= (3, 4, 29)  # GCC 11, by libstdc++'s ABI table


def test_no_file_names_a_folder_of_the_build_machine(built: Built) -> None:
    here = str(ROOT).encode()
    for path in (built.bundle / "cxrviewer", *_notices(built).iterdir()):
        assert here not in path.read_bytes(), path.name
