"""The exhibits of a mediation: mechanism, equations, effects, tests, flow, path diagram, effects with their intervals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regio.contract.result import choose
from regio.exhibits.combine import beside
from regio.exhibits.models import Cell, Channel, Column, Figure, Row, Table, kind_of, label, text
from regio.language import Message
from regio.models._regress_exhibits import number

if TYPE_CHECKING:
    from regio.models.mediate import Mediate

INDIRECT, DIRECT, TOTAL = "_indirect", "_direct", "_total"
INTERVALS = ("percentile", "bias_corrected", "bca", "monte_carlo")
TESTS = ("sobel", "aroian", "goodman")
FITTED = ("n", "n_regions", "r2", "r2_within")


def unit_name(resampled: str) -> Message | Cell:
    """What was drawn, in words."""
    return Message(f"mediate.unit.{resampled}") if resampled in ("region", "period", "row") else label(resampled)


def mechanism_table(result: Mediate) -> Table:
    """What Jiang (2022) asks for: the treatment's effect on the outcome and on each mediator, and no third step."""
    table = beside([choose(model.exhibits(), Table, None) for model in result.models[:-1]])
    kept = [row for row in table.rows if row.key == result.treatment or row.key.startswith("effects.") or row.key in ("errors", *FITTED)]
    columns = len(table.columns)
    controls = Row("controls", text("mediate.controls"), (Cell("yes_no", bool(result.controls)),) * columns, block="effects")
    place = next(i for i, row in enumerate(kept) if row.block != "terms")
    paths = [("c", ""), *(("a", m) for m in result.mediators)]
    readings = tuple(text(_reading(result.paths.loc[path], result.level)) for path in paths)
    reading = Row("reading", text("mediate.reading"), readings, block="reading")
    rows = (*kept[:place], controls, *kept[place:], reading)
    notes = (_two_step(result), Message("mediate.note.caveat"), *(note for note in table.notes if note.code != "regress.note.plot"))
    frame = result.paths.loc[["c", "a"]]
    return replace(table, name="mechanism", frame=frame, rows=rows, title=Message("mediate.title.mechanism", _names(result)), notes=notes)


def _two_step(result: Mediate) -> Message:
    return Message("mediate.note.two_step", {**_names(result), "level": round(100 * (1 - result.level), 10)})


def _reading(path: Any, level: float) -> str:
    if not path["p_value"] < 1 - level:
        return "mediate.reading.unclear"
    return "mediate.reading.raises" if path["estimate"] > 0 else "mediate.reading.lowers"


def _names(result: Mediate) -> dict[str, Any]:
    return {"outcome": label(result.outcome), "treatment": label(result.treatment), "mediators": tuple(label(m) for m in result.mediators)}


def coefficients_table(result: Mediate) -> Table:
    """The equations side by side, as the three steps are printed."""
    import pandas as pd

    table = beside([choose(model.exhibits(), Table, None) for model in result.models])
    frame = pd.concat({f"({i})": model.coefficients for i, model in enumerate(result.models, 1)}, names=["column"])
    notes = (Message("mediate.note.equations", {"n": result.models[0].fit["n"]}), *table.notes)
    return replace(table, frame=frame, title=Message("mediate.title.coefficients", _names(result)), notes=notes)


def effects_table(result: Mediate) -> Table:
    """Total, direct and indirect effects with every interval that was asked for; without draws, with first-order errors."""
    frame = _effects(result)
    methods = [method for method in INTERVALS if method in result.intervals.index.get_level_values("method")]
    columns = [Column(name, (text(f"mediate.{name}"),)) for name in ("estimate", "std_error", "statistic", "p_value")]
    interval = text("mediate.interval", level=100 * result.level)
    for method in methods or ["normal"]:
        heads = (interval, text(f"mediate.method.{method}"))
        columns += [Column(f"{method}.low", (*heads, text("mediate.low"))), Column(f"{method}.high", (*heads, text("mediate.high")))]
    rows = tuple(Row(str(effect), effect_head(result, str(effect)), _effect_cells(result, str(effect), frame.loc[effect], methods)) for effect in frame.index)
    notes = [Message("mediate.note.first_order")]
    if methods:
        notes = [
            _scheme_note(result),
            Message("mediate.note.z"),
            Message("mediate.note.methods"),
        ]
    return Table(
        name="effects",
        frame=result.intervals if methods else frame,
        columns=tuple(columns),
        rows=rows,
        title=Message("mediate.title.effects", _names(result)),
        stub=text("mediate.effect"),
        notes=tuple(notes),
    )


def _scheme_note(result: Mediate) -> Message:
    rows = result.resampled == "row"
    if not rows:
        return Message("mediate.note.scheme.cluster", {"unit": unit_name(result.resampled), "draws": result.draws})
    return Message(f"mediate.note.scheme.{'iid' if result.scheme == 'iid' else 'row'}", {"draws": result.draws})


def _effects(result: Mediate) -> Any:
    """Rows are effects: with the errors and percentile limits of the draws, without draws those of the equations."""
    import pandas as pd

    order = [TOTAL, DIRECT, *result.indirect.index]
    if len(result.intervals):
        drawn: Any = result.intervals.loc["percentile"]
        return drawn.loc[order]
    ends = pd.concat([result.total.set_axis([TOTAL]), result.direct.set_axis([DIRECT])])
    return pd.concat([ends, result.indirect[list(ends.columns)]]).rename_axis("effect")


def _effect_cells(result: Mediate, effect: str, row: Any, methods: list[str]) -> tuple[Cell, ...]:
    found: Any = result.intervals
    limits = [found.loc[(m, effect)] if (m, effect) in found.index else None for m in methods] if methods else [row]
    ends = [number(None if limit is None else limit[side]) for limit in limits for side in ("conf_low", "conf_high")]
    others = (number(row[name], kind_of(name)) for name in ("std_error", "statistic", "p_value"))
    return (Cell("estimate", float(row["estimate"]), float(row["p_value"])), *others, *ends)


def effect_head(result: Mediate, effect: str) -> Cell:
    """An effect in words; its key is that of the frames."""
    if effect in result.mediators:
        return text("mediate.effect.through", mediator=label(effect))
    if effect in (INDIRECT, DIRECT, TOTAL):
        return text(f"mediate.effect.{effect[1:]}")
    first, second = next((a, b) for a in result.mediators for b in result.mediators if effect == f"{a} - {b}")
    return text("mediate.effect.contrast", first=label(first), second=label(second))


def sobel_table(result: Mediate) -> Table:
    """Rows are mediators: ab, and z and p of each test."""
    columns = [Column("estimate", (text("mediate.product"),))]
    for test in TESTS:
        columns += [Column(f"{test}.{name}", (text(f"mediate.test.{test}"), text(f"mediate.{name}"))) for name in ("statistic", "p_value")]
    columns += [Column(name, (text(f"mediate.{name}"),)) for name in ("share_of_total", "ratio_to_direct")]
    rows = []
    sobel: Any = result.sobel
    for m in result.mediators:
        tests = sobel.loc[m]
        cells = [Cell("estimate", float(tests["estimate"].iloc[0]), float(tests.loc["sobel", "p_value"]))]
        cells += [number(tests.loc[test, name], kind_of(name)) for test in TESTS for name in ("statistic", "p_value")]
        cells += [number(result.indirect.loc[m, name]) for name in ("share_of_total", "ratio_to_direct")]
        rows.append(Row(m, label(m), tuple(cells)))
    title = Message("mediate.title.sobel", _names(result))
    notes = (Message("mediate.note.sobel"), Message("mediate.note.share"))
    return Table(name="sobel", frame=result.sobel, columns=tuple(columns), rows=tuple(rows), title=title, stub=text("mediate.mediator"), notes=notes)


def flow_table(result: Mediate) -> Table:
    """Columns are mediators, rows the steps of Wen and Ye."""
    columns = tuple(Column(m, (label(m),)) for m in result.mediators)
    frame: Any = result.flow
    flow = [frame.loc[m] for m in result.mediators]
    rows = [Row(name, text(f"mediate.step.{name}"), tuple(Cell("estimate", f[name], f[f"p_value_{name}"]) for f in flow), block=name) for name in ("c",)]
    rows.append(Row("premise", text("mediate.step.premise"), tuple(text(f"mediate.premise.{f['premise']}") for f in flow), block="c"))
    rows += [Row(name, text(f"mediate.step.{name}"), tuple(Cell("estimate", f[name], f[f"p_value_{name}"]) for f in flow), block="a") for name in ("a", "b")]
    rows.append(Row("indirect", text("mediate.step.indirect"), tuple(number(f["indirect"]) for f in flow), block="ab"))
    rows += [Row(name, text(f"mediate.step.{name}"), tuple(number(f[name]) for f in flow), block="ab") for name in ("conf_low", "conf_high")]
    rows.append(Row("decided_by", text("mediate.step.decided_by"), tuple(text(f"mediate.decided.{f['decided_by']}") for f in flow), block="ab"))
    rows.append(Row("indirect_found", text("mediate.step.indirect_found"), tuple(Cell("yes_no", bool(f["indirect_found"])) for f in flow), block="ab"))
    rows.append(Row("c_prime", text("mediate.step.c_prime"), tuple(Cell("estimate", f["c_prime"], f["p_value_c_prime"]) for f in flow), block="direct"))
    rows.append(Row("same_sign", text("mediate.step.same_sign"), tuple(Cell("yes_no", bool(f["same_sign"])) for f in flow), block="direct"))
    rows.append(Row("verdict", text("mediate.step.verdict"), tuple(text(f"mediate.verdict.{f['verdict']}") for f in flow), block="verdict"))
    rows.append(Row("size", text("mediate.step.size"), tuple(number(f["size"]) for f in flow), block="verdict"))
    rows.append(Row("baron_kenny", text("mediate.step.baron_kenny"), tuple(text(f"mediate.verdict.{f['baron_kenny']}") for f in flow), block="verdict"))
    notes = (Message("mediate.note.flow", {"level": round(100 * (1 - result.level), 10)}), Message("mediate.note.caveat"))
    title = Message("mediate.title.flow", _names(result))
    return Table(name="flow", frame=result.flow, columns=columns, rows=tuple(rows), title=title, stub=text("mediate.step"), notes=notes)


def diagram(result: Mediate) -> Figure:
    """Treatment, mediators and outcome; each arrow bears its estimate."""
    import pandas as pd

    x, y, names = result.treatment, result.outcome, list(result.mediators)
    ends = {("a", m): (x, m) for m in names} | {("b", m): (m, y) for m in names} | {("c_prime", ""): (x, y)}
    found: Any = result.paths
    rows = [{"source": a, "target": b, "path": f"path.{path[0]}", **found.loc[path]} for path, (a, b) in ends.items()]
    words = {f"path.{path}": Cell("text", sign) for path, sign in (("a", "a"), ("b", "b"), ("c_prime", "c′"))}
    words |= {f"part.{part}": text(f"mediate.part.{part}") for part in ("treatment", "mediator", "outcome")}
    step = 1 / len(names)
    places = [(x, 0.0, 0.0, "part.treatment"), *((m, 0.5, 1 - i * step, "part.mediator") for i, m in enumerate(names)), (y, 1.0, 0.0, "part.outcome")]
    channels = {
        "source": Channel("source", kind="label"),
        "target": Channel("target", kind="label"),
        "value": Channel("estimate", text("mediate.estimate")),
        "p_value": Channel("p_value"),
        "name": Channel("path", kind="label"),
    }
    return Figure(
        name="paths",
        form="diagram",
        frame=pd.DataFrame(rows),
        channels=channels,
        title=Message("mediate.title.diagram", _names(result)),
        notes=(Message("mediate.note.diagram", {"n": result.models[0].fit["n"]}), Message("mediate.note.caveat")),
        words=words,
        nodes=pd.DataFrame(places, columns=["name", "x", "y", "group"]),
    )


def effects_plot(result: Mediate) -> Figure:
    """Every effect with its percentile interval; without draws, with its normal one."""
    frame = _effects(result).reset_index()
    method = "percentile" if len(result.intervals) else "normal"
    head = text("mediate.estimate_and_interval", level=100 * result.level, method=Message(f"mediate.method.{method}"))
    channels = {"y": Channel("effect", kind="label"), "x": Channel("estimate", head), "low": Channel("conf_low"), "high": Channel("conf_high")}
    words = {str(effect): effect_head(result, str(effect)) for effect in frame["effect"]}
    return Figure(name="plot", form="coefficients", frame=frame, channels=channels, title=Message("mediate.title.effects", _names(result)), words=words)
