"""Inputs that nobody would write, and what has to be true of whatever kql-lint says of them."""
