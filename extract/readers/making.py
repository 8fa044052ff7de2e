"""The one place where a paper is made: clean texts, and an identifier from what is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date as Date
from typing import Literal

from paperlattice.extract.records import Paper, Place, clean_text, fold_title, short_hash

# Both schemes of https://info.arxiv.org/help/arxiv_identifier.html, version apart.
_NEW_SCHEME = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD_SCHEME = (
    r"(?:acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|"
    r"comp-gas|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-(?:ex|lat|ph|th)|math|math-ph|mtrl-th|nlin|"
    r"nucl-(?:ex|th)|patt-sol|physics|plasm-ph|q-alg|q-bio|q-fin|quant-ph|solv-int|stat|"
    r"supr-con)(?:\.[A-Za-z]{2})?/\d{7}"
)
_ARXIV_ID = re.compile(rf"(?:arxiv:)?({_NEW_SCHEME}|{_OLD_SCHEME})(?:v\d+)?", re.IGNORECASE)
_ARXIV_URL = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html)|alphaxiv\.org/(?:abs|pdf)|huggingface\.co/papers|"
    rf"hf\.co/papers|doi\.org/10\.48550/arxiv\.)[/]?({_NEW_SCHEME}|{_OLD_SCHEME})",
    re.IGNORECASE,
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_NEW_SCHEME}|{_OLD_SCHEME})", re.IGNORECASE)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


def find_arxiv_id(text: str) -> str | None:
    """Find the arXiv identifier, without version, that an identifier or a web address states.

    >>> find_arxiv_id("arXiv:2106.09685v2"), find_arxiv_id("https://arxiv.org/pdf/cs/0112017v1.pdf")
    ('2106.09685', 'cs/0112017')
    >>> find_arxiv_id("https://huggingface.co/papers/2106.09685")
    '2106.09685'
    >>> find_arxiv_id("2106.99"), find_arxiv_id("https://example.org/2106.09685")
    (None, None)
    """
    text = text.strip()
    match = _ARXIV_ID.fullmatch(text) or _ARXIV_DOI.fullmatch(text) or _ARXIV_URL.search(text)
    # "math.GT/0309136" is "math/0309136": the subject class is no part of the identifier.
    return re.sub(r"\..*/", "/", match[1].lower()) if match else None


def find_doi(text: str) -> str | None:
    """Find the DOI that a DOI, or its web address, states; lower case, as DOIs have no case.

    >>> find_doi("https://doi.org/10.1109/CVPR.2016.90"), find_doi("11.5/x")
    ('10.1109/cvpr.2016.90', None)
    """
    match = _DOI.fullmatch(text.strip())
    return match[1].lower() if match else None


def title_key(title: str) -> str:
    """Fold a title for comparison; one without a letter or digit is compared as it stands."""
    return fold_title(title) or unicodedata.normalize("NFKC", title)


def make_id(title: str, arxiv_id: str | None, doi: str | None) -> str:
    """Mint a paper's identifier from the most certain of what is known.

    >>> make_id("LoRA", "2106.09685", "10.1/x"), make_id("LoRA", None, "10.1/x")
    ('arxiv-2106.09685', 'doi-10.1/x')
    >>> make_id("LoRA: Low-Rank", None, None) == make_id("LoRA  low rank", None, None)
    True
    """
    if arxiv_id:
        return f"arxiv-{arxiv_id}"
    if doi:
        return f"doi-{doi}"
    return f"title-{short_hash(title_key(title))}"


def make_paper(
    title: str,
    abstract: str,
    place: Place,
    *,
    id: str | None = None,
    authors: Iterable[str] = (),
    author_count: int | None = None,
    organisation: tuple[str, str] | None = None,
    date: Date | None = None,
    date_precision: Literal["day", "month", "year"] = "day",
    date_inferred: bool = False,
    comments: int | None = None,
    doi: str | None = None,
    url: str | None = None,
    venue: str | None = None,
    keywords: Iterable[str] = (),
) -> Paper:
    """Make a paper of what a file says; every reader makes its papers here.

    Texts are cleaned, empty ones count as absent. The arXiv identifier is taken from id, url
    or doi, the DOI from doi, id or url, whichever states it first.

    Raises ValueError, in one line, for a title or abstract without a letter or digit.
    """
    title, abstract = clean_text(title), clean_text(abstract)
    for name, text in (("title", title), ("abstract", abstract)):
        if not any(map(str.isalnum, text)):
            raise ValueError(f"want words in the {name}, found {text[:40]!r}")
    id, doi, url, venue = (_cleaned(text) for text in (id, doi, url, venue))
    arxiv_id = next(
        (found for text in (id, url, doi) if text and (found := find_arxiv_id(text))), None
    )
    found_doi = next((found for text in (doi, id, url) if text and (found := find_doi(text))), None)
    names = tuple(name for author in authors if (name := clean_text(author)))
    return Paper(
        id=make_id(title, arxiv_id, found_doi),
        title=title,
        abstract=abstract,
        authors=names,
        author_count=None if names else author_count,
        organisation=organisation and (clean_text(organisation[0]), clean_text(organisation[1])),
        date=date,
        date_precision=date_precision,
        date_inferred=date_inferred,
        comments=comments,
        arxiv_id=arxiv_id,
        doi=found_doi,
        url=url,
        venue=venue,
        keywords=tuple(dict.fromkeys(word for text in keywords if (word := clean_text(text)))),
        places=(place,),
    )


def _cleaned(text: str | None) -> str | None:
    return (clean_text(text) or None) if text else None
