"""What skims ordinary headers gives every header as the careful reader does, or leaves it to that one."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from cxrviewer.errors import CxrError
from cxrviewer.imaging import header, values
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.header import header_in
from cxrviewer.imaging.skim import CODE_SEQUENCES, KEYWORDS, SKIM_BYTES, UNUSUAL, skim
from cxrviewer.imaging.stamp import HeldFile, StreamState
from cxrviewer.imaging.values import tag_of
from tests.builders.dicom import code_item, image_bytes

SHARED = Path(os.environ.get("CXR_DATA", Path(__file__).parents[3] / "shared" / "data"))


def endless(*items: Dataset) -> Sequence:
    """Return a sequence of undefined length with items of undefined length (PS3.5 7.5.2)."""
    for item in items:
        item.is_undefined_length_sequence_item = True
    found = Sequence(items)
    found.is_undefined_length = True
    return found


def view(modifier: str = "") -> Dataset:
    item = code_item("399348003", "antero-posterior")
    if modifier:
        item.ViewModifierCodeSequence = [code_item(modifier, "tilted")]
    return item


def nested() -> Dataset:
    item = Dataset()
    item.RequestedProcedureID = "1"
    item.ScheduledProtocolCodeSequence = endless(code_item("1", "one"), code_item("2", "two"))
    return item


FILES = [
    image_bytes(
        syntax=syntax, ViewCodeSequence=Sequence([view("399300004")]), AnatomicRegionSequence=endless(view()),
        RequestAttributesSequence=endless(nested(), nested()), ProcedureCodeSequence=[view()], PatientAge="047Y",
        SeriesDescription="Thorax", PatientBirthDate="19790203", Laterality="L",
        WindowCenter=["40", "50"], SeriesNumber="3", InstanceNumber="7", **more,
    )
    for syntax, more in (
        (uid.ExplicitVRLittleEndian, {"PatientName": "Müller^Jörg"}),
        (uid.ImplicitVRLittleEndian, {}),
        (uid.RLELossless, {"SpecificCharacterSet": "ISO_IR 100", "PatientName": "Müller^Jörg"}),
        (uid.ExplicitVRLittleEndian, {"PatientSpeciesCodeSequence": [code_item("448771007", "Canis")],
                                      "PatientName": "山田^太郎", "SpecificCharacterSet": "ISO_IR 192"}),
    )
]  # fmt: skip


WORDS = [
    *(b"\xff\xff\xff\xff", b"\0\0\0\0", b"SQ\0\0", b"UN\0\0", b"OB\0\0", b"LO\x04\0", b"\xfe\xff\x00\xe0"),
    *(b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0", b"\xe0\x7f\x10\0", b"\xe0\x7f\x08\0"),
]
"""Lengths, value representations and tags that change what a header means."""


def read(data: bytes) -> Header | tuple[Any, ...]:
    """Return the header of a file or why there is none."""
    try:
        return header_in(HeldFile(data, StreamState(len(data), 1, 2, 3, 4)))
    except CxrError as error:
        return type(error), error.user_message


def carefully(data: bytes) -> Header | tuple[Any, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(header, "skim", lambda data: None)
        return read(data)


@pytest.mark.parametrize("data", FILES)
def test_ordinary_headers_are_skimmed_and_read_alike(data: bytes) -> None:
    assert skim(data[:SKIM_BYTES]) is not None
    found = read(data)
    assert isinstance(found, Header)
    assert found == carefully(data)
    assert found.facts.view_codes == ("399348003", "399300004")
    assert found.identity.series_number == 3


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.integers(128, 2600), st.integers(0, 255)), max_size=4),
    st.integers(200, 3000),
)
def test_damaged_headers_are_read_alike(data: bytes, changes: list[tuple[int, int]], length: int) -> None:
    broken = bytearray(data)
    for place, value in changes:
        broken[place] = value
    assert read(bytes(broken)) == carefully(bytes(broken))
    assert read(bytes(broken[:length])) == carefully(bytes(broken[:length]))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(FILES),
    st.integers(0, 200),
    st.sampled_from(WORDS),
    st.booleans(),
)  # fmt: skip
@example(FILES[0], 40, b"\xff\xff\xff\xff", True)
def test_headers_with_other_lengths_and_tags_are_read_alike(data: bytes, place: int, word: bytes, short: bool) -> None:
    """`word` is written over the header of the element at `place`."""
    starts = [
        at for at in range(132, len(data) - 8, 2) if data[at + 4 : at + 6].isalpha() or data[at : at + 2] == b"\xfe\xff"
    ]
    at = starts[place % len(starts)] + (4 if short else 0)
    broken = data[:at] + word + data[at + len(word) :]
    assert read(broken) == carefully(broken)


def test_everything_a_header_asks_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[int] = set()
    original = values._tag

    def spy(keyword: str) -> Any:
        found = original(keyword)
        asked.add(int(found[0]))
        return found

    monkeypatch.setattr(values, "_tag", spy)
    for data in FILES:
        carefully(data)
    pixel_data_only = {int(tag_of(keyword)) for keyword in ("TransferSyntaxUID",)}
    assert asked - pixel_data_only <= {int(tag_of(keyword)) for keyword in (*KEYWORDS, *CODE_SEQUENCES, *UNUSUAL)}


def test_a_file_that_changes_while_it_is_skimmed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(FILES[0])

    class Changing(io.FileIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            if self.reads == 2:  # between the reading and the look whether it has changed
                path.write_bytes(FILES[3])
            return super().read(size) or b""

    with Changing(path) as stream:
        assert header_in(stream).identity.patient_name == "山田^太郎"


@pytest.mark.parametrize("folder", ["dicom", "attacks", "cases"])
def test_every_shared_file_is_read_alike(folder: str) -> None:
    paths = sorted(path for path in (SHARED / folder).glob("**/*") if path.is_file())
    if not paths:
        pytest.skip(f"no files in {SHARED / folder}")
    skimmed = 0
    for path in paths:
        data = path.read_bytes()
        assert read(data) == carefully(data), path.name
        skimmed += skim(data[:SKIM_BYTES]) is not None
    assert skimmed
