"""The plots of the reports, each from plain rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sms_classifier.reports.page import Say, draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "colour_of",
    "coverage_chart",
    "interval_chart",
    "line_chart",
    "reliability_chart",
    "stacked_chart",
]

INK, SOFT, GOOD = "#1d2733", "#9aa5b1", "#1b7a4b"
COLOURS = {  # apart by lightness too, so that a grey print can be read
    "legitimate": "#2e8b57",
    "vague": "#e0b000",
    "fraudulent": "#b3261e",
    "other": "#b8c2cc",
}
_SPARE = ("#355c9c", "#7ea6d9", "#5d4a8a", "#a58fcf", "#3c7a89", "#8fc1c9")
_TICKS = 6  # more dates run into one another
_ROW = 0.32  # inches a bar takes
Interval = Sequence[float]


def _axes(figure: Figure) -> Axes:
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(SOFT)
    axes.tick_params(colors=INK, labelsize=9)
    return axes


def reliability_chart(rows: Sequence[Mapping[str, Any]], *, x: str, y: str) -> str:
    """Share right against confidence, with intervals; on the diagonal both agree."""

    def plot(figure: Figure, say: Say) -> None:
        axes = _axes(figure)
        axes.plot([0, 1], [0, 1], color=SOFT, linestyle="--", linewidth=1)
        axes.errorbar(
            [row["confidence"] for row in rows],
            [row["right"] for row in rows],
            yerr=_whiskers([row["right"] for row in rows], [row["interval"] for row in rows]),
            color=GOOD,
            marker="o",
            markersize=4,
            linewidth=1.2,
            capsize=2,
        )
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=say(x), ylabel=say(y))

    return draw(plot, size=(4.4, 3.6))


def coverage_chart(
    points: Sequence[Mapping[str, float]], *, x: str, y: str, passed: tuple[float, float]
) -> str:
    """Share right among the most confident part; the dot is what the model does not review."""

    def plot(figure: Figure, say: Say) -> None:
        axes = _axes(figure)
        rights = [point["right"] for point in points]
        axes.plot([point["coverage"] for point in points], rights, color=GOOD, linewidth=1.5)
        axes.plot(*passed, marker="o", color=INK, markersize=5)
        lowest = min([*rights, passed[1]])
        axes.set(xlim=(0, 1), ylim=(max(0, lowest - 0.05), 1.005), xlabel=say(x), ylabel=say(y))

    return draw(plot, size=(4.4, 3.6))


def interval_chart(names: Sequence[str], rows: Sequence[tuple[float, Interval]], *, x: str) -> str:
    """A share and its interval for each name, the first on top."""

    def plot(figure: Figure, say: Say) -> None:
        axes = _axes(figure)
        places = range(len(names))
        shares = [share for share, _ in rows]
        axes.errorbar(
            shares,
            places,
            xerr=_whiskers(shares, [bounds for _, bounds in rows]),
            fmt="o",
            color=GOOD,
            ecolor=SOFT,
            markersize=4,
            capsize=2,
        )
        axes.set_yticks(places, [say(name) for name in names])
        axes.set(xlim=(0, 1.02), ylim=(len(names) - 0.5, -0.5), xlabel=say(x))
        axes.grid(axis="x", color="#e5e9ee")

    return draw(plot, size=(7.2, 0.8 + _ROW * len(names)))


def stacked_chart(names: Sequence[str], shares: Mapping[str, Sequence[float]], *, x: str) -> str:
    """Shares that add up to 1 for each name; ``shares`` holds a series a part."""

    def plot(figure: Figure, say: Say) -> None:
        axes = _axes(figure)
        places = range(len(names))
        done = [0.0] * len(names)
        for part, series in shares.items():
            axes.barh(places, series, left=done, color=colour_of(part, list(shares)), height=0.7)
            done = [before + share for before, share in zip(done, series, strict=True)]
        axes.set_yticks(places, [say(name) for name in names])
        axes.set(xlim=(0, 1), ylim=(len(names) - 0.5, -0.5), xlabel=say(x))

    return draw(plot, size=(7.2, 0.8 + _ROW * len(names)))


def line_chart(
    names: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    y: str,
    level: float | None = None,
) -> str:
    """Lines over days; ``level`` is a dashed line to compare with."""

    def plot(figure: Figure, say: Say) -> None:
        axes = _axes(figure)
        for part, values in series.items():
            axes.plot(values, color=colour_of(part, list(series)), marker=".", linewidth=1.4)
        if level is not None:
            axes.axhline(level, color=SOFT, linestyle="--", linewidth=1)
        step = -(-len(names) // _TICKS)
        axes.set_xticks(range(0, len(names), step), [say(name) for name in names[::step]])
        axes.set_ylim(bottom=0)
        axes.set_ylabel(say(y))

    return draw(plot, size=(7.2, 2.8))


def _whiskers(shares: Sequence[float], bounds: Sequence[Interval]) -> list[list[float]]:
    return [
        [max(0.0, share - low) for share, (low, _) in zip(shares, bounds, strict=True)],
        [max(0.0, high - share) for share, (_, high) in zip(shares, bounds, strict=True)],
    ]


def colour_of(part: str, parts: Sequence[str]) -> str:
    """Colour of a part of a chart, for the legend beside it."""
    return COLOURS.get(part) or _SPARE[parts.index(part) % len(_SPARE)]
