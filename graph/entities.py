"""The entities of a corpus as tables: what they are called, and what licenses each name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.extract.records import EntityType
from paperlattice.graph.abbreviations import acronym_of
from paperlattice.graph.aliases import Alias, canonical_entries, known_aliases
from paperlattice.graph.arrays import Ints, collector_off, distinct, give_back
from paperlattice.graph.gazetteer import match
from paperlattice.graph.identity import (
    Definition,
    Form,
    Identity,
    Node,
    node_of,
    resolve,
)
from paperlattice.graph.keys import canonical_key, singular
from paperlattice.graph.relatives import KIND, wider_candidates
from paperlattice.graph.schema import SCHEMAS, entity_id

_SEPARATOR = "\x1f"  # in no cleaned text
#: Texts that are Python strings at one time.
_AT_ONCE = 1 << 14


class Entities(NamedTuple):
    """The entities of a corpus.

    of_mention: for each mention, the row of its entity in ``tables["entities"]``.
    tables: entities, names, homographs, broader, matches, as in the schema.
    """

    of_mention: Ints
    tables: dict[str, pa.Table]


class _Written(NamedTuple):
    """How papers write an entity: one of its surfaces, in how many papers, the first by id."""

    surface: str
    node: Node  # what it is by spelling alone
    papers: int
    first: str


class _Entity(NamedTuple):
    """One entity as it is described: votes are for names by papers."""

    node: Node
    id: str
    label: str
    papers: int
    written: list[_Written]


def make_entities(
    mentions: pa.Table, paper_of: Ints, papers: pa.ChunkedArray, user_aliases: Iterable[Alias] = ()
) -> Entities:
    """Resolve the mentions of a corpus to entities, and describe these.

    mentions: as in :class:`~paperlattice.graph.extracted.Extracted`, sorted by paper.
    paper_of: the row of the paper of each. papers: ids by row.
    """
    with collector_off():
        made = _make_entities(mentions, paper_of, papers, tuple(user_aliases))
    # What the cache still holds lies scattered over the memory of millions of records, and a
    # block of it goes back only when nothing is left in it.
    canonical_key.cache_clear()
    give_back()
    return made


def _make_entities(
    mentions: pa.Table, paper_of: Ints, papers: pa.ChunkedArray, user_aliases: tuple[Alias, ...]
) -> Entities:
    paper_ids: list[str] = papers.to_pylist()
    form_of, forms, local_of = _forms(mentions, paper_of, paper_ids)
    give_back()
    terms = ((entry.type, entry.name) for entry in canonical_entries())
    identity = resolve(forms, known_aliases(), user_aliases, terms)
    nodes, of_mention = _nodes_of_mentions(forms, form_of, local_of, identity)
    labels = _table_labels(user_aliases)
    del local_of
    entities = _describe(nodes, of_mention, forms, form_of, paper_of, paper_ids, identity, labels)
    # From here on entities count and not forms, of which there are more.
    identity = identity.without_forms()
    del forms, form_of, nodes
    give_back()
    order = sorted(range(len(entities)), key=lambda row: entities[row].id)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    entities = [entities[row] for row in order]
    return Entities(
        rank[of_mention],
        {
            "entities": _entity_table(entities),
            "names": _name_table(entities, identity),
            "homographs": _homographs(entities),
            "broader": _broader(entities, identity),
            "matches": match(((entity.id, entity.node) for entity in entities), identity),
        },
    )


def _forms(
    mentions: pa.Table, paper_of: Ints, papers: Sequence[str]
) -> tuple[Ints, list[Form], Ints]:
    """Give each distinct form; which of them each mention is; and the local entity of each.

    A local entity is what one paper calls by one name; it is proposed if any mention says so.
    """
    if not len(mentions):
        return np.zeros(0, dtype=np.int64), [], np.zeros(0, dtype=np.int64)
    named = _codes(pc.binary_join_element_wise(mentions["type"], mentions["name"], _SEPARATOR))
    _, local_of = np.unique(paper_of * (named.max() + 1) + named, return_inverse=True)
    proposed = np.zeros(int(local_of.max()) + 1, dtype=bool)
    proposed[local_of[pc.equal(mentions["role"], "proposed").to_numpy()]] = True

    surface = _codes(mentions["surface"])
    combined = (named * (surface.max() + 1) + surface) * 2 + proposed[local_of]
    # Mentions are sorted by paper, so the first of a form is in the first of its papers.
    _, first, form_of = np.unique(combined, return_index=True, return_inverse=True)
    counts = _count_papers(form_of, paper_of, len(first))
    rows = mentions.select(["type", "name", "surface"]).take(pa.array(first))
    types = {str(kind): kind for kind in EntityType}
    once: dict[str, str] = {}  # most surfaces are the name itself: one string for both
    forms = [
        Form(
            types[kind],
            once.setdefault(name, name),
            once.setdefault(text, text),
            own,
            count,
            papers[int(paper)],
        )
        for kind, name, text, own, count, paper in zip(
            *(_values(rows[name]) for name in rows.column_names),
            proposed[local_of[first]].tolist(),
            counts.tolist(),
            paper_of[first].tolist(),
            strict=True,
        )
    ]
    return form_of, forms, local_of


def _values(column: pa.ChunkedArray) -> Iterator[str]:
    """Yield the values of a column of texts, few of them at a time."""
    for start in range(0, len(column), _AT_ONCE):
        yield from column.slice(start, _AT_ONCE).to_pylist()


def _codes(column: pa.ChunkedArray) -> Ints:
    """Number the distinct values of a column."""
    encoded = column.combine_chunks().dictionary_encode()
    codes: Ints = encoded.indices.to_numpy().astype(np.int64)
    return codes


def _count_papers(group: Ints, paper_of: Ints, groups: int) -> Ints:
    """In how many papers each group has a mention."""
    papers = int(paper_of.max()) + 1 if len(paper_of) else 1
    return np.bincount(distinct(group * papers + paper_of) // papers, minlength=groups)


def _nodes_of_mentions(
    forms: list[Form], form_of: Ints, local_of: Ints, identity: Identity
) -> tuple[list[Node], Ints]:
    """Give the entities that are mentioned, and which of them each mention means."""
    index: dict[Node, int] = {}
    of_form = [index.setdefault(node, len(index)) for node in identity.nodes]
    of_mention = np.array(of_form, dtype=np.int64)[form_of]
    # A paper that defines an acronym means its own long form by it, wherever it writes it.
    defining = np.zeros(len(forms), dtype=bool)
    defining[list(identity.definitions)] = True
    locals_ = np.unique(local_of[defining[form_of]])
    affected = np.flatnonzero(np.isin(local_of, locals_))
    meant: dict[int, list[Definition]] = defaultdict(list)
    for mention in affected[defining[form_of[affected]]].tolist():
        definition = identity.definitions[int(form_of[mention])]
        if definition not in meant[int(local_of[mention])]:
            meant[int(local_of[mention])].append(definition)
    for mention in affected.tolist():
        form = int(form_of[mention])
        acronym = acronym_of(forms[form].surface)
        for definition in meant[int(local_of[mention])] if acronym else ():
            if identity.stands_for(acronym, identity.nodes[form], definition):
                of_mention[mention] = index.setdefault(definition.target, len(index))
                break
    used, of_mention = np.unique(of_mention, return_inverse=True)
    nodes = list(index)
    return [nodes[i] for i in used], of_mention.astype(np.int64)


def _describe(
    nodes: list[Node],
    of_mention: Ints,
    forms: list[Form],
    form_of: Ints,
    paper_of: Ints,
    papers: Sequence[str],
    identity: Identity,
    labels: Mapping[Node, str],
) -> list[_Entity]:
    """Count how papers write each entity, and choose its name."""
    counts = _count_papers(of_mention, paper_of, len(nodes))
    pairs, first, pair_of = np.unique(
        of_mention * max(len(forms), 1) + form_of, return_index=True, return_inverse=True
    )
    papers_of_pair = _count_papers(pair_of, paper_of, len(pairs)).tolist()
    # Pairs are sorted by entity.
    first_paper = paper_of[first].tolist()
    form_of_pair = (pairs % max(len(forms), 1)).tolist()
    begin = np.searchsorted(pairs // max(len(forms), 1), np.arange(len(nodes) + 1)).tolist()
    del pairs, first, pair_of
    entities = []
    for row, (node, total) in enumerate(zip(nodes, counts.tolist(), strict=True)):
        written: dict[str, _Written] = {}
        votes: dict[str, int] = defaultdict(int)
        for pair in range(begin[row], begin[row + 1]):
            index, count = form_of_pair[pair], papers_of_pair[pair]
            form, paper = forms[index], papers[int(first_paper[pair])]
            surface = _Written(form.surface, identity.written[index], count, paper)
            if (other := written.get(form.surface)) is not None:
                # Two forms with one surface are of different papers, but for rare exceptions.
                surface = surface._replace(
                    papers=min(count + other.papers, total), first=min(paper, other.first)
                )
            written[form.surface] = surface
            if identity.named[index] == node:
                votes[form.name] += count
            if identity.written[index] == node:
                votes[form.surface] += count
        if not votes:  # known only by names that were merged into it
            votes.update((surface.surface, surface.papers) for surface in written.values())
        label = labels.get(node) or _elect(votes)
        surfaces = [written[surface] for surface in sorted(written)]
        entities.append(_Entity(node, entity_id(*node, label), label, total, surfaces))
    return entities


def _table_labels(user_aliases: tuple[Alias, ...]) -> dict[Node, str]:
    """Give the names that tables prefer, the user's before ours."""
    labels: dict[Node, str] = {}
    for row in user_aliases:
        labels.setdefault(node_of(row.type, row.name), row.name)
    for entry in canonical_entries():
        labels.setdefault(node_of(entry.type, entry.name), entry.name)
    return labels


#: A singular is preferred to a plural that no more than so many times as many papers write.
_PLURALS = 5


def _elect(votes: Mapping[str, int]) -> str:
    """Choose what most papers call an entity, in the singular where many do."""
    best = min(votes, key=lambda name: (-votes[name], name))
    if len(votes) > 1 and not _is_singular(best):
        singulars = [name for name in votes if _is_singular(name)]
        other = min(singulars, key=lambda name: (-votes[name], name), default=best)
        if votes[other] * _PLURALS >= votes[best]:
            return other
    return best


def _is_singular(name: str) -> bool:
    last = name.replace("-", " ").split(" ")[-1]
    return singular(last) == last


def _name_table(entities: Sequence[_Entity], identity: Identity) -> pa.Table:
    """List how papers write each entity, each way with its licence."""
    columns: dict[str, list[object]] = {name: [] for name in SCHEMAS["names"].names}
    add = [column.append for column in columns.values()]

    def row(*values: object) -> None:
        for append, value in zip(add, values, strict=True):
            append(value)

    for entity in entities:
        own = next((w.papers for w in entity.written if w.surface == entity.label), 0)
        row(entity.id, entity.label, "name", "", own)
        for written in entity.written:
            if written.surface != entity.label:
                licence = identity.licence(
                    entity.node, written.surface, written.node, written.first
                )
                row(entity.id, written.surface, licence.kind, licence.source, written.papers)
    return pa.table(columns, schema=SCHEMAS["names"])


def _entity_table(entities: Sequence[_Entity]) -> pa.Table:
    better = {node_of(e.type, e.name): e.higher_is_better for e in canonical_entries()}
    columns = {
        "id": [e.id for e in entities],
        "type": [str(e.node.type) for e in entities],
        "key": [e.node.key for e in entities],
        "name": [e.label for e in entities],
        "aliases": [[w.surface for w in e.written if w.surface != e.label] for e in entities],
        "papers": [e.papers for e in entities],
        "higher_is_better": [better.get(e.node) for e in entities],
    }
    schema = SCHEMAS["entities"]
    return pa.table({n: pa.array(column, schema.field(n).type) for n, column in columns.items()})


def _homographs(entities: Sequence[_Entity]) -> pa.Table:
    """List names that papers use for several entities."""
    # Nearly all names have one meaning: the first pass finds the others.
    only: dict[str, int] = {}
    meanings: dict[str, dict[int, int]] = {}
    for row, entity in enumerate(entities):
        for written in entity.written:
            if only.setdefault(written.node.key, row) != row:
                meanings[written.node.key] = defaultdict(int)
    for row, entity in enumerate(entities):
        for written in entity.written:
            if (meant := meanings.get(written.node.key)) is not None:
                meant[row] += written.papers
    columns: dict[str, list[object]] = {name: [] for name in SCHEMAS["homographs"].names}
    for key, meant in sorted(meanings.items()):
        types = [entities[row].node.type for row in meant]
        for row, papers in sorted(meant.items()):
            entity = entities[row]
            columns["name"].append(key)
            columns["entity"].append(entity.id)
            columns["reason"].append("long form" if types.count(entity.node.type) > 1 else "type")
            columns["papers"].append(min(papers, entity.papers))
    return pa.table(columns, schema=SCHEMAS["homographs"])


def _broader(entities: Sequence[_Entity], identity: Identity) -> pa.Table:
    """Give each entity the nearest wider one that is in the corpus."""
    id_of = {entity.node: entity.id for entity in entities}
    # What is left of a compound is a term where the tables know it: "learning" is none.
    terms = {node_of(row.type, row.name) for row in canonical_entries()}
    known = {node.key.replace(" ", "") for node in identity.names_of(terms)}
    columns: dict[str, list[str]] = {name: [] for name in SCHEMAS["broader"].names}
    for entity in entities:
        key = canonical_key(entity.node.type, entity.label)
        for wider in wider_candidates(entity.node.type, entity.label, key, known):
            found = identity.entity(entity.node.type, wider.name)
            if wider.difference == KIND and found not in terms:
                continue
            if found != entity.node and found in id_of:
                for name, value in zip(
                    columns, (entity.id, id_of[found], wider.difference), strict=True
                ):
                    columns[name].append(value)
                break
    return pa.table(columns, schema=SCHEMAS["broader"])
