"""A new column out of one that is there (变量变换)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regio.contract.finding import DataError, error
from regio.contract.method import method
from regio.contract.result import Provenance, Result
from regio.contract.roles import Column, Data, Key
from regio.exhibits.models import Table

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5  # examples in a message


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transform(Result):
    """values: (n,) the new column, in the rows of the table; missing where the source is missing."""

    column: str
    form: str
    values: pd.Series

    def exhibits(self) -> tuple[Table, ...]:
        return ()

    def columns(self) -> Mapping[str, pd.Series]:
        return {"": self.values}


@method
def transform(data: Data, column: Column, *, form: Literal["log"], region: Key = None, period: Key = None) -> Transform:
    """A new column by a formula; the old one stays as it is.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    column : column that is transformed, (n,)
    form : ``log``, the natural logarithm
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Transform
        ``.values`` (n,)

    Raises
    ------
    DataError
        where the logarithm of zero or of a negative number would be taken: such cells are named, never dropped

    Examples
    --------
    >>> import pandas as pd, regio
    >>> regio.transform(pd.DataFrame({"x": [1.0, 10.0]}), "x", form="log").values.round(4).tolist()
    [0.0, 2.3026]
    """
    import numpy as np
    import pandas as pd

    values = data.rows[column].to_numpy(dtype=float, na_value=np.nan)
    outside = values <= 0
    if outside.any():
        keys = list(data.keys.names)
        where = data.rows.loc[outside, keys].head(SHOWN).itertuples(index=False) if keys else data.rows.index[outside][:SHOWN]
        cells = tuple("(" + ", ".join(map(str, place)) + ")" if keys else str(place) for place in where)
        raise DataError(error("transform.log_of_zero", column=column, count=int(outside.sum()), cells=cells, least=float(np.nanmin(values))))
    missing = int(np.isnan(values).sum())
    return Transform(
        column=column,
        form=form,
        values=pd.Series(np.log(values), index=data.rows.index),
        provenance=Provenance(rows_used=len(values) - missing, rows_left_out=missing),
    )
