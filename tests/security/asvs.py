"""The table of the OWASP Application Security Verification Standard 5.0.0, level 2, and its page.

``python -m tests.security.asvs`` writes the page anew after a change of the table.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "reference" / "asvs.csv"
PAGE = TABLE.with_suffix(".md")

MET, NOT_APPLICABLE, OPEN = "met", "not applicable", "open"
CHAPTERS = (
    "Encoding and sanitization", "Validation and business logic", "Browsers", "Web services", "Files",
    "Signing in", "Sessions", "Authorization", "Self-contained tokens", "OAuth and OpenID Connect",
    "Cryptography", "Secure communication", "Configuration", "Data protection", "Code and architecture",
    "Logs and errors", "WebRTC",
)  # fmt: skip

HEAD = """# ASVS 5.0.0, level 2
What the OWASP Application Security Verification Standard asks of an application that holds personal data, in our own words; the
standard's own are at [owasp.org](https://owasp.org/www-project-application-security-verification-standard/), under the same
numbers. Each line that is met names the tests or documents that show it, each other one its reason. Two of level 3 are among
them: formulas in exports and retention. The table is [asvs.csv](asvs.csv); `python -m tests.security.asvs` writes this page.

"""  # noqa: E501


@dataclass(frozen=True)
class Requirement:
    """One line of the table. ``proof`` are tests, as path::name, and documents, as paths."""

    number: str
    level: int
    state: str
    what: str
    proof: tuple[str, ...]
    note: str

    @property
    def chapter(self) -> int:
        return int(self.number.partition(".")[0])


def read() -> list[Requirement]:
    """Every line, in the order of the standard."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Requirement(
                row["requirement"],
                int(row["level"]),
                row["state"],
                row["what"],
                tuple(row["proof"].split()),
                row["note"],
            )
            for row in csv.DictReader(file)
        ]


def rendered(rows: list[Requirement]) -> str:
    """The page."""
    states = Counter(row.state for row in rows)
    counted = f"{states[MET]} are met, {states[NOT_APPLICABLE]} do not apply, {states[OPEN]} are open.\n"
    parts = [HEAD + counted]
    for number, name in enumerate(CHAPTERS, start=1):
        lines = [_line(row) for row in rows if row.chapter == number]
        head = "| | level | what | | shown by, or why |\n|---|---|---|---|---|\n"
        parts.append(f"\n## {number}. {name}\n{head}" + "".join(lines))
    return "".join(parts)


def _line(row: Requirement) -> str:
    proof = ", ".join(_link(one) for one in row.proof)
    told = ". ".join(filter(None, (proof, row.note)))
    return f"| {row.number} | {row.level} | {row.what} | {row.state} | {told} |\n"


def _link(proof: str) -> str:
    path, _, name = proof.partition("::")
    return f"[{name or Path(path).name}](../../{path})"


if __name__ == "__main__":
    PAGE.write_text(rendered(read()), encoding="utf-8")
