"""Charts as SVG from plain values: a frozen dataclass in, safe HTML out."""
