"""A fuzzer: damages real files in ways files are really damaged, and looks at what the viewer makes of them.

``make fuzz SECONDS=600`` or ``python -m tests.fuzz --help``. A mutant is named by seed and number, so that it can be
made again. `mutations` makes it, `targets` is what a worker process does with it, `engine` judges.
Small reproducers of what was found are built in `corpus` and run as ordinary tests.
"""
