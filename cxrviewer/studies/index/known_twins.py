"""Images that are open, and others in the index that carry their SOP Instance UID."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import cast

import msgspec

from cxrviewer.imaging.member_paths import place_of
from cxrviewer.studies.index.database import Database, portions, question_marks
from cxrviewer.studies.index.identity import begin_of
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.library import ImageEntry


def known_twins(index: Index, listed: Sequence[ImageEntry]) -> frozenset[str]:
    """Return the keys of the images under whose UID the index knows another content.

    What the index knows only at paths that are listed does not count: the list knows what lies there now.

    Raises
    ------
    LibraryError
    """
    by_uid: dict[str, list[ImageEntry]] = {}
    for entry in listed:
        if uid := entry.header.identity.sop_instance_uid:
            by_uid.setdefault(uid, []).append(entry)
    paths = {entry.path for entry in listed}
    found: set[str] = set()
    for uids in portions(by_uid):
        rows = index.database.rows(f"SELECT id, uid, digest FROM image WHERE uid IN ({question_marks(uids)})", uids)
        known: dict[str, list[tuple[int, str]]] = {}
        for image, carried, digest in rows:
            known.setdefault(str(carried), []).append((cast(int, image), begin_of(str(digest))))
        for uid, images in known.items():
            found.update(_twins(index, by_uid[uid], images, paths))
    return frozenset(found)


def told_apart(database: Database, digests: Collection[str]) -> list[str]:
    """Return those digests of files that say which image a file is: no other content of the index begins alike.

    Raises
    ------
    LibraryError
    """
    wanted = sorted(set(digests))
    rows = database.rows(
        "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM image "
        "WHERE digest > value || '-' AND digest < value || '.')",  # `begin_of`
        (msgspec.json.encode(wanted).decode(),),
    )
    return [str(digest) for (digest,) in rows]


def _twins(
    index: Index, entries: Sequence[ImageEntry], images: Sequence[tuple[int, str]], paths: set[Path]
) -> set[str]:
    begins = [begin for _, begin in images]
    found: set[str] = set()
    for entry in entries:
        alike = begins.count(entry.digest)
        # Of several that begin alike one is perhaps the listed one, and the others are not.
        others = [image for image, begin in images if begin != entry.digest or alike > 1]
        if any(_lies_elsewhere(index, image, paths) for image in others):
            found.add(entry.key)
    return found


def _lies_elsewhere(index: Index, image: int, paths: set[Path]) -> bool:
    return any(place_of(path, member) not in paths for path, member, _ in index.paths_by_file(image))
