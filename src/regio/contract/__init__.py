"""The contract that every method obeys: roles of arguments, declaration, the door, results, findings, addresses."""
