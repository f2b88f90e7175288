"""The reader's own templates: text with fields in braces, as files in the folder of the settings.

A template from a stranger is only text: fields come from a fixed list, there are no expressions and nothing is
included.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from cxrviewer.atomic import write_bytes
from cxrviewer.errors import CxrError
from cxrviewer.text import Message, msg, tr

MAX_CHARACTERS = 20_000
MAX_NAME = 60
MAX_TEMPLATES = 200
SUFFIX = ".txt"

FIELDS: Mapping[str, Message] = MappingProxyType(
    {
        "findings": msg("findings the reader sees, with commas"),
        "absent": msg("findings the reader does not see, with commas"),
        "comments": msg("comments on findings, one per line"),
        "measurements": msg("all measurements, one per line"),
        "ratio": msg("the cardiothoracic ratio"),
        "images": msg("views of the images"),
        "patient_name": msg("name of the patient (only where the report names the patient)"),
        "patient_id": msg("ID of the patient (only where the report names the patient)"),
        "age": msg("age (only where the report names the patient)"),
        "sex": msg("sex (only where the report names the patient)"),
        "study_date": msg("date of the study (only where the report names the patient)"),
    }
)
"""Fields and what they stand for."""

PATIENT_FIELDS = frozenset({"patient_name", "patient_id", "age", "sex", "study_date"})
"""Fields that stay empty unless the reader wants the patient named."""


def example() -> str:
    """Return the template that is always there, in the reader's language."""
    return tr(
        "Findings: {findings}.\nNo {absent}.\n{measurements}\n{comments}\n",
        findings="{findings}",
        absent="{absent}",
        measurements="{measurements}",
        comments="{comments}",
    )


_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_NAME = re.compile(r"[^\W_][\w \-]*")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
"""Names that are no files on Windows, where a folder of templates may be taken to."""


class TemplateError(CxrError):
    """A template cannot be read or written.

    Attributes
    ----------
    problems : tuple of Message
        Every problem found.
    """

    code = "template"

    def __init__(self, problems: tuple[Message, ...]) -> None:
        super().__init__(problems[0])
        self.problems = problems


class Template(Struct, frozen=True):
    """A template with everything that is wrong with it; one with problems is listed but cannot be inserted."""

    name: str
    text: str
    problems: tuple[Message, ...] = ()


def problems_of(text: str) -> tuple[Message, ...]:
    """Return everything that is wrong with the text of a template, line by line."""
    if len(text) > MAX_CHARACTERS:
        words = msg(
            "A template has at most {limit:,} characters; this one has {n:,}.", limit=MAX_CHARACTERS, n=len(text)
        )
        return (words,)
    found: list[Message] = []
    if not text.strip():
        found.append(msg("The template is empty."))
    for number, line in enumerate(text.split("\n"), 1):
        for token in _TOKEN.finditer(line):
            if token[0] in ("{{", "}}"):
                continue
            if token[1] is None:
                found.append(msg("Line {line}: a brace has no partner; write {{ or }} for a brace.", line=number))
            elif token[1] not in FIELDS:
                found.append(_unknown(token[1], number))
        if any(ord(one) < 32 and one != "\t" for one in line):
            found.append(msg("Line {line}: control characters are not allowed.", line=number))
    return tuple(found)


def name_problems(name: str) -> tuple[Message, ...]:
    """Return what is wrong with the name of a template, which is the name of its file as well."""
    found: list[Message] = []
    if not name:
        return (msg("A template needs a name."),)
    if len(name) > MAX_NAME:
        found.append(msg("A name has at most {limit} characters; this one has {n}.", limit=MAX_NAME, n=len(name)))
    if not _NAME.fullmatch(name) or name != name.strip():
        found.append(msg("A name begins with a letter or digit; after it also blanks, hyphens and underscores."))
    if name.lower() in _RESERVED:
        found.append(msg("A file with this name cannot exist on every system; choose another one."))
    return tuple(found)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a template with its fields replaced; the text must be without problems.

    A line whose fields are all empty is left out: "Ratio {ratio}." without a ratio would be a riddle.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        names = [token[1] for token in _TOKEN.finditer(line) if token[1] is not None]
        if names and not any(values.get(name) for name in names):
            continue
        lines.append(_TOKEN.sub(lambda token: _value(token, values), line))
    return "\n".join(lines).strip("\n")


def _value(token: re.Match[str], values: Mapping[str, str]) -> str:
    if token[1] is not None:
        return values.get(token[1], "")
    return token[0][0] if len(token[0]) == 2 else token[0]


def _unknown(name: str, line: int) -> Message:
    shown = name if len(name) <= 40 else name[:40] + "…"
    near = difflib.get_close_matches(name, FIELDS, 1)
    if near:
        words = msg(
            "Line {line}: there is no field “{name}”; did you mean “{near}”?", line=line, name=shown, near=near[0]
        )
        return words
    return msg("Line {line}: there is no field “{name}”.", line=line, name=shown)


class TemplateFolder:
    """The templates of one reader. Files that others put there are listed as well.

    Parameters
    ----------
    folder : Path
        Created at the first write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self) -> tuple[Template, ...]:
        """Return all templates by name, with their problems. Raises TemplateError where the folder cannot be read."""
        try:
            with os.scandir(self._folder) as entries:
                found = [entry.name for entry in entries if entry.name.endswith(SUFFIX) and entry.is_file()]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise TemplateError((msg("The folder of templates cannot be read; check the disk."),)) from error
        return tuple(self._read(name) for name in sorted(found, key=str.casefold)[:MAX_TEMPLATES])

    def save(self, name: str, text: str) -> None:
        """Write a template, whole or not at all. Raises TemplateError with every problem of name and text."""
        problems = (*name_problems(name), *problems_of(text))
        if problems:
            raise TemplateError(problems)
        try:
            known = {template.name for template in self.load()}
            if name not in known and len(known) >= MAX_TEMPLATES:
                raise TemplateError((msg("There can be {n} templates; delete one first.", n=MAX_TEMPLATES),))
            self._folder.mkdir(parents=True, exist_ok=True)
            write_bytes(self._path(name), text.encode("utf-8"))
        except OSError as error:
            raise TemplateError((msg("The template could not be saved; check that the disk has room."),)) from error

    def delete(self, name: str) -> None:
        """Delete a template; one that is not there is no error. Raises TemplateError."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise TemplateError((msg("The template could not be deleted; check the disk."),)) from error

    def _path(self, name: str) -> Path:
        if os.sep in name or "/" in name or name in ("", ".", ".."):
            raise TemplateError((msg("A template needs a name."),))
        return self._folder / f"{name}{SUFFIX}"

    def _read(self, file: str) -> Template:
        name = file.removesuffix(SUFFIX)
        try:
            with open(self._folder / file, "rb") as stream:
                data = stream.read(4 * MAX_CHARACTERS + 1)
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return Template(name, "", (msg("The file is not UTF-8 text."),))
        except OSError:
            return Template(name, "", (msg("The file cannot be read; check the disk."),))
        return Template(name, text, (*name_problems(name), *problems_of(text)))
