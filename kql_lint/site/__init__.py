"""The parts of docs/ that are made from the code and the catalogue.  Nothing here is needed to lint.

``python -m kql_lint.site`` writes them; a test compares what is there with what would be written, byte for byte.
"""
