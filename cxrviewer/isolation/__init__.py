"""Work on untrusted bytes in processes that may die.

A `WorkerPool` runs functions, named by their import path, in worker processes with limits on memory, processor
time and elapsed time. Answers are values that are checked again on arrival. This package knows nothing of images
or heads: `cxrviewer.decoder` reads image files through it.
"""
