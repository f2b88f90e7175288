from __future__ import annotations

import errno
import io
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxrviewer.errors import DecodeError, SettingsError
from cxrviewer.heads.contract import RejectionCode
from cxrviewer.log import FILE_NAME, PrivateFormatter, Safe, image_tag, start_logging, stop_logging

SECRETS = ("DOE", "JANE", "1.2.840.99", "19700101", "/home", "janes-film")


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    level = root.level
    handler = start_logging(tmp_path / "logs", level=logging.DEBUG)
    yield tmp_path / "logs" / FILE_NAME
    stop_logging(handler)
    root.setLevel(level)


def clean(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


def test_our_own_message_keeps_numbers_and_marked_words_only(log_file: Path) -> None:
    log = logging.getLogger("cxrviewer.imaging")
    log.info("decoded %d of %s: %s, %s", 3, "DOE^JANE", Path("/home/janes-film.dcm"), RejectionCode.CHILD)
    log.info("%(tag)s scored in %(seconds).2f s", {"tag": image_tag("k"), "seconds": 0.5})
    text = log_file.read_text()
    assert "decoded 3 of <str>: <PosixPath>, RejectionCode.CHILD" in text.replace("WindowsPath", "PosixPath")
    assert f"{image_tag('k')} scored in 0.50 s" in text
    assert clean(text)


def test_a_message_of_a_library_leaves_its_place_and_not_its_text(log_file: Path) -> None:
    logging.getLogger("somelibrary").warning("Invalid value for PN: 'DOE^JANE'")
    logging.getLogger("somelibrary").warning("file %s", "/home/janes-film.dcm")
    text = log_file.read_text()
    assert text.count("WARNING somelibrary: message of a library") == 2
    assert clean(text)


def test_a_warning_of_a_library_reaches_neither_stderr_nor_the_log(
    log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        # catch_warnings puts its own printer in place, so hook up again inside.
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("Invalid value for VR UI: '1.2.840.99.JANE'", stacklevel=1)
        logging.captureWarnings(False)
    assert "py.warnings" in log_file.read_text()
    assert clean(log_file.read_text())
    assert clean(capsys.readouterr().err)


def test_an_exception_leaves_types_and_places_and_only_our_own_sentence(log_file: Path) -> None:
    def decode() -> None:
        raise ValueError("cannot read /home/janes-film.dcm of DOE^JANE 1.2.840.99")

    try:
        try:
            decode()
        except ValueError as error:
            raise DecodeError("The pixels are damaged; ask for the film again.") from error
    except DecodeError:
        logging.getLogger("cxrviewer").exception("could not open")
    text = log_file.read_text()
    assert "cxrviewer.errors.DecodeError: The pixels are damaged; ask for the film again." in text
    assert "caused by builtins.ValueError\n" in text
    assert "in decode" in text
    assert clean(text)


def test_an_exception_text_cached_by_another_handler_is_not_reused(log_file: Path) -> None:
    log = logging.getLogger("cxrviewer")
    try:
        raise KeyError("DOE^JANE")
    except KeyError as error:
        record = log.makeRecord("cxrviewer", logging.ERROR, "x", 1, "m", (), (KeyError, error, None))
        logging.Formatter().format(record)  # fills record.exc_text with the full text
        assert "DOE^JANE" in (record.exc_text or "")
        logging.getLogger().handle(record)
    assert "KeyError" in log_file.read_text()
    assert clean(log_file.read_text())


def test_arguments_that_do_not_fit_are_not_printed_anywhere(log_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.getLogger("cxrviewer").makeRecord(
        "cxrviewer", logging.INFO, "x", 1, "%d films", ("DOE^JANE",), None
    )
    # Straight to our handler: pytest's own one turns such a record into an error.
    next(h for h in logging.getLogger().handlers if isinstance(h.formatter, PrivateFormatter)).handle(record)
    assert "%d films (arguments do not fit)" in log_file.read_text()
    assert clean(capsys.readouterr().err)


def test_an_image_has_the_same_tag_within_a_run_and_its_key_cannot_be_read_from_it() -> None:
    assert image_tag("a") == image_tag("a") != image_tag("b")
    assert len(image_tag("a")) == len("image-") + 8
    assert isinstance(image_tag("a"), Safe)


def test_a_folder_that_cannot_be_written_is_reported_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    with pytest.raises(SettingsError, match="without one"):
        start_logging(tmp_path / "logs")


class FullDisk(io.StringIO):
    """A stream on a disk without room: writing works until it is flushed, as with a real one."""

    def flush(self) -> None:
        if self.getvalue():
            raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        self.flush()


def test_a_full_disk_stops_nobody_and_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    handler = start_logging(tmp_path, on_lost=told.append)
    assert isinstance(handler, logging.FileHandler)
    handler.stream.close()
    handler.stream = full = FullDisk()  # type: ignore[assignment]
    log = logging.getLogger("cxrviewer.test")
    for number in range(3):
        log.warning("opened %d", number)
    assert full.getvalue().count("opened") == 1  # the handler took itself out of service
    stop_logging(handler)
    assert told == ["The log could not be written; check that the disk has room. The program goes on without one."]
    assert capsys.readouterr().err == ""


def test_a_disk_that_fills_up_while_the_log_is_rotated_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    handler = start_logging(tmp_path, on_lost=told.append)

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(handler, "doRollover", no_room)
    monkeypatch.setattr(handler, "shouldRollover", lambda _: True)
    logging.getLogger("cxrviewer.test").warning("rotated")
    logging.getLogger("cxrviewer.test").warning("again")
    stop_logging(handler)
    assert len(told) == 1


def test_closing_a_log_whose_buffer_finds_no_room_is_quiet(tmp_path: Path) -> None:
    handler = start_logging(tmp_path)
    assert isinstance(handler, logging.FileHandler)
    handler.stream.close()
    handler.stream = FullDisk("what was not written yet")  # type: ignore[assignment]
    stop_logging(handler)


def test_the_device_that_is_always_full_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("/dev/full is Linux's own")
    handler = start_logging(tmp_path)
    assert isinstance(handler, logging.FileHandler)
    handler.stream.close()
    handler.stream = open("/dev/full", "w", encoding="utf-8")  # the handler closes it
    for number in range(3):
        logging.getLogger("cxrviewer.test").warning("opened %d", number)
    stop_logging(handler)
    assert capsys.readouterr().err.count("The log could not be written") == 1


def test_a_listener_that_fails_stops_nobody(tmp_path: Path) -> None:
    def listener(_: str) -> None:
        raise RuntimeError("its window is gone")

    handler = start_logging(tmp_path, on_lost=listener)
    assert isinstance(handler, logging.FileHandler)
    handler.stream.close()
    handler.stream = FullDisk()  # type: ignore[assignment]
    logging.getLogger("cxrviewer.test").warning("opened")
    stop_logging(handler)
