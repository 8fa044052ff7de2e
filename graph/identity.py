"""Which mentions are one entity: identity is (type, canonical key), and a merge needs a licence.

Within a paper the extraction has said which mentions are one (:attr:`Mention.name`). Across
papers two names are one entity where

* their spelling has one canonical key (:mod:`paperlattice.graph.keys`);
* a row of an alias table says so, the user's rows before ours;
* one is an acronym that texts of the corpus define, and all that define it agree on one long
  form. The acronym is taken as it is written: vLLM is not VLLM. Not merged are the acronyms
  that the alias tables know, those that many more papers use than define, and what a paper
  proposes by that name without defining it, for two papers may each have a STORM of their own.
  A paper that defines an acronym means its own long form by it, whatever others mean.

Names that only resemble each other (:mod:`paperlattice.graph.relatives`: "StyleGAN2" and
"StyleGAN") are never one entity, whatever name the extraction found them by, unless the user's
table says so. Nor are two long forms of one acronym, though the extraction may know only one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from paperlattice.extract.records import EntityType
from paperlattice.graph.abbreviations import SMALL_WORDS, abbreviates, acronym_of, words_of
from paperlattice.graph.aliases import Alias
from paperlattice.graph.families import are_members
from paperlattice.graph.keys import GENERIC_HEADS, canonical_key, plain, singular
from paperlattice.graph.relatives import are_different, is_kind_of


class Node(NamedTuple):
    """An entity, or a name that was merged into one."""

    type: EntityType
    key: str


class Form(NamedTuple):
    """One way in which papers write one of their entities."""

    type: EntityType
    name: str  # Mention.name
    surface: str  # as in the text
    proposed: bool  # whether these papers introduce what they write so
    papers: int  # that do
    first: str  # of these papers, by id


class Licence(NamedTuple):
    """Why a name is a name of an entity.

    kind: spelling, acronym, alias, user alias, or paper (one paper uses both for one thing).
    source: the first paper that says so, or where the row of the table stands.
    """

    kind: str
    source: str


class Merge(NamedTuple):
    """The entity that a name became part of, and why."""

    target: Node
    licence: Licence


class Definition(NamedTuple):
    """What a form defines for its paper: an acronym there stands for this entity.

    acronym: "" for any that stands for the long form and for nothing that tables know.
    """

    acronym: str
    long: str
    target: Node


class Identity(NamedTuple):
    """The entities of a corpus.

    nodes: for each form, in the order given, the entity that papers mean which write it so.
    named, written: for each form, what its name and its surface are by spelling alone.
    definitions: forms by index that settle for their paper what an acronym in it stands for.
    aliases: nodes that rows of alias tables made part of another one. known: nodes that tables
    name.
    acronyms: by type and exact text, acronyms that the corpus agrees on.
    """

    nodes: list[Node]
    named: list[Node]
    written: list[Node]
    definitions: Mapping[int, Definition]
    aliases: Mapping[Node, Merge]
    acronyms: Mapping[tuple[EntityType, str], Merge]
    known: Collection[Node]

    def without_forms(self) -> Identity:
        """Give what tells of names alone, without the lists as long as those of forms."""
        return self._replace(nodes=[], named=[], written=[], definitions={})

    def entity(self, entity_type: EntityType, name: str) -> Node:
        """Give the entity that a name means, where no paper says otherwise."""
        acronym = self.acronyms.get((entity_type, acronym_of(name)))
        return acronym.target if acronym else _settle(self.aliases, node_of(entity_type, name))

    def names_of(self, nodes: Collection[Node]) -> set[Node]:
        """Give what tables know the nodes by: themselves, and what rows made part of them."""
        merged = {node for node in self.aliases if _settle(self.aliases, node) in nodes}
        return merged.union(nodes)

    def stands_for(self, acronym: str, node: Node, definition: Definition) -> bool:
        """Whether a paper with a definition means that by an acronym, else taken for node."""
        if definition.acronym:
            return acronym == definition.acronym
        spelt = node_of(node.type, acronym)
        known = spelt in self.known and _settle(self.aliases, spelt) == node
        return not known and abbreviates(acronym, definition.long)

    def licence(self, node: Node, surface: str, written: Node, paper: str) -> Licence:
        """Say why a surface is a name of an entity.

        written: what the surface is by spelling alone. paper: the first that uses it so.
        """
        if written == node:
            return Licence("spelling", "")
        if _settle(self.aliases, written) == node:
            return self.aliases[written].licence
        acronym = self.acronyms.get((node.type, acronym_of(surface)))
        if acronym and acronym.target == node:
            return acronym.licence
        return Licence("paper", paper)


def node_of(entity_type: EntityType, name: str) -> Node:
    """Give the entity that a name is by its spelling alone."""
    return Node(entity_type, canonical_key(entity_type, name))


def _settle(merges: Mapping[Node, Merge], node: Node) -> Node:
    while (merge := merges.get(node)) is not None:
        node = merge.target
    return node


_WORD = re.compile(r"[^\W_]+")
# Letters that two words with one stem have in common: "multilingual" and "multimodal" have five.
_STEM = 6
# Letters of which a word has more.
_SHORTEST = 2
# Letters from which a name is not found by chance in others that are closed up.
_CLOSED = 6


def resembles(one: str, other: str) -> bool:
    """Whether two long forms are one, written a little differently: word by word one stem.

    >>> resembles("Large Multi-modality Models", "large multi-modal model")
    True
    >>> resembles("large reconstruction model", "large reasoning model")
    False
    """
    ones, others = (
        [word for word in words_of(text) if word not in SMALL_WORDS] for text in (one, other)
    )
    return len(ones) == len(others) and all(map(_have_one_stem, ones, others))


def _have_one_stem(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    return one[: min(shorter, _STEM)] == other[: min(shorter, _STEM)]


class _Tables(NamedTuple):
    """What alias tables know.

    merges: their rows. users: nodes that the user's rows are about. known: nodes of all names.
    names: of each entity, by node.
    """

    merges: dict[Node, Merge]
    users: frozenset[Node]
    known: frozenset[Node]
    names: Mapping[Node, list[str]]


def _read_tables(
    aliases: tuple[Alias, ...],
    user_aliases: tuple[Alias, ...],
    terms: Iterable[tuple[EntityType, str]],
) -> _Tables:
    """Join tables; of two rows for one alias the first counts, the user's before ours."""
    merges: dict[Node, Merge] = {}
    users: frozenset[Node] = frozenset()
    for rows, kind in ((user_aliases, "user alias"), (aliases, "alias")):
        for row in rows:
            alias = node_of(row.type, row.alias)
            target = _settle(merges, node_of(row.type, row.name))
            if alias not in merges and alias != target:
                merges[alias] = Merge(target, Licence(kind, row.source))
        users = users or frozenset(merges)
    names: dict[Node, list[str]] = defaultdict(list)
    for entity_type, term in terms:
        names[_settle(merges, node_of(entity_type, term))].append(term)
    for row in user_aliases + aliases:
        entity = _settle(merges, node_of(row.type, row.name))
        names[entity] += [name for name in (row.name, row.alias) if name not in names[entity]]
    known = {node_of(node.type, name) for node, own in names.items() for name in own}
    return _Tables(merges, users if user_aliases else frozenset(), frozenset(known), names)


#: How many papers may use a bare acronym for each that defines it.
MOST_USERS = 2


def resolve(
    forms: Sequence[Form],
    aliases: Iterable[Alias] = (),
    user_aliases: Iterable[Alias] = (),
    terms: Iterable[tuple[EntityType, str]] = (),
) -> Identity:
    """Decide which names of a corpus are one entity; the order of forms does not matter.

    forms: each distinct (type, name, surface, proposed) once. terms: names that are known to
    be names, whether they have aliases or not.
    """
    tables = _read_tables(tuple(aliases), tuple(user_aliases), terms)
    nodes: list[Node] = []
    definitions: dict[int, Definition] = {}
    meanings = _Meanings()
    known = _Spellings()
    all_named = [known(form.type, form.name) for form in forms]
    all_written = [known(form.type, form.surface) for form in forms]
    for index, (form, named, written) in enumerate(zip(forms, all_named, all_written, strict=True)):
        if written is named:
            nodes.append(_settle(tables.merges, named))
            acronym = acronym_of(form.surface)
            if acronym and not form.proposed:
                meanings.add_user(form.type, acronym, form.papers)
            continue
        if written in tables.users or (
            named not in tables.users and _is_another(form, named, written, tables)
        ):
            another = _settle(tables.merges, written)
            nodes.append(another)
            if " " in form.surface:
                definitions[index] = Definition("", form.surface, another)
            continue
        entity = _settle(tables.merges, named)
        if _extends(form.surface, tables.names.get(entity, ())):
            entity = _settle(tables.merges, written)
        elif abbreviates(form.surface, form.name):
            meanings.add(form, acronym_of(form.surface), entity)
        elif acronym := _defined(form, entity, written, tables):
            long = _settle(tables.merges, written)
            meanings.add(form, acronym, long)
            definitions[index] = Definition(acronym, form.surface, long)
            entity = long
        elif _is_strange(form, tables.names.get(entity, ())):
            entity = _settle(tables.merges, written)
        nodes.append(entity)
    acronyms = meanings.agreed(tables)
    for index, form in enumerate(forms):
        if not form.proposed and nodes[index] is all_written[index]:
            merge = acronyms.get((form.type, acronym_of(form.surface)))
            nodes[index] = merge.target if merge else nodes[index]
    return Identity(
        nodes, all_named, all_written, definitions, tables.merges, acronyms, tables.known
    )


class _Spellings:
    """Gives one and the same node for all spellings of a name."""

    def __init__(self) -> None:
        self.of_name: dict[tuple[EntityType, str], Node] = {}
        self.of_key: dict[Node, Node] = {}

    def __call__(self, entity_type: EntityType, name: str) -> Node:
        node = self.of_name.get((entity_type, name))
        if node is None:
            node = node_of(entity_type, name)
            node = self.of_key.setdefault(node, node)
            self.of_name[entity_type, name] = node
        return node


def _is_another(form: Form, named: Node, written: Node, tables: _Tables) -> bool:
    """Whether a surface names something else than the name that the extraction gave it."""
    known = written in tables.known and not abbreviates(form.surface, form.name)
    if named not in tables.known:
        # Of "diffusion models with a memory", "diffusion model" is what they are a kind of. What
        # tables know becomes no name of what one paper made, unless it is a long form of it.
        established = known and not abbreviates(form.name, form.surface)
        return established or are_members(form.type, form.surface, form.name)
    if known:
        # In "classification and segmentation" the text names two things, perhaps nowhere else.
        return _settle(tables.merges, written) != _settle(tables.merges, named)
    names = tables.names.get(_settle(tables.merges, named), ())
    return are_different(form.type, form.surface, form.name) or any(
        is_kind_of(form.type, form.surface, name) or are_members(form.type, form.surface, name)
        for name in names
    )


def _extends(surface: str, names: Sequence[str]) -> bool:
    """Whether a surface is an acronym that goes on from one of an entity's own.

    ViTAE and RL-RIG are what somebody made of ViT and RL.
    """
    acronym = acronym_of(surface)
    own = {acronym_of(name) for name in names} if acronym else set()
    return acronym not in own and any(known and known in acronym for known in own)


def _is_strange(form: Form, names: Sequence[str]) -> bool:
    """Whether a surface is no name of an entity that tables know by these names.

    The extraction joined them: by an acronym that the tables know for something else, or since
    both stand in one name of the paper's own ("classification and segmentation").
    """
    if not names:
        return False
    words = words_of(form.surface)
    if form.type is EntityType.DATASET and _names_more(form.surface, names):
        return True
    if any(_holds(words, words_of(name)) or _holds(words_of(name), words) for name in names):
        return False
    if acronym_of(form.surface):
        return not any(abbreviates(form.surface, name) for name in names)
    if len(words) == 1:
        (word,) = words
        # Of a letter or two nobody can say what they are.
        own = len(word) > _SHORTEST
        return own and not any(_have_one_stem(word, w) for name in names for w in words_of(name))
    return not any(resembles(name, form.surface) for name in names)


def _names_more(surface: str, names: Sequence[str]) -> bool:
    """Whether a surface names something beside the names: ImageNet VID, CIFAR-10 and CIFAR-100.

    Of a word with a hyphen one capital tells ("Tiny-ImageNet"), of others two or a digit.
    """
    known = {word for name in names for word in words_of(name)}.union(
        head for heads in GENERIC_HEADS.values() for head in heads
    )
    text = plain(surface)
    for match in _WORD.finditer(text):
        word, hyphened = match[0], "-" in (text[: match.start()][-1:], text[match.end() :][:1])
        if singular(word).lower() in known or word.lower() in known:
            continue
        capitals = sum(map(str.isupper, word))
        if capitals > (0 if hyphened else 1) or any(map(str.isdigit, word)):
            return True
    return False


def _holds(words: Sequence[str], part: Sequence[str]) -> bool:
    """Whether words hold other words side by side; in any number, and written open or closed."""
    ends, part_ends = (
        [word[:-1] if len(word) > 3 and word[-1] == "s" else word for word in each]
        for each in (words, part)
    )
    count = len(part)
    if any(part_ends == ends[i : i + count] for i in range(len(words))):
        return True
    closed = "".join(part)
    return len(closed) >= _CLOSED and closed in "".join(words)


def _defined(form: Form, entity: Node, written: Node, tables: _Tables) -> str:
    """Give the acronym for which a surface is a long form of its own, or ""."""
    if _settle(tables.merges, written) == entity:
        return ""
    if abbreviates(form.name, form.surface):
        return acronym_of(form.name)
    # The extraction went by an acronym that the tables know for something else.
    names = tables.names.get(entity, [])
    for name in names:
        if abbreviates(name, form.surface):
            alike = any(resembles(other, form.surface) for other in names)
            return "" if alike else acronym_of(name)
    return ""


class _Meanings:
    """Which long forms texts define for each acronym, and how many papers use it bare."""

    def __init__(self) -> None:
        self.papers: dict[tuple[EntityType, str], dict[Node, int]] = defaultdict(dict)
        self.first: dict[tuple[EntityType, str], str] = {}
        self.users: dict[tuple[EntityType, str], int] = defaultdict(int)

    def add(self, form: Form, acronym: str, target: Node) -> None:
        key = (form.type, acronym)
        self.papers[key][target] = self.papers[key].get(target, 0) + form.papers
        self.first[key] = min(self.first.get(key, form.first), form.first)

    def add_user(self, entity_type: EntityType, acronym: str, papers: int) -> None:
        self.users[entity_type, acronym] += papers

    def agreed(self, tables: _Tables) -> dict[tuple[EntityType, str], Merge]:
        # A name that is a method here and a task there has two meanings, whatever its type.
        targets: dict[str, set[Node]] = defaultdict(set)
        for (_, acronym), meant in self.papers.items():
            targets[acronym].update(meant)
        merges = {}
        for key, meant in self.papers.items():
            entity_type, acronym = key
            if len(targets[acronym]) > 1 or node_of(entity_type, acronym) in tables.known:
                continue
            ((target, papers),) = meant.items()
            if self.users[key] <= MOST_USERS * papers:
                merges[key] = Merge(target, Licence("acronym", self.first[key]))
        return merges
