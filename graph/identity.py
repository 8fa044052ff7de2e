"""Which mentions are one entity: identity is (type, canonical key), and a merge needs a licence.

Within a paper the extraction has said which mentions are one (:attr:`Mention.name`). Across
papers two names are one entity where

* their spelling has one canonical key (:mod:`paperlattice.graph.keys`);
* a row of an alias table says so, the user's rows before ours;
* one is an acronym that texts of the corpus define, and all that define it agree on one long
  form. Where they do not, a paper that defines it means its own long form, and the bare
  acronym is an entity of its own. What an alias table says of an acronym counts as a text
  that defines it.

Different members of a family ("StyleGAN2", "StyleGAN") are never one entity, whatever name the
extraction found them by, unless the user's table says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from paperlattice.extract.records import EntityType
from paperlattice.graph.aliases import Alias
from paperlattice.graph.families import are_members
from paperlattice.graph.keys import canonical_key, plain


class Node(NamedTuple):
    """An entity, or a name that was merged into one."""

    type: EntityType
    key: str


class Form(NamedTuple):
    """One way in which papers write one of their entities."""

    type: EntityType
    name: str  # Mention.name
    surface: str  # as in the text
    papers: int  # that write it so
    first: str  # of these papers, by id


class Licence(NamedTuple):
    """Why one node was merged into another.

    kind: acronym, alias, or user alias. source: the first paper that defines the acronym, or
    where the row stands. target: the node that it was merged into.
    """

    kind: str
    source: str
    target: Node


class Identity(NamedTuple):
    """The entities of a corpus.

    nodes: for each form, in the order given, the entity that papers mean which write it so.
    overrides: forms by index, which tell what a paper that has them means by the same
        (type, Mention.name) throughout: it defines an acronym that has several long forms.
    merges: every node that became part of another one, and why.
    """

    nodes: list[Node]
    overrides: Mapping[int, Node]
    merges: Mapping[Node, Licence]

    def settle(self, node: Node) -> Node:
        """Follow merges to the entity that a name became."""
        return _settle(self.merges, node)


def node_of(entity_type: EntityType, name: str) -> Node:
    """Give the entity that a name is by its spelling alone."""
    return Node(entity_type, canonical_key(entity_type, name))


def _settle(merges: Mapping[Node, Licence], node: Node) -> Node:
    while (licence := merges.get(node)) is not None:
        node = licence.target
    return node


_ACRONYM = re.compile(r"[^\W_][\w.+*&/-]{1,11}\Z")


def abbreviates(short: str, long: str) -> bool:
    """Whether a short form can stand for a long one, by its letters.

    The short form is one word with two capitals; the long one has more words, begins with the
    same letter, and holds the short form's letters in order (after A. Schwartz and M. Hearst,
    A simple algorithm for identifying abbreviation definitions in biomedical text, 2003).

    >>> abbreviates("LoRA", "low-rank adaptation"), abbreviates("LLMs", "large language model")
    (True, True)
    >>> abbreviates("BERT", "GPT model"), abbreviates("ViT", "ViT-B model")
    (False, False)
    """
    short, long = plain(short), plain(long)
    if not _ACRONYM.match(short) or sum(c.isupper() for c in short) < 2:
        return False
    if short[-1] == "s" and short[-2].isupper():
        short = short[:-1]
    letters = [c for c in short.lower() if c.isalnum()]
    words = re.findall(r"[^\W_]+", long.lower())
    if not letters or len(words) < 2 or len(words) > 2 * len(letters) + 2:
        return False
    joined = "".join(words)
    if words[0][0] != letters[0] or "".join(letters) in joined:
        return False
    rest = iter(joined)
    return all(letter in rest for letter in letters)


def resolve(
    forms: Sequence[Form], aliases: Iterable[Alias] = (), user_aliases: Iterable[Alias] = ()
) -> Identity:
    """Decide which names of a corpus are one entity; the order of forms does not matter.

    forms: each distinct (type, name, surface) once.
    """
    aliases, user_aliases = tuple(aliases), tuple(user_aliases)
    merges: dict[Node, Licence] = {}
    _merge_rows(merges, user_aliases, "user alias")
    users = frozenset(merges)
    _merge_rows(merges, aliases, "alias")
    known = {
        node_of(row.type, name) for row in aliases + user_aliases for name in (row.name, row.alias)
    }

    named = [node_of(form.type, form.name) for form in forms]
    nodes = list(named)
    meanings: dict[Node, dict[Node, str]] = defaultdict(dict)
    long_forms: list[tuple[int, Node, Node]] = []
    for index, form in enumerate(forms):
        written = node_of(form.type, form.surface)
        if written == named[index]:
            continue
        if written in users or (
            named[index] not in users and are_members(form.type, form.surface, form.name)
        ):
            nodes[index] = written
            continue
        # The long form may be the name or the surface: the extraction takes the one it knows.
        if abbreviates(form.surface, form.name):
            short, long = written, named[index]
        elif abbreviates(form.name, form.surface):
            short, long = named[index], written
            long_forms.append((index, short, long))
        else:
            continue
        target = _settle(merges, long)
        first = meanings[short].get(target, form.first)
        meanings[short][target] = min(first, form.first)

    # One long form among all types: a name that is a method here and a task there is ambiguous.
    long_keys: dict[str, set[Node]] = defaultdict(set)
    for short, targets in meanings.items():
        long_keys[short.key].update(targets)
    for short, targets in sorted(meanings.items()):
        if len(long_keys[short.key]) > 1 or short in known:
            continue
        ((target, first),) = targets.items()
        if _settle(merges, target) != short:
            merges[short] = Licence("acronym", first, target)
    overrides = {
        index: _settle(merges, long)
        for index, short, long in long_forms
        if _settle(merges, short) != _settle(merges, long)
    }
    return Identity([_settle(merges, node) for node in nodes], overrides, merges)


def _merge_rows(merges: dict[Node, Licence], rows: Iterable[Alias], kind: str) -> None:
    """Add rows of an alias table; of two rows for one alias the first counts."""
    for row in rows:
        alias = node_of(row.type, row.alias)
        target = _settle(merges, node_of(row.type, row.name))
        if alias not in merges and alias != target:
            merges[alias] = Licence(kind, row.source, target)
