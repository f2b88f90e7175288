"""A disk that takes no more: what is written whole or not at all leaves nothing, and the sentence is true."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxrviewer import cli
from cxrviewer.atomic import made_folder
from cxrviewer.heads.registry.pack import write_pack
from tests.builders import heads as build
from tests.fakes import FullDisk
from tests.unit.test_presenters_pictures import BAND
from tests.unit.test_presenters_pictures import Desk as Pictures
from tests.unit.test_presenters_shelf import Fixture as Shelf
from tests.unit.test_reading_exchange import reading


def saved_picture(folder: Path, full: Callable[[], None]) -> str:
    desk = Pictures()
    full()
    desk.presenter.save_image(folder / "a.png", BAND)
    desk.jobs.release_all()
    return desk.told[-1]


def exported_readings(folder: Path, full: Callable[[], None]) -> str:
    shelf = Shelf(folder.parent / "readings")
    name = shelf.save(reading())
    shelf.open()
    full()
    shelf.presenter.export([name], folder / "out.json")
    shelf.jobs.release_all()
    return str(shelf.state.notice)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (saved_picture, "The picture was not saved; check the folder, and that the disk has room."),
        (exported_readings, "Nothing was exported; check the folder, and that the disk has room."),
    ],
)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_an_export_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Any, said: str, code: int
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    assert write(folder, lambda: FullDisk(monkeypatch, code=code)) == said
    assert list(folder.iterdir()) == []


def test_a_pack_is_whole_or_not_there_and_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build.write_head(tmp_path / "head")
    out = tmp_path / "out"
    out.mkdir()
    FullDisk(monkeypatch)
    assert cli.run(["heads", "pack", str(tmp_path / "head"), "-o", str(out / "a.cxrhead")]) == 1
    assert "the disk" in capsys.readouterr().err and list(out.iterdir()) == []
    monkeypatch.undo()
    (out / "a.cxrhead").symlink_to(tmp_path / "nowhere")
    assert cli.run(["heads", "pack", str(tmp_path / "head"), "-o", str(out / "a.cxrhead")]) == 2
    with pytest.raises(FileExistsError):
        write_pack(tmp_path / "head", out / "a.cxrhead")
    assert (out / "a.cxrhead").is_symlink() and not (tmp_path / "nowhere").exists()


def test_a_template_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    FullDisk(monkeypatch)
    for folder in ("new/head", "mine"):
        assert cli.run(["heads", "new", str(tmp_path / folder)]) == 2
        assert "cannot be written" in capsys.readouterr().err
    assert [one.name for one in tmp_path.rglob("*")] == ["mine"]


def test_half_a_key_is_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(io.FileIO):
        def write(self, data: Any) -> int:
            super().write(bytes(data)[:9])
            raise OSError(errno.ENOSPC, "full")

    real = os.fdopen
    monkeypatch.setattr(os, "fdopen", Full)
    key = tmp_path / "key.pem"
    assert cli.run(["heads", "keygen", str(key)]) == 2
    assert "The key cannot be written" in capsys.readouterr().err and not key.exists()
    monkeypatch.setattr(os, "fdopen", real)
    assert cli.run(["heads", "keygen", str(key)]) == 0


def test_only_empty_folders_that_were_made_go_again(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(OSError, match="full"), made_folder(tmp_path / "there" / "a" / "b"):
        (tmp_path / "there" / "a" / "kept").write_bytes(b"x")
        raise OSError(errno.ENOSPC, "full")
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["a", "kept", "there"]
