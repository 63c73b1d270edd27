"""Spatial autocorrelation (空间自相关): global and local statistics, their moments and permutations."""
