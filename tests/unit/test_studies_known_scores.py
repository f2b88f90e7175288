"""What heads made of images that are open, as far as the index knows."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from cxrviewer.imaging.header import read_header
from cxrviewer.studies.index.identity import content_digest, holds
from cxrviewer.studies.index.known_scores import KnownScore, known_scores
from cxrviewer.studies.index.scores import ModelVersion, Outcome, Scores, StoredFinding
from tests.builders.library import Library, write

ONE = ModelVersion("student", "ab" * 32, "cd" * 32)
OLDER = ModelVersion("student", "ef" * 32, "cd" * 32)
OTHER = ModelVersion("lines", "12" * 32, "cd" * 32)


def finding(score: float, name: str) -> StoredFinding:
    return StoredFinding(name, name, score, None, None, 0.5)


def test_answers_of_the_heads_in_use_are_joined_by_content_and_all_others_left_out(
    library: Library, folder: Path
) -> None:
    for number in range(1, 6):
        write(folder / f"f{number}", number)
    library.scan(folder)
    scores = Scores(library.index)
    scores.set_current([ONE, OTHER])
    digests = dict(scores.to_score(ONE))
    effusion, mass = finding(0.9, "effusion"), finding(0.6, "mass")
    scores.put(1, ONE, Outcome.SCORED, [effusion, finding(0.2, "edema")], digest=digests[1])
    scores.put(1, OTHER, Outcome.SCORED, [effusion, mass], digest=digests[1])
    scores.put(2, ONE, Outcome.SCORED, [finding(0.1, "mass")], digest=digests[2])
    scores.put(2, OTHER, Outcome.REJECTED, digest=digests[2], reason="not_frontal")
    scores.put(3, ONE, Outcome.REJECTED, digest=digests[3], reason="not_frontal")
    scores.put(4, ONE, Outcome.FAILED, digest=digests[4], reason="timeout")
    scores.put(5, OLDER, Outcome.SCORED, [mass], digest=digests[5])

    found = known_scores(library.index, [*digests.values(), "unknown"], {ONE, OTHER})
    assert {number: found[digest] for number, digest in digests.items() if digest in found} == {
        1: KnownScore(2, frozenset({"effusion", "mass"})),  # effusion by both
        2: KnownScore(1, frozenset(), "not_frontal"),
        3: KnownScore(0, frozenset(), "not_frontal"),
    }
    assert len(found) == 3


def test_scores_are_of_no_file_that_begins_like_two_images(library: Library, folder: Path) -> None:
    alone = write(folder / "alone", 2)
    one = write(folder / "one", 1)
    one.write_bytes(one.read_bytes() + bytes(200_000))
    (folder / "two").write_bytes(one.read_bytes()[:-1] + b"x")
    library.scan(folder)
    scores = Scores(library.index)
    scores.set_current([ONE])
    for image, digest in scores.to_score(ONE):
        scores.put(image, ONE, Outcome.SCORED, [finding(0.9, "mass")], digest=digest)
    rows = library.index.database.rows("SELECT id, digest FROM image")
    names = {library.index.paths_of(cast(int, image))[0][0].name: str(digest) for image, digest in rows}
    stamps = {name: read_header(folder / name).stamp for name in names}
    read = {name: content_digest(stamp) for name, stamp in stamps.items() if stamp is not None}
    assert len(set(names.values())) == 3 and read["one"] == read["two"] != read["alone"]
    assert (
        set(known_scores(library.index, read.values(), {ONE}))
        == set(scores.of_files(read.values()))
        == {names["alone"]}
    )
    assert set(scores.of_content(names.values())) == set(names.values())
    assert [holds(stamps["two"], names[name]) for name in ("one", "two", "alone")] == [True, True, False]
    assert not holds(None, names["alone"])
    # The one that is left has a digest of its own; what was made of the other one is not said of it.
    one.unlink()
    alone.unlink()
    library.scan(folder)
    assert known_scores(library.index, [read["two"]], {ONE}) == scores.of_files([read["two"]]) == {}
