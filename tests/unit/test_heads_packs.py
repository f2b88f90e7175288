"""Installing, upgrading and removing heads: what is on the disk before, during and after."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.cli import run
from cxrviewer.errors import HeadError, JobCancelled, PackRejectedError
from cxrviewer.heads.registry.pack import write_pack
from cxrviewer.heads.registry.store import HeadStore, version_order
from cxrviewer.leftovers import temporary_name
from cxrviewer.paths import AppPaths
from tests.builders import heads as build


@pytest.fixture
def store(tmp_path: Path) -> HeadStore:
    return HeadStore(tmp_path / "home" / "heads", tmp_path / "shipped")


def pack(folder: Path, **changes: object) -> Path:
    """Return a `.cxrhead` file of a head with these changes of its manifest."""
    build.write_head(folder, **changes)  # type: ignore[arg-type]
    target = folder.with_suffix(".cxrhead")
    write_pack(folder, target)
    return target


def left(store: HeadStore) -> list[str]:
    """Return every file below the heads folder."""
    return sorted(str(p.relative_to(store.folder)) for p in store.folder.rglob("*") if not p.is_dir())


FILES = ["head.toml", "model.onnx", "test_input.npy", "test_logits.npy"]


@pytest.mark.parametrize("zipped", [True, False])
def test_a_good_pack_is_installed_whole_and_found_at_once(store: HeadStore, tmp_path: Path, zipped: bool) -> None:
    source = pack(tmp_path / "made") if zipped else build.write_head(tmp_path / "made").folder
    done = store.install(source)
    assert (done.manifest.id, done.replaced, done.unchanged) == ("org.example.tiny", "", False)
    assert left(store) == [f"org.example.tiny/{name}" for name in FILES]
    (head,) = store.discover()
    assert head.problems == () and head.folder == store.folder / "org.example.tiny"


def test_equal_folders_make_equal_packs(tmp_path: Path) -> None:
    first, second = pack(tmp_path / "a"), pack(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()


def test_installing_the_same_head_again_changes_nothing_but_mends_a_damaged_one(
    store: HeadStore, tmp_path: Path
) -> None:
    source = pack(tmp_path / "made")
    store.install(source)
    assert store.install(source).unchanged
    model = store.folder / "org.example.tiny" / "model.onnx"
    good = model.read_bytes()
    model.write_bytes(b"damaged")
    assert not store.install(source).unchanged
    assert model.read_bytes() == good


def test_an_upgrade_replaces_the_old_version_only_after_the_new_one_passed(store: HeadStore, tmp_path: Path) -> None:
    store.install(pack(tmp_path / "old"))
    with pytest.raises(PackRejectedError, match="differs by"):
        store.install(pack(tmp_path / "wrong", version="2.0.0", logits=(0.9, 0.5)))
    (kept,) = store.discover()
    assert kept.manifest is not None and kept.manifest.version == "1.0.0"
    seen: list[str] = []

    def step(_: str) -> None:
        seen.extend(h.manifest.version for h in store.discover() if h.manifest is not None)

    assert store.install(pack(tmp_path / "new", version="2.0.0"), on_step=step).replaced == "1.0.0"
    assert set(seen) == {"1.0.0"}  # to the last step, the old one was there
    (new,) = store.discover()
    assert new.manifest is not None and new.manifest.version == "2.0.0"
    assert left(store) == [f"org.example.tiny/{name}" for name in FILES]


def test_a_swap_cut_short_by_a_power_cut_gives_the_old_version_back(
    store: HeadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.install(pack(tmp_path / "old"))
    os.replace(store.folder / "org.example.tiny", store.folder / ".previous-org.example.tiny")  # the first of two
    (head,) = store.discover()
    assert head.manifest is not None and head.manifest.version == "1.0.0"

    real = os.replace

    def fail_second(source: Path, target: Path) -> None:
        if ".staging." in str(source):
            raise OSError("disk gone")  # only this one fails: bringing the old one back works
        real(source, target)

    monkeypatch.setattr(os, "replace", fail_second)
    with pytest.raises(PackRejectedError, match="could not be put in place"):
        store.install(pack(tmp_path / "new", version="2.0.0"))
    monkeypatch.undo()
    assert (store.folder / "org.example.tiny" / "model.onnx").is_file()  # at once, not only after the next look
    (head,) = store.discover()
    assert head.manifest is not None and head.manifest.version == "1.0.0"
    assert left(store) == [f"org.example.tiny/{name}" for name in FILES]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": "Another"}, "version 1.5.0 of org.example.tiny is installed with other content"),
        ({"version": "1.5", "title": "Another"}, "installed with other content"),
        ({"version": "9.0.0", "authors": ("Somebody else",)}, "taken by a head of other authors"),
        ({"version": "1.4.9"}, "version 1.5.0 is installed, which is newer than 1.4.9"),
        ({"version": "1.5.0-rc.1"}, "newer than 1.5.0-rc.1"),
    ],
)
def test_name_clashes_are_rejected_and_the_old_head_stays(
    store: HeadStore, tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    store.install(pack(tmp_path / "old", version="1.5.0"))
    before = left(store)
    with pytest.raises(PackRejectedError, match=reason) as caught:
        store.install(pack(tmp_path / "new", **({"version": "1.5.0"} | changes)))
    assert caught.value.check == "clash"
    assert left(store) == before
    (head,) = store.discover()
    assert head.manifest is not None and (head.manifest.version, head.manifest.title) == ("1.5.0", "Two greys")


def test_an_older_version_is_installed_when_that_is_forced(store: HeadStore, tmp_path: Path) -> None:
    store.install(pack(tmp_path / "old", version="2.0.0"))
    assert store.install(pack(tmp_path / "new", version="1.0.0"), force=True).replaced == "2.0.0"


def test_a_shipped_head_can_be_neither_shadowed_nor_removed(store: HeadStore, tmp_path: Path) -> None:
    build.write_head(tmp_path / "shipped" / "student")
    with pytest.raises(PackRejectedError, match="came with the program"):
        store.install(pack(tmp_path / "new", version="9.0.0"), force=True)
    with pytest.raises(HeadError, match="cannot be removed"):
        store.remove("org.example.tiny")
    assert left(store) == []


def test_a_folder_that_only_has_the_name_is_not_overwritten(store: HeadStore, tmp_path: Path) -> None:
    (store.folder / "org.example.tiny").mkdir(parents=True)
    (store.folder / "org.example.tiny" / "thesis.txt").write_text("x")
    with pytest.raises(PackRejectedError, match="another folder has this head's name"):
        store.install(pack(tmp_path / "new"))
    assert left(store) == ["org.example.tiny/thesis.txt"]


def test_a_removed_head_can_be_brought_back(store: HeadStore, tmp_path: Path) -> None:
    store.install(pack(tmp_path / "made"))
    store.remove("org.example.tiny")
    assert store.discover() == ()
    store.restore("org.example.tiny")
    assert [h.problems for h in store.discover()] == [()]
    with pytest.raises(HeadError, match="No removed model head"):
        store.restore("org.example.tiny")
    with pytest.raises(HeadError, match="No removed model head"):
        store.restore("../heads")
    store.remove("org.example.tiny")
    store.install(pack(tmp_path / "other"))
    with pytest.raises(HeadError, match="is installed; remove it first"):
        store.restore("org.example.tiny")


def test_a_broken_head_can_be_removed_by_the_name_of_its_folder(store: HeadStore) -> None:
    (store.folder / "broken").mkdir(parents=True)
    (store.folder / "broken" / "head.toml").write_text("schema = 1")
    store.remove("broken")
    assert store.discover() == ()


def test_a_cancel_leaves_nothing(store: HeadStore, tmp_path: Path) -> None:
    for when in ("Copying", "Checking"):
        token = CancelToken()

        def step(words: str, when: str = when, token: CancelToken = token) -> None:
            if words.startswith(when):
                token.cancel()

        with pytest.raises(JobCancelled):
            store.install(pack(tmp_path / when), cancel=token, on_step=step)
        assert left(store) == []


def test_what_a_crashed_installation_left_is_swept_but_not_what_is_going_on(store: HeadStore, tmp_path: Path) -> None:
    mine = temporary_name("staging")
    gone = mine.replace(f"-{os.getpid()}-", "-4194304-")  # above the highest process number of Linux
    for name in (gone, mine):
        (store.folder / name / "maps").mkdir(parents=True)
    store.install(pack(tmp_path / "made"))
    assert sorted(p.name for p in store.folder.iterdir()) == sorted([mine, "org.example.tiny"])


def test_versions_are_ordered_as_the_semver_specification_lists_them() -> None:
    # Semantic Versioning 2.0.0, section 11, items 2 and 4.
    listed = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"]
    listed += ["1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1"]
    assert sorted(reversed(listed), key=version_order) == listed


def test_the_commands_install_show_remove_and_restore(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = build.write_head(tmp_path / "made").folder
    target = tmp_path / "tiny.cxrhead"
    assert run(["heads", "pack", str(folder), "-o", str(target)]) == 0
    assert zipfile.ZipFile(target).namelist() == FILES
    assert run(["heads", "pack", str(folder), "-o", str(target)]) == 2
    assert run(["heads", "install", str(target)]) == 0
    assert "Installed org.example.tiny 1.0.0." in capsys.readouterr().out
    assert (AppPaths.for_user().heads / "org.example.tiny" / "model.onnx").is_file()
    assert run(["heads", "install", str(target)]) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert run(["heads", "info", "org.example.tiny"]) == 0
    told = capsys.readouterr().out
    assert "Pleural effusion: AUC 0.81 (0.77-0.85), 131 of 1388, synthetic" in told
    assert "not for:      Patients" in told
    assert run(["heads", "remove", "org.example.tiny"]) == 0
    assert run(["heads", "info", "org.example.tiny"]) == 2
    assert run(["heads", "restore", "org.example.tiny"]) == 0
    assert run(["heads", "info", "org.example.tiny"]) == 0
    capsys.readouterr()
    target.write_bytes(b"PK")
    assert run(["heads", "install", str(target)]) == 2
    assert "not a zip file" in capsys.readouterr().err
    assert run(["heads", "install", str(tmp_path / "nowhere.cxrhead")]) == 2
    assert "no such file" in capsys.readouterr().err
