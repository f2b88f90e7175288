"""A chest image of nobody: attenuation of a body made of formulas, then the physics of an image.

Everything is drawn from sizes written in this package; no pixel and no statistic of a real image is
used. Lengths are centimetres in the plane of the detector, x to the right of the picture (the
patient's left), y down, origin at the top in the midline.

1. `soft` and `bone`: how many centimetres of soft tissue, lung air and bone every ray crosses,
2. `image`: Beer-Lambert attenuation, a broad scatter field, the detector's quantum noise at full
   size, and what a workstation does before it stores an image For Presentation.
"""
