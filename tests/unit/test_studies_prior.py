"""Which older image is compared with one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cxrviewer.studies.library import ImageEntry, Library
from tests.fakes import header


def entry(name: str, *, view: str = "PA", part: str = "CHEST", **more: Any) -> ImageEntry:
    made = header("P", **more)
    return ImageEntry(Path(name), replace(made, facts=replace(made.facts, view_position=view, body_part=part)))


@pytest.mark.parametrize(
    ("older", "expected"),
    [
        ({"view": "AP"}, "b"),
        ({"view": ""}, "b"),
        ({"view": "LL"}, None),
        ({"part": "HAND"}, None),
        ({"study": "20"}, None),  # the same study
        ({"study": "25"}, None),  # a later one
        ({"study_date": ""}, None),
        ({"patient_id": "ID-Q"}, None),
    ],
)
def test_the_prior_is_an_older_comparable_image_of_the_same_patient(
    older: dict[str, Any], expected: str | None
) -> None:
    library = Library()
    now = entry("a", study="20")
    library.add(now)
    library.add(entry("b", **{"study": "10", **older}))
    found = library.prior(now)
    assert (None if found is None else found.path.name) == expected


def test_the_newest_older_study_with_a_comparable_image_is_taken() -> None:
    library = Library()
    now = entry("now", study="20")
    for one in (now, entry("5", study="05"), entry("10", study="10"), entry("15", study="15", view="RL")):
        library.add(one)
    found = library.prior(now)
    assert found is not None and found.path.name == "10"


def test_images_that_name_nobody_have_no_prior() -> None:
    library = Library()
    now = entry("x/a", study="20", patient_name="", patient_id="")
    library.add(now)
    library.add(entry("x/b", study="10", patient_name="", patient_id=""))
    assert library.prior(now) is None
