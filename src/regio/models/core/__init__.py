"""The regression core: cross products within regions, named conventions, errors. Pure functions on arrays; never a door.

Everything is a linear function of cross products of [y, X, period dummies] within the first absorbed effect, so that bootstraps, specification
curves and runs out of core use the same numbers as a single fit.
"""
