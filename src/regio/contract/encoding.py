"""Results to JSON and back at full precision. No pickle; only Regio's own dataclasses are ever rebuilt.

Marks: ``$type`` a dataclass, ``$frame``, ``$series``, ``$array``, ``$tuple``, ``$number`` (nan, inf), ``$time`` a date, ``$aside`` a frame kept elsewhere.
Everything else is plain JSON.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


Aside = Callable[["pd.DataFrame"], str | None]  # keeps a frame elsewhere and names the place, or declines
Fetch = Callable[[str], "pd.DataFrame"]


def encode(value: Any, aside: Aside | None = None) -> Any:
    """JSON of a value. ``aside`` may keep large frames elsewhere, under ``$aside``."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$number": repr(float(value))}
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        return {"$type": f"{kind.__module__}:{kind.__qualname__}"} | {f.name: encode(getattr(value, f.name), aside) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): encode(v, aside) for k, v in value.items()}
    if isinstance(value, date):
        return {"$time": value.isoformat()}
    if isinstance(value, tuple):
        return {"$tuple": [encode(v, aside) for v in value]}
    if isinstance(value, list):
        return [encode(v, aside) for v in value]
    return _encode_array(value, aside)


def _encode_array(value: Any, aside: Aside | None) -> Any:
    import numpy as np
    import pandas as pd

    if value is pd.NA:
        return None
    if isinstance(value, np.generic):
        return encode(value.item())
    if isinstance(value, np.ndarray):
        return {"$array": [encode(v) for v in value.ravel().tolist()], "dtype": str(value.dtype), "shape": list(value.shape)}
    if isinstance(value, pd.Series):
        return {"$series": encode(value.to_frame(value.name if value.name is not None else ""), aside), "name": encode(value.name)}
    if isinstance(value, pd.DataFrame):
        if aside is not None and (name := aside(value)):
            return {"$aside": name}
        index = value.index.to_frame(index=False)
        return {
            "$frame": {str(c): _encode_column(value[c]) for c in value.columns},
            "index": [_encode_column(index[c]) for c in index.columns],
            "index_names": list(value.index.names),
            "columns_name": value.columns.name,
        }
    raise TypeError(f"a result may not hold a {type(value).__name__}")


def _encode_column(column: pd.Series) -> dict[str, Any]:
    return {"dtype": str(column.dtype), "values": [encode(v) for v in column.tolist()]}


def decode(stored: Any, fetch: Fetch | None = None) -> Any:
    """The value again. ``fetch`` brings frames that were kept aside."""
    if isinstance(stored, list):
        return [decode(v, fetch) for v in stored]
    if not isinstance(stored, Mapping):
        return stored
    if "$number" in stored:
        return float(stored["$number"])
    if "$time" in stored:
        import pandas as pd

        return pd.Timestamp(stored["$time"])
    if "$tuple" in stored:
        return tuple(decode(v, fetch) for v in stored["$tuple"])
    if "$type" in stored:
        kind = _class(stored["$type"])
        return kind(**{k: decode(v, fetch) for k, v in stored.items() if k != "$type"})
    if "$array" in stored:
        import numpy as np

        return np.array(decode(stored["$array"]), dtype=stored["dtype"]).reshape(stored["shape"])
    if "$series" in stored:
        series = decode(stored["$series"], fetch).iloc[:, 0]
        named: pd.Series = series.rename(decode(stored["name"]))
        return named
    if "$aside" in stored:
        if fetch is None:
            raise ValueError("a frame lies elsewhere, and nothing to fetch it with was given")
        return fetch(stored["$aside"])
    if "$frame" in stored:
        return _decode_frame(stored)
    return {k: decode(v, fetch) for k, v in stored.items()}


def _decode_frame(stored: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    levels = [_decode_column(c) for c in stored["index"]]
    names = stored["index_names"]
    index = pd.Index(levels[0], name=names[0]) if len(levels) == 1 else pd.MultiIndex.from_arrays(levels, names=names)
    frame = pd.DataFrame({name: _decode_column(c).set_axis(index) for name, c in stored["$frame"].items()}, index=index)
    frame.columns.name = stored["columns_name"]
    return frame


def _decode_column(stored: Mapping[str, Any]) -> pd.Series:
    import pandas as pd

    column: pd.Series = pd.Series(decode(stored["values"]), dtype=stored["dtype"])
    return column


def _class(path: str) -> Any:
    module, _, name = path.partition(":")
    kind = getattr(import_module(module), name, None) if module.split(".")[0] == "regio" else None
    if not (isinstance(kind, type) and is_dataclass(kind)):
        raise ValueError(f"{path!r} is not a result class of Regio")
    return kind
