"""Fixtures of every test: no leaked worker, window or timer; no screen; no home folder; shared images where present."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import itertools
import os
import sys
import threading
import types
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Set before anything can import onnxruntime: its wheels report usage by default.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


class _NoQt(importlib.abc.MetaPathFinder):
    """Makes Qt look uninstalled."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.split(".", maxsplit=1)[0] in {"PySide6", "shiboken6", "pyqtgraph"}:
            raise ModuleNotFoundError(f"{name} is switched off by CXR_NO_QT", name=name)
        return None


# `make test` runs the core's tests this way, so a Qt import that only happens at run time fails too.
if os.environ.get("CXR_NO_QT") == "1":
    sys.meta_path.insert(0, _NoQt())


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return new folders in one folder: `mktemp` lists all of its own for each new one, which adds up."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home_is_elsewhere(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the settings, heads and logs of whoever runs it."""
    home = next(homes)
    home.mkdir()
    monkeypatch.setenv("CXRVIEWER_HOME", str(home))


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test that leaks a worker, a child process or a window, not a later innocent one."""
    uses_qt = "qtbot" in request.fixturenames
    if uses_qt:
        # Asked for here so that pytest-qt closes its widgets before the check below looks.
        request.getfixturevalue("qtbot")
    yield
    for thread in threading.enumerate():
        if thread.name == "cxr-journal":  # ends by itself when all is written, which may be a moment after that
            thread.join(10)
    workers = [t.name for t in threading.enumerate() if t.name.startswith("cxr-")]
    assert not workers, f"threads still running: {workers}"
    if "multiprocessing" in sys.modules:
        children = [p.name for p in sys.modules["multiprocessing"].active_children() if p.name.startswith("cxr-")]
        assert not children, f"processes still running: {children}"
    if uses_qt:
        _assert_no_window()


def _assert_no_window() -> None:
    from PySide6.QtWidgets import QApplication

    windows = QApplication.topLevelWidgets()
    shown = [type(w).__name__ for w in windows if w.isVisible()]
    assert not shown, f"windows still shown: {shown}"
    # By name: not every test that has Qt has imported the window.
    left = [type(w).__name__ for w in windows if type(w).__name__ == "MainWindow"]
    assert not left, f"windows closed but never deleted: {left}"


def shared_data_dir() -> Path:
    """Return where the real images lie: ``CXR_DATA``, or ``../shared/data`` beside the project."""
    return Path(os.environ.get("CXR_DATA") or ROOT.parent / "shared" / "data")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real images, never part of the project; skips with the reason where it is absent."""
    folder = shared_data_dir()
    if not folder.is_dir():
        pytest.skip("no shared data: set CXR_DATA to the folder that holds cxr/ and dicom/")
    return folder
