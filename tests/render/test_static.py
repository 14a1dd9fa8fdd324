"""Style sheets name only what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "goldenthread" / "web" / "static"
TEMPLATES = STATIC.parent / "templates"


@pytest.mark.parametrize("sheet", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_every_file_a_style_sheet_names_is_there(sheet: Path) -> None:
    # "url()" itself asks a browser whether it knows the function.
    named = {target.strip("\"'") for target in re.findall(r"url\(([^)]+)\)", sheet.read_text())}
    missing = [
        target for target in named if not target.startswith("data:") and not (sheet.parent / target).is_file()
    ]
    assert not missing


def test_no_file_asks_for_a_source_map() -> None:
    assert not [
        path
        for path in STATIC.rglob("*")
        if path.suffix in {".css", ".js"} and "sourceMappingURL" in path.read_text()
    ]


def test_every_font_and_picture_is_named_by_a_style_sheet() -> None:
    named = "".join(path.read_text() for path in STATIC.rglob("*.css"))
    kept = [path for path in STATIC.rglob("*") if path.suffix in {".woff2", ".jpg", ".png"}]
    assert [path.name for path in kept if path.name not in named] == []


def test_our_colors_are_the_palette() -> None:
    """A color is written once, as a custom property; white is the page itself."""
    sheets = list((STATIC / "goldenthread").glob("*.css"))
    used = [
        f"{path.name}: {line.strip()}"
        for path in sheets
        for line in path.read_text().splitlines()
        if re.search(r"#[0-9a-f]{3,6}\b", line) and not re.match(r"\s*--", line) and "#fff" not in line
    ]
    assert used == []


def test_every_icon_is_in_the_sprite() -> None:
    sprite = (STATIC / "uswds" / "img" / "sprite.svg").read_text()
    named = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "(\w+)"', template.read_text())
    }
    assert named
    assert [name for name in named if f'id="{name}"' not in sprite] == []
