"""What mouse and keys do on the canvas beside the commands, for the shortcut sheet."""

from __future__ import annotations

from cxrviewer.text import msg

GESTURES = (
    (msg("Left drag"), msg("the chosen tool: window, zoom, pan or one that draws")),
    (msg("Left drag on an annotation"), msg("move it, or the end under the cursor")),
    (msg("Shift while drawing"), msg("keep a distance or caliper horizontal or vertical")),
    (msg("Tab", context="key"), msg("select the next annotation, with Shift the previous one")),
    (msg("Arrow keys"), msg("move the selected annotation or point by 1 pixel, with Shift by 10")),
    (
        msg("Enter", context="key"),
        msg("close a polygon, place the tool's annotation in the middle, or edit words"),
    ),
    (msg("Backspace while drawing"), msg("take the last point back")),
    (msg("Escape"), msg("cancel, deselect, leave the drawing tool")),
    (msg("Right drag"), msg("zoom")),
    (msg("Right click"), msg("menu")),
    (msg("Middle drag"), msg("pan")),
    (msg("Wheel"), msg("zoom at the cursor")),
    (msg("Ctrl and wheel"), msg("next or previous frame of a multi-frame image, with Shift by ten")),
    (msg("Space held"), msg("magnify what lies under the cursor")),
    (msg("Double click"), msg("one of several viewports alone, and back")),
    (msg("Drag from the worklist"), msg("open an image in another viewport")),
    (msg("Drop"), msg("open files and folders, install a .cxrhead")),
)
