"""From what a paper prints to a panel that carries it: calibrated, never observed."""
