"""Tables of a document, and what they seem to mean, for a person to confirm before an audit uses them."""
