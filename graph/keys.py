"""The canonical key of a name: what all its spellings have in common.

Two names with one key are one name written in two ways: other case, hyphen for space,
closed up or open ("multi-modal", "multimodal"), plural, LaTeX, Unicode look-alikes. The key
depends on the name alone, never on the corpus, so that identifiers made from it last.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from paperlattice.extract.records import EntityType

_GREEK = {
    unicodedata.lookup(f"GREEK SMALL LETTER {name}"): name.lower()
    for name in [
        "ALPHA",
        "BETA",
        "GAMMA",
        "DELTA",
        "EPSILON",
        "ZETA",
        "ETA",
        "THETA",
        "IOTA",
        "KAPPA",
        "LAMDA",
        "MU",
        "NU",
        "XI",
        "PI",
        "RHO",
        "SIGMA",
        "TAU",
        "UPSILON",
        "PHI",
        "CHI",
        "PSI",
        "OMEGA",
    ]
} | {"λ": "lambda"}
_LATEX_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_LATEX_FORMATTING = frozenset(
    [
        "textit",
        "textbf",
        "textsc",
        "texttt",
        "textrm",
        "textsf",
        "text",
        "emph",
        "mathrm",
        "mathbf",
        "mathit",
        "mathcal",
        "mathsf",
        "mathbb",
        "boldsymbol",
        "bm",
        "it",
        "bf",
        "tt",
        "sc",
        "rm",
        "em",
        "operatorname",
        "ensuremath",
        "url",
        "href",
        "xspace",
        "left",
        "right",
    ]
)
_LATEX_MARKS = re.compile(r"[\\{}$^~]|(?<=\$)_|_(?=\{)")
_POSSESSIVE = re.compile(r"['’]s?\b")
# What stays: letters and digits of any script, and the marks that tell names apart (C, C++, C#).
_WORD = re.compile(r"[^\W_]+(?:\.(?=\d)[^\W_]+)*[+#*@]*|[+#*@%&]+")
# Nine names of ten are such that there is less to look at.
_SIMPLE = re.compile(r"[A-Za-z]+(?:[ -][A-Za-z]+)*")
# Plurals that the rules below would miss, or take for one; all end in one of two letters.
_IRREGULAR = {
    "analyses": "analysis",
    "axes": "axis",
    "biases": "bias",
    "corpora": "corpus",
    "hypotheses": "hypothesis",
    "indices": "index",
    "lenses": "lens",
    "matrices": "matrix",
    "series": "series",
    "species": "species",
    "vertices": "vertex",
}
_PLURAL_LETTERS = ("s", "S", "a", "A")
_NO_PLURAL_ENDINGS = ("ss", "us", "is", "ics", "as", "ous")
#: Words that say of a name only what it is: "the ImageNet dataset" is ImageNet.
GENERIC_HEADS: dict[EntityType, frozenset[str]] = {
    EntityType.DATASET: frozenset({"dataset", "data set", "benchmark", "corpus", "data"}),
    EntityType.METHOD: frozenset({"model", "method", "framework", "algorithm", "architecture"}),
    EntityType.METRIC: frozenset({"score", "metric", "value"}),
    EntityType.TASK: frozenset({"task", "problem"}),
}


def plain(name: str) -> str:
    r"""Take the LaTeX out of a name and fold Unicode look-alikes; case stays.

    >>> plain(r"\textit{$\tau^2$-bench}"), plain("ＣＩＦＡＲ‐100"), plain("Gr\\'eedy")
    ('tau2-bench', 'CIFAR-100', 'Greedy')
    """
    if "\\" in name or "$" in name or "{" in name:
        name = re.sub(r"\\['`^\"~=.](?=\{?[A-Za-z])", "", name)  # accents: \'e
        name = _LATEX_COMMAND.sub(
            lambda m: "" if m.group(1) in _LATEX_FORMATTING else m.group(1), name
        )
        name = _LATEX_MARKS.sub("", name)
    if name.isascii():
        return name
    name = unicodedata.normalize("NFKC", name)
    name = re.sub(r"[‐-―−]", "-", name)
    decomposed = unicodedata.normalize("NFKD", name)
    name = "".join(c for c in decomposed if not unicodedata.combining(c))
    return "".join(_GREEK.get(c, _GREEK.get(c.lower(), c)) for c in name)


def singular(word: str) -> str:
    """Make the singular of an English word; what may not be a plural stays as it is.

    A last S that is a capital belongs to the name: GPS is not several GPs.

    >>> [singular(w) for w in ("GANs", "GPS", "biases", "losses", "boxes", "queries", "robotics")]
    ['GAN', 'GPS', 'bias', 'loss', 'box', 'query', 'robotics']
    """
    if not word.endswith(_PLURAL_LETTERS):
        return word
    lower = word.lower()
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    if not word.endswith("s") or len(word) < 3 or not word[:-1].isalpha():
        return word
    stem = word[:-1]
    if stem.isupper():
        return stem
    if lower.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if lower.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    if lower.endswith(_NO_PLURAL_ENDINGS) and not any(c.isupper() for c in word[1:]):
        return word
    return stem


def _is_name_like(words: list[str], fewest_letters: int) -> bool:
    """One word that is a name by its look: two capitals, or a capital and a digit."""
    if len(words) != 1:
        return False
    letters = sum(c.isalpha() for c in words[0])
    capitals = sum(c.isupper() for c in words[0])
    return letters >= fewest_letters and (
        capitals >= 2 or (capitals == 1 and any(c.isdigit() for c in words[0]))
    )


@lru_cache(maxsize=1 << 14)
def canonical_key(entity_type: EntityType, name: str) -> str:
    r"""Give the key that all spellings of a name share; never empty for a name that is not.

    Words are closed up, except between two digits, where the gap tells names apart.

    >>> method = EntityType.METHOD
    >>> canonical_key(method, "Low-Rank Adaptations"), canonical_key(method, "LLaMA-2 7B")
    ('lowrankadaptation', 'llama2 7b')
    >>> canonical_key(method, "GPT-4") == canonical_key(method, "gpt4")
    True
    >>> canonical_key(method, "C++") == canonical_key(method, "C")
    False
    >>> canonical_key(EntityType.DATASET, "the ImageNet dataset")
    'imagenet'
    """
    simple = _SIMPLE.fullmatch(name)
    words: list[str]
    if simple:
        words = name.replace("-", " ").split(" ")
    else:
        text = plain(name)
        if "'" in text or "’" in text:
            text = _POSSESSIVE.sub("", text)
        words = _WORD.findall(text)
    if len(words) > 1 and words[0].lower() in ("the", "a", "an"):
        words = words[1:]
    if not words:
        return name.casefold().strip()
    words[-1] = singular(words[-1])
    # F1 score, but not 3D model: only of metrics is one letter a name.
    fewest = 1 if entity_type is EntityType.METRIC else 2
    if words[-1].lower() in GENERIC_HEADS[entity_type] and _is_name_like(words[:-1], fewest):
        words = words[:-1]
    if simple:
        return "".join(words).lower()
    key: str = words[0].casefold()
    for word in words[1:]:
        gap = " " if key[-1].isdigit() and word[0].isdigit() else ""
        key += gap + word.casefold()
    return key
