"""The tokens of Terraform's language, HCL, as its specification of the native syntax and its scanner have them."""

from __future__ import annotations

import re

from kql_lint.hosts.infrastructure.tree import Broken, Group, Scanner

_CODE = re.compile(
    r"""
      (?P<blank> [ \t\ufeff]+ )
    | (?P<newline> \r\n? | \n )
    | (?P<comment> (?:\#|//) [^\r\n]* | /\* (?:[^*]+|\*(?!/))* (?:\*/)? )
    | (?P<quote> " | <<-? (?P<marker> [^\W\d][\w-]* ) [ \t]* (?:\r\n?|\n) )
    | (?P<open> [(\[{] )
    | (?P<close> ~?[}] | [)\]] )
    | (?P<word> [^\W\d][\w-]* )
    | (?P<number> \d+ (?:\.\d+)? (?:[eE][+-]?\d+)? )
    | (?P<sign> \.\.\. | [=!<>]=? >? | && | \|\| | :: | [\s\S] )
    """,
    re.VERBOSE,
)
# Literal text of a template, up to what may end it.  `$${` and `%%{` are `${` and `%{` as text.
_QUOTED = re.compile(r'(?:[^"\\$%\r\n]+|\\[^\r\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))+')
_LINE = re.compile(r"(?:[^$%\r\n]+|\$\$\{|%%\{|\$(?!\{)|%(?!\{)|\r(?!\n))*(?:\r\n|\n)?")
_LINE_END = re.compile(r"[^\r\n]*(?:\r\n?|\n)")


class TerraformScanner(Scanner):
    """Reads a ``.tf`` file."""

    code = _CODE

    def quote(self, found: re.Match[str]) -> None:
        if found[0] == '"':
            self.open("string", 1, '"')
        else:
            style = "<<-" if found[0].startswith("<<-") else "<<"
            self.open("string", len(found[0]), style, found["marker"])

    def string(self, group: Group) -> None:
        if group.style == '"':
            self._quoted(group)
        else:
            self._heredoc(group)

    def _quoted(self, group: Group) -> None:
        found = _QUOTED.match(self.text, self.place)
        if found:
            self.literal(found.end())
        if self.text.startswith('"', self.place):
            self.close(self.place + 1)
        elif not self._template():
            raise Broken(
                "the string that begins here is not closed on its line",
                group.start,
                group.start + 1,
                "a text of several lines is written as a heredoc: <<-EOT ... EOT",
            )

    def _heredoc(self, group: Group) -> None:
        if self.place == len(self.text):
            message = f"the heredoc that begins here is never closed: no line has {group.marker} alone"
            raise Broken(message, group.start, group.start + len(group.style) + len(group.marker))
        if self.text[self.place - 1] in "\r\n":
            end = self._marker(group.marker)
            if end >= 0:
                self.close(end)
                return
        found = _LINE.match(self.text, self.place)
        if found:
            self.literal(found.end())
        self._template()

    def _marker(self, marker: str) -> int:
        """Where a heredoc ends if its marker stands alone on the line that begins here; -1 otherwise."""
        start = self.place
        while self.text.startswith((" ", "\t"), start):
            start += 1
        end = start + len(marker)
        if not self.text.startswith(marker, start):
            return -1
        rest = _LINE_END.match(self.text, end)
        left = rest[0] if rest else self.text[end:]
        return -1 if left.strip() else end

    def _template(self) -> bool:
        """Opens the interpolation or directive that stands here, if there is one."""
        if not self.text.startswith(("${", "%{"), self.place):
            return False
        trims = self.text.startswith("~", self.place + 2)
        self.open(self.text[self.place : self.place + 2], 2 + trims)
        return True
