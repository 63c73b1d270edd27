"""The tables and the figure of a threshold model, without words: tests, estimates with their sets, slopes by regime, rows by period, curves."""

from __future__ import annotations

from typing import Any

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Exhibit, Figure, Reference, Row, Table, label, text
from regio.language import Message
from regio.models._regress_exhibits import effect_rows, errors_message, figure_row, number
from regio.models._threshold.confidence import critical
from regio.models._threshold.slopes import INTERCEPT

TERM_PARTS = ("std_error", "statistic")
FIGURES = ("n", "n_regions", "r2", "r2_within", "f_statistic")


def exhibits_of(result: Any) -> tuple[Exhibit, ...]:
    return (tests_table(result), estimates_table(result), slopes_table(result), *counts_table(result), curves_figure(result))


def tests_table(result: Any) -> Table:
    """F, its p-value and what it had to exceed, one row a threshold more."""
    drawn = result.scheme != "none"
    heads = ["statistic", *(["p_value", "critical_10", "critical_5", "critical_1", "scheme"] if drawn else [])]
    columns = tuple(Column(name, (text(f"threshold.head.{name}"),)) for name in heads)
    p = "p_value" if result.convention == "textbook" else "p_share"
    rows = []
    for test in result.tests.reset_index().to_dict("records"):
        cells = [Cell("estimate", test["statistic"], test[p] if drawn else None)]
        if drawn:
            cells += [Cell("p_value", test[p]), *(number(test[c]) for c in ("critical_10", "critical_5", "critical_1"))]
            cells += [text(f"threshold.scheme.{test['scheme']}")]
        rows.append(Row(f"{test['thresholds']}", count_cell(test["thresholds"]), tuple(cells)))
    notes = [Message(f"threshold.note.tests.{result.convention}")]
    if drawn:
        note = "threshold.note.draws" if p == "p_value" else "threshold.note.draws_share"
        notes.append(Message(note, {"draws": int(result.tests["draws"].iloc[0]), "scheme": Message(f"threshold.scheme.{result.scheme}")}))
    else:
        notes.append(Message("threshold.note.not_drawn"))
    title = Message("threshold.title.tests", {"variable": label(result.threshold_variable)})
    return Table(name="tests", frame=result.tests, columns=columns, rows=tuple(rows), title=title, stub=text("threshold.head.model"), notes=tuple(notes))


def test_rows(statistic: Cell, test: Any, p: float | None) -> list[Row]:
    """One test downwards: its statistic and, where it was drawn (``p`` is known), p, what it had to exceed, and how it was drawn."""
    rows = [Row("statistic", statistic, (Cell("estimate", test["statistic"], p),), block="test")]
    if p is not None:
        rows.append(Row("p_value", text("threshold.head.p_value"), (Cell("p_value", p),), block="test"))
        rows += [Row(name, text(f"threshold_split.{name}"), (number(test[name]),), block="test") for name in ("critical_10", "critical_5", "critical_1")]
        rows.append(Row("scheme", text("threshold.head.scheme"), (text(f"threshold.scheme.{test['scheme']}"),), block="test"))
    return rows


def estimates_table(result: Any) -> Table:
    """Each threshold of each model with its confidence set."""
    heads = ["value", "conf_low", "conf_high", "pieces", "scaled_low", "scaled_high"]
    columns = tuple(Column(name, (text(f"threshold.head.{name}", level=100 * result.level),)) for name in heads)
    rows = []
    for (model, place), found in result.thresholds.iterrows():
        cells = [value_cell(found[name]) for name in ("value", "conf_low", "conf_high")]
        cells += [Cell("count", int(found["pieces"])), value_cell(found["scaled_low"]), value_cell(found["scaled_high"])]
        head = text("threshold.of_model", model=count_cell(model).value, number=place)
        rows.append(Row(f"{model}.{place}", head, tuple(cells), block=f"{model}"))
    strict = result.convention == "hansen1999"
    notes = (
        Message("threshold.note.below_strict" if strict else "threshold.note.below"),
        Message("threshold.note.sets", {"critical": critical(result.level), "level": 100 * result.level}),
        Message("threshold.note.scaled"),
    )
    title = Message("threshold.title.estimates", {"variable": label(result.threshold_variable)})
    return Table(name="estimates", frame=result.thresholds, columns=columns, rows=tuple(rows), title=title, stub=text("threshold.head.model"), notes=notes)


def slopes_table(result: Any) -> Table:
    """The slopes of each regime, what has one slope, and what is absorbed."""
    columns = (Column("(1)", (Cell("text", "(1)"), label(result.outcome))),)
    values = chosen_values(result)
    rows = [row for found in result.coefficients.itertuples() for row in _term_rows(found, result, values)]
    rows += effect_rows(result.effects)
    rows.append(Row("errors", text("regress.errors"), (Cell("text", errors_of(result)),), block="effects"))
    for name, test in result.equality.iterrows():
        rows.append(Row(f"equal.{name}", text("threshold.equal", variable=label(name)), (Cell("estimate", test["statistic"], test["p_value"]),), block="fit"))
    rows += [figure_row(name, found) for name in FIGURES if (found := result.fit.get(name)) is not None and found == found]
    notes = (Message("threshold.note.slopes"), Message(f"threshold.note.slopes.{'hansen1999' if result.convention == 'hansen1999' else 'textbook'}"))
    title = Message("threshold.title.slopes", {"outcome": label(result.outcome), "model": count_cell(result.number).value})
    return Table(name="coefficients", frame=result.coefficients, columns=columns, rows=tuple(rows), title=title, notes=notes)


def counts_table(result: Any) -> tuple[Table, ...]:
    """Rows of each regime in each period; none where the table has no periods."""
    frame = result.counts
    if tuple(frame.index) == ("",):
        return ()
    values = chosen_values(result)
    columns = tuple(Column(name, (regime_cell(result, k, values),)) for k, name in enumerate(frame.columns, start=1))
    rows = []
    for period, counts in zip(frame.index, frame.to_numpy(), strict=True):
        rows.append(Row(str(period), label(period), tuple(Cell("count", int(v)) for v in counts), block="periods"))
    rows.append(Row("total", text("threshold.total"), tuple(Cell("count", int(v)) for v in frame.sum()), block="total"))
    title = Message("threshold.title.counts", {"variable": label(result.threshold_variable)})
    return (Table(name="counts", frame=frame, columns=columns, rows=tuple(rows), title=title, stub=text("threshold.head.period")),)


def curves_figure(result: Any) -> Figure:
    """Likelihood ratio along each threshold, the critical value and the estimate."""
    frame = result.curves.assign(threshold=result.curves["threshold"].astype(str))
    numbers = sorted(frame["threshold"].unique(), key=int)
    channels = {
        "x": Channel("value", label(result.threshold_variable)),
        "y": Channel("likelihood_ratio", text("threshold.likelihood_ratio")),
    }
    several = len(numbers) > 1
    if several:
        channels["facet"] = Channel("threshold", text("threshold.head.threshold"), kind="label")
    level = Reference("y", critical(result.level), text("threshold.critical", level=100 * result.level, value=critical(result.level)))
    estimates = [
        Reference("x", value, text("threshold.estimate") if several else text("threshold.estimate_at", value=value), n if several else None)
        for n, value in zip(numbers, chosen_values(result), strict=True)
    ]
    return Figure(
        name="likelihood_ratio",
        form="line",
        frame=frame,
        channels=channels,
        title=Message("threshold.title.curves", {"variable": label(result.threshold_variable)}),
        notes=(Message("threshold.note.curves", {"level": 100 * result.level}),),
        words={n: text("threshold.number", number=n) for n in numbers},
        references=(level, *estimates),
    )


def chosen_values(result: Any) -> tuple[float, ...]:
    """The thresholds of the model whose slopes are given."""
    return tuple(float(v) for v in result.thresholds.loc[result.number, "value"])


def count_cell(count: int) -> Cell:
    """A model by its number of thresholds."""
    return text(f"threshold.count.{count}") if count <= 3 else text("threshold.count.more", count=int(count))


def regime_cell(result: Any, regime: int, values: tuple[float, ...], head: str = "regime", **more: Any) -> Cell:
    """A regime by its bounds: q ≤ γ, γ < q ≤ γ′, q > γ."""
    below, above = ("<", "≥") if result.convention == "hansen1999" else ("≤", ">")
    between = "≤" if above == "≥" else "<"
    given: dict[str, Any] = {"splits": label(result.threshold_variable), **more}
    if regime == 1:
        return text(f"threshold.{head}.low", **given, below=below, high=values[0])
    if regime == len(values) + 1:
        return text(f"threshold.{head}.high", **given, above=above, low=values[-1])
    return text(f"threshold.{head}.middle", **given, between=between, below=below, low=values[regime - 2], high=values[regime - 1])


def value_cell(value: float) -> Cell:
    """A value of the threshold variable with six digits: three decimals may not tell regimes apart."""
    return EMPTY if value != value else text("threshold.value", value=float(value))


def errors_of(result: Any) -> Message:
    return Message("threshold.errors.hc0") if result.errors == "hc0" else errors_message(result.errors, result.cluster, getattr(result, "lags", None))


def _term_rows(found: Any, result: Any, values: tuple[float, ...]) -> tuple[Row, ...]:
    head = term_head(found.Index, result, values)
    return (
        Row(found.Index, head, (Cell("estimate", found.estimate, found.p_value),), block="terms"),
        *(Row(found.Index, head, (Cell(part, getattr(found, part)),), part=part, block="terms") for part in TERM_PARTS),  # type: ignore[arg-type]
    )


def term_head(name: str, result: Any, values: tuple[float, ...]) -> Cell:
    if name == "_cons":
        return text("regress.constant")
    variable, _, regime = name.rpartition(":")
    if not variable or not regime.isdecimal() or variable not in (*result.treatment, INTERCEPT):
        return label(name)
    if variable == INTERCEPT:
        return regime_cell(result, int(regime), values, "shift")
    return regime_cell(result, int(regime), values, "slope", variable=label(variable))
