"""Coupling coordination: degrees and grades, shares, means by group, and the shape of a path."""
