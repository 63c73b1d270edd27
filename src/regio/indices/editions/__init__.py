"""One edition of an index looked at closely, and two compared: what makes a score, and why scores and ranks moved."""
