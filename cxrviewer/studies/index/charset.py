"""The right character set for a study whose files name a wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import LibraryError
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.member_paths import place_of
from cxrviewer.studies.index.identity import begin_of, keys_of
from cxrviewer.studies.index.scan import Reader
from cxrviewer.studies.index.store import FileRow, FileState, Index
from cxrviewer.text import msg

NOT_REACHED = msg("None of the study's files can be reached at the moment.")

CHARSETS: Mapping[str, str] = {
    "ISO_IR 192": msg("UTF-8"),
    "ISO_IR 100": msg("Latin 1 (Western Europe)"),
    "ISO_IR 101": msg("Latin 2 (Central Europe)"),
    "ISO_IR 109": msg("Latin 3 (Southern Europe)"),
    "ISO_IR 110": msg("Latin 4 (Baltic)"),
    "ISO_IR 148": msg("Latin 5 (Turkish)"),
    "ISO_IR 144": msg("Cyrillic"),
    "ISO_IR 126": msg("Greek"),
    "ISO_IR 127": msg("Arabic"),
    "ISO_IR 138": msg("Hebrew"),
    "ISO_IR 166": msg("Thai"),
    "ISO_IR 13": msg("Japanese (JIS X 0201)"),
    "\\ISO 2022 IR 87": msg("Japanese (JIS X 0208)"),
    "\\ISO 2022 IR 149": msg("Korean (KS X 1001)"),
    "GB18030": msg("Chinese (GB18030)"),
    "GBK": msg("Chinese (GBK)"),
    "windows-1251": msg("Cyrillic (Windows 1251)"),
    "koi8-r": msg("Cyrillic (KOI8-R)"),
    "windows-1250": msg("Central Europe (Windows 1250)"),
    "windows-1253": msg("Greek (Windows 1253)"),
    "windows-1256": msg("Arabic (Windows 1256)"),
    "windows-1257": msg("Baltic (Windows 1257)"),
    "cp932": msg("Japanese (Shift JIS)"),
    "euc_jp": msg("Japanese (EUC-JP)"),
    "cp949": msg("Korean (EUC-KR)"),
    "big5": msg("Chinese (Big5)"),
}
"""What a reader may choose, and what it is for: Defined Terms of PS3.3 C.12.1.1.2, then Python's names of encodings
that DICOM does not have and that systems write all the same, most often while they state Latin 1 or nothing."""


class NameReading(Struct, frozen=True):
    """How a name reads in one character set; `charset` is empty for what the file says."""

    charset: str
    name: str


def name_readings(
    index: Index, reader: Reader, study: int, cancel: CancelToken | None = None
) -> tuple[NameReading, ...]:
    """Return the patient's name of a study as the file says it, then in each of `CHARSETS`.

    Raises
    ------
    LibraryError
        Where the study is gone, or none of its files can be reached.
    JobCancelled
    """
    for image in _images(index, study):
        for path, member, online in index.paths_of(image):
            place = place_of(path, member)
            found = reader.read_many([place], cancel)[0] if online else None
            if isinstance(found, Header):
                readings = [NameReading("", found.identity.patient_name)]
                for charset in CHARSETS:
                    one = reader.read_many([place], cancel, charset=charset)[0]
                    if isinstance(one, Header):
                        readings.append(NameReading(charset, one.identity.patient_name))
                return tuple(readings)
    raise LibraryError(NOT_REACHED)


def paths_of_study(index: Index, study: int) -> tuple[Path, ...]:
    """Return every file of a study."""
    places = [place for image in _images(index, study) for place in index.paths_of(image)]
    return tuple(place_of(path, member) for path, member, _ in places)


def written_alike(index: Index, study: int) -> tuple[int, ...]:
    """Return a study, and the others of its patient where the name is of another script than Latin without marks.

    A name that reads wrong in the same way was written in the same way; studies for which another character set was
    chosen are left out. Of a name that reads the same in every character set nothing is known.
    """
    rows = index.database.rows(
        "SELECT other.id, patient.name FROM study JOIN patient ON patient.id = study.patient "
        "JOIN study AS other ON other.patient = study.patient AND other.charset = study.charset "
        "WHERE study.id = ? ORDER BY other.id <> study.id, other.id",
        (study,),
    )
    return tuple(cast(int, other) for other, name in rows if other == study or not str(name).isascii())


def set_charset_alike(index: Index, reader: Reader, study: int, charset: str) -> tuple[Path, ...]:
    """Read a study, and those that are written alike, in another character set (`set_charset`); return their files.

    Of the others, those that cannot be reached at the moment stay as they are.
    """
    paths: list[Path] = []
    for one in written_alike(index, study):
        try:
            paths += paths_of_study(index, set_charset(index, reader, one, charset))
        except LibraryError:
            if one == study:
                raise
    return tuple(paths)


def _images(index: Index, study: int) -> list[int]:
    rows = index.database.rows(
        "SELECT image.id FROM series JOIN image ON image.series = series.id WHERE series.study = ? ORDER BY image.id",
        (study,),
    )
    return [cast(int, row[0]) for row in rows]


def set_charset(index: Index, reader: Reader, study: int, charset: str, cancel: CancelToken | None = None) -> int:
    """Read the text of a study in another character set, now and in later scans; return its row, which may be new.

    Parameters
    ----------
    charset : str
        One of `CHARSETS`; empty for what the files themselves say.

    Raises
    ------
    LibraryError
        Where the study is gone, none of its files can be reached, or nothing can be written.
    JobCancelled
    """
    if charset and charset not in CHARSETS:
        raise ValueError("not a character set that can be chosen")
    images = _images(index, study)
    rows: list[FileRow] = []
    for image in images:
        rows += _read(index, reader, image, charset, cancel)
    if not rows:
        raise LibraryError(NOT_REACHED)
    mark = index.change_mark(study, charset=charset)
    header = rows[0].header
    assert header is not None, "only files with a header were taken"
    # An ID with letters of its own reads differently now, and what was noted goes with it.
    key = keys_of(header, str(rows[0].folder)).mark
    index.keep_mark(key, mark)
    index.write(rows)
    found = index.database.rows(
        "SELECT series.study FROM image JOIN series ON series.id = image.series WHERE image.id = ?", (images[0],)
    )
    return cast(int, found[0][0]) if found else study


def _read(index: Index, reader: Reader, image: int, charset: str, cancel: CancelToken | None) -> list[FileRow]:
    """Return the rows of an image's files with their text read anew; files that changed are left to the next scan."""
    digest = index.database.rows("SELECT digest FROM image WHERE id = ?", (image,))[0][0]
    files = index.database.rows(
        "SELECT folder, name, size, modified, changed, fresh FROM file WHERE image = ? ORDER BY id", (image,)
    )
    rows: list[FileRow] = []
    for (path, member, online), file in zip(index.paths_by_file(image), files, strict=True):
        place = place_of(path, member)
        found = reader.read_many([place], cancel, charset=charset)[0] if online else None
        if not isinstance(found, Header) or not found.has_pixels:
            continue
        keys = keys_of(found, str(file[0]))
        if begin_of(str(digest)) == keys.digest:
            folder, name, size, modified, changed = cast("tuple[int, bytes, int, int, int]", file[:5])
            state = FileState(size, modified, changed, bool(file[5]))
            rows.append(FileRow(folder, name, state, header=found, digest=str(digest)))
    return rows
