"""Policy: which rules hold, and what becomes of their findings."""
