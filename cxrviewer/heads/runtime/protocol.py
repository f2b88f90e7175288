"""Messages between the app and the model process: one JSON line, then raw tensors.

Nothing is pickled. The model process runs files from strangers; unpickling its answers
would hand the app over to whoever takes that process over.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Mapping
from multiprocessing import BufferTooShort
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import numpy.typing as npt

Tensor = npt.NDArray[np.float32]
Reply = tuple[dict[str, Any], dict[str, Tensor]]

MAX_HEADER_BYTES = 2**20
MAX_TENSOR_BYTES = 256 * 2**20
MAX_ANSWER_BYTES = 33 * 2**20
"""All tensors of one answer: maps and features of 16 MiB each, and logits. What a model process sends is in the
viewer's memory before anybody can look at it."""
TOO_LARGE = f"its outputs take more than {MAX_ANSWER_BYTES // 2**20} MiB together"
MAX_DATA_BYTES = 256 * 2**20
"""Of the files of a head, which travel in chunks and not as a tensor."""
MAX_TENSORS = 16


class ProtocolError(Exception):
    """The other side sent something that is no message. Never shown: callers translate it."""


def send(connection: Connection, header: Mapping[str, Any], tensors: Mapping[str, Tensor] | None = None) -> None:
    """Send `header` and float32 `tensors`. Raises OSError where the other side is gone."""
    tensors = tensors or {}
    described = [{"name": name, "shape": list(tensor.shape)} for name, tensor in tensors.items()]
    connection.send_bytes(json.dumps({**header, "tensors": described}).encode())
    for tensor in tensors.values():
        flat = np.ascontiguousarray(tensor, dtype=np.float32).reshape(-1)
        connection.send_bytes(flat.view(np.uint8).data)


def receive(connection: Connection, max_bytes: int = MAX_TENSOR_BYTES) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Receive one message whose tensors take at most `max_bytes` together.

    Raises
    ------
    EOFError, OSError
        The other side is gone.
    WireError
        It sent nonsense, or more than the caps allow.
    """
    try:
        header = json.loads(connection.recv_bytes(MAX_HEADER_BYTES))
        shapes = {str(t["name"]): _shape(t["shape"]) for t in header.pop("tensors")}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProtocolError("not a message") from error
    if len(shapes) > MAX_TENSORS or 4 * sum(math.prod(shape) for shape in shapes.values()) > max_bytes:
        raise ProtocolError("too many tensors, or too large ones")
    return header, {name: _tensor(connection, shape) for name, shape in shapes.items()}


def send_data(connection: Connection, size: int, chunks: Iterable[bytes]) -> None:
    """Send `size` bytes in chunks, after the header ``{"op": "data", "size": size}``.

    Whatever `chunks` raises leaves the message half sent: the other side can only be ended then.
    """
    send(connection, {"op": "data", "size": size})
    for chunk in chunks:
        connection.send_bytes(chunk)


def receive_data(connection: Connection, size: int) -> bytes:
    """Receive what `send_data` sends after its header.

    Raises
    ------
    EOFError, OSError
        The other side is gone.
    WireError
        It announced more than `MAX_DATA_BYTES`, or sends other than it announced.
    """
    if not 0 <= size <= MAX_DATA_BYTES:
        raise ProtocolError("too much data")
    collected = io.BytesIO()  # gives its bytes away without a copy, unlike a bytearray
    while collected.tell() < size:
        chunk = connection.recv_bytes()
        if not chunk or collected.tell() + len(chunk) > size:
            raise ProtocolError("data does not fit its size")
        collected.write(chunk)
    return collected.getvalue()


def _shape(dims: Any) -> tuple[int, ...]:
    shape = tuple(dims)
    if len(shape) > 8 or not all(type(d) is int and d >= 0 for d in shape):
        raise ValueError("not a shape")
    if math.prod(shape) * 4 > MAX_TENSOR_BYTES:
        raise ValueError("tensor too large")
    return shape


def _tensor(connection: Connection, shape: tuple[int, ...]) -> Tensor:
    data = np.empty(shape, np.float32)
    try:
        size = connection.recv_bytes_into(data.reshape(-1).view(np.uint8).data)
    except (BufferTooShort, ValueError) as error:
        raise ProtocolError("tensor does not fit its shape") from error
    if size != data.nbytes:
        raise ProtocolError("tensor does not fit its shape")
    return data
