"""Images of the library that the heads in use could not score, and why."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from msgspec import Struct

from cxrviewer.studies.index.database import Database
from cxrviewer.studies.index.kept_text import text_of
from cxrviewer.studies.index.scores import Outcome
from cxrviewer.studies.index.store import place_of


class UnscoredImage(Struct, frozen=True):
    """What a head in use could not score.

    Attributes
    ----------
    path : Path
        For the screen only.
    head : str
        Its ID.
    outcome : Outcome
    code : str
        A rejection code, or what kind of failure it was.
    why : str
        To be translated; empty for what an earlier version kept.
    """

    path: Path
    head: str
    outcome: Outcome
    code: str
    why: str


# A result of the content that lies there now, by a head as it is now: any other is outdated and says nothing of it.
_UNSCORED = (
    "FROM scoring JOIN current_head ON current_head.head = scoring.head AND current_head.model = scoring.model "
    "AND current_head.recipe = scoring.recipe JOIN image ON image.digest = scoring.digest "
    "WHERE scoring.outcome <> 'scored'"
)


def unscored_images(database: Database) -> tuple[UnscoredImage, ...]:
    """Return every image and head in use without a score, image by image. Raises LibraryError."""
    rows = database.rows(
        "SELECT root.path, root.kind, folder.path, folder.zip, file.name, tried.head, outcome, tried.reason, why "
        f"FROM (SELECT image.id AS image, scoring.head, outcome, reason, why {_UNSCORED}) AS tried "
        "JOIN file ON file.id = (SELECT one.id FROM file AS one JOIN folder ON folder.id = one.folder "
        "JOIN root ON root.id = folder.root WHERE one.image = tried.image ORDER BY root.online DESC, one.id LIMIT 1) "
        "JOIN folder ON folder.id = file.folder JOIN root ON root.id = folder.root ORDER BY tried.image, tried.head"
    )
    found = []
    for root, kind, folder, zipped, name, head, outcome, code, why in rows:
        path, member = place_of(cast(bytes, root), str(kind), cast(bytes, folder), cast(int, zipped), cast(bytes, name))
        path = path / member if member else path
        found.append(UnscoredImage(path, str(head), Outcome(outcome), str(code), text_of(why)))
    return tuple(found)


def count_unscored(database: Database) -> int:
    """Return how many images `unscored_images` is about, each once, however many heads. Raises LibraryError."""
    return cast(int, database.rows(f"SELECT count(DISTINCT image.id) {_UNSCORED}")[0][0])


def count_current(database: Database) -> int:
    """Return how many heads are in use. Raises LibraryError."""
    return cast(int, database.rows("SELECT count(*) FROM current_head")[0][0])
