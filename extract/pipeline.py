"""The spaCy pipeline that extracts, and the way to run it over many papers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache, partial
from importlib import resources
from importlib.metadata import version
from itertools import islice
from typing import Any, Final

import spacy
from spacy.language import Language

# Importing a component's module registers its factory, also where the package runs from a
# checkout and its entry points are not installed.
from paperlattice.extract import (
    acronyms,
    cues,
    introduced,
    lexicon,
    neural,
    resolve,
    results,
    sentences,
    urls,
    words,
)
from paperlattice.extract.candidates import Component, Findings, findings
from paperlattice.extract.pool import map_batches
from paperlattice.extract.records import (
    EntityType,
    Evidence,
    Extraction,
    Mention,
    Paper,
    Result,
    Role,
    UrlMention,
)
from paperlattice.extract.tokenizer import LazyTokenizer

#: The components, in order. To add one: write its factory in a module of its own, name it here
#: and in pyproject.toml under ``spacy_factories``.
COMPONENTS: Final[dict[str, Any]] = {
    "paperlattice_sentences": sentences.make_sentences,
    "paperlattice_urls": urls.make_urls,
    "paperlattice_words": words.make_words,
    "paperlattice_acronyms": acronyms.make_acronyms,
    "paperlattice_lexicon": lexicon.make_lexicon,
    "paperlattice_introduced": introduced.make_introduced,
    "paperlattice_cues": cues.make_cues,
    "paperlattice_ner": neural.make_ner,
    "paperlattice_resolver": resolve.make_resolver,
    "paperlattice_results": results.make_results,
}

# What the judge has learnt of the other components depends on whether the recogniser votes; the
# threshold with the best F1 in cross-validation is higher where it does. What the recogniser thinks
# unlikely is not judged at all: all four stay at 0.851, and all but the recogniser takes a sixth less.
_BESIDE_THE_MODEL: Final[dict[str, dict[str, Any]]] = {
    "paperlattice_resolver": {
        "judge": "judge_ner",
        "threshold": 0.42,
        "phrases": False,
        "least": 0.3,
    }
}

# Papers sent to a worker at once: enough to make sending cheap, few enough to keep order soon.
_BATCH = 32


def build_pipeline(*, model: bool = True) -> Language:
    """Make the pipeline: a blank English one with the components of :data:`COMPONENTS`.

    model: with the trained recogniser; without it, the rules stand alone, which is faster and
    finds less (the model card says how much).

    After ``doc = nlp(text)``, :func:`paperlattice.extract.candidates.findings` gives what was
    found. The text of a paper is its title, a line feed, its abstract.
    """
    nlp = spacy.blank("en")
    # A text of any length is linear work here; spaCy's limit guards its parser.
    nlp.max_length = 1 << 31
    nlp.tokenizer = LazyTokenizer(nlp)
    for component in COMPONENTS:
        if component == "paperlattice_ner" and not model:
            continue
        nlp.add_pipe(component, config=_BESIDE_THE_MODEL.get(component, {}) if model else {})
    return nlp


def extract(
    papers: Iterable[Paper], *, processes: int = 1, model: bool = True
) -> Iterator[Extraction]:
    """Extract from papers one by one, in the order given, reading only a little ahead.

    processes: how many worker processes; 1 works in this one. What is found in a paper
    depends on neither the number nor the other papers. model: as in :func:`build_pipeline`.

    Raises ValueError for less than one process.
    """
    if processes < 1:
        raise ValueError(f"want at least 1 process, found {processes}")
    if processes == 1:
        for paper in papers:
            yield _unpack(paper, extract_text(paper.text, model=model))
        return
    work = partial(_extract_texts, model=model)
    for batch, packed in map_batches(work, _batches(papers), _texts, processes):
        for paper, found in zip(batch, packed, strict=True):
            yield _unpack(paper, found)


@cache
def _pipeline(model: bool) -> Language:
    return build_pipeline(model=model)


def find(nlp: Language, text: str) -> Findings:
    """Run a pipeline over one text; without making a Doc where no component needs tokens."""
    ours = [component for _, component in nlp.pipeline if isinstance(component, Component)]
    if len(ours) < len(nlp.pipeline):
        return findings(nlp(text))
    found = Findings(text, text)
    for component in ours:
        component.find(found)
    return found


Packed = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]]]


def extract_text(text: str, *, model: bool = True) -> Packed:
    """Extract from one text, as plain tuples that are cheap to send between processes."""
    found = find(_pipeline(model), text)
    return (
        [(*_row(m.evidence), m.type.value, m.name, m.role.value) for m in found.mentions],
        [(*_row(u.evidence), u.kind, u.url) for u in found.urls],
        [
            (*_row(r.evidence), r.value, r.unit, r.kind, r.metric, r.dataset, r.method)
            for r in found.results
        ],
    )


def _row(e: Evidence) -> tuple[Any, ...]:
    return (
        e.start,
        e.end,
        e.sentence,
        e.sentence_start,
        e.sentence_end,
        e.confidence,
        e.component,
    )


def _unpack(paper: Paper, packed: Packed) -> Extraction:
    mentions, addresses, results = packed
    return Extraction(
        paper,
        tuple(Mention(Evidence(*m[:7]), EntityType(m[7]), m[8], Role(m[9])) for m in mentions),
        tuple(UrlMention(Evidence(*u[:7]), *u[7:]) for u in addresses),
        tuple(Result(Evidence(*r[:7]), *r[7:]) for r in results),
    )


def _batches(papers: Iterable[Paper]) -> Iterator[list[Paper]]:
    papers = iter(papers)
    while batch := list(islice(papers, _BATCH)):
        yield batch


def _texts(batch: list[Paper]) -> list[str]:
    return [paper.text for paper in batch]


def _extract_texts(texts: list[str], *, model: bool) -> list[Packed]:
    return [extract_text(text, model=model) for text in texts]


@cache
def _version() -> str:
    """Hash the code and data of this package: what it finds depends on nothing else."""
    digest = hashlib.sha256(version("spacy").encode())

    def walk(folder: Any, prefix: str) -> None:
        for item in sorted(folder.iterdir(), key=lambda i: i.name):
            if item.is_dir():
                if item.name not in ("readers", "__pycache__"):
                    walk(item, f"{prefix}{item.name}/")
            elif not item.name.endswith(".pyc"):
                digest.update(f"{prefix}{item.name}\0".encode())
                digest.update(item.read_bytes())

    walk(resources.files("paperlattice.extract"), "")
    return digest.hexdigest()[:16]


#: Changes with every change to what extraction may find; for caches of its output.
PIPELINE_VERSION: Final[str] = _version()
