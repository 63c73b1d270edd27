"""Metrics of the graph: what a place has of it, what comes from abroad, what cannot be done without, what a shock reaches."""
