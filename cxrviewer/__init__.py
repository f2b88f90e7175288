"""cxrviewer: an offline chest-film viewer with explainable, distilled models. Research use only.

Importing this package costs nothing; every face of it imports what it needs when it starts.
"""

__version__ = "0.3.0"
