"""Messages between the app and a worker: requests are trusted, answers are not.

numpy is imported where arrays are handled, not on top: a worker is started before the app needs it.
"""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from cxrviewer import errors
from cxrviewer.errors import (
    CxrError,
    WorkerAnswerError,
    WorkerFaultError,
    WorkerMemoryError,
)
from cxrviewer.isolation.handover import Handover, HandoverError
from cxrviewer.isolation.limits import MAX_MESSAGE_BYTES, MAX_REQUEST_BYTES
from cxrviewer.text import Message, msg

if TYPE_CHECKING:
    from cxrviewer.isolation.codec import Array as Array  # noqa: PLC0414
    from cxrviewer.isolation.early import EarlyArray

T = TypeVar("T")

MAX_SENTENCE = 2000
MAX_DETAILS = 8000
READY = 0
"""Number of the message a worker sends when it is ready; jobs count from 1."""

_EARLY = b"early "
"""Begins the messages that go before an answer; answers begin with a brace."""

NONSENSE = msg("The worker process gave an answer that is not valid.")


class Request(Struct, frozen=True):
    """A job: a function by its import path and what it is called with."""

    number: int
    function: str
    arguments: tuple[Any, ...]
    cpu_seconds: float

    def packed(self) -> bytes:
        """Return it as bytes; ValueError where they do not fit into a pipe."""
        data = pickle.dumps((self.number, self.function, self.arguments, self.cpu_seconds))
        if len(data) > MAX_REQUEST_BYTES:
            raise ValueError(f"a request has at most {MAX_REQUEST_BYTES} bytes, got {len(data)}")
        return data

    @classmethod
    def unpacked(cls, data: bytes) -> Request:
        """Return the request of the app: the only side whose bytes are unpickled."""
        return cls(*pickle.loads(data))


def pack_early(number: int, array: Array) -> bytes:
    """In the worker: return the message that `array` lies at the start of the shared memory."""
    from cxrviewer.isolation import codec

    return _EARLY + json.dumps([number, codec.describe([array])]).encode()


def is_early(data: bytes) -> bool:
    """Return whether a message is one of `pack_early`."""
    return data.startswith(_EARLY)


def ready_buffer(size: int) -> Array:
    """Return `size` bytes whose pages are there, (size,) uint8: made while the app waits, they cost nobody time."""
    import numpy as np

    buffer = np.empty(size, np.uint8)
    buffer[::4096] = 0
    return buffer


def unpack_early(number: int, data: bytes, handover: Handover, max_bytes: int, buffer: Array | None = None) -> Array:
    """In the app: return the array of a `pack_early` message, in `buffer` where it is just as large.

    Raises
    ------
    WorkerAnswerError
    """
    import numpy as np

    from cxrviewer.isolation import codec

    try:
        match json.loads(data[len(_EARLY) :]):
            case [int(of), [described]] if of == number:
                ((dtype, shape),) = codec.read_descriptions([described], max_bytes)
            case _:
                raise WorkerAnswerError(NONSENSE)
        size = math.prod(shape) * dtype.itemsize
        array: Array = np.empty(size, np.uint8) if buffer is None or buffer.size != size else buffer
        array = array.view(dtype).reshape(shape)
        handover.read("", [array])
    except (ValueError, RecursionError, codec.CodecError, HandoverError) as error:
        raise WorkerAnswerError(NONSENSE) from error
    return array


def pack_value(number: int, value: Any, handover: Handover, early: EarlyArray | None = None) -> bytes:
    """In the worker: store the arrays of `value` and return the message that describes it."""
    from cxrviewer.isolation import codec

    tree, arrays = codec.encode(value)
    before = [early is not None and early.is_same(array) for array in arrays]
    message = {"number": number, "value": tree, "arrays": codec.describe(arrays), "before": before}
    # Small before large: a message that is too long must not cost the writing of the arrays.
    packed = json.dumps(message)
    size = len(packed)
    if size > MAX_MESSAGE_BYTES - 1000:
        raise ValueError(f"an answer has at most {MAX_MESSAGE_BYTES} bytes beside its arrays, got {size}")
    offset = 0 if early is None else early.size
    rest = [array for array, sent in zip(arrays, before, strict=True) if not sent]
    where = json.dumps({"offset": offset, "token": handover.write(rest, offset)})
    return f"{packed[:-1]}, {where[1:]}".encode()


class Failure(Struct, frozen=True):
    """An error as a value, for jobs that answer for several things of which some may fail."""

    kind: str
    sentence: str
    """A `text.Message` where it can be translated."""
    fields: dict[str, Any]

    @classmethod
    def of(cls, error: CxrError) -> Failure:
        """Return the value that stands for `error`; MemoryError where that was its reason, whatever it says."""
        if any(isinstance(link, MemoryError) for link in _chain(error)):
            raise MemoryError from error
        return cls(type(error).__name__, _short(error.user_message), _fields(error))

    def error(self) -> CxrError:
        """Return the error; WorkerAnswerError where this stands for none."""
        from cxrviewer.isolation.codec import CodecError

        try:
            return _rebuilt(self.kind, self.sentence, self.fields)
        except CodecError as error:
            raise WorkerAnswerError(NONSENSE) from error


def pack_error(number: int, error: BaseException) -> bytes:
    """In the worker: return the message about a job that failed."""
    message: dict[str, Any] = {"number": number}
    if any(isinstance(link, MemoryError) for link in _chain(error)):
        message["memory"] = True  # also where a decoder took it for damaged data
    elif isinstance(error, CxrError):
        from cxrviewer.isolation.codec import encode_text

        message["error"] = [type(error).__name__, encode_text(_short(error.user_message)), _fields(error)]
    else:
        from cxrviewer.log import describe_exception

        message["fault"] = describe_exception(error)[:MAX_DETAILS]
    return json.dumps(message).encode()


def unpack(
    number: int, data: bytes, expected: type[T], handover: Handover, max_bytes: int, early: Array | None = None
) -> T:
    """In the app: return the value of an answer, of type `expected`; `early` is the array that came before it.

    Raises
    ------
    CxrError
        The error of the job itself, of its class in `cxrviewer.errors`.
    WorkerMemoryError, WorkerFaultError
    WorkerAnswerError
        For anything that is no answer to job `number`: the worker cannot be trusted any more.
    """
    import numpy as np

    from cxrviewer.isolation import codec

    try:
        message = json.loads(data)
        if type(message) is not dict or message.get("number") != number:
            raise WorkerAnswerError(NONSENSE)
        if "value" not in message:
            raise _error_of(message)
        described = codec.read_descriptions(message.get("arrays"), max_bytes)
        before, offset = message.get("before"), message.get("offset")
        if type(before) is not list or len(before) != len(described) or type(offset) is not int:
            raise WorkerAnswerError(NONSENSE)
        if not 0 <= offset <= max_bytes:
            raise WorkerAnswerError(NONSENSE)
        arrays: list[Array] = []
        for (dtype, shape), sent in zip(described, before, strict=True):
            if sent and (early is None or (early.dtype, early.shape) != (dtype, shape)):
                raise WorkerAnswerError(NONSENSE)
            arrays.append(early if sent and early is not None else np.empty(shape, dtype))
        handover.read(str(message.get("token")), [a for a in arrays if a is not early], offset)
        return codec.decode(expected, message["value"], arrays)
    except (ValueError, RecursionError, codec.CodecError, HandoverError) as error:
        raise WorkerAnswerError(NONSENSE) from error


def is_ready(data: bytes) -> bool:
    """Return whether `data` is the message that the worker is ready."""
    return data == ready()


def ready() -> bytes:
    return json.dumps({"number": READY}).encode()


def _chain(error: BaseException) -> Sequence[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or link.__context__
    return links


def _fields(error: CxrError) -> dict[str, Any]:
    from cxrviewer.isolation.codec import encode

    fields = {name: value for name, value in vars(error).items() if name != "user_message" and _travels(value)}
    return {name: encode(value)[0] for name, value in fields.items()}


def _field(tree: Any) -> Any:
    from cxrviewer.isolation.codec import decode_text

    if isinstance(tree, list):
        return tuple(_field(item) for item in tree)
    return decode_text(tree) if isinstance(tree, dict) else tree


def _travels(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(_travels(item) for item in value)
    return value is None or isinstance(value, bool | int | float | str)


def _error_of(message: dict[str, Any]) -> CxrError:
    match message:
        case {"number": int(), "memory": True, **rest} if not rest:
            return WorkerMemoryError(msg("The job needed more memory than allowed."))
        case {"number": int(), "fault": str(details), **rest} if not rest:
            sentence = msg("The job failed for a reason this program did not expect.")
            return WorkerFaultError(sentence, details=_clean(details))
        case {"number": int(), "error": [str(name), sentence, dict(fields)], **rest} if not rest:
            from cxrviewer.isolation.codec import decode_text

            return _rebuilt(name, decode_text(sentence), fields)
    raise WorkerAnswerError(NONSENSE)


def _rebuilt(name: str, sentence: str, fields: dict[str, Any]) -> CxrError:
    """Return an error of `cxrviewer.errors` without its constructor, which may word the sentence anew."""
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, CxrError)) or len(sentence) > MAX_SENTENCE:
        raise WorkerAnswerError(NONSENSE)
    error = kind.__new__(kind)
    CxrError.__init__(error, _clean_text(sentence))
    for field, tree in fields.items():
        value = _field(tree)
        if not field.isidentifier() or hasattr(error, field) or not _travels(value):
            raise WorkerAnswerError(NONSENSE)
        setattr(error, field, value)
    return error


def _short(text: str) -> str:
    return text if len(text) <= MAX_SENTENCE else text[:MAX_SENTENCE]


def _clean_text(text: str) -> str:
    """Return a text without control characters, in its template and its parameters."""
    if not isinstance(text, Message):
        return _clean(text)
    params = {name: _clean_text(value) if isinstance(value, str) else value for name, value in text.params.items()}
    return Message(_clean(text.source), params, _clean(text.one), text.context)


def _clean(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")
