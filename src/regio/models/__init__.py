"""Models: one verb a module, on one regression core."""
