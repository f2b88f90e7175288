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
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from cxrviewer.imaging.film import open_film
from cxrviewer.imaging.recipe import InputRecipe
from cxrviewer.imaging.tensor import make_input
from model_training.data.pool import PoolFilm


def packing_recipe(recipe: InputRecipe) -> InputRecipe:
    """Return the recipe that gives plain grey at the size and fit of `recipe`."""
    return replace(recipe, channels=1, mean=0.0, std=1.0)


def film_grey(path: Path, recipe: InputRecipe) -> npt.NDArray[np.float32]:
    """Return the grey plane a head with `recipe` sees of a film, (height, width) in [0, 1]."""
    plane: npt.NDArray[np.float32] = make_input(open_film(path).radiograph, packing_recipe(recipe)).tensor[0, 0]
    return plane


def _name(films: Sequence[PoolFilm], recipe: InputRecipe) -> str:
    facts = [packing_recipe(recipe).digest()]
    facts += [f"{film.set}/{film.path.name}:{film.path.stat().st_size}" for film in films]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def pack(films: Sequence[PoolFilm], recipe: InputRecipe, cache: Path) -> npt.NDArray[np.uint8]:
    """Return all films as (n, height, width) uint8, from `cache` where they are packed already.

    The name of a pack is a digest of the recipe and the files: another recipe, another pack.
    """
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / f"pack-{_name(films, recipe)}.npy"
    if not target.exists():
        part = target.with_suffix(f".{os.getpid()}.part")
        shape = (len(films), recipe.height, recipe.width)
        memory = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=shape)

        def one(index: int) -> None:
            memory[index] = np.rint(film_grey(films[index].path, recipe) * 255).astype(np.uint8)

        try:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                for _ in tqdm(pool.map(one, range(len(films))), total=len(films), desc="packing films", unit="film"):
                    pass
            memory.flush()
            del memory
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    packed: npt.NDArray[np.uint8] = np.load(target, mmap_mode="r")
    return packed
