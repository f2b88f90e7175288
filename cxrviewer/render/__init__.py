"""Pictures of images as files, without a window: what ``cxrviewer render`` does.

`plan` gives every input its place, `picture` makes one frame (in a worker process), `output` writes it,
`run` does all of that for many files.
"""
