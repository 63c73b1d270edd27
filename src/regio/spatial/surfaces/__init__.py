"""Surfaces between points: inverse distance and ordinary kriging (空间插值)."""
