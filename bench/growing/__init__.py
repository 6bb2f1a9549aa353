"""How work grows with the length of the input: constructs of any length, and what counts the work they make."""
