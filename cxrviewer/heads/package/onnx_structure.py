"""Looks into an ONNX file before onnxruntime does.

A small reader of the protobuf wire format for the few fields that make an ONNX file more
than data: other files it wants opened, operators outside the two allowed domains, sizes.
Why not the `onnx` package: see docs/decisions/0030-onnx-structure-without-onnx.md.

A parser can disagree with onnxruntime's about which of two occurrences of a field counts.
Here *every* occurrence counts, so whatever onnxruntime picks has been looked at.
Field numbers are those of onnx.proto3 (ONNX 1.23).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct, field

ALLOWED_DOMAINS = frozenset({"", "ai.onnx", "com.microsoft"})
# Allowed by its domain, but made to point at a compiled model in another file.
REJECTED_OPERATORS = frozenset({"EPContext"})
MAX_NODES = 20_000
MAX_DEPTH = 12
MAX_OUTPUTS = 16
MAX_ELEMENTS = 2**27

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Value = int | memoryview


class StructureError(Exception):
    """The file is not the protobuf message it should be."""


class _Findings(Struct):
    problems: list[str] = field(default_factory=list)
    nodes: int = 0

    def add(self, problem: str) -> None:
        if problem not in self.problems and len(self.problems) < 20:
            self.problems.append(problem)


def inspect(model: bytes) -> tuple[str, ...]:
    """Return everything about `model` that forbids loading it, empty where nothing does.

    Never raises for any bytes; bounded in depth and in the number of operators.
    """
    found = _Findings()
    try:
        _model(memoryview(model), found)
    except StructureError as error:
        found.add(str(error))
    return tuple(found.problems)


def _model(view: memoryview, found: _Findings) -> None:
    graphs = 0
    for number, value in _fields(view):
        if number == 8 and isinstance(value, memoryview):
            _opset(value, found)
        elif number == 7 and isinstance(value, memoryview):
            graphs += 1
            _graph(value, found, 0)
            if sum(1 for n, _ in _fields(value) if n == 12) > MAX_OUTPUTS:
                found.add(f"the model has more than {MAX_OUTPUTS} outputs")
        elif number == 25 and isinstance(value, memoryview):
            _function(value, found)
        elif number == 20:
            found.add("the model carries training instructions")
    if not graphs:
        found.add("the file holds no ONNX graph")


def _opset(view: memoryview, found: _Findings) -> None:
    for number, value in _fields(view):
        if number == 1:
            _domain(value, found)


def _domain(value: Value, found: _Findings) -> None:
    name = _text(value)
    if name not in ALLOWED_DOMAINS:
        found.add(f"operators of the domain {name[:80]!a} are not allowed")


def _function(view: memoryview, found: _Findings) -> None:
    for number, value in _fields(view):
        if number == 7:
            _node(value, found, 1)
        elif number == 9 and isinstance(value, memoryview):
            _opset(value, found)
        elif number == 10:
            _domain(value, found)
        elif number == 11:
            _attribute(value, found, 1)


def _graph(view: Value, found: _Findings, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise StructureError(f"graphs are nested more than {MAX_DEPTH} deep")
    for number, value in _fields(view):
        if number == 1:
            _node(value, found, depth)
        elif number == 5:
            _tensor(value, found)
        elif number == 15:
            _sparse_tensor(value, found)
        elif number in (11, 12, 13):
            _value_info(value, found)


def _node(view: Value, found: _Findings, depth: int) -> None:
    found.nodes += 1
    if found.nodes > MAX_NODES:
        raise StructureError(f"the model has more than {MAX_NODES} operators")
    for number, value in _fields(view):
        if number == 7:
            _domain(value, found)
        elif number == 4 and _text(value) in REJECTED_OPERATORS:
            found.add(f"the operator {_text(value)} is not allowed")
        elif number == 5:
            _attribute(value, found, depth)


def _attribute(view: Value, found: _Findings, depth: int) -> None:
    for number, value in _fields(view):
        if number in (6, 11):
            _graph(value, found, depth + 1)
        elif number in (5, 10):
            _tensor(value, found)
        elif number in (22, 23):
            _sparse_tensor(value, found)


def _sparse_tensor(view: Value, found: _Findings) -> None:
    dims: list[int] = []
    for number, value in _fields(view):
        if number in (1, 2):
            _tensor(value, found)
        elif number == 3:
            dims += _integers(value)
    _size(dims, found)


def _tensor(view: Value, found: _Findings) -> None:
    dims: list[int] = []
    for number, value in _fields(view):
        if number == 1:
            dims += _integers(value)
        elif number == 13 or (number == 14 and value != 0):
            found.add("weights in another file (external data) are not allowed")
    _size(dims, found)


def _value_info(view: Value, found: _Findings) -> None:
    """Check declared sizes: ValueInfo.type(2).tensor_type(1).shape(2).dim(1).dim_value(1)."""
    level = [view]
    for wanted in (2, 1, 2):
        level = [value for item in level for number, value in _fields(item) if number == wanted]
    for shape in level:
        sizes = [v for n, dim in _fields(shape) if n == 1 for m, v in _fields(dim) if m == 1 and isinstance(v, int)]
        _size(sizes, found)


def _size(dims: list[int], found: _Findings) -> None:
    if any(d > MAX_ELEMENTS for d in dims) or math.prod(dims) > MAX_ELEMENTS:  # a negative one is huge as a varint
        found.add(f"a tensor has more than {MAX_ELEMENTS} elements")


def _text(value: Value) -> str:
    if not isinstance(value, memoryview):
        raise StructureError("the file is not a valid ONNX model")
    return bytes(value[:1000]).decode("utf-8", "replace")


def _integers(value: Value) -> list[int]:
    """Return a repeated integer field's values, packed or not."""
    if isinstance(value, int):
        return [value]
    numbers: list[int] = []
    position = 0
    while position < len(value) and len(numbers) < 64:
        number, position = _varint(value, position)
        numbers.append(number)
    return numbers


def _varint(view: memoryview, position: int) -> tuple[int, int]:
    result = 0
    for shift in range(0, 70, 7):
        if position >= len(view):
            raise StructureError("the file ends in the middle of a value")
        byte = view[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
    raise StructureError("the file is not a valid ONNX model")


def _fields(view: Value) -> Iterator[tuple[int, Value]]:
    """Yield (field number, value) of one message; nested messages stay views, nothing is copied."""
    if not isinstance(view, memoryview):
        raise StructureError("the file is not a valid ONNX model")
    position = 0
    while position < len(view):
        tag, position = _varint(view, position)
        number, wire = tag >> 3, tag & 7
        value: Value
        if wire == _VARINT:
            value, position = _varint(view, position)
        elif wire == _BYTES:
            length, position = _varint(view, position)
            value, position = view[position : position + length], position + length
        elif wire in (_FIXED64, _FIXED32):
            length = 8 if wire == _FIXED64 else 4
            value, position = 0, position + length
        else:
            raise StructureError("the file is not a valid ONNX model")
        if position > len(view) or number == 0:
            raise StructureError("the file ends in the middle of a value")
        yield number, value
