"""Self-contained HTML pages: templates in ``pages/``, plots as SVG inside, nothing fetched.

Words in a plot are SVG text, so the reader's browser draws them with its own fonts: Chinese
looks right although the machine that made the report has no Chinese font.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sms_classifier import __version__
from sms_classifier.errors import MissingExtraError, SmsClassifierError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Say", "check_report", "draw", "render", "write_page"]

Say = Callable[[str], str]
_PAGES = Path(__file__).resolve().parent / "pages"
_LIBRARIES = ("jinja2", "matplotlib")
_WORD = re.compile(r">(q\d+n+)</text>")
_CHINESE_WIDTH = 1.6  # of a Latin letter, in the usual fonts


def check_report(path: str | None) -> None:
    """See that a page can be written, before the work that it is to show.

    Parameters
    ----------
    path : str, optional
        Where it is to go; none when no page was asked for.

    Raises
    ------
    MissingExtraError
        If the libraries of the extra ``report`` are not installed.
    SmsClassifierError
        If there is no such folder.
    """
    if path is None:
        return
    if not all(map(find_spec, _LIBRARIES)):
        raise MissingExtraError("HTML reports", "report")
    if not Path(path).parent.is_dir():
        raise SmsClassifierError(
            f"{path}: its folder is not there; make it or name another --report"
        )


def render(page: str, *, lang: str, **values: Any) -> str:
    """Fill a page of ``pages/``.

    Parameters
    ----------
    page : str
        File name without ``.html``.
    lang : {"zh", "en"}
        Inside the page ``t(chinese, english)`` chooses.
    **values
        What the page names.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=lambda zh, en: zh if lang == "zh" else en, lang=lang, version=__version__
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.1f}%"
    return environment.get_template(f"{page}.html").render(**values)


def write_page(path: str | Path, page: str) -> None:
    """Write a page.

    Raises
    ------
    SmsClassifierError
        If the file cannot be written.
    """
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise SmsClassifierError(
            f"{path}: cannot be written ({error.strerror}); name another --report"
        ) from error


def draw(plot: Callable[[Figure, Say], None], *, size: tuple[float, float]) -> str:
    """Draw a plot as SVG markup.

    Parameters
    ----------
    plot : callable
        Draws on the figure it is given; passes every word through the function it is given.
    size : tuple of float
        Width and height in inches.
    """
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    target = io.StringIO()
    said: dict[str, str] = {}
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sms-classifier"}):
        figure = Figure(figsize=size, layout="constrained")
        plot(figure, lambda text: _stand_in(text, said))
        FigureCanvasSVG(figure).print_svg(target, metadata={"Date": None})  # type: ignore[no-untyped-call]  # matplotlib's own
    svg = target.getvalue()
    svg = svg[svg.index("<svg") :]
    return _WORD.sub(lambda word: f">{html.escape(said[word[1]])}</text>", svg)


def _stand_in(text: str, said: dict[str, str]) -> str:
    """Word of plain letters as wide as a text: matplotlib has no glyphs to measure Chinese by."""
    width = sum(1.0 if char.isascii() else _CHINESE_WIDTH for char in text)
    word = f"q{len(said)}"
    word += "n" * max(1, round(width) - len(word))
    said[word] = text
    return word
