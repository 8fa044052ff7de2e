"""Train the same network on public labelled sets alone, and score it on their test splits.

    python -m train.public SHARED [--work build/train] [--out train/public.json]

Strict: a span counts when its start, its end and its label are the gold's. A network and its
teachers see the labels of the train split (and the dev split, where there is one) and nothing of
our gold, and the network does not learn to read first (``pretraining.py``); the tables of words and
forms are the ones of the shipped model, and the texts that the teachers label come from the same
unlabelled abstracts, those of the test splits left out. The threshold is chosen on parts of the training texts that were held out.

Some sets mark a name and the acronym behind it as one span ("word error rate (WER)"). Our spans end
at a parenthesis, so where the training texts join the two, what is found is joined as well.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import spacy

from paperlattice.extract.encoding import Encoded, Tables, encode
from paperlattice.extract.sentences import find_sentences
from paperlattice.extract.tokenizer import LazyTokenizer
from train.contexts import Contexts
from train.course import CONFIG, make_tables
from train.fitting import Lesson, predict
from train.papers import read_unlabelled
from train.teaching import label, learn

# File, labels, and whether its texts are single sentences.
SETS = {
    "TDMSci": ("tdmsci.jsonl", ("TASK", "DATASET", "METRIC"), True),
    "SciERC": (
        "scierc.jsonl",
        ("Method", "Task", "Material", "Metric", "OtherScientificTerm", "Generic"),
        False,
    ),
}
STEPS = 106
#: Parts of the training texts, in file order, that are held out in turn to choose the threshold:
#: the sentences beside a sentence are of its paper.
FOLDS = 5
# Abstracts that the teachers label.
ABSTRACTS = 1000
THRESHOLDS = np.arange(0.2, 0.75, 0.05)
# A name's acronym behind it: "word error rate (WER)".
_ACRONYM = re.compile(r"\s?\(\s?(?=[^()]*[A-Z][^()]*[A-Z])[\w.&][\w.& -]{0,14}\)")
_tokenize = LazyTokenizer(spacy.blank("en"))

Span = tuple[int, int, str]


@dataclass(frozen=True)
class Text:
    """A labelled text, its arrays, where its tokens are, and its gold spans."""

    text: str
    encoded: Encoded
    starts: list[int]
    ends: list[int]
    gold: set[Span]


def read_texts(path: Path, splits: Sequence[str], tables: Tables) -> list[Text]:
    """Read the texts of some splits, as running text without a title."""
    texts = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            if row["split"] in splits:
                gold = {(start, end, label) for start, end, label in row["spans"]}
                texts.append(make_text(row["text"], gold, tables))
    return [text for text in texts if text.encoded.forms or text.gold]


def make_text(raw: str, gold: set[Span], tables: Tables) -> Text:
    """Encode a running text."""
    doc = _tokenize(raw)
    words = [token.text for token in doc]
    spaces = [bool(token.whitespace_) for token in doc]
    starts = [token.idx for token in doc]
    ends = [token.idx + len(token.text) for token in doc]
    return Text(raw, encode(words, spaces, 0, tables), starts, ends, gold)


def unlabelled_texts(shared: Path, tables: Tables, *, single: bool) -> list[Text]:
    """Give abstracts to be labelled by a teacher, or some of their sentences."""
    raw = [paper["abstract"] for paper in read_unlabelled(shared, ABSTRACTS, ())]
    if single:
        raw = [text[a:b] for text in raw for a, b in find_sentences(text)][::2]
    texts = [make_text(text, set(), tables) for text in raw]
    return [text for text in texts if text.encoded.forms]


def joins_acronyms(texts: Sequence[Text]) -> bool:
    """Tell whether a set marks "word error rate (WER)" as one span, rather than as two."""
    joined = sum(without_acronym(t.text, span) != span for t in texts for span in t.gold)
    apart = sum(with_acronym(t.text, span) != span for t in texts for span in t.gold)
    return joined > apart


def without_acronym(text: str, span: Span) -> Span:
    """Cut the acronym off a name."""
    start, end, label = span
    if text[end - 1 : end] == ")":
        for match in _ACRONYM.finditer(text, start + 1, end):
            if match.end() == end:
                return start, match.start(), label
    return span


def with_acronym(text: str, span: Span) -> Span:
    """Add to a name the acronym behind it."""
    match = _ACRONYM.match(text, span[1])
    return (span[0], match.end(), span[2]) if match else span


def lesson_of(text: Text, labels: Sequence[str]) -> Lesson:
    """Make a lesson: a form is what any of its places is marked as, its acronym or not."""
    targets = np.zeros((len(text.encoded.forms), 8), np.float32)
    marked = {}
    for span in text.gold:
        start, end, label = without_acronym(text.text, span)
        marked[start, end] = labels.index(label)
    for (start, end), form in zip(text.encoded.spans, text.encoded.form_at, strict=True):
        column = marked.get((text.starts[start], text.ends[end - 1]))
        if column is not None:
            targets[form, column] = 1
    return Lesson(text.encoded, targets, np.ones_like(targets))


def find(
    text: Text, logits: np.ndarray, labels: Sequence[str], threshold: float, *, joined: bool
) -> set[Span]:
    """Give the spans that are likely enough; where two overlap, the likelier.

    joined: whether a name and the acronym behind it are one span.
    """
    shares = 1 / (1 + np.exp(-logits[:, : len(labels)]))
    best, share = shares.argmax(axis=1), shares.max(axis=1)
    taken = np.zeros(len(text.starts), bool)
    found: set[Span] = set()
    likely = share[text.encoded.form_at]
    for at in np.argsort(-likely, kind="stable"):
        if likely[at] < threshold:
            break
        start, end = text.encoded.spans[at]
        if not taken[start:end].any():
            taken[start:end] = True
            label = labels[best[text.encoded.form_at[at]]]
            span = text.starts[start], text.ends[end - 1], label
            found.add(with_acronym(text.text, span) if joined else span)
    return {a for a in found if not any(_within(a, b) for b in found)}


def _within(a: Span, b: Span) -> bool:
    """Whether the first of two spans is a part of the second: the acronym of what was joined."""
    return b[0] <= a[0] and a[1] <= b[1] and (a[0], a[1]) != (b[0], b[1])


@dataclass(frozen=True)
class Said:
    """What a network says of texts: their logits, and how spans are read off them."""

    texts: Sequence[Text]
    logits: Sequence[np.ndarray]
    labels: Sequence[str]
    joined: bool

    def score(self, threshold: float) -> dict[str, float]:
        """Give strict precision, recall and F1."""
        found = [
            find(t, z, self.labels, threshold, joined=self.joined)
            for t, z in zip(self.texts, self.logits, strict=True)
        ]
        right = sum(len(f & t.gold) for f, t in zip(found, self.texts, strict=True))
        said, wanted = sum(map(len, found)), sum(len(text.gold) for text in self.texts)
        precision, recall = right / max(said, 1), right / max(wanted, 1)
        return {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
        }


def run(
    path: Path,
    labels: Sequence[str],
    unlabelled: Sequence[Text],
    tables: Tables,
    work: Path,
    config: Mapping[str, Any],
) -> dict[str, float]:
    """Train on a set's train split and score on its test split."""
    texts = [t for t in read_texts(path, ("train", "dev"), tables) if t.encoded.forms]
    contexts = Contexts(work)
    contexts.add(text.text for text in [*texts, *unlabelled])
    # As many steps in an epoch as on our own gold, whatever the texts' length and number.
    batch = {"batch": max(4, round(len(texts) / STEPS))}
    config = {**config, **{name: config[name] | batch for name in ("teacher", "network")}}
    epochs, rounds = ({name: config["public"][name]} for name in ("epochs", "rounds"))
    config["network"] |= epochs
    config["distillation"] = config["distillation"] | rounds
    blank = [lesson_of(text, labels) for text in unlabelled]
    blank = _with(blank, contexts.of(text.text for text in unlabelled))
    joined = joins_acronyms(texts)

    def said(seen: Sequence[Text], asked: Sequence[Text]) -> Said:
        lessons = _with([lesson_of(t, labels) for t in seen], contexts.of(t.text for t in seen))
        taught = label(lessons, blank, tables.vectors, config)
        network = learn(lessons, blank, taught, tables.vectors, config)
        logits = predict(network, [lesson_of(text, labels) for text in asked])
        return Said(asked, logits, labels, joined)

    logits: list[np.ndarray] = []
    for part in np.array_split(np.arange(len(texts)), FOLDS):
        first, last = part[0], part[-1] + 1
        logits += said(texts[:first] + texts[last:], texts[first:last]).logits
    held = Said(texts, logits, labels, joined)
    tried = {float(t): held.score(t)["f1"] for t in THRESHOLDS}
    threshold = max(tried, key=lambda t: tried[t])
    test = read_texts(path, ("test",), tables)
    return said(texts, test).score(threshold) | {
        "threshold": round(threshold, 2),
        "held out": tried[threshold],
        "train": len(texts),
        "test": len(test),
    }


def _with(lessons: Sequence[Lesson], contexts: Sequence[np.ndarray]) -> list[Lesson]:
    return [replace(a, context=b) for a, b in zip(lessons, contexts, strict=True)]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m train.public")
    parser.add_argument("shared", type=Path, help="folder with labelled/ and corpus/")
    parser.add_argument("--work", type=Path, default=Path("build/train"))
    parser.add_argument("--out", type=Path, default=Path("train/public.json"))
    args = parser.parse_args()
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    args.work.mkdir(parents=True, exist_ok=True)
    make_tables(args.shared, args.work, config)
    with np.load(args.work / "tables.npz") as arrays:
        tables = Tables(dict(arrays))
    scores = {}
    for name, (file, labels, single) in SETS.items():
        unlabelled = unlabelled_texts(args.shared, tables, single=single)
        path = args.shared / "labelled" / file
        scores[name] = run(path, labels, unlabelled, tables, args.work, config)
        print(name, scores[name], flush=True)
    args.out.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
