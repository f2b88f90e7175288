"""Values between a worker process and the app: plain trees and raw arrays, checked against types on arrival.

Nothing is unpickled: a worker reads files of strangers, and unpickling the answer of one that was taken over would run
its code here. What a value must look like is read from the annotations of its type, and every object is built through
its constructor, so that what its ``__post_init__`` checks is checked again.
"""

from __future__ import annotations

import enum
import functools
import math
import operator
import types
import typing
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.text import Message

T = TypeVar("T")
Array: TypeAlias = npt.NDArray[Any]
Decoder: TypeAlias = Callable[[Any, Sequence[Array]], Any]

DTYPES = {np.dtype(name).str: np.dtype(name) for name in ("?", "u1", "i1", "u2", "i2", "u4", "i4", "i8", "f4", "f8")}
MAX_DIMENSIONS = 4
_AS_IT_IS = frozenset({type(None), bool, int, float, str})
_CLASS, _ARRAY, _BYTES, _MESSAGE = "class", "array", "bytes", "message"
MAX_NESTED = 4
"""Messages inside the parameters of others."""
MAX_TEXT = 64_000
"""Letters of a message with its parameters. A template that repeats a long parameter must not fill the memory."""
MAX_PATTERNS = 64
"""Combinations of types that are remembered of a class: a worker that was taken over may send any."""


class CodecError(Exception):
    """A tree is no value of the type that was asked for. Never shown: callers translate it."""


def encode(value: Any) -> tuple[Any, list[Array]]:
    """Return `value` as a tree of JSON types and the arrays it refers to by number.

    Raises
    ------
    TypeError
        For a kind of value that does not travel.
    """
    arrays: list[Array] = []
    return _encoded(value, arrays), arrays


def _encoded(value: Any, arrays: list[Array]) -> Any:
    kind = type(value)
    if kind in _AS_IT_IS:  # most of a header
        return value
    if kind is tuple:
        return [_encoded(item, arrays) for item in value]
    values_of = _fields_of(kind)  # type: ignore[arg-type]  # types are hashable
    if values_of is None:
        return _encoded_other(value, arrays)
    values = values_of(value)
    if not _AS_IT_IS.issuperset(map(type, values)):
        values = [_encoded(item, arrays) for item in values]
    return {_CLASS: kind.__name__, "fields": list(values)}


@functools.cache
def _fields_of(kind: type[Any]) -> Callable[[Any], Sequence[Any]] | None:
    """Return what gives the values that the constructor of a struct takes, in order; None for any other type."""
    if not issubclass(kind, Struct):
        return None
    names = kind.__struct_fields__
    if len(names) > 1:
        return operator.attrgetter(*names)
    return lambda value: [getattr(value, name) for name in names]


def _encoded_other(value: Any, arrays: list[Array]) -> Any:
    if isinstance(value, bool | str | int | float):
        # Enumerations of numbers or text are numbers and text too, and go by their name.
        return value.name if isinstance(value, enum.Enum) else encode_text(value) if isinstance(value, str) else value
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, tuple | list):
        return [_encoded(item, arrays) for item in value]
    if isinstance(value, dict):
        return {str(key): _encoded(item, arrays) for key, item in value.items()}
    return _encoded_array(value, arrays)


def _encoded_array(value: Any, arrays: list[Array]) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, bytes):
        arrays.append(np.frombuffer(value, np.uint8))
        return {_BYTES: len(arrays) - 1}
    if isinstance(value, np.ndarray) and value.dtype.newbyteorder("=").str in DTYPES and value.ndim <= MAX_DIMENSIONS:
        arrays.append(np.ascontiguousarray(value, value.dtype.newbyteorder("=")))
        return {_ARRAY: len(arrays) - 1}
    raise TypeError(f"a {type(value).__name__} does not travel between processes")


def encode_text(text: str) -> Any:
    """Return a text as a tree: a `Message` with its template and parameters, any other as it is."""
    if not isinstance(text, Message):
        return text
    params = {name: encode_text(v) if isinstance(v, str) else v for name, v in text.params.items()}
    return {_MESSAGE: [text.source, params, text.one, text.context]}


def decode_text(tree: Any, depth: int = 0) -> str:
    """Return the text of `encode_text`. Raises CodecError for anything else."""
    match tree:
        case str():
            return tree
        case {"message": [str(source), dict(params), str(one), str(context)]} if len(tree) == 1 and depth < MAX_NESTED:
            values = {str(k): _param(v, depth + 1) for k, v in params.items()}
            longest = max((len(v) for v in values.values() if isinstance(v, str)), default=0)
            if max(len(source), len(one)) + max(source.count("{"), one.count("{")) * longest > MAX_TEXT:
                raise CodecError("a text that is too long")
            return Message(source, values, one, context)
    raise CodecError("not text")


def _param(tree: Any, depth: int) -> str | int | float | None:
    return tree if tree is None or type(tree) in (int, float, bool) else decode_text(tree, depth)


def describe(arrays: Sequence[Array]) -> list[Any]:
    """Return kind and shape of each array, for the message that goes before them."""
    return [[array.dtype.str, list(array.shape)] for array in arrays]


def read_descriptions(described: Any, max_bytes: int) -> list[tuple[np.dtype[Any], tuple[int, ...]]]:
    """Return the kinds and shapes `describe` wrote.

    Raises
    ------
    CodecError
        For anything else, and for more than `max_bytes` altogether: nothing is reserved before this check.
    """
    if not isinstance(described, list):
        raise CodecError("not a list of arrays")
    checked = []
    total = 0
    for entry in described:
        match entry:
            case [str(name), [*dims]] if name in DTYPES and len(dims) <= MAX_DIMENSIONS:
                if not all(type(dim) is int and 0 <= dim <= max_bytes for dim in dims):
                    raise CodecError("not the shape of an array")
            case _:
                raise CodecError("not an array")
        total += math.prod(dims) * DTYPES[name].itemsize
        checked.append((DTYPES[name], tuple(dims)))
    if total > max_bytes:
        raise CodecError("more data than allowed")
    return checked


def decode(expected: type[T], tree: Any, arrays: Sequence[Array]) -> T:
    """Return the value of type `expected` that `tree` describes; its arrays are those given, made read-only.

    Raises
    ------
    CodecError
        Where anything is missing, too much, or not of its type.
    """
    for array in arrays:
        array.flags.writeable = False
    try:
        decoder: Decoder = _decoder(expected)  # type: ignore[arg-type]  # types are hashable
        value: T = decoder(tree, arrays)
    except RecursionError as error:
        raise CodecError("nested too deeply") from error
    return value


@functools.cache
def _decoder(expected: Any) -> Decoder:
    """Return the function that makes a value of `expected`; TypeError where there can be none."""
    if expected in _SIMPLE:
        return _SIMPLE[expected]
    origin = typing.get_origin(expected)
    return _class_decoder(expected) if origin is None else _generic_decoder(expected, origin, typing.get_args(expected))


def _generic_decoder(expected: Any, origin: Any, arguments: tuple[Any, ...]) -> Decoder:
    if origin in (typing.Union, types.UnionType):
        return _union(tuple(_decoder(argument) for argument in arguments))
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _many(_decoder(arguments[0]))
    if origin is tuple:
        return _each(tuple(_decoder(argument) for argument in arguments))
    if origin is dict and arguments[0] is str:
        return _mapping(_decoder(arguments[1]))
    if origin is np.ndarray:
        return _array(typing.get_args(arguments[1])[0])
    raise TypeError(f"{expected} does not travel between processes")


def _class_decoder(expected: Any) -> Decoder:
    if isinstance(expected, type) and issubclass(expected, enum.Enum):
        return _enumeration(expected)
    if isinstance(expected, type) and issubclass(expected, Struct):
        return _struct(expected)
    raise TypeError(f"{expected} does not travel between processes")


def _plain(tree: Any, arrays: Sequence[Array]) -> Any:
    return tree  # whatever JSON makes: no objects


def _nothing(tree: Any, arrays: Sequence[Array]) -> None:
    if tree is not None:
        raise CodecError("not nothing")


def _bool(tree: Any, arrays: Sequence[Array]) -> bool:
    if type(tree) is not bool:
        raise CodecError("not a truth value")
    return tree


def _int(tree: Any, arrays: Sequence[Array]) -> int:
    if type(tree) is not int or not -(2**63) <= tree < 2**63:
        raise CodecError("not a whole number")
    return tree


def _float(tree: Any, arrays: Sequence[Array]) -> float:
    if type(tree) not in (int, float):
        raise CodecError("not a number")
    try:
        return float(tree)
    except OverflowError as error:
        raise CodecError("not a number") from error


def _str(tree: Any, arrays: Sequence[Array]) -> str:
    return tree if type(tree) is str else decode_text(tree)


def _bytes(tree: Any, arrays: Sequence[Array]) -> bytes:
    return _referred(tree, _BYTES, arrays).tobytes()


_SIMPLE: dict[Any, Decoder] = {
    Any: _plain, object: _plain, None: _nothing, type(None): _nothing, bool: _bool, int: _int, float: _float,
    str: _str, bytes: _bytes,
}  # fmt: skip

_UNCHANGED: dict[Decoder, frozenset[type]] = {
    _nothing: frozenset((type(None),)), _bool: frozenset((bool,)), _str: frozenset((str,)),
    _int: frozenset(), _float: frozenset(),
}  # fmt: skip
"""Types of which a decoder gives every value back as it is: most of a header, which is spared the call."""


def _enumeration(expected: type[enum.Enum]) -> Decoder:
    def build(tree: Any, arrays: Sequence[Array]) -> enum.Enum:
        try:
            return expected.__members__[tree]
        except (KeyError, TypeError) as error:
            raise CodecError(f"not a {expected.__name__}") from error

    return build


def _union(choices: tuple[Decoder, ...]) -> Decoder:
    def build(tree: Any, arrays: Sequence[Array]) -> Any:
        for choice in choices:
            try:
                return choice(tree, arrays)
            except CodecError as error:
                last = error
        raise last

    nothing: frozenset[type] = frozenset((type(None),))
    known = [_UNCHANGED.get(choice) for choice in choices]
    all_known = [kinds for kinds in known if kinds is not None]
    # Another choice, such as an enumeration, may want a text; nothing but None is None.
    together = frozenset[type]().union(*all_known)
    _UNCHANGED[build] = together if len(all_known) == len(known) else together & nothing
    return build


def _list(tree: Any) -> list[Any]:
    if type(tree) is not list:
        raise CodecError("not a list")
    return tree


def _many(item: Decoder) -> Decoder:
    unchanged = _UNCHANGED.get(item, frozenset())

    def build(tree: Any, arrays: Sequence[Array]) -> tuple[Any, ...]:
        entries = _list(tree)
        if unchanged.issuperset(map(type, entries)):
            return tuple(entries)
        return tuple(item(entry, arrays) for entry in entries)

    return build


def _each(items: tuple[Decoder, ...]) -> Decoder:
    def build(tree: Any, arrays: Sequence[Array]) -> tuple[Any, ...]:
        if len(_list(tree)) != len(items):
            raise CodecError("a list of another length")
        return tuple(item(entry, arrays) for item, entry in zip(items, tree, strict=True))

    return build


def _mapping(item: Decoder) -> Decoder:
    def build(tree: Any, arrays: Sequence[Array]) -> dict[str, Any]:
        if type(tree) is not dict:
            raise CodecError("not a mapping")
        return {key: item(entry, arrays) for key, entry in tree.items()}

    return build


def _referred(tree: Any, kind: str, arrays: Sequence[Array]) -> Array:
    match tree:
        case dict() if list(tree) == [kind] and type(tree[kind]) is int and 0 <= tree[kind] < len(arrays):
            return arrays[tree[kind]]
        case _:
            raise CodecError("not an array")


def _array(scalar: Any) -> Decoder:
    allowed = frozenset(DTYPES.values()) if scalar is Any else frozenset((np.dtype(scalar),))

    def build(tree: Any, arrays: Sequence[Array]) -> Array:
        array = _referred(tree, _ARRAY, arrays)
        if array.dtype not in allowed:
            raise CodecError("an array of another kind")
        return array

    return build


def _struct(expected: type[Struct]) -> Decoder:
    hints = typing.get_type_hints(expected)
    names = expected.__struct_fields__
    named = len(expected.__match_args__) < len(names)  # some are taken by their name only

    @functools.cache
    def decoders() -> tuple[Decoder, ...]:  # at the first use: a type may refer to itself
        return tuple(_decoder(hints[name]) for name in names)

    @functools.lru_cache(maxsize=MAX_PATTERNS)
    def to_decode(kinds: tuple[type, ...]) -> tuple[tuple[int, Decoder], ...]:
        """Return place and decoder of each field that is not right as it came, by the types of all."""
        places = enumerate(zip(decoders(), kinds, strict=True))
        return tuple((place, one) for place, (one, kind) in places if kind not in _UNCHANGED.get(one, ()))

    def build(tree: Any, arrays: Sequence[Array]) -> Any:
        if type(tree) is not dict or list(tree) != [_CLASS, "fields"] or tree[_CLASS] != expected.__name__:
            raise CodecError(f"not a {expected.__name__}")
        values = list(_list(tree["fields"]))
        if len(values) != len(names):
            raise CodecError(f"not the fields of a {expected.__name__}")
        for place, decoder in to_decode(tuple(map(type, values))):
            values[place] = decoder(values[place], arrays)
        try:
            return expected(**dict(zip(names, values, strict=True))) if named else expected(*values)
        except (ValueError, TypeError) as error:
            raise CodecError(f"not a valid {expected.__name__}") from error

    return build
