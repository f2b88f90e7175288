"""The Grayscale Standard Display Function."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from cxrviewer.reading.gsdf import expected, jnd_index, luminance


@pytest.mark.parametrize(("index", "cd_per_m2"), [(1, 0.0500), (2, 0.0547), (3, 0.0594)])
def test_the_function_begins_as_the_table_of_the_standard_does(index: int, cd_per_m2: float) -> None:
    assert luminance(index) == pytest.approx(cd_per_m2, abs=5e-5)  # PS3.14 Table B-1


@pytest.mark.parametrize("cd_per_m2", [0.1, 0.5, 1, 10, 100, 350, 1000, 3900])
def test_the_index_is_that_of_the_other_equation_of_the_standard(cd_per_m2: float) -> None:
    # PS3.14 7.1, the polynomial that the standard gives for the way back; it is made from other numbers than ours.
    back = (71.498068, 94.593053, 41.912053, 9.8247004, 0.28175407, -1.1878455, -0.18014349, 0.14710899, -0.017046845)
    x = math.log10(cd_per_m2)
    assert jnd_index(cd_per_m2) == pytest.approx(sum(f * x**power for power, f in enumerate(back)), abs=1)


def test_the_index_is_the_inverse() -> None:
    for index in (1, 2.5, 64, 377.3, 1000, 1023):
        assert jnd_index(luminance(index)) == pytest.approx(index, abs=1e-3)


def test_fields_lie_equally_many_just_noticeable_differences_apart() -> None:
    values = [expected(level / 255, 0.5, 350) for level in range(0, 256, 15)]
    assert (values[0], values[-1]) == pytest.approx((0.5, 350), rel=1e-4)
    steps = [jnd_index(b) - jnd_index(a) for a, b in pairwise(values)]
    assert max(steps) - min(steps) < 0.01 and steps[0] > 20


def test_an_index_beyond_the_function_is_rejected_and_a_luminance_is_its_end() -> None:
    with pytest.raises(ValueError, match="between 1 and 1023"):
        luminance(0.5)
    assert (jnd_index(0), jnd_index(10_000)) == (1, 1023)
