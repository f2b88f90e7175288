"""Every dialog of the program, opened as its command opens it, with everything that it can show."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

import cxrviewer.qt
from cxrviewer.presenters.finding_states import Shown
from cxrviewer.presenters.library_charsets import charset_choices
from cxrviewer.presenters.library_unscored import NotScored
from cxrviewer.qt.about import LicenceTexts
from cxrviewer.qt.charset_dialog import CharsetDialog
from cxrviewer.qt.dialogs import CrashDialog, Dialog, NotScoredDialog, ReasonsDialog, SkippedDialog
from cxrviewer.qt.head_card_dialog import HeadCardDialog
from cxrviewer.qt.templates_dialog import TemplatesDialog
from cxrviewer.reading.kinds import TOOLS, Scale
from cxrviewer.reading.values import Point
from cxrviewer.reports.templates import TemplateFolder
from cxrviewer.studies.index.charset import CHARSETS, NameReading
from cxrviewer.studies.scan import Skipped
from cxrviewer.text import msg, tr
from cxrviewer.workspace.layout import Layout
from tests.builders import heads as build
from tests.builders.dicom import write_image
from tests.fakes import FakeScorer
from tests.qt.window_fixture import plan_of

ELSEWHERE: dict[str, Callable[[Path], QWidget]] = {
    # Opened by no command, or only with data that a test of its own makes.
    "SkippedDialog": lambda _: SkippedDialog((Skipped(Path("test/head"), msg("The file is not there any more.")),)),
    "NotScoredDialog": lambda _: NotScoredDialog((NotScored(Path("test/head"), tr("Rejected: {reason}", reason="")),)),
    "CharsetDialog": lambda _: CharsetDialog(
        charset_choices(1, "", [NameReading(one, "") for one in ("", *CHARSETS)], hidden=False),
        lambda study, name: None,
    ),
    "CrashDialog": lambda _: CrashDialog("Traceback"),
    "TemplatesDialog": lambda folder: TemplatesDialog(TemplateFolder(folder)),
    "HeadCardDialog": lambda _: HeadCardDialog("Student", "# Card"),
    "LicenceTexts": lambda folder: LicenceTexts(folder / "none"),
}

NOT_RUN = {
    "file.quit": "ends the program",
    "file.close_all": "takes away what other commands need",
    "file.open_demo": "opens another study; no dialog",
    "file.open_last": "opens another study; no dialog",
    "edit.text": "needs a text where this has a region; types on the canvas, no dialog",
}


def below(widget: QWidget) -> Iterator[QWidget]:
    """Yield the widgets in a widget, parents first.

    Not `findChildren`: it makes Python believe that they all belong to `widget` itself, and what is moved to another
    window later (the viewport of a further window) is then lost to Python when `widget` goes.
    """
    for child in widget.children():
        if isinstance(child, QWidget):
            yield child
            yield from below(child)


def dialog_classes() -> set[str]:
    """Return the name of every dialog of the program, of modules that nothing has imported yet, too."""
    for module in pkgutil.iter_modules(cxrviewer.qt.__path__, "cxrviewer.qt."):
        importlib.import_module(module.name)
    found, left = set(), [QDialog]
    while left:
        for one in left.pop().__subclasses__():
            if one.__module__.startswith("cxrviewer.") and one not in (Dialog, ReasonsDialog):
                found.add(one.__name__)
            left.append(one)
    return found


def full_room(make_app: Any, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a program with everything that a dialog can show: priors, scores, a region, a reading, a library."""
    build.write_head(tmp_path / "shipped" / "student", id="org.example.shipped", title="Student")
    monkeypatch.setattr("cxrviewer.heads.registry.discover.shipped_folder", lambda: tmp_path / "shipped")
    for name in ("getOpenFileNames", "getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: ([] if name.endswith("s") else "", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    images = tmp_path / "films"
    codes = np.linspace(0, 4095, 400 * 300).reshape(400, 300).astype(np.uint16)
    for number, date in (("2", "20260301"), ("1", "20240301")):
        uids = {"StudyInstanceUID": f"1.2.{number}", "SOPInstanceUID": f"1.2.{number}.1", "StudyDate": date}
        uids["StudyDescription"] = "Chest"
        whose = {"PatientName": "MUSTERMANN^ERIKA", "PatientID": "R-4711", "PatientBirthDate": "19500102"}
        write_image(images / f"{number}.dcm", codes, bits=12, Modality="DX", **uids, **whose)
        codes = codes[::-1].copy()
    (images / "notes.txt").write_text("no image")
    app = make_app()
    app.start((images,))
    quiet = partial(qtbot.waitUntil, lambda: not app.jobs.busy and not app.room.worklist.scanning, timeout=60_000)
    qtbot.waitUntil(lambda: app.room.image.image is not None, timeout=60_000)
    quiet()
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    app.room.library.add((images,))
    qtbot.waitUntil(lambda: isinstance(app.window.findings.state, Shown), timeout=60_000)
    app.room.viewports.set_layout(Layout.TWO)
    other = next(one.key for one in app.room.worklist.images() if one.key != app.room.worklist.current)
    app.room.open_in(1, other)
    quiet()
    app.room.viewports.activate(0)
    quiet()
    app.room.annotations.use(TOOLS["rectangle"])
    app.room.annotations.enter(Point(150, 200), Scale(1, 1))
    app.room.annotations.use(None)
    app.room.decisions.agree()
    quiet()
    qtbot.waitUntil(lambda: app.room.annotations.region is not None, timeout=60_000)
    return app


def opened_by_commands(app: Any, qtbot: QtBot) -> Iterator[tuple[str, list[QWidget]]]:
    """Run every command and yield its id and the dialogs it has opened, which are closed after that.

    A command that asks for more must run, and every dialog of the program must be seen, here or in `ELSEWHERE`.
    """
    seen = set()
    # Those that ask for more come first: others may take away what they are about.
    for command in sorted(app.window.commands, key=lambda one: not str(one.title).endswith("…")):
        if command.id in NOT_RUN or command.id.startswith("view.language_"):
            continue
        before = set(QApplication.topLevelWidgets())
        ran = app.window.commands.run(command.id)
        if str(command.title).endswith("…"):
            assert ran, f"{command.id}: {app.window.commands.missing(command.id)}"
        qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
        opened = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w not in before]
        seen |= {type(dialog).__name__ for dialog in opened}
        if opened:
            yield command.id, opened
        for dialog in opened:
            dialog.close()
            if isinstance(dialog, QDialog):  # a further window gives its viewport back and deletes itself
                dialog.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    missing = dialog_classes() - seen - set(ELSEWHERE)
    assert not missing, f"never opened here: {missing}; add what opens them to ELSEWHERE"
