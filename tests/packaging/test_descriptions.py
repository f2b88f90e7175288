"""What can be known about the packages without building them."""

from __future__ import annotations

import configparser
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import cxrviewer
from tests.packaging.conftest import ROOT

components = pytest.importorskip("components")
contents = pytest.importorskip("contents")

PACKAGING = ROOT / "packaging"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_the_scripts_folder_is_no_package() -> None:
    # With an __init__.py it would be imported instead of the library `packaging`, by pytest among others.
    assert not (PACKAGING / "__init__.py").exists()
    assert importlib.metadata.version("packaging")


# The version stands in one place.


def test_the_version_stands_in_one_place_only() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    places = []
    for name in tracked:
        if not name.startswith(("packaging/", "cxrviewer/", ".github/")) or name.endswith(
            (".lock", ".png", ".ico", ".icns")
        ):
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        if re.search(rf"(?<![\d.]){re.escape(cxrviewer.__version__)}(?![\d.])", text):
            places.append(name)
    assert places == ["cxrviewer/__init__.py"]


def test_the_change_log_speaks_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?({re.escape(cxrviewer.__version__)}|Unreleased)\b", text, re.MULTILINE | re.IGNORECASE)


# What goes in.


def test_every_codec_the_program_calls_is_bundled() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "cxrviewer").rglob("*.py"))
    called = set(re.findall(r"imagecodecs\.(\w+?)_(?:de|en)code", source))
    homes = {"jpeg8": "_jpeg8", "jpegls": "_jpegls", "jpeg2k": "_jpeg2k", "htj2k": "_htj2k", "jpegxl": "_jpegxl"}
    homes |= {"packbits": "_imcd", "png": "_png"}
    assert called
    assert {homes[name] for name in called} <= set(contents.CODECS)


def test_every_module_that_is_named_in_text_is_bundled() -> None:
    """PyInstaller follows imports; what a worker process is told by name it cannot see."""
    package = ROOT / "cxrviewer"
    text = "\n".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    names = {name.rpartition(".")[0] for name in re.findall(r'"(cxrviewer(?:\.[a-z_]+){3})"', text)}
    modules = {name for name in names if (ROOT / f"{name.replace('.', '/')}.py").is_file()}
    assert "cxrviewer.decoder.service" in modules
    assert modules <= set(contents.HIDDEN_IMPORTS)


def test_what_stays_out_is_never_imported_by_the_program() -> None:
    imported = set()
    for file in (ROOT / "cxrviewer").rglob("*.py"):
        imported |= set(re.findall(r"^\s*(?:from|import) ([\w.]+)", file.read_text(encoding="utf-8"), re.MULTILINE))
    assert imported & set(contents.EXCLUDED_MODULES) == set()


def test_every_runtime_hook_gives_its_reason_and_is_used() -> None:
    spec = (PACKAGING / "cxrviewer.spec").read_text(encoding="utf-8")
    hooks = sorted((PACKAGING / "runtime_hooks").glob("*.py"))
    for hook in hooks:
        assert f'"{hook.name}"' in spec
        assert re.search(r"Reason: |Gives programs", hook.read_text(encoding="utf-8"))
    assert hooks


def test_the_program_is_a_folder_without_upx() -> None:
    spec = (PACKAGING / "cxrviewer.spec").read_text(encoding="utf-8")
    assert "COLLECT(" in spec and "exclude_binaries=True" in spec
    assert "upx=True" not in spec and spec.count("upx=False") == 2


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("libc.so.6", True),
        ("ld-linux-x86-64.so.2", True),
        ("libstdc++.so.6", True),
        ("libxcb.so.1", True),
        ("libxcb-cursor.so.0", False),
        ("libz.so.1", True),
        ("libz-1a2b3c4d.so.1.3", False),  # inside a wheel
        ("libpython3.11.so.1.0", False),
        ("libQt6Core.so.6", False),
        ("libGLdispatch.so.0", True),
    ],
)
def test_which_libraries_are_the_systems(name: str, host: bool) -> None:
    assert contents.is_host_library(name) is host


@pytest.mark.parametrize(
    ("path", "stays_out"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", False),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", True),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", False),
        ("PySide6/Qt/lib/libQt6Network.so.6", True),
        ("PySide6/Qt/lib/libQt6Gui.so.6", False),
        ("PySide6/Qt/translations/qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", False),
        ("resources/translations/cxrviewer_zh_CN.ts", True),
        ("resources/translations/cxrviewer_zh_CN.json", False),
        ("onnxruntime/capi/libonnxruntime.so.1.31.1", True),
        ("onnxruntime/capi/onnxruntime_pybind11_state.cpython-311-x86_64-linux-gnu.so", False),
        ("pyqtgraph/colors/maps/viridis.csv", False),
        ("pyqtgraph/colors/maps/cividis.csv", False),
        ("pyqtgraph/colors/maps/CET-C1.csv", True),
        ("resources/heads/one/model.onnx", False),
    ],
)
def test_which_files_stay_out(path: str, stays_out: bool) -> None:
    assert (contents.dropped(path) is not None) is stays_out


def test_a_module_at_the_top_of_the_bundle_is_no_library_that_nothing_needs() -> None:
    if not sys.platform.startswith("linux") or shutil.which("readelf") is None:
        pytest.skip("ELF files and readelf")
    glibc = pytest.importorskip("glibc")
    import mmap

    any_module = mmap.__file__  # needs libc, as all do
    kept = [("_cffi_backend.so", any_module, "EXTENSION"), ("libc.so.6", any_module, "BINARY")]
    assert glibc.without_orphans([*kept, ("libgtk-3.so.0", any_module, "BINARY")]) == kept


# Licences.


@pytest.mark.parametrize(
    ("spdx", "forbidden"),
    [
        ("MIT", False),
        ("LGPL-3.0-only", False),
        ("GPL-3.0-only", True),
        ("BSD-3-Clause AND GPL-2.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
        ("GPL-2.0-or-later WITH Bootloader-exception", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True),  # nobody has looked at that one
    ],
)
def test_a_gpl_library_is_recognised(spdx: str, forbidden: bool) -> None:
    assert components.is_forbidden(spdx) is forbidden


def test_a_choice_of_licences_must_have_been_made() -> None:
    with pytest.raises(ValueError, match="choose"):
        components.is_forbidden("MIT OR GPL-3.0-only")
    rulings = [*components.LICENCES.values(), *components.SYSTEM_PACKAGES.values()]
    rulings += [ruling for _, _, ruling in components.LIBRARY_RULINGS]
    assert not any(components.is_forbidden(ruling.spdx) for ruling in rulings)


def test_the_locked_versions_are_those_the_project_requests_for() -> None:
    from packaging.requirements import Requirement

    lock = (PACKAGING / "requirements.lock").read_text(encoding="utf-8")
    locked = re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in project["dependencies"]:
        wanted = Requirement(line)
        versions = [version for name, version in locked if name == wanted.name.lower()]
        assert versions, f"{wanted.name} is not locked: make lock"
        assert all(version in wanted.specifier for version in versions)
    assert "--index-url" not in lock and "://" not in lock
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[\w])", lock)[1:])


# Linux.


def test_the_menu_entry_is_valid() -> None:
    file = PACKAGING / "linux/org.cxrviewer.viewer.desktop"
    entry = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(file, encoding="utf-8")
    section = entry["Desktop Entry"]
    assert section["Type"] == "Application"
    assert {"Name", "Exec", "Icon", "Comment", "MimeType"} <= set(section)
    assert section["Exec"].endswith("%F")  # several files at once
    assert section["MimeType"].startswith("application/dicom;")
    for key in ("Categories", "Keywords", "MimeType"):
        assert section[key].endswith(";")  # Desktop Entry 1.5, section 4: lists end in a semicolon
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", str(file)], check=True)


def test_the_file_types_are_those_of_the_menu_entry() -> None:
    tree = ET.parse(PACKAGING / "linux/cxrviewer-mime.xml")
    namespace = "{http://www.freedesktop.org/standards/shared-mime-info}"
    types = {node.get("type"): [g.get("pattern") for g in node.iter(f"{namespace}glob")] for node in tree.getroot()}
    entry = (PACKAGING / "linux/org.cxrviewer.viewer.desktop").read_text(encoding="utf-8")
    assert set(types) == set(re.search(r"MimeType=(.*);", entry).group(1).split(";"))
    assert types["application/vnd.cxrviewer.head+zip"] == ["*.cxrhead"]
    assert "*.dcm" in types["application/dicom"]


@pytest.mark.parametrize("name", ["preinst", "postinst", "postrm", "desktop-entry.sh"])
def test_shell_scripts_are_plain_sh_and_may_be_run(name: str) -> None:
    file = PACKAGING / "linux" / name
    assert file.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    if sys.platform.startswith("linux"):
        assert file.stat().st_mode & 0o111
        subprocess.run(["sh", "-n", str(file)], check=True)


# Windows and macOS.


def test_the_windows_installer_requests_for_no_admin_rights_and_keeps_user_data() -> None:
    script = (PACKAGING / "windows/cxrviewer.iss").read_text(encoding="utf-8")
    assert re.search(r"^PrivilegesRequired=lowest$", script, re.MULTILINE)
    assert re.search(r'Name: "dicom";.*Flags: unchecked', script)
    question = script[script.index("CurUninstallStepChanged") :]
    assert "UninstallSilent" in question and "MB_DEFBUTTON2" in question
    # Whatever is read from defines must be handed over by the script that runs it.
    caller = (PACKAGING / "windows_packages.py").read_text(encoding="utf-8")
    for name in set(re.findall(r"\{#(\w+)\}", script)) - {"SignTool"}:
        assert f'"{name}":' in caller


def test_the_hardened_runtime_gets_no_more_than_it_needs() -> None:
    import plistlib

    rights: dict[str, Any] = plistlib.loads((PACKAGING / "macos/entitlements.plist").read_bytes())
    assert set(rights) == {
        "com.apple.security.cs.allow-unsigned-executable-memory",
        "com.apple.security.cs.disable-library-validation",
    }


# Icons.


def test_every_system_has_its_icon_in_every_size() -> None:
    folder = ROOT / "resources/icons"
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        with Image.open(folder / f"cxrviewer-{size}.png") as image:
            assert image.size == (size, size)
    with Image.open(folder / "cxrviewer.ico") as ico:
        assert {16, 24, 32, 48, 256} <= {width for width, _ in ico.info["sizes"]}
    with Image.open(folder / "cxrviewer.icns") as icns:
        assert (512, 512, 1) in icns.info["sizes"]


def test_the_icons_are_what_the_drawings_give() -> None:
    icons = pytest.importorskip("icons")
    assert icons.differences() == []


# Workflows.


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_workflows_pin_actions_name_no_secret_and_drop_rights(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)(?: # (\S+))?", text)
    assert used
    for action, version in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r"v\d+\.\d+\.\d+", version), f"{action}: say which version the hash is"
    assert re.search(r"^permissions:\n  contents: read$", text, re.MULTILINE)
    # A value from outside goes through the environment, never into the text of a shell command.
    commands = re.findall(r"run: (?:\|\n((?:          .*\n|\n)+)|(.*)\n)", text)
    assert not any("${{" in block or "${{" in line for block, line in commands)
    assert not re.search(r"(password|token|secret): *['\"]?[A-Za-z0-9+/]{16,}", text, re.IGNORECASE)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_workflows_are_yaml_in_which_every_needed_job_exists(file: Path) -> None:
    yaml = pytest.importorskip("yaml")
    jobs = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
    for job in jobs.values():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(jobs)
        assert job["timeout-minutes"] <= 60


def test_workflows_pass_actionlint() -> None:
    if shutil.which("actionlint") is None:
        pytest.skip("actionlint is not installed; the check workflow runs it")
    subprocess.run(["actionlint", *map(str, WORKFLOWS)], check=True, cwd=ROOT)
