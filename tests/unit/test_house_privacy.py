"""Opens images of DOE^JANE with every failure injected, and looks for her in every log, message and stream."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.batch import score as batch
from cxrviewer.imaging import codecs, dicom_source, image
from cxrviewer.log import FILE_NAME, image_tag, start_logging, stop_logging
from cxrviewer.presenters import messages
from tests.builders.dicom import image_bytes

UID = "1.2.826.0.1.3680043.10.999.777"
SECRETS = ("DOE", "JANE", "doe", "jane", "MRN-4711", "19700131", UID, "SECRET-ACCESSION")
HER: dict[str, Any] = {
    "PatientName": "DOE^JANE",
    "PatientID": "MRN-4711",
    "PatientBirthDate": "19700131",
    "AccessionNumber": "SECRET-ACCESSION",
    "StudyDescription": "Chest of DOE^JANE",
    "StudyInstanceUID": UID + ".1",
    "SOPInstanceUID": UID + ".2",
}


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    level = root.level
    handler = start_logging(tmp_path / "logs", level=logging.DEBUG)
    root.setLevel(logging.DEBUG)
    yield tmp_path / "logs" / FILE_NAME
    stop_logging(handler)
    root.setLevel(level)


def found(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def good() -> bytes:
    return image_bytes(**HER)


def cut(at: float) -> Callable[[], bytes]:
    return lambda: good()[: int(len(good()) * at)]


def with_bytes(old: bytes, new: bytes) -> Callable[[], bytes]:
    def make() -> bytes:
        assert old in good()
        return good().replace(old, new)

    return make


BROKEN: dict[str, Callable[[], bytes]] = {
    "sound": good,
    "cut in the pixels": cut(0.6),
    "cut in the header": lambda: good()[:500],
    "no pixels": lambda: good()[: good().index(b"\xe0\x7f\x10\x00")],
    "a birth date that is none": with_bytes(b"19700131", b"1970JANE"),
    "a UID that is none": with_bytes(UID.encode(), b"DOE^JANE" + UID.encode()[8:]),
    "an unknown character set": lambda: image_bytes(**HER, SpecificCharacterSet="ISO_DOE_1"),
    "a name as a window": with_bytes(b"DOE^JANE", b"\xff\xfe\xfd\xfc^JAN"),
    "not DICOM": lambda: b"DOE^JANE " * 2000,
    "empty": lambda: b"",
}


def raising(*_: Any, **__: Any) -> Any:
    raise ValueError(f"cannot decode DOE^JANE, MRN-4711, {UID}, /home/doe/jane.dcm")


INJECTED: dict[str, tuple[Any, str]] = {
    "nothing": (None, ""),
    "the decoder": (dicom_source, "decode_frame"),
    "the codec": (codecs, "decode"),
    "the reader": (image, "read_dicom"),
    "the parser": (image, "parse"),
}


@pytest.mark.parametrize("injected", INJECTED)
@pytest.mark.parametrize("broken", BROKEN)
def test_no_failure_writes_the_patient_anywhere(
    broken: str,
    injected: str,
    tmp_path: Path,
    log_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "doe"
    folder.mkdir()
    path = folder / "jane.dcm"
    path.write_bytes(BROKEN[broken]())
    owner, name = INJECTED[injected]
    if owner is not None:
        monkeypatch.setattr(owner, name, raising)
    said = ""
    with warnings.catch_warnings():
        # As in the program, where a warning goes to the log and does not stop the reading.
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        try:
            opened = image.open_image(path)
            logging.getLogger("cxrviewer").info("opened %s", image_tag(opened.radiograph.key))
            said = " ".join(opened.radiograph.notes)
        except Exception as error:
            said = messages.sentence(error, "Opening the film")
            status, reason = batch._explain(error)
            said += f"{status} {reason.message}"
            logging.getLogger("cxrviewer").error("could not open %s", path, exc_info=error)
        logging.captureWarnings(False)
    text = log_file.read_text("utf-8")
    assert text, "nothing was logged: the test would prove nothing"
    assert found(text) == []
    assert found(said) == []
    streams = capsys.readouterr()
    assert found(streams.out + streams.err) == []


def test_the_search_would_find_her(tmp_path: Path, log_file: Path) -> None:
    """The test above proves nothing unless an unguarded log does show her."""
    plain = logging.FileHandler(tmp_path / "plain.log")
    logging.getLogger().addHandler(plain)
    try:
        raising()
    except ValueError:
        logging.getLogger("cxrviewer").exception("could not open")
    logging.getLogger().removeHandler(plain)
    plain.close()
    assert found((tmp_path / "plain.log").read_text("utf-8")) != []
    assert found(log_file.read_text("utf-8")) == []
