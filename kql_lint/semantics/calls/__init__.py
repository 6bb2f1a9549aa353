"""Calls: KQL's own functions, those of the query, and those that other files define."""
