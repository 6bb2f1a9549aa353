"""Random queries over a few events: what kql-lint says of their ActionTypes, and what evaluating them shows."""
