"""``regio.read``: files to one panel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from regio.contract.finding import DataError, Finding, Position, error

if TYPE_CHECKING:
    from regio.panel import Change, Panel


@dataclass(frozen=True, slots=True)
class Read:
    """panel: the rows; changes: every cell that is not as it was in the file; findings: what else a reader should know."""

    panel: Panel
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def read(*paths: str | Path, region: str | None = None, period: str | None = None) -> Read:
    """Delimited text files (UTF-8; packed with bzip2, gzip or xz if so named) as one panel; several files are joined by region and period.

    Parameters
    ----------
    paths : files, or ``package:NAME/path/inside`` for data inside an installed package
    region, period : key columns, the same in every file

    Returns
    -------
    Read
        ``.panel``, ``.changes``, ``.findings``

    Raises
    ------
    DataError
        naming file, line and column of every cell that should be a number and is not, of duplicate keys and the like

    Examples
    --------
    >>> import regio
    >>> found = regio.read("package:linearmodels/datasets/munnell/munnell.csv.bz2", region="ST_ABB", period="YR")
    >>> len(found.panel), found.changes
    (816, ())
    """
    from regio.panel import survey
    from regio.reading.delimited import sheet
    from regio.reading.locate import locate
    from regio.reading.table import Layout, to_panel

    if not paths:
        raise DataError(error("reading.no_paths"))
    panels: list[Panel] = []
    findings: list[Finding] = []
    for path in paths:
        panel, notes = to_panel(sheet(locate(path)), Layout(region, period))
        panels.append(panel)
        findings += notes
    panel = panels[0] if len(panels) == 1 else _joined(panels, [str(p) for p in paths])
    return Read(panel, panel.changes, (*findings, *survey(panel)))


def _joined(panels: list[Panel], names: list[str]) -> Panel:
    """Every region and period that is in any of the files."""
    from regio.panel import Panel

    keys = panels[0].keys
    if not keys.names:
        raise DataError(error("reading.join_needs_keys", files=tuple(names)))
    rows = panels[0].rows
    for panel, name in zip(panels[1:], names[1:], strict=True):
        both = tuple(c for c in panel.value_columns if c in rows.columns)
        if both:
            raise DataError(error("reading.same_columns", Position(name), columns=both))
        rows = rows.merge(panel.rows, on=list(keys.names), how="outer", sort=False)
    return Panel(rows, region=keys.region, period=keys.period, changes=[change for panel in panels for change in panel.changes])
