"""The index: rows of patients, studies, series, images and files, and how they are kept true."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, cast

from msgspec import Struct, field

from cxrviewer.errors import LibraryBehindError, LibraryError
from cxrviewer.imaging.contents import Header
from cxrviewer.studies.index.database import DAMAGED, Database, portions, question_marks, set_aside
from cxrviewer.studies.index.identity import Keys, keys_of
from cxrviewer.studies.index.kept_text import kept_text, text_of
from cxrviewer.studies.index.patience import Patience
from cxrviewer.studies.index.schema import INDEX
from cxrviewer.studies.index.text import name_key, normalised, words
from cxrviewer.studies.index.user_store import Mark, MarkChange, StudyStatus, UserStore
from cxrviewer.studies.persons import sharing_an_id
from cxrviewer.text import msg

NOBODY = "\x7f"
"""Sorts studies without a name behind those with one."""

CURRENT, OUTDATED, REFUSED, SCORED_BEFORE, SCORED = 2_000_000, 1_000_000, 3, 2, 1
"""Steps of a study's flag: findings above their threshold by a current score, by an outdated one, none."""


class Root(Struct, frozen=True):
    """Where the index looks.

    Attributes
    ----------
    id : int
    path : Path
    kind : str
        ``folder``, ``file`` or ``dicomdir``.
    kept : bool
        False for what is looked at without being added; it is forgotten by `Index.forget_visits`.
    shown : str
        What stands for it on the screen, empty for its path.
    online : bool
        False where it could not be reached when it was last looked at.
    complete : bool
        Whether its last scan has come to its end; not while one goes on.
    """

    id: int
    path: Path
    kind: str
    kept: bool
    shown: str
    online: bool
    complete: bool


class FileState(Struct, frozen=True):
    """Size in bytes and times in nanoseconds of a file or member; `fresh`: written just before it was looked at."""

    size: int
    modified: int
    changed: int
    fresh: bool = False


class FileRow(Struct, frozen=True):
    """What became of one file: a header, or the reason why it holds no image.

    `digest` replaces the content digest where that is shared with other content; `keys` are those of the header where
    they are known already.
    """

    folder: int
    name: bytes
    state: FileState
    header: Header | None = None
    reason: str = ""
    digest: str = ""
    keys: Keys | None = None


class SkippedFile(Struct, frozen=True):
    """A file or folder without an image; `path` is for the screen only.

    `reason` is a `Message` where it has values, to be translated when it is shown.
    """

    path: Path
    reason: str


_Kept = TypeVar("_Kept")

_ImageRow = tuple[int, str, str, str, str, int]
"""Series, its description, modality, view, body part, and whether it collides."""

_KnownImage = tuple[int, int, str]
"""Row, series and digest of an image."""

_SUMMARY = ("series", "images", "modalities", "views", "colliding", "flag", "unscored", "findings", "online")
"""Columns of a study that are made from other rows."""


class _Touched(Struct):
    """Rows that one transaction changed and that others depend on.

    Attributes
    ----------
    studies, images, uids, ids
        Rows, image UIDs and patient IDs whose summaries must be made anew.
    fresh, fresh_patients : set of int
        Studies and patients that were made in this transaction: nothing depends on them yet.
    emptied : set of int
        Studies that lost an image, so that a series may be empty.
    patients, study_rows, series_rows, known_images
        Rows by what they are found by, as far as they are known: those that this transaction asks for are read
        together, before it begins to write them.
    known_files
        Row and image of a file by folder and name, None for one among `new_files`.
    new_files
        Rows that are still to be written.
    """

    studies: set[int] = field(default_factory=set)
    images: set[int] = field(default_factory=set)
    uids: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    patients: dict[str, int] = field(default_factory=dict)
    fresh: set[int] = field(default_factory=set)
    fresh_patients: set[int] = field(default_factory=set)
    emptied: set[int] = field(default_factory=set)
    study_rows: dict[tuple[int, str], int] = field(default_factory=dict)
    series_rows: dict[tuple[int, str], int] = field(default_factory=dict)
    known_images: dict[str, list[_KnownImage]] = field(default_factory=dict)
    known_files: dict[tuple[int, bytes], tuple[int, int | None] | None] = field(default_factory=dict)
    new_files: list[tuple[object, ...]] = field(default_factory=list)


class Index:
    """The library's index. One per window; safe to use from any thread.

    Parameters
    ----------
    path : Path
        Of the SQLite file, made where it is missing.
    user : UserStore, optional
        Marks of studies, which are copied into their rows.
    patience : Patience, optional
        See `Database`.

    Attributes
    ----------
    rebuilt : bool
        Whether an index that was damaged or not ours was set aside, so that everything must be scanned again.

    Raises
    ------
    LibraryError
        From every method: another window writes for long, the disk is full or gone, the file is damaged.
    """

    def __init__(self, path: Path, user: UserStore | None = None, patience: Patience | None = None) -> None:
        self.rebuilt = False
        broken = _broken_note(path)
        if broken.exists():
            if path.exists():
                set_aside(path)
            with contextlib.suppress(OSError):
                broken.unlink()
            self.rebuilt = True
        self.database = Database(path, INDEX, durable=False, patience=patience)
        self.rebuilt = self.rebuilt or self.database.set_aside is not None
        self._user = user
        self._behind = False  # of the user's store
        try:
            if user is not None:
                if user.set_aside is not None:
                    self._give_back(user)
                self._take_roots(user)
                self.refresh_marks()
        except BaseException:
            self.database.close()
            raise

    def close(self) -> None:
        self.database.close()

    def report_damage(self, error: LibraryError) -> None:
        """Let the next start build the index again where `error` says that it is damaged."""
        if error.user_message == DAMAGED:
            with contextlib.suppress(OSError):
                _broken_note(self.database.path).touch()

    # Roots

    def roots(self) -> tuple[Root, ...]:
        """Return every root, in the order they were added."""
        rows = self.database.rows("SELECT id, path, kind, kept, shown, online, complete FROM root ORDER BY id")
        return tuple(_root(row) for row in rows)

    def add_root(self, path: Path, kind: str = "folder", *, kept: bool = True, shown: str = "") -> Root:
        """Add a folder, file or DICOMDIR, and return its row; a path that is there already keeps its rows.

        Parameters
        ----------
        kept : bool
            False to look at it without adding it to the user's library. What was added stays added.
        """
        raw = os.fsencode(os.path.abspath(path))
        user = self._user if kept else None

        def write(database: Database, _: object = None) -> None:
            database.execute(
                "INSERT INTO root (path, kind, kept, shown) VALUES (?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
                "kind = excluded.kind, kept = max(kept, excluded.kept), shown = excluded.shown",
                (raw, kind, int(kept), shown),
            )

        if user is None:
            with self.database.transaction() as database:
                write(database)
        else:
            self._with_index(lambda: user.add_root(raw, kind), write)
        rows = self.database.rows(
            "SELECT id, path, kind, kept, shown, online, complete FROM root WHERE path = ?", (raw,)
        )
        return _root(rows[0])

    def remove_root(self, root: Root) -> None:
        """Forget a root and what only it holds. Files and notes stay as they are."""
        with self._removed_from_user(root), self.database.transaction() as database:
            images = _ids(
                database.execute(
                    "SELECT DISTINCT image FROM file JOIN folder ON folder.id = file.folder "
                    "WHERE folder.root = ? AND image IS NOT NULL",
                    (root.id,),
                )
            )
            database.execute("DELETE FROM root WHERE id = ?", (root.id,))
            touched = _Touched(images=images)
            self._settle(touched)

    @contextlib.contextmanager
    def _removed_from_user(self, root: Root) -> Iterator[None]:
        """Take a root out of the user's store, and put it back where the index cannot forget it."""
        user, raw = self._user, os.fsencode(root.path)
        if user is None:
            yield
            return
        known = next((kind for path, kind in user.roots() if path == raw), None)
        watched = raw in user.watched()
        user.remove_root(raw)
        try:
            yield
        except LibraryError:
            if known is not None:
                user.add_root(raw, known)
                user.watch_root(raw, on=watched)
            raise

    def forget_visits(self) -> None:
        """Forget the roots that were only looked at."""
        for root in self.roots():
            if not root.kept:
                self.remove_root(root)

    def set_root_state(self, root: Root, *, online: bool, complete: bool | None = None) -> None:
        """Set whether a root can be reached and, where given, whether its scan came to its end."""
        with self.database.transaction() as database:
            before = database.execute("SELECT online FROM root WHERE id = ?", (root.id,)).fetchone()
            database.execute(
                "UPDATE root SET online = ?, complete = coalesce(?, complete) WHERE id = ?",
                (int(online), None if complete is None else int(complete), root.id),
            )
            if before is not None and bool(before[0]) != online:
                studies = _ids(
                    database.execute(
                        "SELECT DISTINCT series.study FROM folder JOIN file ON file.folder = folder.id "
                        "JOIN image ON image.id = file.image JOIN series ON series.id = image.series "
                        "WHERE folder.root = ?",
                        (root.id,),
                    )
                )
                for study in studies:
                    database.execute(f"UPDATE study SET online = ({_ONLINE}) WHERE id = ?", (study,))

    # Folders and files

    def folder(self, root: Root, path: bytes, *, zipped: bool = False) -> int:
        """Return the row of a folder below `root` (empty: the root itself), made where it is missing.

        0 where the root itself was removed meanwhile: what is written of such a folder is dropped.
        """
        with self.database.transaction() as database:
            found = database.execute(
                "SELECT id FROM folder WHERE root = ? AND path = ?", (root.id, path)
            ).fetchone()  # fmt: skip
            if found is not None:
                return int(found[0])
            made = database.execute(
                "INSERT INTO folder (root, path, zip) SELECT id, ?, ? FROM root WHERE id = ? RETURNING id",
                (path, int(zipped), root.id),
            ).fetchone()  # fmt: skip
            return 0 if made is None else int(made[0])

    def set_folder_state(self, folder: int, *, state: str = "", reason: str = "") -> None:
        """Keep why a folder could not be listed, and the state of a ZIP whose members are all known."""
        with self.database.transaction() as database:
            database.execute("UPDATE folder SET state = ?, reason = ? WHERE id = ?", (state, kept_text(reason), folder))

    def begin_scan(self, root: Root) -> None:
        """Take a root for incomplete until its scan has come to its end (`set_root_state`).

        Which folders could not be listed is forgotten: the scan finds out again.
        """
        with self.database.transaction() as database:
            database.execute("UPDATE root SET complete = 0 WHERE id = ? AND complete", (root.id,))
            database.execute("UPDATE folder SET reason = '' WHERE root = ? AND reason <> ''", (root.id,))

    def folder_state(self, folder: int) -> str:
        rows = self.database.rows("SELECT state FROM folder WHERE id = ?", (folder,))
        return str(rows[0][0]) if rows else ""

    def folders(self, root: Root) -> dict[bytes, int]:
        """Return path and row of every known folder below a root."""
        rows = self.database.rows("SELECT path, id FROM folder WHERE root = ?", (root.id,))
        return {cast(bytes, path): cast(int, number) for path, number in rows}

    def known(self, folder: int) -> dict[bytes, FileState]:
        """Return what was known of each file of a folder when it was read."""
        rows = self.database.rows("SELECT name, size, modified, changed, fresh FROM file WHERE folder = ?", (folder,))
        return {
            cast(bytes, name): FileState(cast(int, size), cast(int, modified), cast(int, changed), bool(fresh))
            for name, size, modified, changed, fresh in rows
        }

    def paths_of(self, image: int) -> tuple[tuple[Path, str, bool], ...]:
        """Return every place of an image: path of the file, member of a ZIP (or empty), and whether it is online.

        Those that can be reached come first.
        """
        return tuple(sorted(self.paths_by_file(image), key=lambda place: not place[2]))

    def paths_by_file(self, image: int) -> tuple[tuple[Path, str, bool], ...]:
        """Return what `paths_of` does, in the order of the files' rows."""
        rows = self.database.rows(
            "SELECT root.path, root.kind, folder.path, folder.zip, file.name, root.online FROM file "
            "JOIN folder ON folder.id = file.folder JOIN root ON root.id = folder.root "
            "WHERE file.image = ? ORDER BY file.id",
            (image,),
        )
        return tuple((*place_of(*cast(tuple[bytes, str, bytes, int, bytes], row[:5])), bool(row[5])) for row in rows)

    def twin(self, uid: str, digest: str) -> int | None:
        """Return the image with this UID and digest."""
        rows = self.database.rows("SELECT id FROM image WHERE uid = ? AND digest = ?", (uid, digest))
        return cast(int, rows[0][0]) if rows else None

    def known_images(self, uids: Collection[str]) -> frozenset[tuple[str, str]]:
        """Return UID and digest of every image with one of some UIDs."""
        rows = self.database.rows(f"SELECT uid, digest FROM image WHERE uid IN ({question_marks(uids)})", tuple(uids))
        return frozenset((str(uid), str(digest)) for uid, digest in rows)

    def skipped(self, root: Root | None = None) -> tuple[SkippedFile, ...]:
        """Return every file and folder without an image and why: the "why was this skipped" list."""
        only = "" if root is None else "AND root.id = ?"
        values = () if root is None else (root.id,)
        files = self.database.rows(
            "SELECT root.path, root.kind, folder.path, folder.zip, file.name, file.reason FROM file "
            "JOIN folder ON folder.id = file.folder JOIN root ON root.id = folder.root "
            f"WHERE file.reason <> '' {only} ORDER BY file.id",
            values,
        )
        folders = self.database.rows(
            "SELECT root.path, root.kind, folder.path, 0, x'', folder.reason FROM folder "
            f"JOIN root ON root.id = folder.root WHERE folder.reason <> '' {only} ORDER BY folder.id",
            values,
        )
        found = []
        for row in (*folders, *files):
            path, member = place_of(*cast(tuple[bytes, str, bytes, int, bytes], row[:5]))
            found.append(SkippedFile(path / member if member else path, text_of(row[5])))
        return tuple(found)

    def has_images(self) -> bool:
        """Return whether any image is known."""
        return bool(self.database.rows("SELECT EXISTS (SELECT 1 FROM image)")[0][0])

    def count_skipped(self) -> int:
        """Return how many files and folders `skipped` has."""
        rows = self.database.rows(
            "SELECT (SELECT count(*) FROM file WHERE reason <> '') + (SELECT count(*) FROM folder WHERE reason <> '')"
        )
        return cast(int, rows[0][0])

    def write(self, rows: Sequence[FileRow], *, gone: Iterable[tuple[int, bytes]] = ()) -> None:
        """Take in what was read, and forget the files `gone` (folder and name), in one transaction.

        Rows of a folder whose root was removed while it was read, in this window or another one, are dropped.
        """
        touched = _Touched()
        with self.database.transaction() as database:
            for some in portions({row.folder for row in rows}):
                kept = _ids(database.execute(f"SELECT id FROM folder WHERE id IN ({question_marks(some)})", some))
                if len(kept) < len(some):
                    dropped = set(some) - kept
                    rows = [row for row in rows if row.folder not in dropped]
            for folder, name in gone:
                self._remove(folder, name, touched)
            self._look_up(rows, touched)
            for row in rows:
                self._take(row, touched)
            self._write_files(touched)
            self._settle(touched)

    def forget_folders(self, folders: Collection[int]) -> None:
        """Forget folders that are no longer there, with their files."""
        touched = _Touched()
        with self.database.transaction() as database:
            for folder in folders:
                touched.images |= _ids(
                    database.execute("SELECT image FROM file WHERE folder = ? AND image IS NOT NULL", (folder,))
                )
                database.execute("DELETE FROM folder WHERE id = ?", (folder,))
            self._settle(touched)

    # What the reader noted

    def change_mark(
        self, study: int, *, status: StudyStatus | None = None, note: str | None = None, charset: str | None = None
    ) -> Mark:
        """Keep status, note or charset override of a study; the user's own store first."""
        return next(iter(self.change_marks([study], status=status, note=note, charset=charset).after.values()))

    def change_marks(
        self,
        studies: Sequence[int],
        *,
        status: StudyStatus | None = None,
        note: str | None = None,
        charset: str | None = None,
    ) -> MarkChange:
        """Keep the same of some studies, of all that are still there, as `change_mark` does."""
        keys: dict[str, None] = {}
        for some in portions(studies):
            rows = self.database.rows(f"SELECT mark FROM study WHERE id IN ({question_marks(some)})", some)
            keys.update((str(row[0]), None) for row in rows)
        if not keys:
            raise LibraryError(msg("This study is no longer in the library."))
        user = self._noted()
        return self._with_index(
            lambda: user.change_all(list(keys), status=status, note=note, charset=charset),
            lambda database, change: self._copy_marks(database, change.after),
        )

    def take_back(self, change: MarkChange) -> int:
        """Undo what `change_marks` returned (`UserStore.take_back`); return how many marks are different now."""
        user = self._noted()
        return len(self._with_index(lambda: user.take_back(change), self._copy_marks))

    def keep_mark(self, key: str, mark: Mark) -> None:
        """Keep a mark under a key of `identity.mark_key`."""
        if self._user is not None and self._user.mark(key) != mark:
            self._user.change(key, status=mark.status, note=mark.note, charset=mark.charset)

    def charsets(self) -> dict[str, str]:
        """Return the charset override of each mark that has one."""
        marks = {} if self._user is None else self._user.marks()
        return {key: mark.charset for key, mark in marks.items() if mark.charset}

    def refresh_marks(self) -> None:
        """Copy the user's marks into the rows where another window or a new index made them differ."""
        if self._user is None:
            return
        revision = self._user.revision
        known = self.database.rows("SELECT value FROM fact WHERE name = 'marks'")
        if known and known[0][0] == str(revision):
            return
        marks = self._user.marks()
        with self.database.transaction() as database:
            for key, mark in marks.items():
                self._copy_mark(database, key, mark)
            database.execute("INSERT OR REPLACE INTO fact VALUES ('marks', ?)", (str(revision),))

    def _with_index(self, keep: Callable[[], _Kept], copy: Callable[[Database, _Kept], None]) -> _Kept:
        """Let the user's store `keep` something, then `copy` it into the index.

        Raises
        ------
        LibraryBehindError
            It is kept, but the index could not be written: on a full disk that shows at its commit only.
        LibraryError
            Nothing is kept.
        """
        kept: list[_Kept] = []
        try:
            # The index first: what fails for one that is held must not be kept by the user's store.
            with self.database.transaction() as database:
                kept.append(keep())
                copy(database, kept[0])
                if self._behind and self._user is not None:
                    self._copy_marks(database, self._user.marks())
        except LibraryError as error:
            if not kept:
                raise
            self._behind = True
            raise LibraryBehindError(error, kept[0]) from error
        self._behind = False
        return kept[0]

    def _noted(self) -> UserStore:
        if self._user is None:
            raise LibraryError(msg("This library keeps no notes."))
        return self._user

    def _copy_marks(self, database: Database, marks: Mapping[str, Mark]) -> None:
        for key, mark in marks.items():
            self._copy_mark(database, key, mark)

    def _copy_mark(self, database: Database, key: str, mark: Mark) -> None:
        database.execute(
            "UPDATE study SET status = ?, note = ?, charset = ? WHERE mark = ?",
            (mark.status.value, mark.note, mark.charset, key),
        )
        database.execute(
            "UPDATE study_text SET note = ?1 WHERE rowid IN (SELECT id FROM study WHERE mark = ?2) AND note IS NOT ?1",
            (words(mark.note), key),
        )

    def _give_back(self, user: UserStore) -> None:
        """Copy folders and marks into a store that was made anew in the place of a damaged one."""
        for root in self.roots():
            if root.kept:
                user.add_root(os.fsencode(root.path), root.kind)
        rows = self.database.rows(
            "SELECT DISTINCT mark, status, note, charset FROM study "
            "WHERE status <> 'new' OR note <> '' OR charset <> ''"
        )
        for mark, status, note, charset in rows:
            user.change(str(mark), status=StudyStatus(status), note=str(note), charset=str(charset))

    def _take_roots(self, user: UserStore) -> None:
        with self.database.transaction() as database:
            for path, kind in user.roots():
                database.execute(
                    "INSERT INTO root (path, kind, kept) VALUES (?, ?, 1) ON CONFLICT (path) DO UPDATE SET kept = 1",
                    (path, kind),
                )

    # Rows of one transaction

    def _look_up(self, rows: Sequence[FileRow], touched: _Touched) -> None:
        """Read what is known of some rows: one question for many rows takes a tenth of one for each."""
        database = self.database
        keys = [keys_of(row.header, f"{row.folder}") if row.keys is None else row.keys for row in rows if row.header]
        for some in portions({key.image for key in keys}):
            touched.known_images.update((uid, []) for uid in some)
            statement = f"SELECT uid, id, series, digest FROM image WHERE uid IN ({question_marks(some)}) ORDER BY id"
            for uid, *found in database.execute(statement, some):
                touched.known_images[uid].append((found[0], found[1], found[2]))
        for some in portions({key.patient for key in keys}):
            statement = f"SELECT identity, id FROM patient WHERE identity IN ({question_marks(some)})"
            touched.patients.update(database.execute(statement, some).fetchall())
        names: dict[int, list[bytes]] = {}
        for row in rows:
            names.setdefault(row.folder, []).append(row.name)
        for folder, files in names.items():
            for part in portions(files):
                statement = f"SELECT name, id, image FROM file WHERE folder = ? AND name IN ({question_marks(part)})"
                for name, number, image in database.execute(statement, (folder, *part)):
                    touched.known_files[folder, name] = (number, image)

    def _take(self, row: FileRow, touched: _Touched) -> None:
        image = None if row.header is None else self._image(row, row.header, touched)
        state, key, reason = row.state, (row.folder, row.name), kept_text(row.reason)
        if key not in touched.known_files:
            touched.known_files[key] = None
            touched.new_files.append(
                (row.folder, row.name, state.size, state.modified, state.changed, state.fresh, image, reason)
            )
            return
        before = touched.known_files[key]
        if before is None:  # twice in one transaction
            self._write_files(touched)
            before = self.database.execute(
                "SELECT id, image FROM file WHERE folder = ? AND name = ?", key
            ).fetchone()  # fmt: skip
            assert before is not None, "it was just written"
        if before[1] is not None and before[1] != image:
            touched.images.add(before[1])
        self.database.execute(
            "UPDATE file SET size = ?, modified = ?, changed = ?, fresh = ?, image = ?, reason = ? WHERE id = ?",
            (state.size, state.modified, state.changed, state.fresh, image, reason, before[0]),
        )
        touched.known_files[key] = (before[0], image)

    def _write_files(self, touched: _Touched) -> None:
        files, touched.new_files = touched.new_files, []
        self.database.executemany(
            "INSERT INTO file (folder, name, size, modified, changed, fresh, image, reason) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            files,
        )

    def _remove(self, folder: int, name: bytes, touched: _Touched) -> None:
        found = self.database.execute("SELECT id, image FROM file WHERE folder = ? AND name = ?", (folder, name))
        for number, image in found.fetchall():
            if image is not None:
                touched.images.add(image)
            self.database.execute("DELETE FROM file WHERE id = ?", (number,))

    def _image(self, row: FileRow, header: Header, touched: _Touched) -> int:
        keys = row.keys or keys_of(header, f"{row.folder}")
        digest = row.digest or keys.digest
        series = self._series(keys, header, touched)
        who, facts = header.identity, header.facts
        same = touched.known_images[keys.image]
        found = next((one for one in same if one[2] == digest), None)
        if same and found is None:
            touched.uids.add(keys.image)
        values = (
            series, who.instance_number, facts.modality, facts.view_position, "\\".join(facts.view_codes),
            facts.laterality, facts.body_part, "\\".join(facts.descriptions), facts.sop_class,
            "\\".join(facts.image_type), facts.frames, facts.rows, facts.columns,
        )  # fmt: skip
        if found is None:
            made = self.database.execute(
                "INSERT INTO image (series, number, modality, view, view_codes, laterality, body_part, described, "
                "sop_class, image_type, frames, rows, columns, uid, digest) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (*values, keys.image, digest),
            )
            number = int(made.lastrowid or 0)
            same.append((number, series, digest))
            return number
        if found[1] != series and self._moves(found[0], row, touched):
            # The header reads differently now: another charset, or a folder that stands for a missing UID.
            left = self.database.execute("SELECT study FROM series WHERE id = ?", (found[1],)).fetchone()[0]
            touched.studies.add(left)
            touched.emptied.add(left)
            self.database.execute(
                "UPDATE image SET series = ?, number = ?, modality = ?, view = ?, view_codes = ?, laterality = ?, "
                "body_part = ?, described = ?, sop_class = ?, image_type = ?, frames = ?, rows = ?, columns = ? "
                "WHERE id = ?",
                (*values, found[0]),
            )
            same[same.index(found)] = (found[0], series, digest)
        return found[0]

    def _moves(self, image: int, row: FileRow, touched: _Touched) -> bool:
        """Whether an image follows what was just read of one of its files: not where another folder holds it too."""
        self._write_files(touched)
        others = self.database.execute(
            "SELECT 1 FROM file WHERE image = ? AND NOT (folder = ? AND name = ?)", (image, row.folder, row.name)
        ).fetchone()  # fmt: skip
        assert row.header is not None
        return others is None or bool(row.header.identity.series_uid and row.header.identity.study_uid)

    def _series(self, keys: Keys, header: Header, touched: _Touched) -> int:
        study = self._study(keys, header, touched)
        touched.studies.add(study)
        known = touched.series_rows.get((study, keys.series))
        if known is not None:
            return known
        who = header.identity
        found = None
        if study not in touched.fresh:
            found = self.database.execute(
                "SELECT id FROM series WHERE study = ? AND uid = ?", (study, keys.series)
            ).fetchone()
        if found is None:
            made = self.database.execute(
                "INSERT INTO series (study, uid, number, description) VALUES (?, ?, ?, ?)",
                (study, keys.series, who.series_number, who.series_description),
            )
            found = (made.lastrowid,)
        number = touched.series_rows[study, keys.series] = int(found[0] or 0)
        return number

    def _study(self, keys: Keys, header: Header, touched: _Touched) -> int:
        who = header.identity
        patient = self._patient(keys, header, touched)
        known = touched.study_rows.get((patient, keys.study))
        if known is not None:
            return known
        found = None
        if patient not in touched.fresh_patients:
            found = self.database.execute(
                "SELECT id FROM study WHERE patient = ? AND uid = ?", (patient, keys.study)
            ).fetchone()
        if found is None:
            mark = Mark() if self._user is None else self._user.mark(keys.mark)
            made = self.database.execute(
                "INSERT INTO study (patient, uid, mark, date, time, description, accession, status, note, charset, "
                "by_name, by_id, by_birth, by_date, by_description, series, images, modalities, views) "
                "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,1,1,?,?)",
                (
                    patient, keys.study, keys.mark, who.study_date, who.study_time, who.study_description,
                    who.accession_number, mark.status.value, mark.note, mark.charset,
                    name_key(who.patient_name) or NOBODY, normalised(who.patient_id), who.birth_date,
                    f"{who.study_date} {who.study_time}".strip(), normalised(who.study_description),
                    header.facts.modality, header.facts.view_position,  # as of most studies: nothing to change later
                ),
            )  # fmt: skip
            found = (made.lastrowid,)
            touched.fresh.add(int(found[0] or 0))
        number = touched.study_rows[patient, keys.study] = int(found[0] or 0)
        return number

    def _patient(self, keys: Keys, header: Header, touched: _Touched) -> int:
        known = touched.patients.get(keys.patient)
        if known is not None:
            return known
        who = header.identity
        id_key = normalised(who.patient_id)
        made = self.database.execute(
            "INSERT INTO patient (identity, dicom_id, id_key, name, name_key, birth_date, sex) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (keys.patient, who.patient_id, id_key, who.patient_name, name_key(who.patient_name), who.birth_date,
             who.sex),
        )  # fmt: skip
        touched.ids.add(id_key)
        number = touched.patients[keys.patient] = int(made.lastrowid or 0)
        touched.fresh_patients.add(number)
        return number

    # What depends on other rows

    def _settle(self, touched: _Touched) -> None:
        database = self.database
        for image in touched.images:
            self._drop_image(image, touched)
        for uid in touched.uids:
            colliding = database.execute("SELECT count(*) > 1 FROM image WHERE uid = ?", (uid,)).fetchone()[0]
            changed = database.execute(
                "UPDATE image SET colliding = ?1 WHERE uid = ?2 AND colliding <> ?1 RETURNING series", (colliding, uid)
            ).fetchall()
            for (series,) in changed:
                touched.studies.add(database.execute("SELECT study FROM series WHERE id = ?", (series,)).fetchone()[0])
        scored = bool(database.execute("SELECT EXISTS (SELECT 1 FROM scoring)").fetchone()[0])
        for studies in portions(touched.studies):
            self._refresh_studies(studies, touched, scored=scored)
        for ids in portions(touched.ids - {""}):
            self._refresh_shared(ids)

    def _drop_image(self, image: int, touched: _Touched) -> None:
        database = self.database
        if database.execute("SELECT 1 FROM file WHERE image = ?", (image,)).fetchone() is not None:
            study = database.execute(
                "SELECT study FROM series JOIN image ON image.series = series.id WHERE image.id = ?", (image,)
            ).fetchone()
            touched.studies.add(study[0])
            return
        found = database.execute(
            "SELECT image.uid, series.study FROM image JOIN series ON series.id = image.series WHERE image.id = ?",
            (image,),
        ).fetchone()
        if found is not None:
            touched.uids.add(found[0])
            touched.studies.add(found[1])
            touched.emptied.add(found[1])
            database.execute("DELETE FROM image WHERE id = ?", (image,))

    def _refresh_studies(self, studies: list[int], touched: _Touched, *, scored: bool) -> None:
        """Summarise the images of studies anew; `scored`: whether the library has scores at all."""
        database = self.database
        for study in touched.emptied.intersection(studies):
            database.execute(
                "DELETE FROM series WHERE study = ? AND NOT EXISTS (SELECT 1 FROM image WHERE series = series.id)",
                (study,),
            )
        images: dict[int, list[_ImageRow]] = {study: [] for study in studies}
        for study, *row in database.execute(
            "SELECT series.study, series.id, series.description, image.modality, image.view, image.body_part, "
            "image.colliding FROM series JOIN image ON image.series = series.id "
            f"WHERE series.study IN ({question_marks(studies)})",
            studies,
        ):
            images[study].append(cast(_ImageRow, row))
        known = database.execute(
            f"SELECT study.id, {', '.join(f'study.{name}' for name in _SUMMARY)}, ({_ONLINE}), study.description, "
            "study.accession, study.note, patient.name, patient.dicom_id FROM study "
            f"JOIN patient ON patient.id = study.patient WHERE study.id IN ({question_marks(studies)})",
            studies,
        ).fetchall()
        texts: list[tuple[object, ...]] = []
        for study, *before, online, description, accession, note, name, ident in known:
            rows = images[study]
            if not rows:
                self._drop_study(study, touched)
                continue
            modalities = " ".join(sorted({row[2] for row in rows} - {""}))
            views = " ".join(sorted({row[3] for row in rows} - {""}))
            series, colliding = len({row[0] for row in rows}), int(any(row[5] for row in rows))
            flag, unscored = study_flag(database, study) if scored else (0, 0)
            findings = study_findings(database, study, flag)
            now = (series, len(rows), modalities, views, colliding, flag, unscored, findings, online)
            # Each column has an index of its own, which is written again even where the value is the same.
            changes = {key: new for key, new, old in zip(_SUMMARY, now, before, strict=True) if new != old}
            if changes:
                columns = ", ".join(f"{key} = ?" for key in changes)
                database.execute(f"UPDATE study SET {columns} WHERE id = ?", (*changes.values(), study))
            described = " ".join(dict.fromkeys((description, *sorted({row[1] for row in rows}))))
            other = " ".join(dict.fromkeys((accession, modalities, views, *sorted({row[4] for row in rows}))))
            texts.append((study, words(name), words(ident), words(described), words(other), words(note)))
        database.executemany(
            "DELETE FROM study_text WHERE rowid = ?", [(text[0],) for text in texts if text[0] not in touched.fresh]
        )
        database.executemany(
            "INSERT INTO study_text (rowid, name, ident, description, other, note) VALUES (?, ?, ?, ?, ?, ?)", texts
        )

    def _drop_study(self, study: int, touched: _Touched) -> None:
        database = self.database
        row = database.execute("SELECT patient FROM study WHERE id = ?", (study,)).fetchone()
        if row is None:
            return
        database.execute("DELETE FROM study_text WHERE rowid = ?", (study,))
        database.execute("DELETE FROM study WHERE id = ?", (study,))
        if database.execute("SELECT 1 FROM study WHERE patient = ?", row).fetchone() is None:
            gone = database.execute("DELETE FROM patient WHERE id = ? RETURNING id_key", row).fetchone()
            touched.ids.add(gone[0])

    def _refresh_shared(self, ids: list[str]) -> None:
        """Mark the patients of one ID whose name or birth date says that they are not one person."""
        rows = self.database.execute(
            "SELECT id_key, name_key, birth_date, id, shared_id FROM patient "
            f"WHERE id_key IN ({question_marks(ids)}) AND id_key <> ''",
            ids,
        ).fetchall()
        shared = sharing_an_id([row[:3] for row in rows])
        changes = [(int(now), row[3]) for row, now in zip(rows, shared, strict=True) if now != bool(row[4])]
        self.database.executemany("UPDATE patient SET shared_id = ? WHERE id = ?", changes)


def study_flag(database: Database, study: int) -> tuple[int, int]:
    """Return what a study is sorted by for its AI findings, 0 for not scored, and how many images have no score.

    Current findings are above outdated ones, below them a study of which no image could be scored, one without findings
    of which an image has an outdated result only, and one without findings. An image that a head in use failed at
    counts as one without a score, whatever another head in use made of it. A finding counts once, however many heads
    flag it and in however many images of the study.
    """
    rows = database.execute(
        "SELECT image.id, coalesce(scoring.outcome, ''), CASE WHEN scoring.flagged THEN scoring.id END, "
        "coalesce(scoring.digest, '') = image.digest AND EXISTS (SELECT 1 FROM current_head "
        "WHERE head = scoring.head AND model = scoring.model AND recipe = scoring.recipe) "
        "FROM series JOIN image ON image.series = series.id LEFT JOIN scoring ON scoring.digest = image.digest "
        "OR (scoring.uid = image.uid AND NOT image.colliding) WHERE series.study = ?",
        (study,),
    ).fetchall()
    found: dict[bool, set[str]] = {True: set(), False: set()}
    images: dict[tuple[str, bool], set[int]] = {}
    for image, outcome, scoring, current in rows:
        if scoring:
            codes = database.execute("SELECT code FROM finding WHERE scoring = ? AND flagged", (scoring,)).fetchall()
            found[bool(current)].update(code for (code,) in codes)
        images.setdefault((outcome, bool(current)), set()).add(image)
    scored_now, failed = images.get(("scored", True), set()), images.get(("failed", True), set())
    rejected = images.get(("rejected", True), set())
    scored_before = images.get(("scored", False), set()) - scored_now - rejected
    unscored = len({row[0] for row in rows} - (scored_now - failed) - scored_before)
    if found[True]:
        return CURRENT + min(len(found[True]), 999_999), unscored
    if found[False]:
        return OUTDATED + min(len(found[False]), 999_998), unscored
    if scored_before:
        return SCORED_BEFORE, unscored
    if scored_now:
        return SCORED, unscored
    return (REFUSED, unscored) if rejected | failed else (0, 0)


def study_findings(database: Database, study: int, flag: int) -> str:
    """Return the words of the findings above their threshold of a study with this `study_flag`, current or not.

    Each on a line of its own with a blank before each word, so that a part that begins with a blank is found in the
    words of one finding only.
    """
    if flag < OUTDATED:
        return ""
    rows = database.execute(
        "SELECT DISTINCT ' ' || finding.words AS words FROM series JOIN image ON image.series = series.id "
        "JOIN scoring ON scoring.digest = image.digest OR (scoring.uid = image.uid AND NOT image.colliding) "
        "JOIN finding ON finding.scoring = scoring.id WHERE series.study = ? AND finding.flagged ORDER BY words",
        (study,),
    )
    return "\n".join(row[0] for row in rows)


_ONLINE = (
    "SELECT EXISTS (SELECT 1 FROM series JOIN image ON image.series = series.id JOIN file ON file.image = image.id "
    "JOIN folder ON folder.id = file.folder JOIN root ON root.id = folder.root "
    "WHERE series.study = study.id AND root.online)"
)


def _ids(cursor: Iterable[tuple[int]]) -> set[int]:
    return {row[0] for row in cursor}


def _root(row: Sequence[object]) -> Root:
    number, path, kind, kept, shown, online, complete = row
    where = Path(os.fsdecode(cast(bytes, path)))
    return Root(cast(int, number), where, str(kind), bool(kept), str(shown), bool(online), bool(complete))


def place_of(root: bytes, kind: str, folder: bytes, zipped: int, name: bytes) -> tuple[Path, str]:
    """Return path and member of a file row. The root of a single file is that file's folder plus its name."""
    base = os.fsdecode(root) if kind == "folder" else os.path.dirname(os.fsdecode(root))
    parts = [base, os.fsdecode(folder)] if folder else [base]
    if zipped:
        return Path(*parts), os.fsdecode(name)
    return Path(*parts, os.fsdecode(name)) if name else Path(*parts), ""


def _broken_note(path: Path) -> Path:
    return path.with_name(f"{path.name}.broken")
