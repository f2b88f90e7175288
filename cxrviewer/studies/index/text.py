"""Text as it is searched, sorted and compared: without case, diacritics and forms of writing."""

from __future__ import annotations

import functools
import re
import unicodedata

# Letters that Unicode does not decompose, as people without that key type them.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
_CJK = ("([\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf"
         "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff])")  # fmt: skip
"""A CJK character; a pattern that takes as long to compile as all others of a launch, and that few names need."""
_APART = re.compile(r"[^\w]+")
_BLANKS = re.compile(r"\s+")


@functools.lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Return `text` as it is compared: folded case, no combining marks, wide and narrow forms alike, single blanks.

    Examples
    --------
    >>> normalised("MÜLLER^Łucja"), normalised("Ἀθηνᾶς"), normalised("Фёдор")
    ('muller^lucja', 'αθηνασ', 'федор')
    """
    if text.isascii():  # all that follows leaves such letters as they are
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    bare = "".join(letter for letter in apart if unicodedata.category(letter) not in ("Mn", "Me", "Cf"))
    # Korean syllables were taken apart too.
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


@functools.lru_cache(maxsize=4096)
def words(text: str) -> str:
    """Return the words of `text`, normalised, with blanks between them and around every CJK character.

    Examples
    --------
    >>> words("Yamada^Tarō=山田^太郎"), words("MRN-4711")
    ('yamada taro 山 田 太 郎', 'mrn 4711')
    """
    plain = normalised(text)
    if not plain.isascii():
        plain = re.sub(_CJK, r" \1 ", plain)
    return " ".join(_APART.sub(" ", plain.replace("_", " ")).split())


@functools.lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return the part of a Person Name (PS3.5 6.2.1) that two writings of it share, empty for no name.

    Examples
    --------
    >>> name_key("DOE^JANE^^"), name_key("Doe^Jane=")
    ('doe^jane', 'doe^jane')
    """
    groups = [re.sub(r"\s*\^\s*", "^", normalised(group)).strip("^ ") for group in name.split("=")]
    return "=".join(groups).rstrip("=")


def shown_name(name: str) -> str:
    """Return a Person Name for the screen: the groups one after another, components with blanks.

    Examples
    --------
    >>> shown_name("Yamada^Tarou=山田^太郎=やまだ^たろう")
    'Yamada Tarou 山田 太郎 やまだ たろう'
    """
    return " ".join(re.sub(r"[\^=]+", " ", name).split())
