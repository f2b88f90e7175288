"""The rules of docs/architecture.md that a test can hold."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
root = importlib.import_module({package!r})
for module in pkgutil.walk_packages(getattr(root, "__path__", []), root.__name__ + "."):
    importlib.import_module(module.name)
bad = {{name.split(".")[0] for name in sys.modules}} & {forbidden!r}
sys.exit(f"imported {{sorted(bad)}}" if bad else 0)
"""
QT = {"PySide6", "shiboken6", "pyqtgraph"}
TRAINING = {"torch", "torchvision", "timm", "pytorch_grad_cam", "sklearn", "scipy", "onnx", "onnxscript"}


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "package",
    [
        "cxrviewer.atomic",
        "cxrviewer.batch",
        "cxrviewer.errors",
        "cxrviewer.jobs",
        "cxrviewer.paths",
        "cxrviewer.settings",
        "cxrviewer.log",
        "cxrviewer.cli",
        "cxrviewer.demo",
        "cxrviewer.phantom",
        "cxrviewer.imaging",
        "cxrviewer.heads",
        "cxrviewer.studies",
        "cxrviewer.reading",
        "cxrviewer.workspace",
        "cxrviewer.commands",
        "cxrviewer.presenters",
    ],
)
def test_the_core_imports_without_a_screen_and_without_a_model_runtime(package: str) -> None:
    """Import linter reads the source; this catches what is imported at run time."""
    done = python(IMPORT_EVERYTHING.format(package=package, forbidden=QT | TRAINING | {"onnxruntime"}))
    assert done.returncode == 0, done.stderr


def test_the_window_imports_without_a_model_runtime() -> None:
    """onnxruntime and Qt in one process is a question of import order on Windows; here it never arises."""
    done = python(
        IMPORT_EVERYTHING.format(package="cxrviewer.qt", forbidden=TRAINING | {"onnxruntime"}),
        QT_QPA_PLATFORM="offscreen",
    )
    assert done.returncode == 0, done.stderr


PAINT_THE_START_PAGE = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from cxrviewer.app import App
from cxrviewer.paths import AppPaths

application = QApplication([])
app = App(AppPaths.under(Path(sys.argv[1])), with_head=False)
late = ("numpy", "pyqtgraph", "PIL", "multiprocessing", "sqlite3", "cxrviewer.presenters.reading_room")
app.window.painted.disconnect()
app.window.painted.connect(lambda: application.exit(0))
app.start(())
status = application.exec()
print("status", status, "loaded", *(name for name in late if name in sys.modules))
app.close()
"""


def assert_prints(program: str, folder: Path, wanted: str) -> None:
    """Run a program of the window off screen, in a process that has loaded nothing yet."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.strip() == wanted, done.stdout + done.stderr


def test_the_start_page_is_painted_before_what_only_images_need_is_loaded(tmp_path: Path) -> None:
    """docs/decisions/0091-start.md: one import at the top of a module of the window would bring all of it back."""
    assert_prints(PAINT_THE_START_PAGE, tmp_path, "status 0 loaded")


MAKE_THE_ROOM = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from cxrviewer.app import App
from cxrviewer.paths import AppPaths

application = QApplication([])
app = App(AppPaths.under(Path(sys.argv[1])), with_head=False)
room = app.room
app.window.grab()  # the legend of the layer is painted before an image is there
room.close()
app.close()
beside = ("audit", "copies", "hanging_rules", "library", "report", "shelf", "similar", "tags", "timeline")
names = "cxrviewer.qt.image_canvas", "pyqtgraph", "PIL", "sqlite3", "cxrviewer.reports.templates"
names = *names, "cxrviewer.reading.exchange", *(f"cxrviewer.presenters.{name}" for name in beside)
print("loaded", *(name for name in names if name in sys.modules))
"""


def test_the_first_image_does_not_wait_for_what_it_does_not_need(tmp_path: Path) -> None:
    """docs/decisions/0105-what-waits-for-the-picture.md; a window closed before it does not load it, either."""
    assert_prints(MAKE_THE_ROOM, tmp_path, "loaded cxrviewer.qt.image_canvas")


OPEN_IN_THE_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from cxrviewer.app import App
from cxrviewer.paths import AppPaths

if __name__ == "__main__":
    application = QApplication([])
    app = App(AppPaths.under(Path(sys.argv[1]) / "home"), with_head=False)
    app.start((Path(sys.argv[1]) / "images",))

    def look():
        if app.room.image.image is not None and not app.room.worklist.scanning and not app.jobs.busy:
            app.room.image.auto()
            application.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    QTimer.singleShot(60000, lambda: application.exit(9))
    status = application.exec()
    app.close()
    parsers = ("pydicom", "imagecodecs", "PIL.PngImagePlugin", "PIL.JpegImagePlugin")
    print("status", status, "loaded", *(name for name in parsers if name in sys.modules))
"""


def test_the_window_opens_an_image_without_loading_what_parses_it(tmp_path: Path) -> None:
    """Untrusted bytes are parsed in processes that may die; what is not loaded here cannot parse them here."""
    from tests.builders.dicom import chest_phantom, image_bytes

    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "chest.dcm").write_bytes(image_bytes(chest_phantom(), bits=12))
    done = subprocess.run(
        [sys.executable, "-c", OPEN_IN_THE_WINDOW, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.strip() == "status 0 loaded", done.stderr


def test_importing_the_package_costs_nothing() -> None:
    code = "import sys; before = set(sys.modules); import cxrviewer; print(*sorted(set(sys.modules) - before))"
    done = python(code)
    assert done.stdout.split() == ["cxrviewer"], done.stderr


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # A contract that names no package of ours would be kept for ever.
    assert "Imports point down KEPT" in done.stdout


def test_the_qt_contract_names_every_room_below_qt() -> None:
    """A room added later must not slip past the contract by not being on its list."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    contract = next(c for c in config["contracts"] if c["id"] == "qt")
    allowed = {"__init__", "__main__", "app", "cli", "demo", "qt", "resources", "selftest"}
    rooms = {
        entry.stem
        for entry in (ROOT / "cxrviewer").iterdir()
        if entry.suffix == ".py" or (entry.is_dir() and (entry / "__init__.py").is_file())
    }
    assert {f"cxrviewer.{room}" for room in rooms - allowed} <= set(contract["source_modules"])


def test_the_core_tests_can_be_collected_where_qt_is_not_installed(request: pytest.FixtureRequest) -> None:
    if os.environ.get("CXR_NO_QT") == "1":
        collected = {item.path for item in request.session.items}
        if collected >= set((ROOT / "tests" / "unit").glob("test_*.py")):
            return  # by this very run, which `make test-core` makes so: half a minute of imports less
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-o", "addopts=", "--collect-only", "-q", "-p", "no:pytest-qt", "tests/unit"],
        cwd=ROOT,
        env={**os.environ, "CXR_NO_QT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]


SOURCES = sorted(
    path
    for folder in ("cxrviewer", "model_training", "tests", "benchmarks", "packaging")
    for path in (ROOT / folder).rglob("*.py")
)


def test_the_source_tree_was_found() -> None:
    assert len(SOURCES) > 40


def has_annotations(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.FunctionDef | ast.AnnAssign) for node in ast.walk(tree))


def test_every_module_postpones_its_annotations() -> None:
    """One way to write types on every supported Python."""
    late = []
    for path in SOURCES:
        text = path.read_text("utf-8")
        if has_annotations(ast.parse(text)) and "from __future__ import annotations" not in text:
            late.append(str(path.relative_to(ROOT)))
    assert late == []


def test_a_value_of_the_application_is_a_struct() -> None:
    """A launch defines a hundred of them, and a data class is compiled each time (docs/decisions/0111-structs.md)."""
    slow = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "cxrviewer").rglob("*.py")
        if re.search(r"^\s*(?:from|import) dataclasses\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert slow == []


def test_no_source_holds_a_path_of_somebody_s_machine() -> None:
    pattern = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/[a-z]\w*/")
    # Tests of the log and of error messages need an invented home folder to grep for.
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.parts[len(ROOT.parts)] != "tests" and pattern.search(path.read_text("utf-8"))
    ]
    assert found == []
