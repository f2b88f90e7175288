"""Many images in a row and back: none black, and no more in memory than the budget."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.fakes import fake_image, header

IMAGES = 24


def test_no_image_is_black_and_memory_stays_within_its_budget_on_the_way_and_back(make_window: Any) -> None:
    names = [f"{number:02d}" for number in range(IMAGES)]
    radiographs = {
        name: fake_image(codes=np.full((400, 300), 1000 + 60 * number, np.uint16), key=name)
        for number, name in enumerate(names)
    }
    # One study each, the first of them newest: the list is in the order of the names.
    headers = {name: header("P", study=str(IMAGES - number)) for number, name in enumerate(names)}
    fixture = make_window(images=radiographs, headers=headers, ahead=True).open()
    room, images = fixture.room, fixture.room.images
    each = images.used // len([one for one in radiographs if images.peek(fixture.key(one)) is not None])
    images._budget = 6 * each
    order = [*names, *reversed(names[:-1])]
    for step, name in enumerate(order):
        if step:
            room.worklist.step(1 if step < IMAGES else -1)
            fixture.jobs.release_all()
        shown = room.image.image
        assert shown is not None and shown.entry.path.name == name
        # The window is 4096 wide around 2048, so code c is drawn as grey c / 4095, within rounding.
        picture = fixture.picture()
        middle = int(picture[picture.shape[0] // 2, picture.shape[1] // 2, 0])
        assert abs(middle - round(255 * (1000 + 60 * names.index(name)) / 4095)) <= 1
        assert images.used <= 6 * each
