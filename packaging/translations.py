"""Collects the texts of the program, updates the files of Qt Linguist and compiles them.

Run by ``make translations``. A new text is added to each ``resources/translations/*.ts`` as unfinished; one that is
gone is removed, and a text that was only reworded passes its translation on, also as unfinished. Exit status 1 and a
list where translations are missing. ``--accept`` takes the translations of reworded texts as they are: for whoever has
read them and finds them still true.
"""

from __future__ import annotations

import ast
import difflib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from cxrviewer.text import key, placeholders  # noqa: E402  # the folder must be found first

FOLDER = ROOT / "resources" / "translations"
PLURAL_FORMS = {"zh_CN": 1}
"""Language -> number of plural forms. One file of Qt Linguist for each."""

COMMAND = "make translations"
_SINGLE, _COUNTED = ("tr", "msg"), ("tr_n", "msg_n")
_SIMILAR = 0.75


@dataclass(frozen=True, slots=True)
class Source:
    """A text of the program: see `cxrviewer.text.Message`."""

    many: str
    one: str = ""
    context: str = ""
    places: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return key(self.many, self.context)


@dataclass(frozen=True, slots=True)
class Entry:
    """A text with its translation, one text for each plural form."""

    source: Source
    forms: tuple[str, ...]
    finished: bool = False


@dataclass(slots=True)
class Sources:
    """All texts, and what is wrong with how they are written."""

    texts: dict[str, Source] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, found: Source) -> None:
        known = self.texts.get(found.key)
        if known is not None:
            if known.one != found.one:
                self.problems.append(f"{found.places[0]}: {found.many!r} stands with and without a form for one")
            found = replace(known, places=tuple(sorted({*known.places, *found.places})))
        self.texts[found.key] = found


def collect(root: Path = ROOT / "cxrviewer") -> Sources:
    """Return every text in the Python files below `root`."""
    found = Sources()
    for file in sorted(root.rglob("*.py")):
        if file.relative_to(root) != Path("text.py"):
            place = file.relative_to(root.parent).as_posix()
            collect_from(ast.parse(file.read_text(encoding="utf-8"), str(file)), place, found)
    return found


def collect_from(tree: ast.AST, place: str, found: Sources) -> None:
    """Add the texts of one module to `found`."""
    names = _imported(tree)
    for node in ast.walk(tree):
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and called in names:
            forms = 2 if names[called] in _COUNTED else 1
            texts = [a.value for a in node.args[:forms] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            context = next((k.value for k in node.keywords if k.arg == "context"), None)
            if len(texts) < forms or not (context is None or isinstance(context, ast.Constant)):
                found.problems.append(f"{place}:{node.lineno}: {called} needs literal texts")
                continue
            _check(node, texts, f"{place}:{node.lineno}", found.problems)
            meaning = str(context.value) if isinstance(context, ast.Constant) else ""
            found.add(Source(texts[-1], texts[0] if forms == 2 else "", meaning, (place,)))


def _imported(tree: ast.AST) -> dict[str, str]:
    """Return how a module writes each call: by its name, or behind the name of `cxrviewer.text`."""
    calls = (*_SINGLE, *_COUNTED)
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name
                if node.module == "cxrviewer.text" and alias.name in calls:
                    found[name] = alias.name
                elif node.module == "cxrviewer" and alias.name == "text":
                    found |= {f"{name}.{call}": call for call in calls}
    return found


def _check(node: ast.Call, texts: list[str], place: str, problems: list[str]) -> None:
    """Report placeholders without a parameter: they would be shown as they are."""
    if any(keyword.arg is None for keyword in node.keywords):
        return
    given = {keyword.arg for keyword in node.keywords} | ({"n"} if len(texts) == 2 else set())
    missing = frozenset().union(*(placeholders(text) for text in texts)) - given
    if missing:
        problems.append(f"{place}: no parameter for {', '.join(sorted(missing))}")


def read(file: Path) -> dict[str, Entry]:
    """Return the entries of a file of Qt Linguist; none where there is no file."""
    if not file.exists():
        return {}
    entries = (_entry(message) for message in ElementTree.parse(file).iter("message"))
    return {entry.source.key: entry for entry in entries}


def _entry(message: ElementTree.Element) -> Entry:
    translation = message.find("translation")
    assert translation is not None
    forms = [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]
    source = Source(
        message.findtext("source", ""),
        message.findtext("extracomment", "").removeprefix("for one: "),
        message.findtext("comment", ""),
        tuple(place.get("filename", "").removeprefix("../../") for place in message.findall("location")),
    )
    return Entry(source, tuple(forms), translation.get("type") is None)


def merged(texts: dict[str, Source], old: dict[str, Entry], forms: int) -> list[Entry]:
    """Return one entry for each text, with the translation there is."""
    gone = {k: entry for k, entry in old.items() if k not in texts}
    return [_merged(source, old, gone, forms) for source in sorted(texts.values(), key=lambda s: (s.many, s.context))]


def _merged(source: Source, old: dict[str, Entry], gone: dict[str, Entry], forms: int) -> Entry:
    count = forms if source.one else 1
    known = old.get(source.key)
    if known is not None and len(known.forms) == count:
        return Entry(source, known.forms, known.finished and all(known.forms))
    for near in difflib.get_close_matches(source.key, gone, 1, _SIMILAR):
        if len(gone[near].forms) == count:
            return Entry(source, gone.pop(near).forms)
    return Entry(source, ("",) * count)


def write(file: Path, language: str, entries: list[Entry]) -> None:
    """Write a file of Qt Linguist."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = "cxrviewer"
    for entry in entries:
        source = entry.source
        message = ElementTree.SubElement(context, "message", {"numerus": "yes"} if source.one else {})
        for place in source.places:
            ElementTree.SubElement(message, "location", filename=f"../../{place}")
        ElementTree.SubElement(message, "source").text = source.many
        if source.context:
            ElementTree.SubElement(message, "comment").text = source.context
        if source.one:
            ElementTree.SubElement(message, "extracomment").text = f"for one: {source.one}"
        translation = ElementTree.SubElement(message, "translation", {} if entry.finished else {"type": "unfinished"})
        if source.one:
            for form in entry.forms:
                ElementTree.SubElement(translation, "numerusform").text = form
        else:
            translation.text = entry.forms[0]
    ElementTree.indent(root, "    ")
    body = ElementTree.tostring(root, encoding="unicode")
    file.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8", newline="\n")


def compiled(entries: list[Entry]) -> str:
    """Return the catalogue the program reads, `cxrviewer.text.JsonCatalogue`; unfinished entries stay English."""
    ready = {e.source.key: list(e.forms) if e.source.one else e.forms[0] for e in entries if e.finished}
    return json.dumps(ready, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def problems(entries: list[Entry]) -> Iterator[str]:
    """Return what is wrong with the translations."""
    for entry in entries:
        needed, allowed = placeholders(entry.source.one or entry.source.many), placeholders(entry.source.many)
        if not entry.finished or not all(entry.forms):
            kept = f" (kept from a text like it: {entry.forms[0]})" if all(entry.forms) else ""
            yield f"not translated: {entry.source.many!r}{kept}"
        for form in entry.forms:
            if form and not needed <= placeholders(form) <= allowed | needed:
                yield f"other placeholders: {entry.source.many!r} -> {form!r}"


def main() -> int:
    sources = collect()
    found = list(sources.problems)
    for language, forms in PLURAL_FORMS.items():
        file = FOLDER / f"cxrviewer_{language}.ts"
        entries = merged(sources.texts, read(file), forms)
        if "--accept" in sys.argv[1:]:
            entries = [replace(entry, finished=all(entry.forms)) for entry in entries]
        write(file, language, entries)
        file.with_suffix(".json").write_text(compiled(entries), encoding="utf-8", newline="\n")
        found += [f"{file.name}: {problem}" for problem in problems(entries)]
        print(f"{file.name}: {len(entries)} texts")
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
