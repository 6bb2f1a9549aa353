"""Columns, rows and names in scope: values that are never changed once made."""
