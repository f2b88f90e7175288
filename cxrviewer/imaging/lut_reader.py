"""LUT Descriptor and LUT Data to `LookupTable`: three numbers and five traps (PS3.3 C.11.1.1)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace
from pydicom.dataset import Dataset

from cxrviewer.imaging.lut import LookupTable
from cxrviewer.imaging.values import bounded, raw, text
from cxrviewer.text import msg


def _descriptor(item: Dataset, lowest_input: float, highest_input: float) -> tuple[int, int, int]:
    """Return (entries, first mapped, bits)."""
    value = raw(item, "LUTDescriptor")
    try:
        count, first, bits = (int(v) for v in value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(msg("(0028,3002) LUT Descriptor must hold three numbers")) from error
    count &= 0xFFFF  # 40,000 entries read as a signed word arrive as -25,536
    count = count or 0x10000  # 65,536 does not fit 16 bits and is written as 0
    # The second value is signed or not as the *inputs* are, but the VR in the file (US or SS)
    # is often the other one; read it the way that meets the inputs.
    first &= 0xFFFF
    if lowest_input < 0 and (highest_input < 0x8000 or first > highest_input) and first >= 0x8000:
        first -= 0x10000
    return count, first, bits & 0xFFFF


def _entries(value: Any, count: int, bits: int, *, little: bool) -> npt.NDArray[np.uint16]:
    """Return LUT Data as (n,) uint16, whatever VR and packing it came in."""
    if isinstance(value, int):
        value = [value]  # a table of one entry is not a list in pydicom
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
    else:
        words = np.asarray([int(v) & 0xFFFF for v in value], dtype=np.uint16)
        data = words.astype("<u2" if little else ">u2").tobytes()
    if bits <= 8 and count <= len(data) < 2 * count:
        # 8-bit entries, two to a word: in big endian the second of each pair comes first.
        packed = np.frombuffer(data, np.uint8)
        if not little:
            packed = packed[: packed.size // 2 * 2].reshape(-1, 2)[:, ::-1].reshape(-1)
        return packed.astype(np.uint16)
    return np.frombuffer(data[: len(data) // 2 * 2], "<u2" if little else ">u2").astype(np.uint16)


def read_lut(item: Dataset, inputs: npt.NDArray[np.float64], *, little: bool = True) -> LookupTable:
    """Return the table in an item of a Modality LUT or VOI LUT Sequence.

    Parameters
    ----------
    item : Dataset
    inputs : (n,) float64
        All values that can be looked up: they settle how the descriptor's second value is signed.
    little : bool
        Byte order of the data set.

    Raises
    ------
    ValueError
        For a table that cannot be used; the text says which attribute is wrong.
    """
    count, first, bits = _descriptor(item, float(inputs.min()), float(inputs.max()))
    if not 1 <= bits <= 16:
        raise ValueError(msg("(0028,3002) LUT Descriptor: bits per entry must be 1 to 16, got {bits}", bits=bits))
    value = raw(item, "LUTData")
    if value is None:
        raise ValueError(msg("(0028,3006) LUT Data is missing"))
    try:
        entries = _entries(value, count, bits, little=little)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(msg("(0028,3006) LUT Data is not a table of numbers")) from error
    if entries.size < count:
        raise ValueError(
            msg(
                "(0028,3006) LUT Data has {entries} entries, its descriptor says {count}",
                entries=entries.size,
                count=count,
            )
        )
    entries = entries[:count]
    if int(entries.max()) >= 2**bits:
        raise ValueError(msg("(0028,3006) LUT Data exceeds the {bits} bits its descriptor says", bits=bits))
    return LookupTable(first, entries, bits, bounded(text(item, "LUTExplanation")))


def full_contrast(table: LookupTable) -> tuple[LookupTable, str | None]:
    """Return a VOI LUT with the bits its entries really have, and a note where the descriptor says more.

    Full white is the highest output that the descriptor allows (PS3.3 C.11.2.1.1). Some makers write 16 into
    the descriptor of a table with 12-bit values: drawn to the letter, such an image is almost black. A table that
    leaves its highest bit unused, and so never draws anything brighter than middle grey, counts as one of these.
    A Modality LUT is not treated so: its outputs are values, not grey.
    """
    bits = max(1, int(table.entries.max()).bit_length())
    if bits >= table.bits:
        return table, None
    return replace(table, bits=bits), (
        msg(
            "The VOI LUT holds {bits}-bit values, but its (0028,3002) LUT Descriptor says {bits2} "
            "bits; it is drawn with full contrast.",
            bits=bits,
            bits2=table.bits,
        )
    )
