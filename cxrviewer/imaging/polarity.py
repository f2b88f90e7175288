"""Which end of the grey scale is white: exactly one decision, applied exactly once, last."""

from __future__ import annotations

from cxrviewer.errors import UnsupportedImageError
from cxrviewer.text import msg

MONOCHROME = ("MONOCHROME1", "MONOCHROME2")


def is_inverted(photometric: str, shape: str) -> tuple[bool, str | None]:
    """Return whether grey is inverted after the VOI step, and a note where the header contradicts itself.

    Parameters
    ----------
    photometric : str
        (0028,0004) Photometric Interpretation, one of `MONOCHROME`.
    shape : str
        (2050,0020) Presentation LUT Shape, empty where absent.

    Notes
    -----
    The two attributes say the *same* thing in DX images (PS3.3 C.8.11.3.1.2: MONOCHROME1
    goes with INVERSE, MONOCHROME2 with IDENTITY): they are two names of one inversion,
    never two inversions. Where they contradict each other the shape decides: it is the
    explicit last step to P-Values (PS3.4 N.2). See docs/decisions/0010-polarity.md.
    """
    if photometric not in MONOCHROME:
        raise UnsupportedImageError(msg("This image's (0028,0004) Photometric Interpretation has no grey scale."))
    by_photometric = photometric == "MONOCHROME1"
    if shape in ("", "LIN OD"):  # LIN OD is for printing (PS3.3 C.11.6)
        return by_photometric, None
    if shape not in ("IDENTITY", "INVERSE"):
        return by_photometric, msg(
            "(2050,0020) Presentation LUT Shape is no term of the standard; black and white follow "
            "(0028,0004) Photometric Interpretation."
        )
    by_shape = shape == "INVERSE"
    if by_shape == by_photometric:
        return by_shape, None
    return by_shape, (
        msg(
            "The header contradicts itself about black and white ({photometric} with Presentation "
            "LUT Shape {shape}); the film is shown as the shape says. Invert it if it looks like a "
            "negative.",
            photometric=photometric,
            shape=shape,
        )
    )
