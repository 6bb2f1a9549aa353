"""The language server: what editors ask, answered by the rooms below.  The only room that knows pygls and lsprotocol.

Texts come from the editor, never from the disk, and everything about them is worked out in one thread (``worker``),
while another reads and writes messages.  Places of an editor become offsets in code points in ``documents``.
"""
