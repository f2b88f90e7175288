"""Sentences in the index: kept so that they can be shown in the language of whoever reads them later."""

from __future__ import annotations

import contextlib
import json

from cxrviewer.isolation.codec import CodecError, decode_text, encode_text
from cxrviewer.text import Message

_BEGIN = '{"message":'


def kept_text(text: str) -> str:
    """Return a text as a row keeps it: a `Message` with values as JSON, any other as it is, for it is its own key."""
    if isinstance(text, Message) and (text.params or text.one or text.context):
        tree = encode_text(text)
        with contextlib.suppress(CodecError):  # what is too long, or too deep, is kept in English
            decode_text(tree)
            return json.dumps(tree, separators=(",", ":"))
    return str(text)


def text_of(kept: object) -> str:
    """Return the text of `kept_text`; what an earlier version kept, or nobody can read, as it is.

    Examples
    --------
    >>> from cxrviewer.text import msg
    >>> text_of(kept_text(msg("{n:,} values", n=1200)))
    '1,200 values'
    """
    words = str(kept)
    if not words.startswith(_BEGIN):
        return words
    try:
        return decode_text(json.loads(words))
    except (ValueError, RecursionError, CodecError):
        return words
