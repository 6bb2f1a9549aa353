"""Kinds of events, and which of them, and which values of other columns, a predicate lets through."""
