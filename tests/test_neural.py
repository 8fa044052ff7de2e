import hashlib
import importlib
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language

from paperlattice.extract.candidates import Candidate, findings
from paperlattice.extract.encoding import FORM_NUMBERS, TOKEN_NUMBERS, encode
from paperlattice.extract.neural import LEAST, load_arrays, load_recogniser
from paperlattice.extract.pipeline import build_pipeline, extract
from paperlattice.extract.records import EntityType, Paper

TITLE = "KiteNet: a small network for counting birds"
ABSTRACT = (
    "Counting birds in photographs is slow by hand. We propose KiteNet, a convolutional neural "
    "network with a graph attention network on top, for object detection and image "
    "classification. On ImageNet it reaches 81.2% top-1 accuracy, and the mean average precision "
    "on COCO rises by 3 points over Faster R-CNN."
)
TEXT = f"{TITLE}\n{ABSTRACT}"
BAD = [
    "",
    "\n",
    " \n ",
    "...",
    "\x00\x07 \x1b[0m",
    "😀 " * 50,
    "مرحبا بالعالم \u202e abc \u202c",
    "这是一个测试。" * 30,
    "&lt;b&gt;ImageNet&lt;/b&gt; $\\mathcal{L}_{\\text{CE}}$ \\href{x}{y}",
    "(" * 500,
    "word " * 5000,
    "x" * 20_000,
    "A",
    "title only",
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    made = spacy.blank("en")
    made.max_length = 1 << 31
    made.add_pipe("paperlattice_ner")
    return made


def candidates(nlp: Language, text: str) -> list[Candidate]:
    return findings(nlp(text)).candidates


@pytest.mark.parametrize(
    ("name", "entity_type"),
    [
        ("KiteNet", EntityType.METHOD),
        ("Faster R-CNN", EntityType.METHOD),
        ("ImageNet", EntityType.DATASET),
        ("COCO", EntityType.DATASET),
        ("top-1 accuracy", EntityType.METRIC),
        ("mean average precision", EntityType.METRIC),
        ("object detection", EntityType.TASK),
        ("image classification", EntityType.TASK),
    ],
)
def test_names_are_recognised_with_their_type(
    nlp: Language, name: str, entity_type: EntityType
) -> None:
    shares = {c.type: c.confidence for c in candidates(nlp, TEXT) if TEXT[c.start : c.end] == name}
    assert shares.get(entity_type, 0) >= 0.5
    assert max(shares, key=lambda t: shares[t]) == entity_type


@pytest.mark.parametrize("words", ["photographs", "hand", "3 points", "rises"])
def test_other_words_are_not(nlp: Language, words: str) -> None:
    assert all(c.confidence < 0.5 for c in candidates(nlp, TEXT) if TEXT[c.start : c.end] == words)


def test_candidates_are_evidence(nlp: Language) -> None:
    for candidate in candidates(nlp, TEXT):
        assert TEXT[candidate.start : candidate.end].strip()
        assert LEAST <= candidate.confidence <= 1
        assert candidate.component == "paperlattice_ner"


@pytest.mark.parametrize("text", BAD, ids=lambda text: repr(text[:12]))
def test_bad_text_does_not_stop_it(nlp: Language, text: str) -> None:
    for candidate in candidates(nlp, text):
        assert 0 <= candidate.start < candidate.end <= len(text)


def test_what_is_found_depends_on_no_other_text(nlp: Language) -> None:
    texts = [TEXT, *BAD[:6], TEXT.upper(), TEXT * 2]
    alone = [candidates(nlp, text) for text in texts]
    for size in (1, 3, 64):
        docs = nlp.pipe(texts, batch_size=size)
        assert [findings(doc).candidates for doc in docs] == alone


def test_what_is_found_depends_on_no_process() -> None:
    script = (
        "import spacy, paperlattice.extract.neural, hashlib\n"
        "from paperlattice.extract.candidates import findings\n"
        "nlp = spacy.blank('en'); nlp.add_pipe('paperlattice_ner')\n"
        f"found = findings(nlp({TEXT!r})).candidates\n"
        "print(hashlib.sha256(repr(found).encode()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, threads in [("0", "1"), ("1", "2")]
    }
    assert len(said) == 1
    assert len(said.pop().strip()) == len(hashlib.sha256().hexdigest())


def encoded(text: str) -> Any:
    doc = spacy.blank("en")(text)
    title = sum(token.idx < text.find("\n") for token in doc)
    words = [token.text for token in doc]
    spaces = [bool(token.whitespace_) for token in doc]
    return encode(words, spaces, title, load_recogniser().tables)


def test_arrays_have_the_shapes_that_they_are_said_to_have() -> None:
    text = encoded(TEXT)
    tokens, forms = len(text.rows), len(text.forms)
    assert text.hashed.shape == (tokens, 5)
    assert text.numbers.shape == (tokens, TOKEN_NUMBERS)
    assert text.form_numbers.shape == (forms, FORM_NUMBERS)
    assert text.form_at.shape == (len(text.spans),)
    assert len(set(text.forms)) == forms


def test_a_form_is_counted_once_for_all_its_places() -> None:
    text = encoded("Birds\nHere a kite sees kites. The Kite flies.")
    kite = text.forms.index("kite")
    assert (text.form_at == kite).sum() == 3
    assert text.form_numbers[kite, 2] == pytest.approx(np.log(3))
    assert text.form_numbers[kite, 0] == 0  # not in the title
    assert text.form_numbers[text.forms.index("bird"), 0] == 1


def test_the_network_is_the_one_that_was_trained() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is needed for training alone")
    training = importlib.import_module("train.network")
    recogniser, arrays = load_recogniser(), load_arrays()
    network = training.Network(recogniser.tables.vectors, 0.0, 0)
    state = {name: torch.from_numpy(arrays[name].astype("f4")) for name in network.state_dict()}
    network.load_state_dict(state)
    network.eval()
    text = encoded(TEXT)
    with torch.no_grad():
        want = network(training.make_batch([text])).numpy()
    assert np.abs(recogniser.logits(text) - want).max() < 1e-3


def test_extraction_works_without_the_model() -> None:
    paper = Paper("title-0000000000", TITLE, ABSTRACT)
    for model in (False, True):
        (found,) = extract([paper], model=model)
        components = {mention.evidence.component for mention in found.mentions}
        assert components
        assert ("paperlattice_ner" in components) is model
    assert "paperlattice_ner" not in build_pipeline(model=False).pipe_names


def test_processes_find_the_same() -> None:
    papers = [Paper(f"title-{i}", TITLE, ABSTRACT * (i + 1)) for i in range(3)]
    assert list(extract(papers, processes=2)) == list(extract(papers))
