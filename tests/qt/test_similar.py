"""Similar images in the real window: kept with the scores, listed with distances, off while identity is hidden."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cxrviewer.cancel import CancelToken
from cxrviewer.heads.contract import HeadManifest, Prediction
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.presenters.findings import Shown
from cxrviewer.qt.similar_dialog import SimilarDialog
from tests.fakes import FakeScorer, manifest
from tests.qt.test_library import filled, shown, write
from tests.qt.window_fixture import plan_of


def with_features() -> HeadManifest:
    made = manifest()
    return replace(made, model=replace(made.model, features="features"))


class Scorer(FakeScorer):
    """Hands on two features: rows and columns of the image."""

    def score(self, radiograph: Radiograph, cancel: CancelToken) -> Prediction:
        return replace(
            super().score(radiograph, cancel),
            features=np.array([radiograph.rows, radiograph.columns], np.float32),
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    images = tmp_path / "films"
    write(images, "old", "MUSTERMANN^ERIKA", "4711", "20240105")
    write(images, "new", "YAMADA^TAROU", "0815", "20250101", PatientBirthDate="19700101")
    return images


@pytest.fixture
def app(make_app: Any, qtbot: QtBot, folder: Path) -> Any:
    made = make_app()
    made.start(())
    made.room.start_heads(lambda: [plan_of(Scorer(manifest=with_features()))])
    qtbot.waitUntil(lambda: bool(made.room.findings.scorers), timeout=60_000)
    return made


def listed(app: Any, qtbot: QtBot) -> SimilarDialog:
    app.window.commands.run("ai.similar")
    dialog: SimilarDialog = app.window.findChildren(SimilarDialog)[-1]
    qtbot.waitUntil(lambda: not dialog.state.busy and not app.jobs.busy, timeout=60_000)
    return dialog


def test_images_like_the_open_one_are_listed_with_distances_and_open(app: Any, qtbot: QtBot, folder: Path) -> None:
    library = filled(app, qtbot, folder)
    app.room.library.open(library.model.key(0))
    qtbot.waitUntil(
        lambda: shown(app) == [("2025-01-01", True)] and isinstance(app.window.findings.state, Shown), timeout=60_000
    )
    dialog = listed(app, qtbot)
    assert (
        "no features" not in dialog.message.text() and "No image of the library has features" in dialog.message.text()
    )
    dialog.close()

    app.room.library.score(None)
    qtbot.waitUntil(lambda: not app.room.library.scoring.state.running and not app.jobs.busy, timeout=60_000)
    dialog = listed(app, qtbot)
    (row,) = dialog.state.rows  # the open image is not like itself
    assert (row.patient, row.when, row.distance) == ("MUSTERMANN, ERIKA · 4711", "2024-01-05", "0.000")
    assert dialog.state.message.startswith("1 image was compared")
    item = dialog.table.item(0, 0)
    assert item is not None and not item.icon().isNull()
    assert dialog.focusWidget() is dialog.table  # not “Open the study”, nor “Close”

    app.window.commands.run("view.hide_identity")
    assert not dialog.state.rows and "identity is hidden" in dialog.message.text() and not dialog.table.rowCount()
    app.window.commands.run("view.hide_identity")
    qtbot.waitUntil(lambda: len(dialog.state.rows) == 1 and not app.jobs.busy, timeout=60_000)
    dialog.table.selectRow(0)
    dialog.open_button.click()
    qtbot.waitUntil(lambda: shown(app) == [("2024-01-05", True)], timeout=60_000)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)


def test_a_list_that_was_opened_before_the_scores_came_looks_when_they_are_there(
    app: Any, qtbot: QtBot, folder: Path
) -> None:
    held, came = threading.Event(), threading.Event()
    library = filled(app, qtbot, folder)
    app.room.library.score(None)
    qtbot.waitUntil(lambda: not app.room.library.scoring.state.running and not app.jobs.busy, timeout=60_000)
    (scorer,) = app.room.findings.scorers
    score = scorer.score

    def late(*given: Any) -> Any:
        came.set()
        held.wait(60)
        return score(*given)

    scorer.score = late
    app.room.library.open(library.model.key(0))
    qtbot.waitUntil(came.is_set, timeout=60_000)
    app.window.commands.run("ai.similar")
    dialog: SimilarDialog = app.window.findChildren(SimilarDialog)[-1]
    assert "wait for its scores" in dialog.message.text()
    held.set()
    qtbot.waitUntil(lambda: len(dialog.state.rows) == 1 and not app.jobs.busy, timeout=60_000)
    dialog.close()


def test_without_a_library_this_is_said(app: Any, qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    app.window.open_paths((folder / "new.dcm",))
    qtbot.waitUntil(lambda: isinstance(app.window.findings.state, Shown) and not app.jobs.busy, timeout=60_000)
    dialog = listed(app, qtbot)
    assert "no library yet" in dialog.message.text()
    dialog.close()
    assert not (tmp_path / "home" / "cache" / "library").exists()  # asking makes none
