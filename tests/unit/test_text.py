"""Texts in the reader's language: the calls, what travels between processes, and the catalogues themselves."""

from __future__ import annotations

import importlib.util
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from cxrviewer import text
from cxrviewer.commands.table import MENUS
from cxrviewer.errors import CxrError, HeadRejectedError, PackRejectedError, UnsupportedImageError
from cxrviewer.isolation import codec
from cxrviewer.isolation.handover import Handover
from cxrviewer.isolation.protocol import Failure, pack_error, unpack
from cxrviewer.log import describe_exception
from cxrviewer.text import JsonCatalogue, Message, fill, msg, msg_n, tr, tr_n, translated

ROOT = Path(__file__).parents[2]


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["translations"] = module
    spec.loader.exec_module(module)
    return module


tool = _tool()


@pytest.fixture
def german() -> Iterator[None]:
    """A language whose plural has two forms, as no shipped catalogue has."""
    messages: dict[str, str | list[str]] = {
        "{n:,} images": ["{n} Bild", "{n:,} Bilder"],
        "The head {head} failed: {reason}": "{reason}, daher ging {head} nicht",
        "out of memory": "kein Speicher",
        text.key("Window", "grey"): "Fensterung",
        "Window": "Fenster",
    }
    text.use(JsonCatalogue("de", messages))
    yield
    text.use(None)


def test_a_text_without_catalogue_is_english_with_its_parameters() -> None:
    assert tr("{done} of {total:,} files in {seconds:.1f} s", done=3, total=1200, seconds=0.25) == (
        "3 of 1,200 files in 0.2 s"
    )


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (1200, "1,200 images")]
)
def test_english_counts_have_the_right_form(count: int, expected: str) -> None:
    assert tr_n("{n} image", "{n:,} images", count) == expected
    assert msg_n("{n} image", "{n:,} images", count) == expected


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(("count", "expected"), [(0, "0 Bilder"), (1, "1 Bild"), (1200, "1,200 Bilder")])
def test_a_catalogue_chooses_its_own_plural_form(count: int, expected: str) -> None:
    assert tr_n("{n} image", "{n:,} images", count) == expected


@pytest.mark.usefixtures("german")
def test_a_message_is_english_as_text_and_translated_where_it_is_shown() -> None:
    message = msg("The head {head} failed: {reason}", head="A", reason=msg("out of memory"))
    assert message == "The head A failed: out of memory"
    assert translated(message) == "kein Speicher, daher ging A nicht"


@pytest.mark.usefixtures("german")
def test_equal_english_with_another_meaning_has_its_own_translation() -> None:
    assert (tr("Window"), tr("Window", context="grey")) == ("Fenster", "Fensterung")


@pytest.mark.usefixtures("german")
def test_data_is_never_translated() -> None:
    assert translated("Window") == "Window"  # a patient may be called so
    assert tr("Opened {name}", name="Window") == "Opened Window"


def test_a_template_reaches_no_object_and_makes_no_giant() -> None:
    hostile = "{a.__class__} {a[0]} {a:>1000000000} {a!r}"
    assert fill(hostile, {"a": "x"}) == hostile
    assert fill("{a:.2f}", {"a": "no number"}) == "no number"


def test_a_message_survives_pickling_with_its_parts() -> None:
    message = msg_n("{n} file of {kind}", "{n} files of {kind}", 2, kind=msg("DICOM"))
    copy = pickle.loads(pickle.dumps(message))
    assert isinstance(copy, Message)
    assert (copy, copy.source, copy.one, dict(copy.params)) == (message, message.source, message.one, message.params)


def _sent(error: CxrError) -> CxrError:
    """Send an error through the protocol of the worker processes."""
    with pytest.raises(CxrError) as met:
        unpack(1, pack_error(1, error), int, cast(Handover, None), 0)  # an error brings no arrays
    return met.value


@pytest.mark.usefixtures("german")
def test_an_error_of_a_worker_keeps_code_and_parameters() -> None:
    received = _sent(
        UnsupportedImageError(msg("The head {head} failed: {reason}", head="A", reason=msg("out of memory")))
    )
    assert (received.code, dict(received.params)) == ("image.unsupported", {"head": "A", "reason": "out of memory"})
    assert translated(received.user_message) == "kein Speicher, daher ging A nicht"


@pytest.mark.usefixtures("german")
def test_the_problems_of_an_error_can_be_translated_after_the_journey() -> None:
    received = _sent(PackRejectedError((msg("out of memory"), "plain"), check="pack"))
    assert isinstance(received, PackRejectedError)
    assert tuple(translated(problem) for problem in received.problems) == ("kein Speicher", "plain")


def test_a_failure_among_values_keeps_its_message() -> None:
    failure = Failure.of(HeadRejectedError(msg("no {what}", what="file"), check="sha256"))
    tree, arrays = codec.encode(failure)
    received = codec.decode(Failure, tree, arrays).error()
    assert isinstance(received, HeadRejectedError)
    assert (received.user_message, dict(received.params), received.check) == ("no file", {"what": "file"}, "sha256")


@pytest.mark.parametrize(
    "tree",
    [
        {"message": ["a", {}, ""]},
        {"message": ["a", {"x": []}, "", ""]},
        {"message": ["{a}" * 2000, {"a": "x" * 60}, "", ""]},
        {"message": ["a", {"x": {"message": ["b", {"y": {"message": ["c", {"z": {"message": [
            "d", {"w": {"message": ["e", {}, "", ""]}}, "", ""]}}, "", ""]}}, "", ""]}}, "", ""]},
        {"message": ["a", {}, "", ""], "more": 1},
        3,
    ],
)  # fmt: skip
def test_a_tree_that_is_no_text_or_a_giant_is_rejected(tree: object) -> None:
    with pytest.raises(codec.CodecError):
        codec.decode(str, tree, [])


@pytest.mark.usefixtures("german")
def test_the_log_names_the_code_and_is_english() -> None:
    error = UnsupportedImageError(msg("The head {head} failed: {reason}", head="A", reason="r"))
    assert describe_exception(error).splitlines()[0].endswith(": The head A failed: r [image.unsupported]")


def test_every_class_of_error_has_a_code_of_its_own() -> None:
    classes = [CxrError]
    for kind in classes:
        classes += [c for c in kind.__subclasses__() if c.__module__ == "cxrviewer.errors"]
    codes = [kind.code for kind in classes]
    assert len(codes) == len(set(codes)) > 20


# The catalogues


def _entries(language: str) -> list[Any]:
    file = tool.FOLDER / f"cxrviewer_{language}.ts"
    merged: list[Any] = tool.merged(tool.collect().texts, tool.read(file), tool.PLURAL_FORMS[language])
    return merged


def test_every_text_of_the_program_is_written_so_that_it_can_be_found() -> None:
    assert tool.collect().problems == []


@pytest.mark.parametrize("language", tool.PLURAL_FORMS)
def test_every_text_is_translated_and_has_the_placeholders_of_its_source(language: str) -> None:
    wrong = list(tool.problems(_entries(language)))
    assert not wrong, "\n".join([f"run `{tool.COMMAND}` and translate what is unfinished in the .ts file:", *wrong])


@pytest.mark.parametrize("language", tool.PLURAL_FORMS)
def test_no_catalogue_keeps_what_the_program_no_longer_says(language: str) -> None:
    gone = tool.read(tool.FOLDER / f"cxrviewer_{language}.ts").keys() - tool.collect().texts.keys()
    assert not gone, f"run `{tool.COMMAND}`: {sorted(gone)}"


@pytest.mark.parametrize("language", tool.PLURAL_FORMS)
def test_the_compiled_catalogue_is_made_from_the_file_of_linguist(language: str) -> None:
    file = (tool.FOLDER / f"cxrviewer_{language}.ts").with_suffix(".json")
    assert file.read_text(encoding="utf-8") == tool.compiled(_entries(language)), f"run `{tool.COMMAND}`"


@pytest.mark.parametrize("language", tool.PLURAL_FORMS)
def test_the_tools_of_qt_accept_the_file(language: str, tmp_path: Path) -> None:
    lrelease = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent))
    if lrelease is None:
        pytest.skip("no Qt tools")
    file = tool.FOLDER / f"cxrviewer_{language}.ts"
    done = subprocess.run([lrelease, file, "-qm", tmp_path / "x.qm"], capture_output=True, text=True, check=True)
    assert f"Generated {len(tool.read(file))} translation" in done.stdout


def _collected(code: str) -> Any:
    import ast

    found = tool.Sources()
    tool.collect_from(ast.parse(code), "m.py", found)
    return found


def test_the_collector_finds_each_call_and_its_two_forms() -> None:
    found = _collected(
        "from cxrviewer.text import msg, tr_n as many\n"
        "from cxrviewer import text\ntext.tr('two')\n"
        "msg('one ' 'text', context='c')\nmany('{n} a', '{n} as', 3)\nother.tr('no')\n"
    )
    assert [(s.many, s.one, s.context) for s in found.texts.values()] == [
        ("two", "", ""),
        ("one text", "", "c"),
        ("{n} as", "{n} a", ""),
    ]


@pytest.mark.parametrize("call", ["tr(f'{x}')", "tr(x)", "tr_n('{n} a', y, 3)", "tr('{a} of {b}', a=1)"])
def test_the_collector_reports_a_call_it_cannot_use(call: str) -> None:
    found = _collected(f"from cxrviewer.text import tr, tr_n\n{call}")
    assert found.problems


def test_a_text_that_was_reworded_passes_its_translation_on_as_unfinished(tmp_path: Path) -> None:
    file = tmp_path / "x.ts"
    old = tool.Source("No film is on the screen.")
    tool.write(file, "de", [tool.Entry(old, ("Kein Bild.",), True)])
    new = tool.Source("No image is on the screen.")
    (entry,) = tool.merged({new.key: new}, tool.read(file), 2)
    assert (entry.forms, entry.finished) == (("Kein Bild.",), False)


@pytest.mark.parametrize("language", tool.PLURAL_FORMS)
def test_mnemonics_are_told_apart_within_each_menu_in_every_language(language: str) -> None:
    text.use(JsonCatalogue.load(tool.FOLDER / f"cxrviewer_{language}.json"))
    try:
        for one in MENUS:
            titles = [translated(entry.title) for entry in one.entries if entry is not None]
            letters = [title[title.index("&") + 1].lower() for title in titles if "&" in title]
            assert len(letters) == len(set(letters)), titles
    finally:
        text.use(None)
