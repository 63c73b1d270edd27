"""The tables and the picture of ``two_stage``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regio.contract.result import choose
from regio.exhibits.combine import beside
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Kind, Reference, Row, Table, kind_of, label, text
from regio.language import Message
from regio.models.regress import Regress

if TYPE_CHECKING:
    from regio.models.two_stage import TwoStage

COLUMNS = ("statistic", "df", "p_value")
SIZES, BIASES = ("size_10", "size_15", "size_20", "size_25"), ("bias_5", "bias_10", "bias_20", "bias_30")


def stages(result: TwoStage) -> Table:
    """First stages, then the second with the tests that journals print under it."""
    heads = {name: text("two_stage.interaction", instrument=label(column), by=label(by)) for name, column, by in result.interactions}
    firsts = [_stage(model, "two_stage.first", _first_rows(model), heads) for model in result.first_stage]
    table = beside([*firsts, _stage(_second(result), "two_stage.second", _main_rows(result), heads)])
    title = Message("two_stage.title", {"outcome": label(result.outcome)})
    notes = [note for note in table.notes if note.code != f"regress.note.{result.convention}"]
    notes += [Message(f"two_stage.note.{result.convention}"), Message("two_stage.note.stock_yogo"), *_assumption(result)]
    return replace(table, title=title, notes=tuple(notes))


def _assumption(result: TwoStage) -> tuple[Message, ...]:
    columns = tuple(dict.fromkeys(column for _, column, _ in result.interactions))
    return (Message("two_stage.note.interacted", {"columns": tuple(map(label, columns))}),) if columns else ()


def _second(result: TwoStage) -> Regress:
    return Regress(
        outcome=result.outcome,
        coefficients=result.coefficients,
        covariance=result.covariance,
        fit=result.fit,
        effects=result.effects,
        errors=result.errors,
        cluster=result.cluster,
        convention=result.convention,
        level=result.level,
        lags=result.lags,
    )


def _stage(model: Regress, head: str, more: list[Row], heads: Mapping[str, Cell]) -> Table:
    table = choose(model.exhibits(), Table, None)
    rows = tuple(replace(row, head=heads[row.key]) if row.key in heads else row for row in table.rows)
    return replace(table, columns=(Column("(1)", (Cell("text", "(1)"), text(head), label(model.outcome))),), rows=(*rows, *more))


def _first_rows(model: Regress) -> list[Row]:
    names = ["f_excluded", "partial_r2"]
    return [Row(name, text(f"two_stage.{name}"), (_number(model.fit[name]),), block="first") for name in names]


def _main_rows(result: TwoStage) -> list[Row]:
    found = result.identification
    lm, f, over = _chosen(result)
    names = [lm, f"{lm}_p_value", f, *(["cragg_donald_f"] if f != "cragg_donald_f" else [])]
    rows = [(name, found[name]) for name in names]
    rows += [("stock_yogo.size_10", found["stock_yogo"]["size_10"])]
    rows += [(over, found[over]), (f"{over}_p_value", found[f"{over}_p_value"])] if found[f"{over}_df"] else []
    rows += [("endogeneity_c_p_value", found["endogeneity_c_p_value"])]
    return [Row(name, text(f"two_stage.{name}"), (_number(value, kind_of(name)),), block="identification") for name, value in rows if value == value]


def _chosen(result: TwoStage) -> tuple[str, str, str]:
    """The tests of underidentification, weakness and overidentification that belong to the errors."""
    if result.errors == "classical":
        return "anderson_lm", "cragg_donald_f", "sargan"
    return "kleibergen_paap_lm", "kleibergen_paap_f", "hansen_j"


def identification_table(result: TwoStage) -> Table:
    """Every test with its degrees of freedom, and the critical values that belong to them."""
    import pandas as pd

    records = list(_records(result))
    rows = [
        Row(key, head, (_number(value), Cell("text", df or None), _number(p_value, "p_value")), block=block) for key, head, value, df, p_value, block in records
    ]
    pieces = result.identification["anderson_rubin_set"]
    if pieces is not None:
        form = result.identification["anderson_rubin_form"]
        cell = text("two_stage.pieces", pieces=tuple(_piece(*piece) for piece in pieces)) if pieces else text(f"two_stage.form.{form}")
        place = next(i for i, row in enumerate(rows) if row.key == "anderson_rubin_f")
        rows.insert(place + 1, Row("anderson_rubin_set", text("two_stage.anderson_rubin_set", level=100 * result.level), (cell, EMPTY, EMPTY), block="robust"))
    frame = pd.DataFrame(
        [(value, df, p_value) for _, _, value, df, p_value, _ in records], index=pd.Index([key for key, *_ in records], name="test"), columns=list(COLUMNS)
    )
    return Table(
        name="identification",
        frame=frame,
        columns=tuple(Column(name, (text(f"two_stage.{name}"),)) for name in COLUMNS),
        rows=tuple(rows),
        title=Message("two_stage.identification", {"outcome": label(result.outcome)}),
        stub=text("two_stage.test"),
        notes=(
            Message(f"two_stage.note.tests.{result.convention}"),
            Message("two_stage.note.stock_yogo"),
            *((Message("two_stage.note.effective"),) if len(result.endogenous) == 1 else ()),
            Message("two_stage.note.endogeneity"),
            *_assumption(result),
        ),
    )


def _records(result: TwoStage) -> Any:
    """(key, head, statistic, degrees of freedom, p, block) of every row that has a number."""
    found, nan = result.identification, float("nan")
    lm, f, over = _chosen(result)

    def test(key: str, block: str, df: object = None) -> Any:
        return key, text(f"two_stage.{key}"), found[key], _df(df), found.get(f"{key}_p_value", found.get(f"{key.removesuffix('_f')}_p_value", nan)), block

    under = [lm, *(["anderson_lm"] if lm != "anderson_lm" else [])]
    weak = [f, *(["cragg_donald_f"] if f != "cragg_donald_f" else []), "effective_f"]
    records = [test(key, "under", found[f"{key}_df"]) for key in under] + [test(key, "weak") for key in weak]
    if len(result.endogenous) > 1:
        for model in result.first_stage:
            fit, head = model.fit, text("two_stage.sanderson_windmeijer_f", column=label(model.outcome))
            value, df, p_value = fit["sanderson_windmeijer_f"], _df(fit["sanderson_windmeijer_df"]), fit["sanderson_windmeijer_p_value"]
            records.append((f"sanderson_windmeijer_f {model.outcome}", head, value, df, p_value, "weak"))
    records += [(f"stock_yogo.{k}", text(f"two_stage.stock_yogo.{k}"), found["stock_yogo"][k], "", nan, "critical") for k in (*SIZES, *BIASES)]
    critical = found["effective_f_critical"].items()
    records += [(f"effective_f_critical.{b}", text("two_stage.effective_f_critical", bias=b), value, "", nan, "critical") for b, value in critical]
    records.append(test("anderson_rubin_f", "robust", found["anderson_rubin_df"]))
    records += [test(over, "over", found[f"{over}_df"])] if found[f"{over}_df"] else []
    records += [test("endogeneity_c", "endogeneity", found["endogeneity_c_df"]), test("wu_hausman_f", "endogeneity", found["wu_hausman_df"])]
    return [record for record in records if record[2] == record[2]]


def _df(df: Any) -> str:
    return "" if df is None else ", ".join(map(str, df)) if isinstance(df, tuple) else str(df)


def _number(value: float, kind: Kind = "number") -> Cell:
    return Cell(kind, None if value != value else value)


def _piece(low: float, high: float) -> Message:
    def shown(value: float) -> str:
        return ("−∞" if value < 0 else "∞") if abs(value) == float("inf") else f"{value:.4g}".replace("-", "−")

    left, right = "(" if low == -float("inf") else "[", ")" if high == float("inf") else "]"
    return Message("two_stage.piece", {"left": left, "low": shown(low), "high": shown(high), "right": right})


def rejection_curve(result: TwoStage) -> tuple[Figure, ...]:
    """The p-value of the Anderson-Rubin test against the coefficient: values above the line belong to the confidence set."""
    if not len(result.anderson_rubin):
        return ()
    column = result.endogenous[0]
    channels = {"x": Channel("coefficient", text("two_stage.coefficient", column=label(column))), "y": Channel("p_value", text("two_stage.p_value"))}
    estimate = float(result.coefficients["estimate"].iloc[0])
    lines = (Reference("y", 1 - result.level, text("two_stage.border", level=100 * result.level)), Reference("x", estimate, text("two_stage.estimate")))
    title = Message("two_stage.curve", {"column": label(column)})
    notes = (Message("two_stage.note.curve", {"level": 100 * result.level}),)
    return (Figure(name="anderson_rubin", form="line", frame=result.anderson_rubin, channels=channels, title=title, notes=notes, references=lines),)
