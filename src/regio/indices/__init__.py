"""Composite indices: scale, weigh, aggregate."""
