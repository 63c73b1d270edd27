"""``regio template``: a study as a workbook. Variables, options as drop-downs, and one sheet of regions × periods for each variable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regio.contract.declaration import Argument, declaration
from regio.exhibits.models import Text
from regio.language import Language, say, spell
from regio.panel.variable import Variable
from regio.reading.workbook import OPTION_COLUMNS, OPTIONS, SHEET, STUDY, VARIABLES
from regio.study import builtin
from regio.study.file import load
from regio.study.from_workbook import written
from regio.study.model import Study
from regio.study.sources import load_source
from regio.study.store import write_aside

if TYPE_CHECKING:
    from openpyxl import Workbook

    from regio.panel import Panel

FIELDS = (
    "name",
    "label_en",
    "label_zh",
    "unit_en",
    "unit_zh",
    "source_en",
    "source_zh",
    "definition_en",
    "definition_zh",
    "role",
    "direction",
    "dimension",
    "weight",
    "best",
    "goalposts",
    "set",
    SHEET,
)
LONGEST_SHEET = 31  # letters of a sheet's name
LONGEST_LIST = 255  # letters of a drop-down that is written out
DIRECTIONS = "positive,negative,moderate"


def write_template(name: str, out: Path | None, face: Language) -> Path:
    """Write ``NAME.xlsx`` and give its path; the values of the study's first table are filled in."""
    study = load(name)
    source = study.sources[0]
    panel = load_source(replace(study, preparations=()), source).panel  # the study prepares them when it runs
    book = _book(study, name if name in builtin.names() else str(study.file.resolve()), panel, face)
    path = out if out is not None else Path(f"{study.name}.xlsx")
    content = BytesIO()
    book.save(content)
    write_aside(path, content.getvalue())
    return path


def _book(study: Study, extends: str, panel: Panel, face: Language) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None
    first.title = STUDY
    head = {"extends": extends, "name": study.name, "source": study.sources[0].name, "places": study.sources[0].places or ""}
    for key in ("title", "note"):
        head |= {f"{key}_{language}": spell(getattr(study, key), language) for language in ("en", "zh")}
    for pair in head.items():
        first.append(pair)
    variables = list(_variables(study, panel))
    names = _sheet_names([v.name for v in variables])
    _fill(book, VARIABLES, FIELDS, [[*_row(v), names[v.name]] for v in variables])
    _choices(book[VARIABLES], FIELDS.index("direction") + 1, len(variables) + 1, DIRECTIONS)
    _options(book, study, len(variables), face)
    for variable in variables:
        _values(book, names[variable.name], panel, variable.name)
    for sheet in book.worksheets:
        sheet.freeze_panes = "B2"
        sheet.column_dimensions["A"].width = 22
    return book


def _variables(study: Study, panel: Panel) -> Iterator[Variable]:
    """Every variable of the first table that the study uses or describes."""
    described = {v.name: v for v in study.variables}
    used = {name for step in study.steps if step.on == study.sources[0].name for name, _ in step.uses}
    for name in panel.value_columns:
        if name in described or name in used:
            yield described.get(name, Variable(name))


def _sheet_names(names: list[str]) -> dict[str, str]:
    """Names that Excel takes: short, without signs, each once."""
    found: dict[str, str] = {}
    for name in names:
        plain = "".join("_" if c in "[]:*?/\\'" else c for c in name)[:LONGEST_SHEET]
        taken = {s.casefold() for s in (*found.values(), STUDY, VARIABLES, OPTIONS)}
        number = 2
        sheet = plain
        while sheet.casefold() in taken:
            sheet = f"{plain[: LONGEST_SHEET - 3]}_{number}"
            number += 1
        found[name] = sheet
    return found


def _row(v: Variable) -> list[Any]:
    def two(words: Text) -> list[str]:
        return [spell(words, "en"), spell(words, "zh")]

    words = [v.name, *two(v.label), *two(v.unit), *two(v.source), *two(v.definition), v.role, v.direction or "", v.dimension]
    return [*words, v.weight, " ".join(map(repr, v.best)), " ".join(map(repr, v.goalposts)), " ".join(v.sets)]


def _fill(book: Workbook, name: str, header: tuple[str, ...], rows: list[list[Any]]) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet(name)
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def _options(book: Workbook, study: Study, variables: int, face: Language) -> None:
    rows: list[list[Any]] = []
    lists: list[str] = []
    for step in study.steps:
        for argument in declaration(step.kind).fields:
            value = written(step.options[argument.name])
            shown = ", ".join(map(str, argument.choices)) if argument.choices and not argument.role.uses else ""
            rows.append([step.name, step.kind, argument.name, value, value, shown])
            lists.append(_drop_down(argument, variables))
    _fill(book, OPTIONS, OPTION_COLUMNS, rows)
    sheet = book[OPTIONS]
    for number, choices in enumerate(lists, 2):
        if choices:
            _choices(sheet, OPTION_COLUMNS.index("value") + 1, number, choices, first=number)
    sheet.column_dimensions["E"].hidden = True
    sheet.column_dimensions["D"].width = 40
    sheet["H1"] = say("workbook.guide.value", face)


def _drop_down(argument: Argument, variables: int) -> str:
    """What Excel offers for an option: its choices, true and false, or the names of the variables."""
    if argument.choices and not argument.role.uses:
        choices = ",".join(map(str, argument.choices))
        return choices if len(choices) <= LONGEST_LIST else ""
    if argument.type is bool:
        return "true,false"
    return f"={VARIABLES}!$A$2:$A${variables + 1}" if argument.role.name == "column" else ""


def _choices(sheet: Any, column: int, last: int, choices: str, first: int = 2) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    formula = choices if choices.startswith("=") else f'"{choices}"'
    rule = DataValidation(type="list", formula1=formula.removeprefix("="), allow_blank=True, showErrorMessage=False)
    letter = get_column_letter(column)
    rule.add(f"{letter}{first}:{letter}{max(last, first)}")
    sheet.add_data_validation(rule)


def _values(book: Workbook, name: str, panel: Panel, column: str) -> None:
    """Regions down, periods across; cells that are missing stay empty, and no digit is lost."""
    region, period = panel.keys.region, panel.keys.period
    periods = sorted(panel.rows[period].unique().tolist()) if period else [""]
    regions = panel.rows[region].drop_duplicates().tolist() if region else panel.rows.index.tolist()
    places = panel.rows[region] if region else panel.rows.index
    times = panel.rows[period] if period else [""] * len(panel)
    cells = dict(zip(zip(places, times, strict=True), panel.rows[column].tolist(), strict=True))
    sheet = book.create_sheet(name)
    sheet.append(["region", *periods])
    for place in regions:
        sheet.append([place, *(_plain(cells.get((place, time))) for time in periods)])


def _plain(value: Any) -> Any:
    if value is None or value != value:
        return None
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        return repr(value)  # a workbook keeps sixteen digits of a number; the seventeenth needs text
    return value
