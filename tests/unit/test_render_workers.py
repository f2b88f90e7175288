"""Where frames are drawn: the end of a worker costs one sentence, and only pictures come back."""

from __future__ import annotations

import numpy as np
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.decoder import client
from cxrviewer.errors import DecoderError, WorkerDiedError, WorkerFaultError, WorkerMemoryError, WorkerTimeError
from cxrviewer.isolation.pool import WorkerPool
from cxrviewer.render.picture import RenderedFrame
from cxrviewer.render.settings import PictureFormat, RenderSettings
from cxrviewer.render.workers import RenderWorkers


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (WorkerDiedError(""), client.STOPPED),
        (WorkerMemoryError(""), client.MEMORY),
        (WorkerTimeError("", working=True), client.TIME),
        (WorkerTimeError("", working=False), client.HANGS),
        (WorkerFaultError("", details="ZeroDivisionError in x"), client.FAULT),
    ],
)
def test_the_end_of_a_worker_is_one_sentence_of_one_file(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, sentence: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(WorkerPool, "run", fail)
    with RenderWorkers(1) as draw, pytest.raises(DecoderError) as caught:
        draw("film", 0, RenderSettings(format=PictureFormat.PNG), CancelToken())
    assert caught.value.user_message == sentence


def test_a_worker_can_only_answer_with_a_picture() -> None:
    for pixels in (np.zeros((2, 2, 4), np.uint8), np.zeros(5, np.uint8), np.zeros((2, 2)), np.zeros((0, 2), np.uint8)):
        with pytest.raises(ValueError, match="picture"):
            RenderedFrame(pixels=pixels)
    with pytest.raises(ValueError, match="terms"):
        RenderedFrame(pixels=None, photometric="DOE^JANE")
