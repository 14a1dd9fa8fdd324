"""Where the parts of a series chart stand, for each of its two renderings."""

from __future__ import annotations

from dataclasses import dataclass

from goldenthread.render.charts.scales import Scale

_SIDE = 10.0


@dataclass(frozen=True)
class Canvas:
    """One rendering: its width, the height of its plot, and how much it says beside the lines."""

    name: str
    width: float
    plot_height: float
    intervals: int
    wrap: int
    names_limits: bool


WIDE = Canvas("wide", width=640, plot_height=264, intervals=6, wrap=46, names_limits=True)
PHONE = Canvas("phone", width=288, plot_height=210, intervals=5, wrap=24, names_limits=False)


@dataclass(frozen=True)
class Plot:
    """The rectangle of the values, `count` points across it, and its value axis."""

    left: float
    right: float
    top: float
    bottom: float
    count: int
    scale: Scale

    @property
    def gap(self) -> float:
        """Pixels from one point to the next."""
        return (self.right - self.left - 2 * _SIDE) / max(self.count - 1, 1)

    @property
    def radius(self) -> float:
        """The size of a point: smaller where points stand close."""
        return min(4.0, max(1.8, self.gap * 0.4))

    def x(self, index: int) -> float:
        """The middle of a point."""
        if self.count == 1:
            return (self.left + self.right) / 2
        return self.left + _SIDE + index * self.gap

    def before(self, index: int) -> float:
        """Half-way between a point and the one before it; the left edge for the first."""
        return self.left if index <= 0 else self.x(index) - self.gap / 2

    def after(self, index: int) -> float:
        """Half-way between a point and the one after it; the right edge for the last."""
        return self.right if index >= self.count - 1 else self.x(index) + self.gap / 2

    def y(self, value: float) -> float:
        return self.scale.at(value)
