"""Tables that anyone can refill: facts, technologies, substitution, business models, digital maturity, data flows, policies."""
