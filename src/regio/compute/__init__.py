"""Where numbers are computed: rows in parts, summaries that add up, chunks of draws with their own seeds, engines.

A result depends on the data, the options, the seed and the constants here; never on how many workers there are.
"""
