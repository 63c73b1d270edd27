"""One line a method: its name and the module it lives in. Everything that lists methods reads this."""

METHODS: dict[str, str] = {
    "agglomeration": "regio.indices.agglomeration",
    "ahp_weights": "regio.indices.ahp_weights",
    "beta_convergence": "regio.indices.dynamics.beta_convergence",
    "collinearity": "regio.models.collinearity",
    "concentration_ratio": "regio.indices.concentration_ratio",
    "correlate": "regio.models.correlate",
    "coupling": "regio.indices.coupling",
    "dagum": "regio.indices.dynamics.dagum",
    "describe": "regio.models.describe",
    "entropy_ahp_weights": "regio.indices.entropy_ahp_weights",
    "entropy_weights": "regio.indices.entropy_weights",
    "explain_change": "regio.indices.editions.explain_change",
    "geographic_concentration": "regio.indices.geographic_concentration",
    "gini": "regio.indices.dynamics.gini",
    "herfindahl": "regio.indices.herfindahl",
    "geodetector": "regio.spatial.geodetector",
    "discretise": "regio.spatial.discretise",
    "compare_scales": "regio.spatial.compare_scales",
    "idsa": "regio.spatial.idsa",
    "spade": "regio.spatial.spade",
    "index": "regio.indices.index",
    "kernel_density": "regio.indices.dynamics.kernel_density",
    "location_quotient": "regio.indices.location_quotient",
    "markov": "regio.indices.dynamics.markov",
    "mediate": "regio.models.mediate",
    "moderate": "regio.models.moderate",
    "profile": "regio.indices.editions.profile",
    "pca_index": "regio.indices.pca_index",
    "panel_kink": "regio.models.panel_kink",
    "regional_specialisation": "regio.indices.regional_specialisation",
    "regress": "regio.models.regress",
    "sigma_convergence": "regio.indices.dynamics.sigma_convergence",
    "spatial_markov": "regio.indices.dynamics.spatial_markov",
    "stepwise": "regio.models.stepwise",
    "theil": "regio.indices.dynamics.theil",
    "threshold": "regio.models.threshold",
    "threshold_split": "regio.models.threshold_split",
    "topsis": "regio.indices.topsis",
    "transform": "regio.preparing.transform",
    "two_stage": "regio.models.two_stage",
    "virtual_agglomeration": "regio.indices.virtual_agglomeration",
}

PRIMITIVES: dict[str, str] = {"natural_breaks": "regio.spatial.natural_breaks"}  # take bare numbers; functions with the same door, but no kinds of steps

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
    "RasterRows": "regio.spatial.rasters",
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
