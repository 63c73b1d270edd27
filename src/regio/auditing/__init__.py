"""Whether the numbers of a printed table can be true together."""
