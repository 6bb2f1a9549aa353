"""One query text under an editor's cursor: what is found out of it, once, when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kql_lint.engine import Analysis, analyze
from kql_lint.language.brackets import Brackets
from kql_lint.semantics.again import Earlier
from kql_lint.semantics.symbols import Symbols
from kql_lint.semantics.symbols import symbols as symbols_of
from kql_lint.semantics.trace import Trace
from kql_lint.semantics.trace import trace as trace_bound
from kql_lint.semantics.watching import Followed
from kql_lint.syntax import Parsed, tokens
from kql_lint.syntax.cut import Known

if TYPE_CHECKING:
    from collections.abc import Collection

    from kql_lint.catalogue import Catalogue
    from kql_lint.semantics import Bound
    from kql_lint.syntax import Comment, Holes
    from kql_lint.syntax.scanner import Token


class Written:
    """What was found out of the versions of one text while it is written.

    known and followed: up to where the cursor was.  earlier: of the whole text of ``analyzed``, the version that was
    analyzed last.
    """

    def __init__(self) -> None:
        self.known = Known()
        self.followed = Followed()
        self.earlier = Earlier()
        self.analyzed: OpenQuery | None = None


class OpenQuery:
    """A query text with all that it is read with; another text is another OpenQuery.

    catalogue, platform, holes and those with names of their own are those of ``engine.analyze``.  preamble is how many
    code points of the text are not the query's own: nothing is offered or told there.  written is
    that of the text which this one was before, where there is one (``follow``).
    """

    def __init__(
        self,
        text: str,
        catalogue: Catalogue,
        platform: str = "auto",
        holes: Holes = (),
        *,
        preamble: int = 0,
        strict_fields: bool = False,
        used_elsewhere: Collection[str] = (),
        bounded: bool = False,
        extend_select: Collection[str] = (),
    ) -> None:
        self.text = text
        self.catalogue = catalogue
        self.platform = platform
        self.holes = holes
        self.preamble = preamble
        self.strict_fields = strict_fields
        self.used_elsewhere = used_elsewhere
        self.bounded = bounded
        self.extend_select = extend_select
        self.written = Written()

    @cached_property
    def analysis(self) -> Analysis:
        """What ``check`` says of the text, and what it is made of; with steps and names, for a trace and symbols.

        It takes over what it can of the version that was analyzed last, which loses its own: see ``syntax.again``.
        """
        written = self.written
        if written.analyzed is not None and written.analyzed is not self:
            written.analyzed._forget()
        written.analyzed = self
        return analyze(
            self.text,
            catalogue=self.catalogue,
            platform=self.platform,
            strict_fields=self.strict_fields,
            used_elsewhere=self.used_elsewhere,
            bounded=self.bounded,
            extend_select=self.extend_select,
            holes=self.holes,
            steps=True,
            names=True,
            earlier=written.earlier,
        )

    def _forget(self) -> None:
        """Lose what was made of the tree; if it is asked for again, it is made anew."""
        self.written = Written()
        for made in ("analysis", "trace", "symbols"):
            self.__dict__.pop(made, None)

    @property
    def parsed(self) -> Parsed:
        """The syntax tree, with the syntax errors."""
        found = self.analysis.parsed
        assert found is not None  # analyze gives it for every text
        return found

    @property
    def bound(self) -> Bound:
        """What binding found out."""
        found = self.analysis.bound
        assert found is not None  # analyze gives it for every text
        return found

    @cached_property
    def trace(self) -> Trace:
        """What is in scope behind each operator."""
        return trace_bound(self.bound, self.parsed.diagnostics)

    @cached_property
    def symbols(self) -> Symbols:
        """What each name was declared by, and where else it stands."""
        return symbols_of(self.bound)

    @cached_property
    def tokens(self) -> list[Token]:
        """The words, literals and signs of the text, in order: see ``syntax.tokens``."""
        return tokens(self.text, self.holes)

    @cached_property
    def brackets(self) -> Brackets:
        """The brackets of the text, in pairs."""
        return Brackets(self.tokens)

    @cached_property
    def comments(self) -> list[Comment]:
        """The comments of the text, in order."""
        return self.parsed.comments

    def follow(self, earlier: OpenQuery) -> None:
        """Take over what is known of an earlier version of the text, which nobody needs any more."""
        if self.catalogue is earlier.catalogue and self.platform == earlier.platform:
            self.written = earlier.written

    def with_text(self, text: str, holes: Holes | None = None) -> OpenQuery:
        """Another text read in the same way; holes are its own, None where they are the same."""
        return OpenQuery(
            text,
            self.catalogue,
            self.platform,
            self.holes if holes is None else holes,
            preamble=self.preamble,
            strict_fields=self.strict_fields,
            used_elsewhere=self.used_elsewhere,
            bounded=self.bounded,
            extend_select=self.extend_select,
        )
