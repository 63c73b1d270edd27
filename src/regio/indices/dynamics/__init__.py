"""How regions move apart or together over time: convergence, densities, transitions, inequality."""
