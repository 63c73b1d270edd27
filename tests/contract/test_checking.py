"""Options against a declaration, and what is read off a signature."""

from __future__ import annotations

import pytest

from regio.contract.checking import check_options
from regio.contract.declaration import REQUIRED, Use, declaration
from regio.contract.finding import Position

REGRESS = declaration("regress")
GOOD = {"outcome": "y", "treatment": "x"}


def codes(**given: object) -> list[str]:
    return [f.code for f in check_options(REGRESS, given)[1]]


def test_defaults_are_filled_in_and_one_name_is_a_tuple_of_one() -> None:
    options, problems = check_options(REGRESS, GOOD | {"controls": ["a", "b"]})
    assert problems == []
    assert tuple(options[k] for k in ("outcome", "treatment", "controls", "effects", "errors", "cluster")) == ("y", ("x",), ("a", "b"), (), "classical", None)
    assert REGRESS.names == tuple(options)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"eror": "hc1"}, "contract.unknown_option"),
        ({"errors": "robust"}, "contract.robust"),
        ({"errors": "hc9"}, "contract.not_a_choice"),
        ({"errors": 5}, "contract.not_a_choice"),
        ({"level": "0.95"}, "contract.wrong_type"),
        ({"level": True}, "contract.wrong_type"),
        ({"level": 0.0}, "contract.greater_than"),
        ({"level": 1.0}, "contract.less_than"),
        ({"controls": [1]}, "contract.wrong_type"),
        ({"controls": {"a": 1}}, "contract.wrong_type"),
        ({"controls": {"a", "b"}}, "contract.wrong_type"),
        ({"outcome": ["y"]}, "contract.wrong_type"),
        ({"seed": 3}, "contract.unknown_option"),
        ({"region": "r"}, "contract.unknown_option"),
    ],
)
def test_each_mistake_is_said_once(given: dict[str, object], code: str) -> None:
    assert [code] == codes(**(GOOD | given))


def test_all_mistakes_are_said_at_once_with_their_places() -> None:
    lines = {"errors": 3, "level": 4}
    _, problems = check_options(REGRESS, {"errors": "x", "level": 2.0}, lambda option: Position("s.toml", lines.get(option, 1)))
    assert {("contract.missing_option", 1), ("contract.not_a_choice", 3), ("contract.less_than", 4)} == {
        (f.code, f.where.line) for f in problems if isinstance(f.where, Position)
    }


def test_a_near_miss_is_suggested_in_both_languages() -> None:
    found = check_options(REGRESS, GOOD | {"control": "a"})[1][0]
    assert found.text("en").startswith("regress has no option “control”. Did you mean controls?")
    assert found.text("zh").startswith("regress 没有选项“control”。是否想写 controls？")


def test_the_columns_that_a_call_reads() -> None:
    options, _ = check_options(REGRESS, GOOD | {"effects": ["region", "zone*period"], "errors": "cluster", "cluster": "zone", "sample_weights": "w"})
    assert [
        Use("outcome", "y", True),
        Use("treatment", "x", True),
        Use("effects", "zone", False),
        Use("cluster", "zone", False),
        Use("sample_weights", "w", True),
    ] == list(REGRESS.uses(options))


def test_what_is_read_off_the_signature() -> None:
    argument = REGRESS.argument("errors")
    assert argument is not None
    assert {"classical", "hc1", "cluster"} <= set(argument.choices)
    assert argument.default == "classical"
    assert REQUIRED is next(a for a in REGRESS.fields if a.name == "outcome").default
    assert not {"data", "region", "period", "engine", "seed"} & set(REGRESS.names)
    assert REGRESS.argument("none") is None


def test_an_unknown_kind() -> None:
    with pytest.raises(KeyError):
        declaration("regres")
