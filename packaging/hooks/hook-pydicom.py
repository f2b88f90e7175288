"""Takes pydicom without its test data.

pydicom imports the modules of all its plugins when it is imported, by their names as strings, whether or
not what they call is installed. Its data folder holds test images; see runtime_hooks/pydicom_examples.py.
"""

hiddenimports = [
    *(f"pydicom.pixels.decoders.{name}" for name in ("gdcm", "pillow", "pyjpegls", "pylibjpeg", "rle")),
    *(f"pydicom.pixels.encoders.{name}" for name in ("gdcm", "native", "pyjpegls", "pylibjpeg")),
]
