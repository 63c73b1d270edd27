"""Every combination of choices as one family of regressions: cross products once, a small system for each model, and draws for all of them together."""
