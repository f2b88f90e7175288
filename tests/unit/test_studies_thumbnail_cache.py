"""Thumbnails on the disk: what is kept, what is thrown away, and what is never in them."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Header, Identity, SmallPicture
from cxrviewer.imaging.radiograph import ImageFacts, Source
from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.presenters.thumbnail_source import ThumbnailSource
from cxrviewer.studies.index.identity import content_digest
from cxrviewer.studies.index.timeline import Place
from cxrviewer.studies.thumbnail_cache import SUFFIX, ThumbnailCache, key_of, thumbnail_key

STAMP = FileStamp(1000, 5, 6, 7, 8, 200, "ab" * 32)


def picture(grey: int = 7, shape: tuple[int, int] = (96, 70)) -> npt.NDArray[np.uint8]:
    made = np.full((*shape, 3), grey, np.uint8)
    made[3, 5] = 200
    return made


@pytest.fixture
def cache(tmp_path: Path) -> ThumbnailCache:
    return ThumbnailCache(tmp_path / "thumbnails")


def files(cache: ThumbnailCache) -> list[Path]:
    return sorted(cache.folder.iterdir()) if cache.folder.exists() else []


@pytest.mark.parametrize("coloured", [False, True])
def test_what_was_kept_comes_back_pixel_by_pixel(cache: ThumbnailCache, coloured: bool) -> None:
    kept = picture()
    if coloured:
        kept[:, :10] = (250, 10, 30)
    cache.put("k1", kept)
    found = ThumbnailCache(cache.folder).get("k1")
    assert found is not None and found.dtype == np.uint8 and found.flags.writeable
    np.testing.assert_array_equal(found, kept)
    assert cache.get("k2") is None


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "long", "size"])
def test_a_damaged_file_is_passed_over_and_written_anew(cache: ThumbnailCache, damage: str) -> None:
    cache.put("k1", picture())
    path = files(cache)[0]
    data = path.read_bytes()
    path.write_bytes(
        {
            "cut": data[:-1],
            "flip": data[:-1] + bytes([data[-1] ^ 1]),
            "empty": b"",
            "long": data + b"x",
            "size": data[:10] + b"\x46\x00\x60\x00" + data[14:],  # height and width exchanged
        }[damage]
    )
    assert cache.get("k1") is None
    cache.put("k1", picture())
    assert cache.get("k1") is not None


def test_a_key_stands_for_the_content_and_its_times_not_for_the_place() -> None:
    moved = FileStamp(1000, 5, 6, 98, 97, 200, "ab" * 32)
    assert key_of(moved) == key_of(STAMP)
    assert key_of(FileStamp(1000, 55, 6, 7, 8, 200, "ab" * 32)) != key_of(STAMP)  # written again
    assert key_of(FileStamp(1000, 5, 6, 7, 8, 200, "cd" * 32)) != key_of(STAMP)
    assert key_of(FileStamp(1000, 5, 60, 7, 8, 200, "ab" * 32)) != key_of(STAMP)  # and its time was set back
    assert thumbnail_key("a", 1, 2) != thumbnail_key("a", 2, 1)


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    one = 96 * 70 + 47  # MAGIC 10, size 5, SHA-256 32
    cache = ThumbnailCache(tmp_path / "thumbnails", max_bytes=10 * one)
    for number in range(10):
        cache.put(f"k{number}", picture())
        os.utime(cache.folder / f"k{number}{SUFFIX}", (number, number))
    assert cache.get("k0") is not None  # used just now: no longer the oldest
    cache.put("new", picture())
    # 11 are too many; 8 tenths of 10 are left.
    assert [path.stem for path in files(cache)] == ["k0", "k4", "k5", "k6", "k7", "k8", "k9", "new"]


def test_what_other_windows_keep_counts_too(tmp_path: Path) -> None:
    one = 96 * 70 + 47
    first, second = (ThumbnailCache(tmp_path / "thumbnails", max_bytes=4 * one) for _ in range(2))
    for number in range(4):
        first.put(f"k{number}", picture())
    second.put("new", picture())
    assert len(files(second)) == 3


def test_no_file_holds_more_than_a_digest_and_pixels(cache: ThumbnailCache) -> None:
    cache.put(key_of(STAMP), picture())
    (path,) = files(cache)
    assert path.name == f"{key_of(STAMP)}{SUFFIX}" and len(path.stem) == 40
    assert path.stat().st_size == 96 * 70 + 47
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700


def test_emptying_removes_thumbnails_and_nothing_else(cache: ThumbnailCache) -> None:
    assert cache.empty() == 0
    cache.put("k1", picture())
    cache.put("k2", picture())
    (cache.folder / "notes.txt").write_text("somebody's")
    assert cache.empty() == 2
    assert [path.name for path in files(cache)] == ["notes.txt"]
    cache.put("k1", picture())
    assert cache.get("k1") is not None


def test_a_folder_that_cannot_be_written_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "thumbnails").write_text("a file where the folder should be")
    cache = ThumbnailCache(tmp_path / "thumbnails")
    cache.put("k1", picture())
    assert cache.get("k1") is None and cache.empty() == 0


def test_two_windows_write_one_thumbnail_at_once(tmp_path: Path) -> None:
    caches = [ThumbnailCache(tmp_path / "thumbnails") for _ in range(4)]
    seen: list[bool] = []

    def work(cache: ThumbnailCache, grey: int) -> None:
        for _ in range(50):
            cache.put("k1", picture(grey))
            found = cache.get("k1")
            seen.append(found is not None and len(np.unique(found)) == 2)  # one grey and the bright pixel

    threads = [threading.Thread(target=work, args=(one, grey)) for grey, one in enumerate(caches)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 200
    assert [path.name for path in files(caches[0])] == [f"k1{SUFFIX}"]


def test_a_key_is_no_path(cache: ThumbnailCache) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        cache.get("../x")


@pytest.mark.parametrize(("digest", "made"), [
    (content_digest(STAMP), True), (f"{content_digest(STAMP)}-0123456789abcdef", True), ("0" * 32, False),
])  # fmt: skip
def test_an_image_that_only_begins_like_another_one_has_its_small_picture(
    tmp_path: Path, digest: str, made: bool
) -> None:
    header = Header(ImageFacts(source=Source.DICOM), Identity(), True, STAMP)
    source = ThumbnailSource(
        None, None, lambda path, cancel: SmallPicture(header, picture()), None, None, None, None  # type: ignore[arg-type]
    )  # fmt: skip
    place = Place(tmp_path / "a", online=True, modified_ns=1, changed_ns=1)
    assert (source.of_place(place, digest)(CancelToken()) is not None) is made
