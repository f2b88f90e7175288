"""A report as sections of text, tables and pictures; rendered as one HTML file and as Markdown."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph of plain words."""

    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain words; the first column is a row's name."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("every row of a table needs a cell for every column")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn figure.

    Attributes
    ----------
    kind : str
        MIME subtype: ``svg+xml`` or ``png``.
    alt : str
        What it shows, for who cannot see it.
    """

    data: bytes
    kind: str
    alt: str
    caption: str


Block = Text | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Title, a line of warning that stands above everything, and sections."""

    title: str
    warning: str
    sections: tuple[Section, ...]


_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1d2328; margin: 0 auto;
  max-width: 66rem; padding: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem;
  border-bottom: 1px solid #c9d0d6; padding-bottom: .2rem; }
.warning { border-left: 4px solid #d55e00; background: #fdf3ec; padding: .5rem .8rem; font-weight: 600; }
nav { columns: 3; font-size: .9rem; margin: 1rem 0; } nav a { display: block; color: #0072b2; }
p { max-width: 48rem; } figure { margin: 1rem 0; } figure img { max-width: 100%; height: auto; }
figcaption, caption { font-size: .9rem; color: #4a545c; text-align: left; max-width: 48rem; padding: .3rem 0; }
.wide { overflow-x: auto; margin: 1rem 0 1.5rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #e1e5e8; padding: .25rem .7rem .25rem 0; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #9aa5ad; }
@media print { nav { display: none; } figure, table { break-inside: avoid; } }
"""


def _html_block(block: Block) -> str:
    if isinstance(block, Text):
        return f"<p>{escape(block.words)}</p>"
    if isinstance(block, Picture):
        data = base64.b64encode(block.data).decode("ascii")
        return (
            f'<figure><img src="data:image/{block.kind};base64,{data}" alt="{escape(block.alt)}">'
            f"<figcaption>{escape(block.caption)}</figcaption></figure>"
        )
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in block.head)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(c)}</td>" for c in row[1:]) + "</tr>"
        for row in block.rows
    )
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    return f'<div class="wide"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def as_html(document: Document) -> str:
    """Return one file that needs nothing else: no script, no network, pictures inside."""
    links = "".join(f'<a href="#s{i}">{escape(s.title)}</a>' for i, s in enumerate(document.sections))
    body = "".join(
        f'<section id="s{i}"><h2>{escape(s.title)}</h2>{"".join(_html_block(b) for b in s.blocks)}</section>'
        for i, s in enumerate(document.sections)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head><body>"
        f'<h1>{escape(document.title)}</h1><p class="warning">{escape(document.warning)}</p>'
        f"<nav>{links}</nav>{body}</body></html>\n"
    )


def _markdown_block(block: Block) -> list[str]:
    if isinstance(block, Text):
        return [block.words, ""]
    if isinstance(block, Picture):
        return [f"*Figure, in the HTML report: {block.caption}*", ""]
    lines = [block.caption, ""] if block.caption else []
    rows = [tuple(cell.replace("|", "\\|") for cell in row) for row in (block.head, *block.rows)]
    lines += [f"| {' | '.join(rows[0])} |", f"|{'---|' * len(block.head)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows[1:]), ""]


def as_markdown(document: Document) -> str:
    """Return the words and tables; pictures are named by their captions only, so no film is in it."""
    lines = [f"# {document.title}", "", f"**{document.warning}**", ""]
    for section in document.sections:
        lines += [f"## {section.title}", ""]
        for block in section.blocks:
            lines += _markdown_block(block)
    return "\n".join(lines)
