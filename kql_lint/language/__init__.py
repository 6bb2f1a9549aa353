"""What an editor asks of a text with KQL: completion, hover, signatures and the like, without any protocol.

Offsets are half-open, in code points of the query, unless said.
"""
