"""Texts for people, in the language of the reader. No Qt, and nothing of the program below it.

The English text in the source is the key of a translation and what is shown without one. A catalogue is installed by
the window; the command line, workers and the log stay English. See docs/decisions/0073-translations.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

Param: TypeAlias = str | int | float | None
"""What a placeholder stands for; a `Message` is rendered in the same language as the text around it."""

SEPARATOR = "\x04"
"""Stands between context and source in the key of a catalogue, as in gettext's files."""

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)(?::(,?(?:\.[0-9]{1,2})?[dfg%]?))?\}")
# Templates also come from worker processes that read files of strangers. `str.format` would let them look into objects
# (`{x.__class__}`) and ask for a billion spaces; this grammar cannot.


class Catalogue(Protocol):
    """Translations into one language."""

    language: str

    def find(self, source: str, context: str, count: int | None) -> str | None:
        """Return the translated template, None where there is none. `count` chooses the plural form."""
        ...


class Message(str):
    """A text that can be translated when it is shown: as a `str` it is English, complete with its parameters.

    Anything that makes a new text of it (``+``, an f-string) gives plain English. Put it into the parameter of
    another message instead.

    Attributes
    ----------
    source : str
        English template with placeholders ``{name}`` or ``{name:.1f}``; of two forms, the one for many.
    params : mapping of str to str, int, float or None
    one : str
        English template for a count of one; empty for texts without a count. The count is the parameter ``n``.
    context : str
        Tells apart equal sources with different meanings; mostly empty.
    """

    __slots__ = ("context", "one", "params", "source")
    source: str
    params: Mapping[str, Param]
    one: str
    context: str

    def __new__(
        cls, source: str, params: Mapping[str, Param] | None = None, one: str = "", context: str = ""
    ) -> Message:
        params = dict(params or {})
        english = one if one and params.get("n") == 1 else source
        made = super().__new__(cls, fill(english, params))
        made.source, made.params, made.one, made.context = source, params, one, context
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Message, (self.source, self.params, self.one, self.context)


def tr(source: str, /, *, context: str = "", **params: Param) -> str:
    """Return a text in the reader's language. `source` must be a literal, or `make translations` cannot find it.

    Examples
    --------
    >>> tr("{done} of {total:,} files", done=3, total=12000)
    '3 of 12,000 files'
    """
    return _rendered(source, params, "", context)


def tr_n(one: str, many: str, /, n: int, *, context: str = "", **params: Param) -> str:
    """Return a text with a count, in the reader's language; both forms must be literals.

    Examples
    --------
    >>> tr_n("{n} image", "{n:,} images", 1), tr_n("{n} image", "{n:,} images", 1200)
    ('1 image', '1,200 images')
    """
    return _rendered(many, {"n": n, **params}, one, context)


def msg(source: str, /, *, context: str = "", **params: Param) -> Message:
    """Return a text that is translated later, by `translated`: for errors and tables. `source` must be a literal."""
    return Message(source, params, "", context)


def msg_n(one: str, many: str, /, n: int, *, context: str = "", **params: Param) -> Message:
    """Return a text with a count that is translated later, by `translated`. Both forms must be literals."""
    return Message(many, {"n": n, **params}, one, context)


def translated(text: str) -> str:
    """Return a `Message` in the reader's language, any other text as it is."""
    return _rendered(text.source, text.params, text.one, text.context) if isinstance(text, Message) else text


def in_language(text: str, catalogue: Catalogue | None) -> str:
    """Return a `Message` in the language of a catalogue, None for English; any other text as it is."""
    if not isinstance(text, Message):
        return text
    return _filled(text.source, text.params, text.one, text.context, catalogue)


def looked_up(text: str) -> str:
    """Return the translation of a name that came from data, such as a finding of a head; itself without one."""
    return _rendered(text, {}, "", "") if _catalogue is not None and not isinstance(text, Message) else translated(text)


def joined(parts: Iterable[str], separator: str) -> Message:
    """Return texts one after the other as one message, each of them translated by itself.

    Examples
    --------
    >>> joined(["a", "b"], "; ")
    'a; b'
    """
    params = {f"part{number}": part for number, part in enumerate(parts)}
    return Message(separator.join(f"{{{name}}}" for name in params), params)


def cause(error: BaseException) -> str:
    """Return what an exception was raised with, for the parameter of a message: `str` would lose a `Message`."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, str) else str(error)


def fill(template: str, params: Mapping[str, Param], text: Callable[[str], str] = str) -> str:
    """Return `template` with its placeholders replaced; one without a parameter, or that cannot be, stays.

    Examples
    --------
    >>> fill("{a:.1f} by {b}, {c}", {"a": 1.25, "b": "x"})
    '1.2 by x, {c}'
    """
    return _PLACEHOLDER.sub(lambda found: _value(found, params, text), template)


def placeholders(template: str) -> frozenset[str]:
    """Return the names of a template's placeholders."""
    return frozenset(found[1] for found in _PLACEHOLDER.finditer(template))


def _value(found: re.Match[str], params: Mapping[str, Param], text: Callable[[str], str]) -> str:
    if found[1] not in params:
        return found[0]
    value = params[found[1]]
    if isinstance(value, str):
        return text(value)
    try:
        return format(value, found[2] or "") if value is not None else "None"
    except (ValueError, OverflowError):
        return str(value)


def _rendered(source: str, params: Mapping[str, Param], one: str, context: str) -> str:
    return _filled(source, params, one, context, _catalogue)


def _filled(source: str, params: Mapping[str, Param], one: str, context: str, catalogue: Catalogue | None) -> str:
    count = params.get("n") if one else None
    count = count if isinstance(count, int) else None
    template = catalogue.find(source, context, count) if catalogue is not None else None
    if template is None:
        template = one if one and count == 1 else source
    return fill(template, params, lambda text: in_language(text, catalogue))


class JsonCatalogue:
    """Translations read from a file `make translations` compiled.

    Parameters
    ----------
    language : str
        As in the name of the file, such as ``zh_CN``.
    messages : mapping
        Source, with its context before it, to a template or to the list of plural forms: a list of one for languages
        without plural, of two for those that have one and many.
    """

    def __init__(self, language: str, messages: Mapping[str, str | list[str]]) -> None:
        self.language = language
        self._messages = messages

    @classmethod
    def load(cls, file: Path) -> JsonCatalogue:
        """Read a file. Raises OSError or ValueError."""
        messages = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(messages, dict):
            raise ValueError("a catalogue is one JSON object")
        return cls(file.stem.partition("_")[2], messages)

    def find(self, source: str, context: str, count: int | None) -> str | None:
        found = self._messages.get(key(source, context))
        if isinstance(found, list):
            return found[0 if count == 1 else -1]
        return found


def key(source: str, context: str = "") -> str:
    """Return the key of a source in a catalogue."""
    return f"{context}{SEPARATOR}{source}" if context else source


_catalogue: Catalogue | None = None


def use(catalogue: Catalogue | None) -> None:
    """Show texts in another language from now on; None for English. Texts that are on the screen stay."""
    global _catalogue  # noqa: PLW0603  # the language is one per process, as the locale is
    _catalogue = catalogue


def language() -> str:
    """Return the language in use: ``en`` or the name of a catalogue."""
    return "en" if _catalogue is None else _catalogue.language
