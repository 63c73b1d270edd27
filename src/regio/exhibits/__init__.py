"""Exhibits: tables as values and typed cells, typeset into words, and rendered."""
