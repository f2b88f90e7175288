"""Templates: every problem at once, values put in, and files that are whole or not there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer import text
from cxrviewer.paths import resources_dir
from cxrviewer.reports.templates import (
    FIELDS,
    MAX_CHARACTERS,
    MAX_TEMPLATES,
    TemplateError,
    TemplateFolder,
    example,
    filled,
    name_problems,
    problems_of,
)


def test_fields_are_replaced_and_double_braces_are_braces() -> None:
    assert filled("CTR {ratio}, {{not}} {findings}", {"ratio": "0.52", "findings": "Mass"}) == "CTR 0.52, {not} Mass"


def test_a_line_whose_fields_are_all_empty_is_left_out() -> None:
    text = "Chest film.\nRatio {ratio}.\nSeen: {findings}; not seen: {absent}.\n"
    assert filled(text, {"findings": "Mass"}) == "Chest film.\nSeen: Mass; not seen: ."
    assert filled(text, {}) == "Chest film."


def test_a_value_is_never_a_template_itself() -> None:
    assert filled("{comments}", {"comments": "{patient_name}", "patient_name": "X"}) == "{patient_name}"


def test_all_problems_of_a_template_are_named_at_once_with_their_lines() -> None:
    text = "{finding}\nok {ratio}\n{patient.name} and {\n}\n{}\x07"
    assert problems_of(text) == (
        "Line 1: there is no field “finding”; did you mean “findings”?",
        "Line 3: there is no field “patient.name”; did you mean “patient_name”?",
        "Line 3: a brace has no partner; write {{ or }} for a brace.",
        "Line 4: a brace has no partner; write {{ or }} for a brace.",
        "Line 5: there is no field “”.",
        "Line 5: control characters are not allowed.",
    )


@pytest.mark.parametrize(
    "field", ["{0}", "{ratio!r}", "{ratio:>1000000000}", "{__class__}", "{ratio.__class__}", "{ratio[0]}"]
)
def test_nothing_of_pythons_formats_is_understood(field: str) -> None:
    assert len(problems_of(f"a {field} b")) == 1


def test_empty_and_too_long_templates_are_problems() -> None:
    assert problems_of(" \n") == ("The template is empty.",)
    assert problems_of("x" * MAX_CHARACTERS) == ()
    assert problems_of("x" * (MAX_CHARACTERS + 1)) == (
        "A template has at most 20,000 characters; this one has 20,001.",
    )


@given(st.text(max_size=200))
def test_a_template_without_problems_can_always_be_filled(text: str) -> None:
    if not problems_of(text):
        out = filled(text, dict.fromkeys(FIELDS, "v"))
        assert "\x00" not in out


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a\\b", ".hidden", "con", "LPT1", "x" * 61, "a ", "a\n", "a:b"])
def test_names_that_are_no_file_everywhere_are_problems(name: str) -> None:
    assert name_problems(name)


@pytest.mark.parametrize("name", ["Chest PA", "Lunge_2", "胸片", "Über-alles"])
def test_names_in_the_readers_language_are_fine(name: str) -> None:
    assert name_problems(name) == ()


def test_templates_are_saved_listed_and_deleted(tmp_path: Path) -> None:
    folder = TemplateFolder(tmp_path / "templates")
    assert folder.load() == ()
    folder.save("b", "B {ratio}\n")
    folder.save("A", example())
    folder.save("b", "Ü {ratio}\n")
    assert [(t.name, t.text, t.problems) for t in folder.load()] == [("A", example(), ()), ("b", "Ü {ratio}\n", ())]
    assert (tmp_path / "templates" / "b.txt").read_bytes() == "Ü {ratio}\n".encode()
    folder.delete("b")
    folder.delete("b")
    assert [t.name for t in folder.load()] == ["A"]
    assert sorted(os.listdir(tmp_path / "templates")) == ["A.txt"]


def test_saving_names_problems_of_name_and_text_together_and_writes_nothing(tmp_path: Path) -> None:
    folder = TemplateFolder(tmp_path / "templates")
    with pytest.raises(TemplateError) as caught:
        folder.save("a/b", "{nope}")
    assert len(caught.value.problems) == 2
    assert not (tmp_path / "templates").exists()


def test_files_that_are_no_templates_are_listed_with_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"\xe4")
    (tmp_path / "long.txt").write_bytes(b"x" * 10**6)
    (tmp_path / "wrong.txt").write_text("{nope}")
    (tmp_path / "windows.txt").write_bytes(b"\xef\xbb\xbfCTR {ratio}\r\n")
    (tmp_path / "notes.md").write_text("no template")
    (tmp_path / "folder.txt").mkdir()
    found = {t.name: (t.text, t.problems) for t in TemplateFolder(tmp_path).load()}
    assert found["latin"] == ("", ("The file is not UTF-8 text.",))
    assert found["long"][1] == ("A template has at most 20,000 characters; this one has 80,001.",)
    assert found["wrong"][1] == ("Line 1: there is no field “nope”.",)
    assert found["windows"] == ("CTR {ratio}\n", ())
    assert set(found) == {"latin", "long", "wrong", "windows"}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(TemplateError, match="could not be saved"):
        TemplateFolder(tmp_path / "templates").save("a", "x")


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "templates").write_text("x")
    with pytest.raises(TemplateError):
        TemplateFolder(tmp_path / "templates").load()


def test_the_number_of_templates_is_bounded(tmp_path: Path) -> None:
    for number in range(MAX_TEMPLATES):
        (tmp_path / f"t{number:03d}.txt").write_text("x")
    folder = TemplateFolder(tmp_path)
    with pytest.raises(TemplateError, match="200 templates"):
        folder.save("one more", "x")
    folder.save("t000", "changed")
    assert len(folder.load()) == MAX_TEMPLATES


def test_the_example_has_no_problems_and_is_in_the_reader_s_language() -> None:
    assert problems_of(example()) == ()
    values = {"findings": "心影增大", "absent": "气胸"}
    assert filled(example(), values) == "Findings: 心影增大.\nNo 气胸."
    text.use(text.JsonCatalogue.load(resources_dir() / "translations" / "cxrviewer_zh_CN.json"))
    try:
        assert problems_of(example()) == ()
        assert filled(example(), values) == "所见：心影增大。\n未见气胸。"
    finally:
        text.use(None)
