"""One line a method: its name and the module it lives in. Everything that lists methods reads this."""

METHODS: dict[str, str] = {
    "collinearity": "regio.models.collinearity",
    "correlate": "regio.models.correlate",
    "describe": "regio.models.describe",
    "entropy_weights": "regio.indices.entropy_weights",
    "index": "regio.indices.index",
    "regress": "regio.models.regress",
    "stepwise": "regio.models.stepwise",
    "transform": "regio.preparing.transform",
}

PRIMITIVES: dict[str, str] = {}  # take bare numbers; functions with the same door, but no kinds of steps

PREPARATIONS: dict[str, str] = {  # kinds of [[prepare]]
    "balance": "regio.preparing.balance",
    "deflate": "regio.preparing.deflate",
    "denominate": "regio.preparing.denominate",
    "fill": "regio.preparing.fill",
    "filter": "regio.preparing.filter",
    "merge": "regio.preparing.merge",
    "trim": "regio.preparing.trim",
    "winsorise": "regio.preparing.winsorise",
}

FUNCTIONS: dict[str, str] = {
    "read": "regio.reading.reader",
    "run": "regio.report.run",
    "Panel": "regio.panel",
}

PANEL = "regio.panel.door"  # the room that registers the constructor of a Panel


def kind_of(module: str, name: str) -> str:
    """The name under which a function is catalogued; its own name where it is not."""
    return next((kind for kind, home in (METHODS | PRIMITIVES | PREPARATIONS).items() if home == module and kind.rpartition(".")[2] == name), name)


# rooms from the top down: a room may import those after it; rooms of one rank do not import one another
ROOMS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli", "web"),
    ("report",),
    ("study",),
    ("calibrating",),
    ("auditing",),
    ("chain",),
    ("indices", "models", "spatial"),
    ("preparing", "reading"),
    ("panel",),
    ("regions",),
    ("contract",),
    ("exhibits", "compute"),
    ("language",),
    ("__init__",),
    ("catalogue",),
)
