"""A layered graph of data flows (“人—车—路—云”等分层数据流), with the links that are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from regio.chain.base.model import Names
from regio.chain.base.schema import STATUS
from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Channel, Exhibit, Figure, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DataFlows(Result):
    """flows: ``from``, ``to``, ``content``, ``status``, ``source``, and the layers of both ends. layers: pairs of layers with ``present``, ``absent``,
    ``unknown`` and ``none`` where no flow at all is stated between two layers. nodes: ``name``, ``group`` (the layer), ``x``, ``y`` (place in the picture, a
    column a layer).
    """

    flows: pd.DataFrame
    layers: pd.DataFrame
    nodes: pd.DataFrame
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.base.exhibits import figure_words, table

        columns = {"to": "name", "content": "name", "status": "code:status", "source": "words"}
        pairs = {"to_layer": "name", "present": "count", "absent": "count", "unknown": "count"}
        status = {s: text(f"chain.status.{s}") for s in self.flows["status"].unique()}
        picture = Figure(
            name="graph",
            form="diagram",
            frame=self.flows.sort_values("status", key=lambda s: s.map(STATUS.index), kind="stable"),
            channels={
                "source": Channel("from", kind="label"),
                "target": Channel("to", kind="label"),
                "name": Channel("content", kind="label"),
                "group": Channel("status", kind="label"),
            },
            title=Message("chain.data_flows.title"),
            words={**figure_words(self.names, self.nodes["name"], self.nodes["group"], self.flows["content"]), **status},
            nodes=self.nodes,
        )
        return (
            picture,
            table("flows", self.flows, columns, ["from", "to", "content"], Message("chain.data_flows.list"), names=self.names),
            table(
                "layers",
                self.layers,
                pairs,
                ["from_layer", "to_layer"],
                Message("chain.data_flows.layers"),
                names=self.names,
                notes=(Message("chain.data_flows.note"),),
            ),
        )


@method
def data_flows(chain: ChainData) -> DataFlows:
    """Flows of data between the nodes of layers.

    Parameters
    ----------
    chain : Chain
        with a table ``flows`` (from, to, content, status) and settings ``[[layer]]`` with ``name`` and ``nodes``

    Returns
    -------
    DataFlows

    Raises
    ------
    DataError
        without the table or the layers; for a node that is in no layer

    Examples
    --------
    >>> import regio.chain
    >>> len(regio.chain.data_flows(regio.chain.read("new-energy-vehicles")).layers)
    12
    """
    import pandas as pd

    from regio.chain.base.model import opened
    from regio.contract.finding import DataError, error, suggestion

    known = opened(chain, "data_flows")
    flows = known.table("flows").copy()
    layer_of = {node: str(entry["name"]) for entry in known.settings.get("layer", []) for node in entry.get("nodes", ())}
    if not layer_of:
        raise DataError(error("chain.no_layers"))
    ends = dict.fromkeys([*flows["from"], *flows["to"]])
    if wrong := [node for node in ends if node not in layer_of]:
        raise DataError(*(error("chain.unknown_node", found=node, nodes=tuple(layer_of), near=suggestion(node, tuple(layer_of))) for node in wrong))
    flows["from_layer"], flows["to_layer"] = flows["from"].map(layer_of), flows["to"].map(layer_of)
    layers = tuple(dict.fromkeys(layer_of.values()))
    rows = []
    for a in layers:
        for b in layers:
            status = flows.loc[(flows["from_layer"] == a) & (flows["to_layer"] == b), "status"]
            if a != b:
                counts = {s: int((status == s).sum()) for s in ("present", "absent", "unknown")}
                rows.append({"from_layer": a, "to_layer": b, **counts, "none": not len(status)})
    nodes = pd.DataFrame(_placed(layer_of, layers))
    names = known.words([*layer_of, *layers, *flows["content"], *flows["source"]])
    return DataFlows(flows=flows, layers=pd.DataFrame(rows), nodes=nodes, names=names, provenance=known.provenance("flows", rows=len(flows)))


def _placed(layer_of: Mapping[str, str], layers: Sequence[str]) -> list[dict[str, Any]]:
    """A column a layer; its nodes spread over the height, alone in turns below and above the middle, so that no arrow runs through a node between."""
    rows = []
    for i, layer in enumerate(layers):
        own = [node for node in layer_of if layer_of[node] == layer]
        for j, node in enumerate(own):
            y = 1 - j / (len(own) - 1) if len(own) > 1 else (0.7, 0.3)[i % 2]
            rows.append({"name": node, "group": layer, "x": i / max(1, len(layers) - 1), "y": y})
    return rows
