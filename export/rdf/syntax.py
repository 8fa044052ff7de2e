r"""Tokens: how one term is spelled in N-Triples and in Turtle.

The mapping builds its blocks directly in the spelling that the writer needs, because turning
one spelling into the other costs more than all the rest. What comes from papers passes
through here and nowhere else: text is escaped, addresses are made valid IRIs or refused.

Source: https://www.w3.org/TR/n-quads/ (canonical form), https://www.w3.org/TR/turtle/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

from paperlattice.export.rdf.blocks import Block
from paperlattice.export.rdf.terms import PARTS, PREFIXES, expand

_Key = TypeVar("_Key")

_ESCAPES = {i: f"\\u{i:04X}" for i in (*range(0x20), 0x7F)} | {
    ord("\b"): "\\b",
    ord("\t"): "\\t",
    ord("\n"): "\\n",
    ord("\f"): "\\f",
    ord("\r"): "\\r",
    ord('"'): '\\"',
    ord("\\"): "\\\\",
}
# Characters that no encoding or no other RDF reader takes: halves of surrogate pairs and NUL.
_UNSPEAKABLE = re.compile("[\ud800-\udfff\x00]")
_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f\ud800-\udfff]')

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
# What most addresses are, and what needs nothing done to it.
_GOOD_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9/._~-]*)?"
)
_BAD_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


def needs_escape(text: str) -> bool:
    """Whether the text holds a character that a literal cannot hold as it is."""
    return _SPECIAL.search(text) is not None


def escape(text: str) -> str:
    r"""Text between the quotes of a literal; what cannot be written becomes U+FFFD.

    >>> print(escape('a "b"\n'))
    a \"b\"\n
    """
    if _SPECIAL.search(text) is None:
        return text
    return _UNSPEAKABLE.sub("\ufffd", text).translate(_ESCAPES)


def http_iri(address: str) -> str | None:
    """A valid http(s) IRI for an address found in text, or None where there is none in it.

    What an IRI may not hold is percent-encoded, so the address still leads where it led.

    >>> http_iri("https://example.org/tab zoo?a=<b>")
    'https://example.org/tab%20zoo?a=%3Cb%3E'
    >>> http_iri("javascript:alert(1)") is None
    True
    """
    if _GOOD_ADDRESS.fullmatch(address):
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return None
    rest = address[address.index("//") + 2 :][len(parts.netloc) :]
    if rest and rest[0] not in "/?#":
        return None
    rest = quote(_BAD_PERCENT.sub("%25", rest), safe="/?:@!$&'()*+,;=%~._-#", errors="replace")
    # A second # is the one reserved character whose position matters.
    path, hash_, fragment = rest.partition("#")
    return f"{parts.scheme}://{parts.netloc}{path}{hash_}{fragment.replace('#', '%23')}"


def decimal_form(number: float | str) -> str:
    """The lexical form of an xsd:decimal, with a point, and without zeros that say nothing.

    number: a float is rounded to six decimals; text must be a decimal already.

    Raises ValueError for text that is none, and for a float that is not finite.

    >>> decimal_form(0.97), decimal_form("+12"), decimal_form("0.100")
    ('0.97', '12.0', '0.1')
    """
    text = f"{number:.6f}" if isinstance(number, (int, float)) else number
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"want a decimal number, found {text!r}")
    sign = "-" if text[0] == "-" else ""
    whole, _, fraction = text.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0") or "0"
    return f"{'' if whole == fraction == '0' else sign}{whole}.{fraction}"


def is_decimal(text: str) -> bool:
    """Whether the text is a decimal number, as :func:`decimal_form` takes it."""
    return _DECIMAL.fullmatch(text) is not None


class Value(NamedTuple):
    """An object read back from its token: an IRI, or the text of a literal."""

    kind: Literal["iri", "literal"]
    text: str
    language: str | None = None
    datatype: str | None = None


_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z-]+)|\^\^<([^>]*)>)?')
_ESCAPED = re.compile(r"\\(u[0-9A-F]{4}|.)")
_PLAIN = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def read_token(token: str) -> Value:
    r"""Read an object of N-Triples as this module writes it.

    Raises ValueError for anything else, such as a triple term.

    >>> read_token('"a \\"b\\""@en')
    Value(kind='literal', text='a "b"', language='en', datatype=None)
    """
    if token[0] == "<" and not token.startswith("<<"):
        return Value("iri", token[1:-1])
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise ValueError(f"want an IRI or a literal, found {token!r}")
    text, language, datatype = found.groups()
    if "\\" in text:
        text = _ESCAPED.sub(_unescape, text)
    return Value("literal", text, language, datatype)


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if len(code) == 5 else _PLAIN.get(code, code)


class _Cache(dict[_Key, str]):
    """Tokens that were made already; emptied when it is full, so that memory stays bounded."""

    def __init__(self, make: Callable[[_Key], str], most: int) -> None:
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, key: _Key) -> str:
        if len(self) >= self._most:
            self.clear()
        token = self[key] = self._make(key)
        return token


class NTriples:
    """Tokens of N-Triples and N-Quads; ``base`` is what the IRIs of the data start with."""

    type = f"<{expand('rdf:type')}>"

    def __init__(self, base: str) -> None:
        self.base = base
        self._terms = _Cache(self._term, 1_000)
        #: Things by part and name; a look-up costs less than a call of :meth:`thing`.
        self.things = _Cache(self.thing, 100_000)
        #: Decimals of which there are few different ones, as confidences are.
        self.scores = _Cache(self.decimal, 50_000)
        #: Small whole numbers, as sentences are counted in.
        self.integers = _Cache(self.integer, 10_000)
        #: Plain strings of which there are few different ones, as components are.
        self.labels = _Cache(self.text, 10_000)

    def term(self, curie: str) -> str:
        """A term of the closed vocabulary; KeyError for any other."""
        return self._terms[curie]

    def _term(self, curie: str) -> str:
        return f"<{expand(curie)}>"

    def part(self, name: str) -> tuple[str, str]:
        """What stands before and after the name of a thing in ``id/<part>/``."""
        return f"<{self.base}id/{name}/", ">"

    def thing(self, identifier: str) -> str:
        """A thing by part and name, as in ``method/lora-…``."""
        return f"<{self.base}id/{identifier}>"

    def graph(self, name: str) -> str:
        """A named graph by its name."""
        return f"<{self.base}graph/{name}>"

    def iri(self, iri: str) -> str:
        """An IRI that is known to be valid."""
        return f"<{iri}>"

    def text(self, text: str) -> str:
        """A plain string."""
        return f'"{escape(text)}"'

    def english(self, text: str) -> str:
        """A string in English, the language that the corpora are in."""
        return f'"{escape(text)}"@en'

    def typed(self, lexical: str, datatype: str) -> str:
        """A literal with a datatype of ``xsd:``; ``lexical`` needs no escapes."""
        return f'"{lexical}"^^{self.term(f"xsd:{datatype}")}'

    def decimal(self, number: float | str) -> str:
        """A decimal; see :func:`decimal_form`."""
        return self.typed(decimal_form(number), "decimal")

    def integer(self, number: int) -> str:
        """A whole number."""
        return self.typed(str(number), "integer")

    def boolean(self, value: bool) -> str:
        """True or false."""
        return self.typed("true" if value else "false", "boolean")

    def offset(self) -> tuple[str, str]:
        """What stands before and after a number that counts from 0."""
        return '"', f'"^^{self.term("xsd:nonNegativeInteger")}'

    def respell(self, blocks: list[Block]) -> list[Block]:
        """Blocks in tokens of N-Triples, in tokens of this syntax."""
        return blocks


class Turtle(NTriples):
    """Tokens of Turtle and TriG: prefixed names, numbers and booleans without quotes."""

    type = "a"

    def _term(self, curie: str) -> str:
        expand(curie)  # KeyError for one outside of the vocabulary
        return curie

    def part(self, name: str) -> tuple[str, str]:
        """A prefix of its own for each part."""
        return f"{name}:", ""

    def thing(self, identifier: str) -> str:
        """A thing as a prefixed name."""
        part, _, name = identifier.partition("/")
        return f"{part}:{name}"

    def decimal(self, number: float | str) -> str:
        """The number itself; it has a point, which makes it a decimal."""
        return decimal_form(number)

    def integer(self, number: int) -> str:
        """The number itself."""
        return str(number)

    def boolean(self, value: bool) -> str:
        """The word itself."""
        return "true" if value else "false"

    def respell(self, blocks: list[Block]) -> list[Block]:
        """The same blocks with prefixed names."""
        short = self._short
        return [
            (
                short(s),
                g,
                [(self.type if p == NTriples.type else short(p), short(o)) for p, o in own],
            )
            for s, g, own in blocks
        ]

    def _short(self, token: str) -> str:
        for prefix, namespace in PREFIXES.items():
            name = token[1 + len(namespace) : -1]
            if token.startswith(f"<{namespace}") and name.isidentifier():
                return f"{prefix}:{name}"
        return token

    def prefixes(self) -> dict[str, str]:
        """Prefix -> namespace, for the head of a file."""
        parts = {part: f"{self.base}id/{part}/" for part in PARTS}
        return PREFIXES | parts
