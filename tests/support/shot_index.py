"""One page with all photographs, to be looked through."""

from collections import defaultdict
from html import escape
from pathlib import Path

HEAD = """<!doctype html><meta charset="utf-8"><title>shots</title><style>
body { font: 14px sans-serif; margin: 24px; background: #888 }
section { display: flex; flex-wrap: wrap; gap: 12px } figure { margin: 0 }
img { width: 460px; display: block } h2 { margin: 24px 0 8px } </style>
"""
PARTS = 3
"""Theme, language and scale end each file's name."""


def write_index(folder: Path) -> None:
    """Write `index.html`: a row for each thing, a picture for each way it was taken."""
    rows: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.glob("*.png")):
        rows[path.stem.rsplit("-", PARTS)[0]].append(path)
    lines = [HEAD]
    for title, paths in sorted(rows.items()):
        lines.append(f"<h2>{escape(title)}</h2><section>")
        lines += [_figure(path.name) for path in paths]
        lines.append("</section>")
    (folder / "index.html").write_text("\n".join(lines), "utf-8")


def _figure(name: str) -> str:
    name = escape(name, quote=True)
    picture = f'<img loading="lazy" src="{name}" alt="{name}">'
    return f'<figure><a href="{name}">{picture}</a>{name}</figure>'
