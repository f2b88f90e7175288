"""Words of the screen that hold text of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from cxrviewer.imaging.header import read_header
from cxrviewer.presenters.messages import identity_lines, one_line
from tests.builders.library import write
from tests.fakes import header


@pytest.mark.parametrize("name", ["כהן, משה", "حسن, أحمد"])
def test_a_name_in_a_script_from_right_to_left_keeps_to_its_place_in_a_line(name: str) -> None:
    # UAX 9, P2: what is isolated does not decide the direction of the line, so that this one runs to the right.
    assert one_line((name, "", "ID 4711 0815", "60 y"), " · ") == f"\u2068{name}\u2069 · ID 4711 0815 · 60 y"


def test_a_line_without_such_a_script_holds_nothing_but_its_text() -> None:
    assert one_line(("Müller, Jörg", "홍, 길동", "", "ID 1"), " · ") == "Müller, Jörg · 홍, 길동 · ID 1"


def test_a_name_that_turns_the_direction_turns_neither_id_nor_date(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a", PatientName="SMITH\u202e^TREVE", PatientID="4711\u202e", SpecificCharacterSet="ISO_IR 192"
    )  # fmt: skip
    read = read_header(path)
    read = replace(read, identity=replace(read.identity, age="060Y", sex="F"))
    assert identity_lines(read)[0] == "SMITH, TREVE   ID\u00a04711   born\u00a01966-03-01   60\u00a0y\u00a0F"


def test_an_image_names_its_patient_in_every_script_of_the_file() -> None:
    first, _ = identity_lines(header("HONG^GILDONG=洪^吉洞=홍^길동", patient_id="H-4"))
    assert first.startswith("HONG, GILDONG  洪 吉洞  홍 길동   ID\u00a0H-4")
