"""The process behavior chart again, slowly: every rule asks each point for its window, with exact fractions.

Written from the description of the rules, not from the product's code, so that the two can disagree.
"""

from fractions import Fraction
from itertools import pairwise


def limits(values, *, screen):
    """(mean, lower, upper, near lower, near upper); the last four None without a moving range."""
    exact = [Fraction(v) for v in values]
    mean = sum(exact) / len(exact)
    ranges = [abs(exact[i] - exact[i - 1]) for i in range(1, len(exact))]
    if screen and ranges:
        average = sum(ranges) / len(ranges)
        ranges = [r for r in ranges if r < Fraction("3.267") * average]
    if not ranges:
        return mean, None, None, None, None
    average = sum(ranges) / len(ranges)
    far, near = Fraction("2.66") * average, 2 * (Fraction("2.66") * average / 3)
    return mean, mean - far, mean + far, mean - near, mean + near


def label(values, i, bounds, *, shift, trend):
    """What the reference would print for point i of one segment."""
    mean, lower, upper, near_lower, near_upper = bounds
    y = [Fraction(v) for v in values]
    high = y[i] > mean

    def is_outside(k):
        return lower is not None and (y[k] > upper or y[k] < lower)

    def is_near(k):
        return lower is not None and not is_outside(k) and (y[k] > near_upper or y[k] < near_lower)

    def windows(length):
        """Every run of `length` points that holds point i, the latest first."""
        return [
            range(first, first + length)
            for first in range(i, i - length, -1)
            if first >= 0 and first + length <= len(y)
        ]

    if is_outside(i):
        return "Above UCL" if high else "Below LCL"
    for window in windows(trend):
        if all(y[k] < y[k + 1] for k in window[:-1]):
            return "Trend Increasing"
        if all(y[k] > y[k + 1] for k in window[:-1]):
            return "Trend Decreasing"
    for window in windows(3):
        one_side = all(y[k] > mean for k in window) or all(y[k] < mean for k in window)
        if is_near(i) and one_side and sum(is_near(k) for k in window) >= 2:
            return "2 in 3 Above CL" if high else "2 in 3 Below CL"
    for window in windows(shift):
        if all(y[k] > mean for k in window):
            return "Shift Above CL"
        if all(y[k] < mean for k in window):
            return "Shift Below CL"
    return "Common Cause"


def labels(values, *, shift, trend, screen, minimum_points, rebased_at=(), fix_after=None):
    """A label for each value; None for a gap and for every point of a segment that is too short."""
    edges = sorted({0, *rebased_at, len(values)})
    out = []
    for start, stop in pairwise(edges):
        part = values[start:stop]
        present = [v for v in part if v is not None]
        baseline = present if fix_after is None else present[:fix_after]
        if len(baseline) < minimum_points:
            out += [None] * len(part)
            continue
        bounds = limits(baseline, screen=screen)
        position = 0
        for value in part:
            if value is None:
                out.append(None)
            else:
                out.append(label(present, position, bounds, shift=shift, trend=trend))
                position += 1
    return out
