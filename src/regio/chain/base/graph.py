"""The graph of a chain: order, ancestors, and a networkx view of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regio.contract.finding import EstimationError, error

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]

    from regio.chain.base.model import Chain

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Order:
    """A chain without circles. names (n,); source, target (e,) numbers of the ends of each edge; share (e,) cost shares, nan where not known; order:
    (n,) numbers so that suppliers come before buyers; suppliers, buyers: edges into and out of each segment.
    """

    names: tuple[str, ...]
    source: Ints
    target: Ints
    share: Floats
    order: tuple[int, ...]
    suppliers: tuple[tuple[int, ...], ...]
    buyers: tuple[tuple[int, ...], ...]

    def place(self, name: str) -> int:
        return self.names.index(name)

    def ancestors(self, target: int) -> set[int]:
        """Everything from which a way leads to the target."""
        return self._reach(target, self.suppliers, self.source)

    def descendants(self, start: int) -> set[int]:
        return self._reach(start, self.buyers, self.target)

    def _reach(self, start: int, edges: tuple[tuple[int, ...], ...], ends: Ints) -> set[int]:
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            for edge in edges[waiting.pop()]:
                other = int(ends[edge])
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen

    @property
    def sinks(self) -> tuple[int, ...]:
        return tuple(i for i in range(len(self.names)) if not self.buyers[i])


def ordered(chain: Chain, kind: str) -> Order:
    """The graph in an order in which suppliers come first.

    Raises
    ------
    EstimationError
        where segments supply one another in a circle, naming it
    """
    names = chain.order
    number: Mapping[str, int] = {name: i for i, name in enumerate(names)}
    source, target = (np.array([number[name] for name in chain.edges[end]], np.intp) for end in ("from", "to"))
    suppliers: list[list[int]] = [[] for _ in names]
    buyers: list[list[int]] = [[] for _ in names]
    for edge, (a, b) in enumerate(zip(source.tolist(), target.tolist(), strict=True)):
        suppliers[b].append(edge)
        buyers[a].append(edge)
    order = _sorted(len(names), suppliers, buyers, target.tolist())
    if len(order) < len(names):
        raise EstimationError(error("chain.cycle", kind=f"chain.{kind}", circle=" → ".join(names[i] for i in _circle(set(order), len(names), buyers, target))))
    share = chain.edges["cost_share"].to_numpy(float)
    return Order(names, source, target, share, tuple(order), tuple(map(tuple, suppliers)), tuple(map(tuple, buyers)))


def _sorted(n: int, suppliers: list[list[int]], buyers: list[list[int]], target: list[int]) -> list[int]:
    waiting = [len(edges) for edges in suppliers]
    order = [i for i in range(n) if not waiting[i]]
    for place in order:  # grows as it is read
        for edge in buyers[place]:
            waiting[target[edge]] -= 1
            if not waiting[target[edge]]:
                order.append(target[edge])
    return order


def _circle(done: set[int], n: int, buyers: list[list[int]], target: Ints) -> list[int]:
    """A circle among the segments that could not be ordered. Each of them has a supplier there, so walking back must come round."""
    left = {i for i in range(n) if i not in done}
    before = {int(target[edge]): i for i in left for edge in buyers[i] if int(target[edge]) in left}
    path = [min(left)]
    while path[-1] not in path[:-1]:
        path.append(before[path[-1]])
    start = path.index(path[-1])
    return path[start:][::-1]


def target_of(chain: Chain, order: Order, target: str | None) -> int:
    """The segment that a metric looks at: as given, as the chain says, else the end of the chain that most segments lead to.

    Raises
    ------
    ArgumentError
        for a segment that is not there
    """
    from regio.chain.base.model import chosen

    stated = target if target is not None else chain.settings.get("target")
    if stated is not None:
        return order.place(chosen(str(stated), order.names, "chain.unknown_target"))
    above = [0] * len(order.names)  # bits of everything that leads to a segment
    for node in order.order:
        for edge in order.suppliers[node]:
            supplier = int(order.source[edge])
            above[node] |= above[supplier] | 1 << supplier
    return max(order.sinks, key=lambda sink: (above[sink].bit_count(), -sink))


def graph(chain: Chain, *, entities: bool = False) -> nx.DiGraph:
    """The chain as a directed graph of networkx: segments with their columns, edges with their cost shares.

    Parameters
    ----------
    chain : Chain
    entities : also firms, places and institutions: a MultiDiGraph in which every node has a ``kind`` (segment, firm, place, …) and every edge a ``type``:
        supplies between segments, ``active_in`` from a firm to its segments, ``located_in`` from a firm to its regions, ``present_in`` from a segment to
        places that have it, ``within`` from a place to a larger one, and the types of the table ``relations``

    Returns
    -------
    networkx.DiGraph, or MultiDiGraph with ``entities``

    Examples
    --------
    >>> import regio.chain
    >>> made = regio.chain.graph(regio.chain.read("photovoltaics"))
    >>> made.has_edge("wafer", "cell")
    True
    >>> every = regio.chain.graph(regio.chain.read("new-energy-vehicles"), entities=True)
    >>> [tie["type"] for tie in every.get_edge_data("Huawei", "SERES").values()]
    ['Smart Selection']
    """
    import networkx as nx

    made: Any = nx.MultiDiGraph() if entities else nx.DiGraph()
    kind = {"kind": "segment"} if entities else {}
    supplies = {"type": "supplies"} if entities else {}
    for row in chain.segments.to_dict("records"):
        made.add_node(row["segment"], **{str(k): v for k, v in row.items() if k != "segment"}, **kind)
    for row in chain.edges.to_dict("records"):
        made.add_edge(row["from"], row["to"], cost_share=row["cost_share"], source=row["source"], **supplies)
    if entities:
        _with_entities(made, chain)
    return made


def _with_entities(made: Any, chain: Chain) -> None:
    from regio.chain.base.names import listed

    def node(name: str, kind: str) -> None:
        if name not in made:
            made.add_node(name, kind=kind)

    for row in chain.entities.to_dict("records"):
        node(row["entity"], row["kind"])
        for larger in listed([row["within"]]):
            node(larger, "place")
            made.add_edge(row["entity"], larger, type="within", source=row["source"])
    for firm, region, segment in chain.firms[["firm", "region", "segment"]].drop_duplicates().itertuples(index=False, name=None):
        node(firm, "firm")
        made.add_edge(firm, segment, key="active_in", type="active_in")
        for place in listed([region]):
            node(place, "place")
            made.add_edge(firm, place, key="located_in", type="located_in")
    for row in chain.presence[chain.presence["status"] == "present"].to_dict("records"):
        node(row["place"], "place")
        made.add_edge(row["segment"], row["place"], type="present_in", source=row["source"])
    for row in chain.relations.to_dict("records"):
        node(row["from"], "firm")
        node(row["to"], "firm")
        made.add_edge(row["from"], row["to"], **{k: row[k] for k in ("type", "start", "end", "source")})
