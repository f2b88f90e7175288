from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cxrviewer import settings as settings_module
from cxrviewer.errors import SettingsError
from cxrviewer.paths import AppPaths, resources_dir
from cxrviewer.settings import SET_ASIDE_NAME, Settings, SettingsStore, load, save


def test_making_paths_creates_nothing(tmp_path: Path) -> None:
    AppPaths.portable(tmp_path / "stick")
    AppPaths.for_user({"CXRVIEWER_HOME": str(tmp_path / "home")})
    AppPaths.for_user({})
    assert list(tmp_path.iterdir()) == []


def test_the_environment_selects_portable_mode(tmp_path: Path) -> None:
    paths = AppPaths.for_user({"CXRVIEWER_HOME": str(tmp_path)})
    assert paths == AppPaths.portable(tmp_path)
    assert all(tmp_path in p.parents for p in (paths.config, paths.data, paths.heads, paths.logs, paths.cache))


def test_a_relative_home_is_rejected_in_a_sentence_without_the_path() -> None:
    with pytest.raises(SettingsError, match="absolute") as caught:
        AppPaths.for_user({"CXRVIEWER_HOME": "doe/jane"})
    assert "doe" not in caught.value.user_message


def test_resources_hold_the_heads_folder() -> None:
    assert (resources_dir() / "heads").is_dir()


def test_a_frozen_app_looks_only_into_its_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    with pytest.raises(SettingsError, match="install"):
        resources_dir()
    (tmp_path / "resources").mkdir()
    assert resources_dir() == tmp_path / "resources"


def test_importing_the_package_loads_nothing_heavy_and_writes_nothing(tmp_path: Path) -> None:
    code = "import sys, cxrviewer, cxrviewer.paths, cxrviewer.settings, cxrviewer.log; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "CXRVIEWER_HOME": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"numpy", "pydicom", "PySide6", "onnxruntime", "PIL", "platformdirs"}
    assert list(tmp_path.iterdir()) == []


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    saved = Settings(ai_enabled=False, map_opacity=0.8, colour_map="viridis", last_folder=os.path.abspath("Müller"))
    save(tmp_path / "settings.json", saved)
    assert load(tmp_path / "settings.json") == settings_module.Loaded(saved, None)


def test_a_first_start_has_defaults_and_says_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.json") == settings_module.Loaded(Settings(), None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "\xff\xfe",
        '{"map_opacity": 0.5}',
        '{"schema": true}',
        '{"schema": 0}',
        '{"schema": "2"}',
        '{"schema": 1, "map_opacity": true}',
        '{"schema": 1, "map_opacity": 1.5}',
        '{"schema": 1, "map_opacity": NaN}',
        '{"schema": 1, "map_opacity": "0.5"}',
        '{"schema": 1, "ai_enabled": 1}',
        '{"schema": 9, "screens": {"a": 0.1}}',
        '{"schema": 9, "screens": {"a": NaN}}',
        '{"schema": 9, "screens": {"a": "4"}}',
        '{"schema": 9, "screens": [4]}',
        '{"schema": 1, "colour_map": "jet"}',
        '{"schema": 1, "unheard_of": 1}',
    ],
)
def test_a_bad_file_is_set_aside_whole_and_the_user_told_once(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(text.encode("latin-1"))
    store = SettingsStore(tmp_path)
    assert store.current == Settings()
    assert "set aside" in (store.take_notice() or "")
    assert store.take_notice() is None
    assert not file.exists()
    assert (tmp_path / SET_ASIDE_NAME).read_bytes() == text.encode("latin-1")
    assert SettingsStore(tmp_path).take_notice() is None


def test_settings_of_a_newer_version_stay_untouched_and_the_user_is_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    newer = json.dumps({"schema": settings_module.SCHEMA + 1, "map_opacity": 0.9, "not_invented_yet": [1, 2]})
    file.write_text(newer)
    store = SettingsStore(tmp_path)
    assert store.current == Settings()
    assert "newer version" in (store.take_notice() or "")
    store.change(map_opacity=0.1)  # holds for this run
    assert store.current.map_opacity == 0.1
    assert file.read_text() == newer
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]


def test_an_upgrade_keeps_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The next version but one: a field is renamed after the present schema, nothing changes after the next one.
    now = settings_module.SCHEMA
    SettingsStore(tmp_path).change(map_opacity=0.7, last_folder=os.path.abspath("films"))
    monkeypatch.setattr(settings_module, "SCHEMA", now + 2)

    def renamed(document: dict[str, object]) -> dict[str, object]:
        return {**document, "head_id": f"was {document['head_id']}"}

    monkeypatch.setattr(settings_module, "MIGRATIONS", {now: renamed})
    store = SettingsStore(tmp_path)
    assert store.take_notice() is None
    found = store.current.map_opacity, store.current.last_folder, store.current.head_id
    assert found == (0.7, os.path.abspath("films"), "was ")
    store.change(map_opacity=0.8)
    assert json.loads((tmp_path / "settings.json").read_text())["schema"] == now + 2


def test_a_change_is_on_disk_at_once_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "config")
    store.change(map_opacity=0.25)
    assert json.loads((tmp_path / "config" / "settings.json").read_text())["map_opacity"] == 0.25
    assert [p.name for p in (tmp_path / "config").iterdir()] == ["settings.json"]


def test_a_value_out_of_range_changes_nothing(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    with pytest.raises(ValueError, match="map_opacity"):
        store.change(map_opacity=2.0)
    assert store.current == Settings()
    assert list(tmp_path.iterdir()) == []


def test_a_crash_while_writing_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SettingsStore(tmp_path)
    store.change(map_opacity=0.25)
    before = (tmp_path / "settings.json").read_bytes()

    def disk_full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(SettingsError, match="disk"):
        store.change(map_opacity=0.75)
    assert (tmp_path / "settings.json").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]


def test_a_folder_whose_name_is_no_text_comes_back(tmp_path: Path) -> None:
    folder = os.fsdecode(b"/films/caf\xe9")  # Latin-1 on a disc of old; a lone surrogate in Python
    SettingsStore(tmp_path).change(last_folder=folder)
    assert SettingsStore(tmp_path).current.last_folder == folder


def test_a_relative_folder_of_an_older_version_is_forgotten(tmp_path: Path) -> None:
    SettingsStore(tmp_path).change(last_folder="films", map_opacity=0.7)
    store = SettingsStore(tmp_path)
    assert (store.current.last_folder, store.current.map_opacity) == ("", 0.7)
    assert store.take_notice() is None


def test_a_relative_home_folder_gives_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, "somewhere")
    paths = AppPaths.for_user({})
    assert all(getattr(paths, name).is_absolute() for name in paths.__struct_fields__)


def test_a_home_of_somebody_unknown_is_rejected_in_a_sentence() -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        AppPaths.for_user({"CXRVIEWER_HOME": "~nobody-of-this-name/x"})


def test_what_is_changed_soon_is_on_disk_when_the_store_is_closed(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    for opacity in (0.1, 0.2, 0.3):
        assert store.change_soon(map_opacity=opacity).map_opacity == opacity
    store.close()
    assert json.loads((tmp_path / "settings.json").read_text())["map_opacity"] == 0.3
    assert not any(thread.name == "cxr-settings" for thread in threading.enumerate())


def test_what_is_changed_soon_is_saved_while_the_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = threading.Event()
    real = settings_module.write_whole

    def write(file: Path, data: bytes) -> None:
        real(file, data)
        written.set()

    monkeypatch.setattr(settings_module, "write_whole", write)
    store = SettingsStore(tmp_path)
    store.change_soon(map_opacity=0.1)
    assert written.wait(10)
    assert SettingsStore(tmp_path).current.map_opacity == 0.1
    store.close()


def test_what_is_changed_last_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, leave = threading.Event(), threading.Event()
    real = settings_module.write_whole

    def slow(file: Path, data: bytes) -> None:
        entered.set()
        assert leave.wait(10)
        real(file, data)

    monkeypatch.setattr(settings_module, "write_whole", slow)
    store = SettingsStore(tmp_path)
    store.change_soon(map_opacity=0.1)
    assert entered.wait(10)  # the older document is being written
    store.change_soon(map_opacity=0.9)
    leave.set()
    store.close()
    assert SettingsStore(tmp_path).current.map_opacity == 0.9


def test_a_disk_without_room_stops_nothing_and_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    failed = threading.Semaphore(0)

    def no_room(file: Path, data: bytes) -> None:
        failed.release()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings_module, "write_whole", no_room)
    store = SettingsStore(tmp_path, told.append)
    for opacity in (0.1, 0.2):
        assert store.change_soon(map_opacity=opacity).map_opacity == opacity
        assert failed.acquire(timeout=10)
    store.close()
    assert told == ["The settings could not be saved; check that the disk has room."]


def test_a_disk_that_does_not_answer_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    monkeypatch.setattr(settings_module, "write_whole", lambda file, data: answer.wait(10))
    store = SettingsStore(tmp_path)
    store.change_soon(map_opacity=0.1)
    store.close(patience=0.01)
    writer = store._writer
    assert writer is not None and writer.is_alive() and writer.daemon  # the interpreter ends without it
    answer.set()
    writer.join(10)


def test_settings_that_are_gone_are_dropped_and_the_others_kept(tmp_path: Path) -> None:
    older = {"schema": 3, "show_all_findings": True, "thumbnails": False, "map_opacity": 0.7, "theme": "light"}
    (tmp_path / "settings.json").write_text(json.dumps(older))
    loaded = settings_module.load(tmp_path / "settings.json")
    assert loaded.notice is None
    assert (loaded.settings.map_opacity, loaded.settings.theme, loaded.settings.shortcuts) == (0.7, "light", {})


def test_keys_of_the_readers_own_are_saved_as_lists(tmp_path: Path) -> None:
    saved = Settings(shortcuts={"view.fit": ("F", "Ctrl+G"), "help.about": ()})
    save(tmp_path / "settings.json", saved)
    assert settings_module.load(tmp_path / "settings.json").settings == saved


@pytest.mark.parametrize("keys", ['["F"]', '{"view.fit": "F"}', '{"view.fit": [1]}'])
def test_keys_that_are_no_lists_of_texts_set_the_file_aside(tmp_path: Path, keys: str) -> None:
    (tmp_path / "settings.json").write_text(f'{{"schema": 4, "shortcuts": {keys}}}')
    assert "set aside" in str(settings_module.load(tmp_path / "settings.json").notice)
