"""The engine of threshold models: exact search, bootstrap, confidence sets. Pure functions on arrays; never a door."""
