"""The engine of the geographical detector: arrays in, arrays and frames out; no door in here."""
