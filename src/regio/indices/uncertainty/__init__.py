"""How far scores and ranks, and what is estimated with them, rest on the choices behind an index."""
