"""Mentions as Web Annotations: the thing that is named, and where in which text.

Most of a graph is these, so the tokens that do not change are made once.

Source: https://www.w3.org/TR/annotation-model/ (position and quote selectors)
"""

from __future__ import annotations

from typing import NamedTuple

from paperlattice.export.rdf.blocks import Blocks
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.syntax import escape, needs_escape
from paperlattice.export.rdf.tables import Columns

#: Code points of its sentence that a quote carries on either side, at most: text without
#: full stops must not make the file quadratic.
CONTEXT = 200


class Spot(NamedTuple):
    """A place in a paper's text, and the thing that it is evidence of.

    name: ``<start>-<end>-<hash of the thing>``. body: the thing, as a token.
    columns, row: the table and the row in it that the place comes from.
    """

    name: str
    body: str
    row: int
    columns: Columns


class Place(NamedTuple):
    """Where a spot is: ``text[start:end]`` in the text of the resource ``source``."""

    source: str
    text: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int


class Annotator:
    """Makes the blocks of a mention, with all selectors or, compactly, with its position."""

    def __init__(self, context: Context) -> None:
        syntax = self._syntax = context.syntax
        term = syntax.term
        self._full = context.options.evidence == "full"
        self._part = syntax.part("mention")
        self._offset = syntax.offset()
        self._is_annotation, self._is_position, self._is_quote, self._is_target = (
            (syntax.type, term(f"oa:{name}"))
            for name in (
                "Annotation",
                "TextPositionSelector",
                "TextQuoteSelector",
                "SpecificResource",
            )
        )
        self._identifies = (term("oa:motivatedBy"), term("oa:identifying"))
        self._body, self._target = term("oa:hasBody"), term("oa:hasTarget")
        self._source, self._selector = term("oa:hasSource"), term("oa:hasSelector")
        self._start, self._end = term("oa:start"), term("oa:end")
        self._quoted = term("oa:exact"), term("oa:prefix"), term("oa:suffix")
        self._confidence, self._extractor = term("pl:confidence"), term("pl:extractor")
        self._sentence = term("pl:sentenceIndex")

    def annotate(self, paper: str, graph: str, spot: Spot, place: Place) -> Blocks:
        """Yield the annotation and what belongs to it, in the order of their IRIs.

        paper: its name. graph: token of its named graph.
        """
        before, after = self._part
        name = f"{before}{paper}_{spot.name}"
        position, target = f"{name}_position{after}", f"{name}_target{after}"
        annotation = [self._is_annotation, (self._body, spot.body), (self._target, target)]
        if self._full:
            annotation += self._told(spot)
        yield f"{name}{after}", graph, annotation
        low, high = self._offset
        yield (
            position,
            graph,
            [
                self._is_position,
                (self._end, f"{low}{place.end}{high}"),
                (self._start, f"{low}{place.start}{high}"),
            ],
        )
        located = [self._is_target, (self._selector, position)]
        if self._full:
            quote = f"{name}_quote{after}"
            located.append((self._selector, quote))
            yield quote, graph, self._quote(place)
        located.append((self._source, place.source))
        yield target, graph, located

    def _told(self, spot: Spot) -> list[tuple[str, str]]:
        syntax, columns, row = self._syntax, spot.columns, spot.row
        return [
            self._identifies,
            (self._confidence, syntax.scores[columns["confidence"][row]]),
            (self._extractor, syntax.labels[columns["component"][row]]),
            (self._sentence, syntax.integers[columns["sentence"][row]]),
        ]

    def _quote(self, place: Place) -> list[tuple[str, str]]:
        start, end = place.start, place.end
        left = max(place.sentence_start, start - CONTEXT, 0)
        right = min(place.sentence_end, end + CONTEXT)
        window = place.text[left:right]
        before, named, behind = (
            window[: start - left],
            window[start - left : end - left],
            window[end - left :],
        )
        if needs_escape(window):
            before, named, behind = escape(before), escape(named), escape(behind)
        exact, prefix, suffix = self._quoted
        return [
            self._is_quote,
            (exact, f'"{named}"'),
            (prefix, f'"{before}"'),
            (suffix, f'"{behind}"'),
        ]
