"""Printed numbers beside ours: the rows of the paper in one order, each number judged."""

from __future__ import annotations

import numpy as np
import pandas as pd

import regio
from regio.auditing.paper import Model, Paper, PaperTable, Term
from regio.exhibits.models import Table
from regio.exhibits.typeset import typeset
from regio.report.besides import companion


def frame() -> pd.DataFrame:
    random = np.random.default_rng(3)
    rows = pd.DataFrame({"region": np.repeat([f"r{i}" for i in range(12)], 5), "period": np.tile(range(2015, 2020), 12)})
    return rows.assign(x=random.normal(size=60), z=random.normal(size=60)).assign(y=lambda f: f["x"] - f["z"] + random.normal(size=60))


def ours() -> Table:
    result = regio.stepwise(frame(), "y", "x", ["z"], effects=[], errors="classical", region="region", period="period")
    return next(e for e in result.exhibits() if isinstance(e, Table) and e.name == "coefficients")


def number(table: Table, key: str, column: int, part: str = "") -> float:
    return float(next(row.cells[column].value for row in table.rows if (row.key, row.part) == (key, part)))


def paper(table: Table) -> Paper:
    first = (Term("x", f"{number(table, 'x', 0):.3f}", "***"), Term("_cons", f"{number(table, '_cons', 0):.3f}"))
    rounded, wrong = number(table, "z", 1) - 0.0008, number(table, "_cons", 1) + 0.1
    second = (Term("x", f"{number(table, 'x', 1):.3f}", "***"), Term("z", f"{rounded:.3f}", "***"), Term("_cons", f"{wrong:.3f}"))
    models = (Model("(1)", "y", first, {"N": "60"}), Model("(2)", "y", second, {"N": "60", "R2": "0.123"}))
    return Paper("p", tables=(PaperTable("T1", "regression", note="t statistics in parentheses", models=models, values={"paren_claimed": "t-statistics"}),))


def test_rows_stand_in_the_order_of_the_columns_and_each_number_is_judged() -> None:
    table = ours()
    beside = companion(table, paper(table), ["T1"], calibrated=False)
    assert [row.key for row in beside.rows] == ["x", "z", "_cons", "N", "R2"]
    judged = beside.frame.set_index(["row", "column"])["agreement"].to_dict()
    assert judged == {
        ("x", "(1)"): "equal",
        ("_cons", "(1)"): "equal",
        ("N", "(1)"): "equal",
        ("x", "(2)"): "equal",
        ("z", "(2)"): "rounding",
        ("_cons", "(2)"): "different",
        ("N", "(2)"): "equal",
        ("R2", "(2)"): "different",
    }
    said = [cell.text for row in typeset(beside, "en").rows for cell in row.cells]
    assert not any("-" in word for word in said)


def words_beside(language: str) -> list[str]:
    """A table of directions as a paper prints them, beside those of a study."""
    from regio.exhibits.models import Column, Row, label, text
    from regio.language import Message

    rows = tuple(Row(name, label(name), (text("coupling.grade.g1" if name == "a" else "coupling.grade.g5"),)) for name in ("a", "b"))
    mine = Table(name="t", frame=pd.DataFrame(), columns=(Column("direction", (label("direction"),)),), rows=rows, title=Message("coupling.title.grades"))
    printed = ({"indicator": "a", "attribute": "Positive"}, {"indicator": "b", "attribute": "something of its own"})
    beside = companion(mine, Paper("p", tables=(PaperTable("T1", "indicator_system", rows=printed),)), ["T1"], calibrated=False)
    return [cell.text for row in typeset(beside, language).rows for cell in row.cells]  # type: ignore[arg-type]


def test_words_of_a_paper_are_said_in_the_language_of_the_reader_where_the_catalogue_has_them() -> None:
    assert words_beside("en")[0].startswith("Positive ≠ ")
    assert words_beside("zh")[0].startswith("正向 ≠ ")
    assert words_beside("zh")[1].startswith("something of its own ≠ ")


def test_a_note_explains_the_signs_that_occur_and_no_others() -> None:
    table = ours()
    note = typeset(companion(table, paper(table), ["T1"], calibrated=False), "en").notes[0]
    assert (
        note
        == "As printed; = ours is equal after rounding (5), ≈ it differs by one unit of the last digit at most (1), ≠ it differs, ours behind the sign (2)."
    )
    assert "此处未计算" not in typeset(companion(table, paper(table), ["T1"], calibrated=False), "zh").notes[0]
