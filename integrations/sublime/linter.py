"""kql-lint in SublimeLinter: copy this file to Packages/SublimeLinter-contrib-kql-lint/linter.py."""

from SublimeLinter.lint import Linter


class KqlLint(Linter):
    """Lints the text of a view, saved or not."""

    cmd = (
        *("kql-lint", "check", "--quiet", "--output-format", "concise", "--color", "never"),
        *("--stdin-filename", "${file}", "${args}", "-"),
    )
    regex = (
        r"^.+?:(?P<line>\d+):(?P<col>\d+): (?P<code>KL\d{3}) "
        r"\[(?:(?P<error>error)|(?P<warning>warning|info))\] (?P<message>.*)$"
    )
    defaults = {"selector": "source.kusto, source.kql, source.yaml, source.json, text.html.markdown"}  # noqa: RUF012
