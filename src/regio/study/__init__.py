"""A study: one TOML file, its sources, the plan of its steps, and their execution. No method is named here: the catalogue is walked."""
