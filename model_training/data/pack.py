"""Films at training size on disk: every one made by the viewer's own tensor maker.

A pack is one uint8 file that is memory-mapped, (n, size, size): grey in [0, 1] times 255. The
rounding costs at most 1/510 of the range and divides the size of a pack by four.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace
from tqdm import tqdm

from cxrviewer.errors import CxrError
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.recipe import InputRecipe
from cxrviewer.imaging.tensor import make_input
from model_training.data.development_set import DataError, Record


def packing_recipe(recipe: InputRecipe) -> InputRecipe:
    """Return the recipe that gives plain grey at the size and fit of `recipe`."""
    return replace(recipe, channels=1, mean=0.0, std=1.0)


def image_grey(path: Path, recipe: InputRecipe) -> npt.NDArray[np.float32]:
    """Return the grey plane a head with `recipe` sees of a film, (height, width) in [0, 1].

    Raises
    ------
    DataError
        Naming the file, for a film that cannot be decoded and for a colour picture.
    """
    try:
        radiograph = open_image(path).radiograph
    except CxrError as error:
        raise DataError(f"{path.name}: {error.user_message}") from error
    if radiograph.facts.colour:
        raise DataError(f"{path.name}: This is a colour picture, not a radiograph.")
    plane: npt.NDArray[np.float32] = make_input(radiograph, packing_recipe(recipe)).tensor[0, 0]
    return plane


def _names(records: Sequence[Record]) -> list[str]:
    """Return the films' file names, with three folders where names repeat: CheXpert has 190,000 view1_frontal.jpg."""
    names = [record.path.name for record in records]
    if len({(record.set, name) for record, name in zip(records, names, strict=True)}) < len(records):
        names = ["/".join(record.path.parts[-4:]) for record in records]
    return names


def _name(records: Sequence[Record], recipe: InputRecipe) -> str:
    facts = [packing_recipe(recipe).digest()]
    facts += [
        f"{record.set}/{name}:{record.path.stat().st_size}"
        for name, record in zip(_names(records), records, strict=True)
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _fill(memory: npt.NDArray[np.uint8], records: Sequence[Record], recipe: InputRecipe) -> dict[int, str]:
    """Fill `memory` and return {index: why} of the films that cannot be read; those stay black."""
    names = _names(records)

    def one(index: int) -> str:
        path = records[index].path
        try:
            memory[index] = np.rint(image_grey(path, recipe) * 255).astype(np.uint8)
        except DataError as error:
            return names[index] + str(error).removeprefix(path.name)
        return ""

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(tqdm(pool.map(one, range(len(records))), total=len(records), desc="packing films", unit="film"))
    return {index: why for index, why in enumerate(done) if why}


def pack_readable(
    records: Sequence[Record], recipe: InputRecipe, cache: Path
) -> tuple[npt.NDArray[np.uint8], dict[int, str]]:
    """Return all films as (n, height, width) uint8, and {index: why} of those that cannot be read.

    Comes from `cache` where the films are packed already. The name of a pack is a digest of the
    recipe and the files: another recipe, another pack. A film that cannot be read is black in it.

    Raises
    ------
    DataError
        For a pack that was cut short or overwritten, for instance when it was copied.
    """
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / f"pack-{_name(records, recipe)}.npy"
    beside = target.with_suffix(".unreadable.json")
    if not target.exists():
        part = target.with_suffix(f".{os.getpid()}.part")
        shape = (len(records), recipe.height, recipe.width)
        memory = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=shape)
        try:
            unreadable = _fill(memory, records, recipe)
            memory.flush()
            del memory
            beside.unlink(missing_ok=True)
            if unreadable:
                beside.write_text(json.dumps(unreadable, indent=1), encoding="utf-8")
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    packed = _opened(target, len(records), recipe)
    known = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    return packed, {int(index): why for index, why in known.items()}


def _opened(target: Path, count: int, recipe: InputRecipe) -> npt.NDArray[np.uint8]:
    try:
        packed: npt.NDArray[np.uint8] = np.load(target, mmap_mode="r", allow_pickle=False)
    except (EOFError, ValueError) as error:
        raise DataError(f"{target}: the packed films are damaged. Delete this file; it is made again.") from error
    if packed.shape != (count, recipe.height, recipe.width) or packed.dtype != np.uint8:
        raise DataError(f"{target}: these are other packed films. Delete this file; it is made again.")
    return packed


def pack(records: Sequence[Record], recipe: InputRecipe, cache: Path) -> npt.NDArray[np.uint8]:
    """Return all films as (n, height, width) uint8; see `pack_readable`.

    Raises
    ------
    DataError
        Naming the first film that cannot be read, and how many there are. The others stay
        packed: a second call need not read them again.
    """
    packed, unreadable = pack_readable(records, recipe, cache)
    if unreadable:
        first = unreadable[min(unreadable)]
        raise DataError(f"{len(unreadable)} of {len(records)} films cannot be read, first: {first}")
    return packed
