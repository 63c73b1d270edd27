"""From printed tables, or from a design, to a panel that gives the printed numbers back (校准面板)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regio.auditing.paper import Paper, read_paper
from regio.calibrating.design import Design, design_of, read_design

if TYPE_CHECKING:
    from regio.calibrating.result import Calibrate


def calibrate(paper: Paper | Design | Mapping[str, Any] | str | Path, *, seed: int = 0, restarts: int = 10, engine: Any = None) -> Calibrate:
    """A panel of regions and periods that reproduces what a paper prints: calibrated, not observed.

    Parameters
    ----------
    paper : a file of printed tables (JSON or TOML, see ``regio audit --template``), a design (``design.toml``, see docs/calibration.md), or what such a
        file holds
    seed : which member of the family of such panels
    restarts : starts that are tried until all numbers come back together
    engine : where starts are computed; one after another if not given

    Returns
    -------
    Calibrate
        ``panel`` with the label "calibrated, not observed", ``reproduction`` (one row a printed number), ``findings``

    Raises
    ------
    DataError
        where the file cannot be read, or prints too little for a panel
    """
    if isinstance(paper, str | Path) and Path(paper).suffix.lower() == ".toml" and _is_design(Path(paper)):
        paper = read_design(Path(paper))
    elif isinstance(paper, Mapping) and "variable" in paper:
        paper = design_of(paper)
    if isinstance(paper, Design):
        from regio.calibrating.designed import designed

        return designed(paper, seed=seed)
    from regio.calibrating.printed import member, rebuilt, searched

    if engine is None and isinstance(paper, str | Path) and Path(paper).is_file():
        return member(*searched(Path(paper), Path(paper).read_bytes(), restarts), seed)
    return rebuilt(paper if isinstance(paper, Paper) else read_paper(paper), seed=seed, restarts=restarts, engine=engine)


def _is_design(path: Path) -> bool:
    """Whether a TOML file holds ``[[variable]]``; a file that cannot be read says so when it is read."""
    import tomllib

    try:
        return "variable" in tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return path.is_file()
