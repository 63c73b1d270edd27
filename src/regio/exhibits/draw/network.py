"""Places for the nodes of a diagram that have none: in layers from left to right where the edges run one way, else by springs."""

from __future__ import annotations

from collections.abc import Sequence

from regio.exhibits.draw.placing import spread

Edge = tuple[str, str]
Places = dict[str, tuple[float, float]]
SWEEPS = 12
RING = 8  # nodes: up to so many stand on a ring


def one_way(names: Sequence[str], edges: Sequence[Edge]) -> tuple[list[Edge], int]:
    """The edges that run forward in an order of the nodes that leaves few running back (Eades, Lin and Smyth 1993), and how many run back."""
    edges = list(dict.fromkeys((a, b) for a, b in edges if a != b))
    left, first, last = list(names), [], []
    while left:
        inside = set(left)
        out = {name: sum(a == name and b in inside for a, b in edges) for name in left}
        into = {name: sum(b == name and a in inside for a, b in edges) for name in left}
        sink = next((name for name in reversed(left) if not out[name]), None)
        if sink is not None:
            last.append(sink)
            left.remove(sink)
            continue
        best = max(left, key=lambda name: (not into[name], out[name] - into[name]))
        first.append(best)
        left.remove(best)
    rank = {name: i for i, name in enumerate([*first, *reversed(last)])}
    forward = [(a, b) for a, b in edges if rank[a] < rank[b]]
    return forward, len(edges) - len(forward)


def layers(names: Sequence[str], forward: Sequence[Edge]) -> list[list[str]]:
    """Columns of nodes: each stands right of all that lead to it; one to which nothing leads, just left of the first that it leads to."""
    import networkx as nx  # type: ignore[import-untyped]

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from(forward)
    depth: dict[str, int] = {}
    for name in nx.lexicographical_topological_sort(graph, key=names.index):
        depth[name] = max((depth[before] + 1 for before in graph.predecessors(name)), default=0)
    for name in names:
        after = [depth[other] for other in graph.successors(name)]
        if after and not graph.in_degree(name):
            depth[name] = min(after) - 1
    return [[name for name in names if depth[name] == level] for level in range(max(depth.values(), default=0) + 1)]


def in_columns(columns: Sequence[Sequence[str]], edges: Sequence[Edge], heights: dict[str, float], total: float) -> dict[str, float]:
    """How far up each node stands so that its edges are short, none on top of another."""
    near: dict[str, list[str]] = {name: [] for column in columns for name in column}
    for a, b in edges:
        if a != b:
            near[a].append(b)
            near[b].append(a)
    up: dict[str, float] = {}
    for column in columns:
        for i, name in enumerate(column):
            up[name] = total * (1 - (i + 0.5) / len(column))
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 else list(columns)[::-1]:
            wished = [sum(up[other] for other in near[name]) / len(near[name]) if near[name] else up[name] for name in column]
            found = spread(wished, [heights[name] for name in column], 0.0, total)
            up |= dict(zip(column, found, strict=True))
    return up


def springs(names: Sequence[str], edges: Sequence[Edge], known: Places) -> Places:
    """Places in [0, 1]; those that are known stay."""
    import networkx as nx
    import numpy as np

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_edges_from(dict.fromkeys((min(e), max(e)) for e in edges if e[0] != e[1]))
    if len(names) <= RING and not known:
        return {name: (round(0.5 + 0.5 * float(x), 6), round(0.5 + 0.5 * float(y), 6)) for name, (x, y) in nx.circular_layout(graph).items()}
    start = nx.circular_layout(graph, center=(0.5, 0.5), scale=0.5) | {name: np.array(place) for name, place in known.items()}
    found = nx.spring_layout(graph, pos=start, fixed=list(known) or None, iterations=200, seed=0, k=1.6 / max(1, len(names)) ** 0.5)
    if known:
        return {name: (min(1.0, max(0.0, float(x))), min(1.0, max(0.0, float(y)))) for name, (x, y) in found.items()}
    at = np.array([found[name] for name in names])
    low, span = at.min(axis=0), np.ptp(at, axis=0)
    ranks = at.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / max(1, len(names) - 1)
    at = (np.where(span > 0, (at - low) / np.where(span > 0, span, 1), 0.5) + ranks) / 2  # half by rank, so that a few far away do not crowd the others
    return {name: (round(float(x), 6), round(float(y), 6)) for name, (x, y) in zip(names, at, strict=True)}
