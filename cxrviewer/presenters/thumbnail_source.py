"""Where small pictures come from: what is kept between runs, what is decoded already, or the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.imaging.contents import SmallPicture
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.stamp import still_holds
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.images import OpenedImage, OpenedImageStore
from cxrviewer.presenters.messages import sentence
from cxrviewer.presenters.worklist import MakeThumbnail, Thumbnail
from cxrviewer.studies.index.identity import holds
from cxrviewer.studies.library import ImageEntry
from cxrviewer.studies.thumbnail_cache import ThumbnailCache, key_of, thumbnail_key
from cxrviewer.text import tr, tr_n
from cxrviewer.workspace.image_store import Priority

if TYPE_CHECKING:
    from cxrviewer.presenters.small_pictures import Make
    from cxrviewer.studies.index.timeline import Place

ReadThumbnail = Callable[[Path, CancelToken], SmallPicture]


class ThumbnailSource:
    """Makes the small pictures of all lists of one window.

    Parameters
    ----------
    jobs : JobRunner
    images : OpenedImageStore
        What is decoded is not decoded a second time.
    read : callable
        ``(path, cancel)`` to a small picture.
    shrink : callable
        `imaging.thumbnails.thumbnail`: the small picture of an image that is decoded already.
    cache : ThumbnailCache, optional
        Where small pictures are kept between runs; without it they are made anew.
    soon : callable
        `DecodingAhead.soon`: how an image is about to be decoded whole, None where it is not.
    notify : callable
    """

    def __init__(
        self,
        jobs: JobRunner,
        images: OpenedImageStore,
        read: ReadThumbnail,
        shrink: Callable[[Radiograph], Thumbnail],
        cache: ThumbnailCache | None,
        soon: Callable[[ImageEntry], Priority | None],
        notify: Callable[[str], None],
    ) -> None:
        self._jobs, self._images, self._read, self._shrink = jobs, images, read, shrink
        self._cache, self._soon, self._notify = cache, soon, notify

    def of_entry(self, entry: ImageEntry) -> MakeThumbnail:
        """Return the work that makes the small picture of a listed image."""
        # Looked up here, on the GUI thread: the work below must not touch a presenter.
        images, key, before = self._images, entry.key, self._images.peek(entry.key)
        path, read, shrink, cache = entry.path, self._read, self._shrink, self._cache
        listed = entry.header
        priority = self._soon(entry)

        def kept_picture() -> Thumbnail | None:
            stamp = listed.stamp
            if cache is None or stamp is None or not still_holds(path, stamp):
                return None
            return cache.get(key_of(stamp))

        def make(cancel: CancelToken) -> SmallPicture:
            # Decoding it a second time would take as long as the first.
            kept = images.under_way(key, cancel) if before is None else before
            if kept is None or not still_holds(path, kept.header.stamp):
                picture = kept_picture()
                if picture is not None:
                    return SmallPicture(listed, picture)
                kept = None if priority is None else _decoded(images, entry, priority, cancel)
            if kept is not None:
                made = SmallPicture(kept.header, np.ascontiguousarray(shrink(kept.radiograph)))
            else:
                made = read(path, cancel)
            if cache is not None and made.header.stamp is not None:
                cache.put(key_of(made.header.stamp), made.picture)
            return made

        return make

    def of_place(self, place: Place, digest: str) -> Make:
        """Return the work that makes the small picture of an image of the library; None where it is another one now."""
        cache, read = self._cache, self._read
        key = thumbnail_key(digest, place.modified_ns, place.changed_ns)

        def make(cancel: CancelToken) -> Thumbnail | None:
            # A disc that is not connected cannot have changed either.
            known = cache.get(key) if cache is not None and (not place.online or place.unchanged()) else None
            if known is not None or not place.online:
                return known
            made = read(place.path, cancel)
            if not holds(made.header.stamp, digest):
                return None
            if cache is not None and place.unchanged():
                cache.put(key, made.picture)
            return made.picture

        return make

    def empty(self) -> None:
        """Remove the small pictures that are kept between runs."""
        cache = self._cache
        if cache is None:
            return

        def emptied(number: int) -> None:
            self._notify(
                tr_n("{n:,} kept thumbnail was deleted.", "{n:,} kept thumbnails were deleted.", number)
                if number
                else tr("No thumbnail was kept on this computer.")
            )

        self._jobs.submit(
            Lane.AHEAD,
            "thumbnails",
            lambda _: cache.empty(),
            on_done=emptied,
            on_failed=lambda error: self._notify(sentence(error, tr("Deleting the thumbnails"))),
        )


def _decoded(
    images: OpenedImageStore, entry: ImageEntry, priority: Priority, cancel: CancelToken
) -> OpenedImage | None:
    """Return an image that is decoded whole in any case, None where it had to give way to what the reader waits for."""
    try:
        return images.obtain(entry, cancel, priority)
    except JobCancelled:
        cancel.raise_if_cancelled()
        return None
