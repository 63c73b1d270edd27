"""Papers whose tables come from real fits on random data, printed with few digits by every rule of rounding; and the same with one digit changed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

import numpy as np
from scipy import stats

from regio.auditing.paper import Claim, Model, Paper, PaperTable, Sample, Term

RULES: Mapping[str, str] = {
    "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncated": ROUND_DOWN, "away": ROUND_UP, "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING,
}  # fmt: skip


def show(value: float, digits: int, rule: str) -> str:
    return str(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=RULES[rule]))


def stars(p: float) -> str:
    return "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.1 else ""


class Printer:
    def __init__(self, digits: int, rule: str) -> None:
        self.digits, self.rule = digits, rule

    def __call__(self, value: float, more: int = 0) -> str:
        return show(value, self.digits + more, self.rule)


def panel(seed: int, units: int, periods: int, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """X (n, k), mediator, outcome, unit codes."""
    rng = np.random.default_rng(seed)
    n = units * periods
    unit = np.repeat(np.arange(units), periods)
    common = rng.normal(size=(units, 1))[unit]
    x = 0.5 * common + rng.normal(size=(units, k))[unit] + rng.normal(size=(n, k)) * 0.7
    x = x * np.exp(rng.uniform(-1, 2, size=k)) + rng.uniform(-2, 8, size=k)
    z = (x - x.mean(0)) / x.std(0)
    m = 1 + z @ rng.normal(size=k) * 0.5 + rng.normal(size=units)[unit] + rng.normal(size=n)
    y = 10 + z @ rng.normal(size=k) + 0.6 * m + rng.normal(size=units)[unit] + rng.normal(size=n) * rng.uniform(1, 4)
    return x, m, y, unit


def fit(y: np.ndarray, x: np.ndarray, unit: np.ndarray, periods: int, effects: str, errors: str) -> dict[str, Any]:
    """Least squares with region, period or both effects, as xtreg and areg print them: within R², constant at the mean."""
    n, k = x.shape
    units = int(unit.max()) + 1
    time = np.tile(np.arange(periods), units)
    joint = np.column_stack([y, x])

    def demeaned(a: np.ndarray) -> np.ndarray:
        for codes, count in ((unit, units), (time, periods)) if effects == "both" else ((unit, units),) if effects == "region" else ((time, periods),):
            sums = np.zeros((count, a.shape[1]))
            np.add.at(sums, codes, a)
            a = a - (sums / np.bincount(codes)[:, None])[codes]
        return a

    joint = joint - joint.mean(0) if effects == "pooled" else demeaned(joint)
    lost = {"pooled": 1, "region": units, "period": periods, "both": units + periods - 1}[effects]
    yd, xd = joint[:, 0], joint[:, 1:]
    bread = np.linalg.inv(xd.T @ xd)
    b = bread @ xd.T @ yd
    e = yd - xd @ b
    df = n - lost - k
    r2 = 1 - e @ e / (yd @ yd)
    constant = y.mean() - x.mean(0) @ b
    full = np.column_stack([xd + x.mean(0), np.ones(n)])
    inverse = np.linalg.inv(full.T @ full)
    if errors == "classical":
        v = inverse * (e @ e / df)
        df_t = df
    elif errors == "hc1":
        s = full * e[:, None]
        v = inverse @ (s.T @ s) @ inverse * n / df
        df_t = df
    else:
        s = np.zeros((units, k + 1))
        np.add.at(s, unit, full * e[:, None])
        v = inverse @ (s.T @ s) @ inverse * units / (units - 1) * (n - 1) / (n - k - 1)
        df_t = units - 1
    se = np.sqrt(np.diag(v))
    beta = np.append(b, constant)
    t = beta / se
    f = float(b @ np.linalg.solve(v[:k, :k], b) / k)
    p = 2 * stats.t.sf(np.abs(t), df_t)
    adjusted = 1 - (1 - r2) * (n - 1) / df
    return {
        "effects": effects,
        "b": beta,
        "se": se,
        "t": t,
        "p": p,
        "r2": r2,
        "f": f,
        "adjusted": adjusted,
        "n": n,
        "v": v,
        "df": df,
        "rss": e @ e,
        "df_t": df_t,
    }


SAID = {"pooled": {}, "region": {"province": "Yes", "year": "No"}, "period": {"year": "Yes"}, "both": {"province": "Yes", "year": "Yes"}}


def model(col: str, dependent: str, names: list[str], found: dict[str, Any], out: Printer, bracket: str) -> Model:
    terms = tuple(Term(v, out(found["b"][i]), stars(found["p"][i]), out(found["t" if bracket == "t" else "se"][i])) for i, v in enumerate([*names, "_cons"]))
    return Model(
        col,
        dependent,
        terms,
        {"N": str(found["n"]), "R2": out(found["r2"], 1), "R2_adj": out(found["adjusted"], 1), "F": out(found["f"])},
        SAID[found["effects"]],
    )


def paper(seed: int, digits: int, rule: str) -> Paper:
    """A paper: descriptives, correlations, VIFs, stepwise columns, three steps of mediation, weights."""
    rng = np.random.default_rng([7, seed])
    units, periods, k = int(rng.integers(8, 31)), int(rng.integers(4, 13)), int(rng.integers(2, 5))
    effects = str(rng.choice(["pooled", "region", "period", "both"]))
    errors = str(rng.choice(["classical", "hc1", "cluster"]))
    bracket = str(rng.choice(["t", "se"]))
    out = Printer(digits, rule)
    x, m, y, unit = panel(seed, units, periods, k)
    names = [f"x{i + 1}" for i in range(k)]
    columns = {"y": y, **{v: x[:, i] for i, v in enumerate(names)}, "m": m}
    n = len(y)
    note = f"*** p<0.01, ** p<0.05, * p<0.1; {'t-statistics' if bracket == 't' else 'standard errors'} in parentheses"
    steps = tuple(model(f"({j + 1})", "y", names[: j + 1], fit(y, x[:, : j + 1], unit, periods, effects, errors), out, bracket) for j in range(k))
    xm = np.column_stack([x, m])
    mediation = (
        model("(1)", "y", names, fit(y, x, unit, periods, effects, errors), out, bracket),
        model("(2)", "m", names, fit(m, x, unit, periods, effects, errors), out, bracket),
        model("(3)", "y", [*names, "m"], fit(y, xm, unit, periods, effects, errors), out, bracket),
    )
    data = np.column_stack(list(columns.values()))
    r = np.corrcoef(data.T)
    labels = list(columns)
    correlations = tuple(
        {"row": labels[i], "col": labels[j], "r": out(r[i, j], 1), "stars": stars(_p(r[i, j], n))} for i in range(len(labels)) for j in range(i)
    )
    rx = np.corrcoef(x.T)
    vif = np.diag(np.linalg.inv(rx))
    e = rng.uniform(0.6, 0.99, size=6)
    w = (1 - e) / (1 - e).sum()
    return Paper(
        name=f"simulated-{seed}",
        sample=Sample("province", units, 2001, 2000 + periods),
        tables=(
            PaperTable("T1", "descriptives", rows=tuple(_described(v, a, out) for v, a in columns.items())),
            PaperTable("T2", "correlations", note="*** p<0.01, ** p<0.05, * p<0.1", rows=correlations, variables=tuple(labels)),
            PaperTable(
                "T3",
                "vif",
                rows=tuple({"var": v, "vif": out(a), "inverse_vif": out(1 / a, 1)} for v, a in zip(names, vif, strict=True)),
                values={"mean_vif": out(vif.mean())},
            ),
            PaperTable("T4", "regression", note=note, models=steps),
            PaperTable("T5", "regression", note=note, models=mediation),
            PaperTable(
                "T6",
                "weights",
                rows=tuple(
                    {"indicator": f"i{i}", "weight": out(a, 2), "entropy": out(b, 2), "divergence": out(1 - b, 2)}
                    for i, (a, b) in enumerate(zip(w, e, strict=True))
                ),
            ),
            PaperTable("T7", "coupling", rows=_coupled(rng, out)),
            PaperTable("T8", "topsis", rows=_close(rng, out)),
        ),
    )


def wider(seed: int, digits: int, rule: str) -> Paper:
    """A paper of columns that print what their added terms do, tests of effects, constants, bootstrap errors, a quadratic and an interaction."""
    rng = np.random.default_rng([11, seed])
    units, periods, k = int(rng.integers(8, 31)), int(rng.integers(4, 13)), int(rng.integers(3, 5))
    effects = str(rng.choice(["pooled", "region", "period", "both"]))
    errors = str(rng.choice(["classical", "classical", "hc1", "cluster"]))
    bracket = str(rng.choice(["t", "se"]))
    out = Printer(digits, rule)
    x, m, y, unit = panel(seed, units, periods, k)
    names = [f"x{i + 1}" for i in range(k)]
    note = f"*** p<0.01, ** p<0.05, * p<0.1; {'t-statistics' if bracket == 't' else 'standard errors'} in parentheses"

    def fitted(target: np.ndarray, columns: np.ndarray, kind: str = effects) -> dict[str, Any]:
        return fit(target, columns, unit, periods, kind, errors)

    def printed(col: str, labels: list[str], found: dict[str, Any], dependent: str = "y", **values: str) -> Model:
        made = model(col, dependent, labels, found, out, bracket)
        return replace(made, values={**made.values, **values})

    fits = [fitted(y, x[:, : j + 1]) for j in range(k)]
    steps = [printed(f"({j + 1})", names[: j + 1], f) for j, f in enumerate(fits[:-1])]
    added = fits[-1]["b"][1:k] @ np.linalg.solve(fits[-1]["v"][1:k, 1:k], fits[-1]["b"][1:k]) / (k - 1)
    change = {"F_change": out(added), "p_change": out(stats.f.sf(added, k - 1, fits[-1]["df_t"])), "R2_change": out(fits[-1]["r2"] - fits[0]["r2"], 1)}
    steps.append(printed(f"({k})", names, fits[-1], restricted="(1)", rmse=out(math.sqrt(fits[-1]["rss"] / fits[-1]["df"])), **change))
    columns = {"y": y, **{v: x[:, i] for i, v in enumerate(names)}, "m": m}
    r = np.corrcoef(np.column_stack(list(columns.values())).T)
    labels = list(columns)
    correlations = tuple({"row": labels[i], "col": labels[j], "r": out(r[i, j], 1)} for i in range(len(labels)) for j in range(i))
    plain, within = fit(y, x, unit, periods, "pooled", "classical"), fit(y, x, unit, periods, "region", "classical")
    f = (plain["rss"] / within["rss"] - 1) * within["df"] / (units - 1)
    both = tuple(
        replace(made, values={**made.values, "rmse": out(math.sqrt(found["rss"] / found["df"]))})
        for made, found in ((model(c, "y", names, found, out, "se"), found) for c, found in (("(1)", plain), ("(2)", within)))
    )
    test = {"test": "effects", "statistic": out(f), "p": out(stats.f.sf(f, units - 1, within["df"])), "df": f"{units - 1}, {within['df']}"}
    tables = [
        PaperTable("T1", "descriptives", rows=tuple(_described(v, a, out) for v, a in columns.items())),
        PaperTable("T2", "correlations", rows=correlations if seed % 2 else correlations[:1], variables=tuple(labels)),
        PaperTable("T4", "regression", note=note, models=tuple(steps)),
        PaperTable("T5", "regression", note=note.replace("t-statistics", "standard errors"), models=both),
        PaperTable("T6", "tests", rows=({**test, "restricted": "T5/(1)", "unrestricted": "T5/(2)"},)),
        *_effects(rng, x, m, y, names, out, printed, fitted, note),
        *(made := _curved(x[:, 0], m, y, out, printed, fitted, note))[0],
    ]
    return Paper(f"wider-{seed}", sample=Sample("province", units, 2001, 2000 + periods), tables=tuple(tables), claims=made[1])


def _effects(
    rng: np.random.Generator, x: np.ndarray, m: np.ndarray, y: np.ndarray, names: list[str], out: Printer, printed: Any, fitted: Any, note: str
) -> tuple[PaperTable, ...]:
    """Three steps of mediation and 200 draws of rows."""
    xm = np.column_stack([x, m])
    fits = fitted(y, x), fitted(m, x), fitted(y, xm)
    models = printed("(1)", names, fits[0]), printed("(2)", names, fits[1], "m"), printed("(3)", [*names, "m"], fits[2])
    n = len(y)
    one = np.column_stack([np.ones(n), xm, y])
    drawn = []
    for _ in range(200):
        s = (d := one[rng.integers(0, n, n)]).T @ d
        k = len(names) + 1
        drawn.append(np.linalg.lstsq(s[:k, :k], s[:k, k], rcond=None)[0][1] * np.linalg.lstsq(s[: k + 1, : k + 1], s[: k + 1, k + 1], rcond=None)[0][k])
    row = {"effect": "indirect", "coef": out(fits[1]["b"][0] * fits[2]["b"][len(names)]), "se": out(np.std(drawn, ddof=1))}
    return PaperTable("T7", "regression", note=note, models=models), PaperTable("T8", "bootstrap", rows=(row,), values={"replications": "200"})


def _curved(
    x: np.ndarray, m: np.ndarray, y: np.ndarray, out: Printer, printed: Any, fitted: Any, note: str
) -> tuple[tuple[PaperTable, ...], tuple[Claim, ...]]:
    """A quadratic with its turning point, an interaction with effects at three values."""
    x = x - x.min() + 0.5
    square, product = fitted(y, np.column_stack([x, x * x])), fitted(y, np.column_stack([x, m, x * m]))
    turn = -square["b"][0] / (2 * square["b"][1])
    curve = printed("(1)", ["h", "h²"], square, turning_point=out(turn))
    crossed = printed("(2)", ["h", "m", "h×m"], product)
    rows = []
    for at in np.quantile(m, [0.25, 0.5, 0.75]):
        z = float(out(at))
        effect, error = product["b"][0] + z * product["b"][2], math.sqrt(product["v"][0, 0] + z * z * product["v"][2, 2] + 2 * z * product["v"][0, 2])
        rows.append({"var": "h", "moderator": "m", "at": out(at), "effect": out(effect), "se": out(error), "column": "T9/(2)"})
    claims = ()
    if x.min() < turn < x.max():
        claims = (Claim("p.c1", "qualitative", "an inverted U-shaped relation" if square["b"][1] < 0 else "a U-shaped relation", about=("T9",)),)
    tables = (
        PaperTable("T9", "regression", note=note, models=(curve, crossed)),
        PaperTable("T10", "marginal_effects", rows=tuple(rows)),
        PaperTable("T11", "descriptives", rows=(_described("h", x, out),)),
    )
    return tables, claims


def _p(r: float, n: int) -> float:
    return float(2 * stats.t.sf(abs(r) * math.sqrt((n - 2) / (1 - r * r)), n - 2))


def _described(name: str, a: np.ndarray, out: Printer) -> dict[str, str]:
    numbers = {"mean": a.mean(), "median": np.median(a), "sd": a.std(ddof=1), "min": a.min(), "max": a.max()}
    return {"var": name, "n": str(len(a))} | {k: out(v) for k, v in numbers.items()}


def _coupled(rng: np.random.Generator, out: Printer) -> tuple[dict[str, str], ...]:
    rows = []
    for i in range(8):
        u = rng.uniform(0.05, 0.95, size=2)
        c, t = 2 * math.sqrt(u[0] * u[1]) / u.sum(), u.mean()
        rows.append({"unit": f"r{i}", "u1": out(u[0]), "u2": out(u[1]), "c": out(c), "t": out(t), "d": out(math.sqrt(c * t))})
    return tuple(rows)


def _close(rng: np.random.Generator, out: Printer) -> tuple[dict[str, str], ...]:
    near, far = rng.uniform(0.1, 1, size=(2, 8))
    c = far / (near + far)
    ranks = (-c).argsort().argsort() + 1
    return tuple({"unit": f"r{i}", "d_plus": out(near[i]), "d_minus": out(far[i]), "closeness": out(c[i]), "rank": str(ranks[i])} for i in range(8))


def cells(given: Paper) -> Iterator[tuple[int, str, Any]]:
    """Every printed number: table, address, and how to put another text there."""
    for t, table in enumerate(given.tables):
        for i, row in enumerate(table.rows):
            head = "/".join(row[c] for c in ("var", "at", "row", "col", "indicator", "unit", "effect", "test") if c in row and (c != "effect" or "coef" in row))
            for cell, text in row.items():
                if "." in text and cell not in ("var", "row", "col", "indicator", "unit", "stars"):
                    yield t, f"{table.id}/{head}" + ("" if cell == "r" else f"/{cell}"), ("row", i, cell, text)
        for i, m in enumerate(table.models):
            for j, term in enumerate(m.terms):
                yield t, f"{table.id}/{m.col}/{term.var}", ("coef", i, j, term.coef)
                yield t, f"{table.id}/{m.col}/{term.var}", ("paren", i, j, term.paren)
            for name, text in m.values.items():
                if "." in text:
                    yield t, f"{table.id}/{m.col}/{name}", ("value", i, name, text)


def changed(given: Paper, t: int, how: tuple[Any, ...], text: str) -> Paper:
    """The paper with another text in one cell."""
    table = given.tables[t]
    kind, i, at, _ = how
    if kind == "row":
        rows = tuple({**row, at: text} if n == i else row for n, row in enumerate(table.rows))
        new = replace(table, rows=rows)
    else:
        m = table.models[i]
        if kind == "value":
            m = replace(m, values={**m.values, at: text})
        else:
            m = replace(m, terms=tuple(replace(term, **{kind: text}) if n == at else term for n, term in enumerate(m.terms)))
        new = replace(table, models=tuple(m if n == i else x for n, x in enumerate(table.models)))
    return replace(given, tables=tuple(new if n == t else x for n, x in enumerate(given.tables)))
