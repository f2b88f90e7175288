"""What Qt's binding does to Python's own import."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import cxrviewer.qt  # noqa: F401


def test_qts_binding_does_not_read_the_source_of_every_module_that_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: dict[str, int] = importlib.import_module("shibokensupport.feature").pyside_feature_dict
    (tmp_path / "imported_after_qt.py").write_text("import json\n")
    monkeypatch.syspath_prepend(tmp_path)
    exec("import imported_after_qt", {})
    assert "imported_after_qt" not in looked_at
