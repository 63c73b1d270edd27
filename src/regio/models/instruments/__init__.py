"""Two-stage least squares: rows to arrays net of effects, the estimator, identification, weak instruments. Pure functions behind ``two_stage``."""
