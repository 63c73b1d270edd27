"""Regions on the chain: specialisation, concentration, complexity, sites, and the scoreboard."""
