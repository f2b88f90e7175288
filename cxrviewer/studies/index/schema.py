"""Tables of the index. A migration that was released is never changed; a new one goes to the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from msgspec import Struct

from cxrviewer.studies.persons import sharing_an_id

Migration = Sequence[str] | Callable[[sqlite3.Connection], None]


class Schema(Struct, frozen=True):
    """What one SQLite file of ours holds.

    Attributes
    ----------
    application_id : int
        Tells a file of ours from one of another program (``PRAGMA application_id``).
    migrations : sequence
        Statements of each version, the first one for an empty file; never changed once released.
    tables : frozenset of str
        Tables by which a file is recognised that was written before ours had an `application_id`.
    """

    application_id: int
    migrations: Sequence[Migration]
    tables: frozenset[str]


_FIRST = (
    """CREATE TABLE root (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('folder', 'file', 'dicomdir')),
        kept INTEGER NOT NULL,  -- 0: looked at without being added
        shown TEXT NOT NULL DEFAULT '',  -- what stands for it on the screen: the disc it was copied from
        online INTEGER NOT NULL DEFAULT 1,
        complete INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    # A ZIP is a folder too; size and times are those of its file.
    """CREATE TABLE folder (
        id INTEGER PRIMARY KEY,
        root INTEGER NOT NULL REFERENCES root ON DELETE CASCADE,
        path BLOB NOT NULL,  -- below the root, empty for the root itself
        zip INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (root, path)
    ) STRICT""",
    """CREATE TABLE patient (
        id INTEGER PRIMARY KEY,
        identity TEXT NOT NULL UNIQUE,
        dicom_id TEXT NOT NULL,
        id_key TEXT NOT NULL,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        birth_date TEXT NOT NULL,
        sex TEXT NOT NULL,
        shared_id INTEGER NOT NULL DEFAULT 0  -- another patient has this ID
    ) STRICT""",
    "CREATE INDEX patient_id ON patient (id_key) WHERE id_key <> ''",
    "CREATE INDEX patient_birth ON patient (birth_date) WHERE birth_date <> ''",
    "CREATE INDEX patient_name ON patient (name_key) WHERE name_key <> ''",
    """CREATE TABLE study (
        id INTEGER PRIMARY KEY,
        patient INTEGER NOT NULL REFERENCES patient,
        uid TEXT NOT NULL,
        mark TEXT NOT NULL,  -- key of what the reader made of it
        date TEXT NOT NULL,
        time TEXT NOT NULL,
        description TEXT NOT NULL,
        accession TEXT NOT NULL,
        modalities TEXT NOT NULL DEFAULT '',
        views TEXT NOT NULL DEFAULT '',
        series INTEGER NOT NULL DEFAULT 0,
        images INTEGER NOT NULL DEFAULT 0,
        colliding INTEGER NOT NULL DEFAULT 0,
        online INTEGER NOT NULL DEFAULT 1,
        -- copies of what is kept elsewhere, for sorting and searching
        status TEXT NOT NULL DEFAULT 'new',
        note TEXT NOT NULL DEFAULT '',
        charset TEXT NOT NULL DEFAULT '',
        flag INTEGER NOT NULL DEFAULT 0,
        -- what columns are sorted by
        by_name TEXT NOT NULL,
        by_id TEXT NOT NULL,
        by_birth TEXT NOT NULL,
        by_date TEXT NOT NULL,
        by_description TEXT NOT NULL,
        UNIQUE (patient, uid)
    ) STRICT""",
    "CREATE INDEX study_uid ON study (uid)",
    "CREATE INDEX study_mark ON study (mark)",
    "CREATE INDEX study_by_name ON study (by_name, id)",
    "CREATE INDEX study_by_id ON study (by_id, id)",
    "CREATE INDEX study_by_birth ON study (by_birth, id)",
    "CREATE INDEX study_by_date ON study (by_date, id)",
    "CREATE INDEX study_by_description ON study (by_description, id)",
    "CREATE INDEX study_by_modalities ON study (modalities, id)",
    "CREATE INDEX study_by_status ON study (status, id)",
    "CREATE INDEX study_by_note ON study (note, id)",
    "CREATE INDEX study_by_accession ON study (accession, id)",
    "CREATE INDEX study_by_images ON study (images, id)",
    "CREATE INDEX study_by_flag ON study (flag, id)",
    """CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        study INTEGER NOT NULL REFERENCES study,
        uid TEXT NOT NULL,
        number INTEGER,
        description TEXT NOT NULL,
        UNIQUE (study, uid)
    ) STRICT""",
    """CREATE TABLE image (
        id INTEGER PRIMARY KEY,
        series INTEGER NOT NULL REFERENCES series,
        uid TEXT NOT NULL,
        digest TEXT NOT NULL,
        colliding INTEGER NOT NULL DEFAULT 0,
        number INTEGER,
        modality TEXT NOT NULL,
        view TEXT NOT NULL,
        view_codes TEXT NOT NULL,
        laterality TEXT NOT NULL,
        body_part TEXT NOT NULL,
        described TEXT NOT NULL,
        sop_class TEXT NOT NULL,
        image_type TEXT NOT NULL,
        frames INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        columns INTEGER NOT NULL,
        UNIQUE (uid, digest)
    ) STRICT""",
    "CREATE INDEX image_series ON image (series)",
    "CREATE INDEX image_digest ON image (digest)",
    """CREATE TABLE file (
        id INTEGER PRIMARY KEY,
        folder INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
        name BLOB NOT NULL,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        fresh INTEGER NOT NULL,  -- written so shortly before it was read that its times may not show a second write
        image INTEGER REFERENCES image,
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (folder, name)
    ) STRICT""",
    "CREATE INDEX file_image ON file (image) WHERE image IS NOT NULL",
    "CREATE INDEX file_reason ON file (id) WHERE reason <> ''",
    # Text is normalised before it comes here, so the tokenizer must only take words apart.
    """CREATE VIRTUAL TABLE study_text USING fts5 (
        name, ident, description, other, note, tokenize = "unicode61 remove_diacritics 0", prefix = '1 2'
    )""",
    """CREATE TABLE scoring (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL,
        uid TEXT NOT NULL,
        head TEXT NOT NULL,
        model TEXT NOT NULL,
        recipe TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('scored', 'rejected', 'failed')),
        reason TEXT NOT NULL,
        flagged INTEGER NOT NULL,
        UNIQUE (digest, head, model, recipe)
    ) STRICT""",
    "CREATE INDEX scoring_uid ON scoring (uid, head)",
    """CREATE TABLE finding (
        scoring INTEGER NOT NULL REFERENCES scoring ON DELETE CASCADE,
        place INTEGER NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        words TEXT NOT NULL,
        score REAL NOT NULL,
        low REAL,
        high REAL,
        threshold REAL,
        flagged INTEGER NOT NULL,
        PRIMARY KEY (scoring, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX finding_flagged ON finding (words) WHERE flagged",
    "CREATE TABLE current_head (head TEXT PRIMARY KEY, model TEXT NOT NULL, recipe TEXT NOT NULL) "
    "STRICT, WITHOUT ROWID",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

_SECOND = (
    # What a search compares beside text, so that it reads no rows of the table for it.
    "CREATE INDEX study_compared ON study (status, modalities, views, date)",
)

_THIRD = (
    """CREATE TABLE feature (
        scoring INTEGER PRIMARY KEY REFERENCES scoring ON DELETE CASCADE,
        vector BLOB NOT NULL  -- float16, little-endian, of length 1
    ) STRICT""",
)

_NUMBERED = ("root", "folder", "patient", "study", "series", "image")
"""Tables whose rows are named by their number outside of a transaction: by a scan, a list, an open study."""


def _numbers_once(connection: sqlite3.Connection) -> None:
    """Never give the number of a row that is gone to another one.

    SQLite otherwise does: a scan would write the files of a removed folder below another one that was added
    meanwhile, and a note would go to another study, where another window did that.
    """
    for table in _NUMBERED:
        (made,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        indexes = connection.execute(
            "SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND type = 'index' AND sql IS NOT NULL", (table,)
        ).fetchall()
        made = made.replace(f"TABLE {table} (", f"TABLE {table}_anew (", 1)
        connection.execute(made.replace("id INTEGER PRIMARY KEY", "id INTEGER PRIMARY KEY AUTOINCREMENT", 1))
        connection.execute(f"INSERT INTO {table}_anew SELECT * FROM {table}")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"ALTER TABLE {table}_anew RENAME TO {table}")
        for (index,) in indexes:
            connection.execute(index)


_REASONS_AGAIN = (
    # Sentences with values were kept in English; now they can be translated. The next scan reads these files again.
    "UPDATE folder SET state = '' WHERE zip AND EXISTS (SELECT 1 FROM file WHERE folder = folder.id AND reason <> '')",
    "UPDATE file SET fresh = 1 WHERE reason <> ''",
)

_WHY_NOT_SCORED = (
    "ALTER TABLE scoring ADD COLUMN why TEXT NOT NULL DEFAULT ''",  # as `kept_text` keeps it
    "CREATE INDEX scoring_not_scored ON scoring (head) WHERE outcome <> 'scored'",
)

_NOT_ALL_SCORED = ("ALTER TABLE study ADD COLUMN unscored INTEGER NOT NULL DEFAULT 0",)

_FINDINGS = (
    # What `study_findings` returns: a search goes by it, which looked for images and scores of each finding.
    "ALTER TABLE study ADD COLUMN findings TEXT NOT NULL DEFAULT ''",
    "UPDATE study SET findings = made.words FROM (SELECT study, group_concat(words, char(10)) AS words FROM "
    "(SELECT DISTINCT series.study AS study, ' ' || finding.words AS words FROM finding "
    "JOIN scoring ON scoring.id = finding.scoring "
    "JOIN image ON image.digest = scoring.digest OR (image.uid = scoring.uid AND NOT image.colliding) "
    "JOIN series ON series.id = image.series WHERE finding.flagged) GROUP BY study) AS made "
    "WHERE made.study = study.id",
    "DROP INDEX study_compared",
    "CREATE INDEX study_compared ON study (status, modalities, views, date, findings)",
    "DROP INDEX finding_flagged",
)


def _shared_ids_again(connection: sqlite3.Connection) -> None:
    """Warn of an ID no more where its patients are one by the rules, nor of one that names nobody."""
    rows = connection.execute(
        "SELECT id_key, name_key, birth_date, id FROM patient "
        "WHERE id_key IN (SELECT id_key FROM patient WHERE shared_id)"
    ).fetchall()
    calm = [(row[3],) for row, yes in zip(rows, sharing_an_id([row[:3] for row in rows]), strict=True) if not yes]
    connection.executemany("UPDATE patient SET shared_id = 0 WHERE id = ?", calm)


INDEX = Schema(
    0x43585249,
    (
        *(_FIRST, _SECOND, _THIRD, _numbers_once, _REASONS_AGAIN, _WHY_NOT_SCORED, _NOT_ALL_SCORED, _FINDINGS),
        _shared_ids_again,
    ),
    frozenset({"folder", "study", "study_text"}),
)
"""``index.sqlite``."""

USER = Schema(
    0x43585255,
    (
        (
            "CREATE TABLE root (path BLOB PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID",
            """CREATE TABLE mark (
                mark TEXT PRIMARY KEY,
                status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'opened', 'read')),
                note TEXT NOT NULL DEFAULT '',
                charset TEXT NOT NULL DEFAULT ''
            ) STRICT, WITHOUT ROWID""",
            """CREATE TABLE pair (
                one TEXT NOT NULL,
                other TEXT NOT NULL,
                same INTEGER NOT NULL,
                PRIMARY KEY (one, other)
            ) STRICT, WITHOUT ROWID""",
            "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
            "INSERT INTO fact VALUES ('revision', '0')",
        ),
        ("ALTER TABLE root ADD COLUMN watched INTEGER NOT NULL DEFAULT 0",),
    ),
    frozenset({"mark", "pair"}),
)
"""``user.sqlite``."""
