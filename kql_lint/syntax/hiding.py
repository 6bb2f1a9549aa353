"""What hides text from a reader that looks for brackets or comments: strings of every form."""

from __future__ import annotations

# Whole strings, for a pattern with re.VERBOSE.
STRINGS = r"""
    @"(?:[^"\n]|"")*" | @'(?:[^'\n]|'')*' | ```[\s\S]*?``` | ~~~[\s\S]*?~~~
  | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
"""
