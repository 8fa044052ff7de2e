"""The entities of a corpus as tables: what they are called, and what licenses each name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.extract.records import EntityType
from paperlattice.graph.aliases import Alias, canonical_entries, known_aliases
from paperlattice.graph.families import wider_names
from paperlattice.graph.identity import Form, Identity, Node, node_of, resolve
from paperlattice.graph.schema import SCHEMAS, entity_id

Ints = npt.NDArray[np.int64]

_SEPARATOR = "\x1f"  # in no cleaned text


class Entities(NamedTuple):
    """The entities of a corpus.

    of_mention: for each mention, the row of its entity in ``tables["entities"]``.
    tables: entities, names, homographs, broader, as in the schema.
    """

    of_mention: Ints
    tables: dict[str, pa.Table]


def make_entities(
    mentions: pa.Table, paper_of: Ints, papers: pa.ChunkedArray, user_aliases: Iterable[Alias] = ()
) -> Entities:
    """Resolve the mentions of a corpus to entities, and describe these.

    mentions: as in :class:`~paperlattice.graph.extracted.Extracted`. paper_of: the row of the
    paper of each. papers: ids by row.
    """
    user_aliases = tuple(user_aliases)
    form_of, forms = _forms(mentions, paper_of, papers)
    identity = resolve(forms, known_aliases(), user_aliases)
    nodes, of_mention = _nodes_of_mentions(forms, form_of, identity, paper_of)
    counts = _count(of_mention, form_of, paper_of, len(nodes), len(forms))
    named = _name(nodes, forms, counts, user_aliases)
    ids = [entity_id(*node, label) for node, label in zip(nodes, named, strict=True)]

    order = np.argsort(np.array(ids, dtype=object), kind="stable") if ids else np.zeros(0, int)
    rank = np.empty(len(ids), dtype=np.int64)
    rank[order] = np.arange(len(ids))
    row_of = {node: int(rank[index]) for index, node in enumerate(nodes)}
    nodes, labels = [nodes[i] for i in order], [named[i] for i in order]
    ids = [ids[i] for i in order]
    forms_of = [counts.forms_of[i] for i in order]
    papers_of = counts.papers_of_entity[order]

    names = _names(forms, forms_of, nodes, labels, identity)
    tables = {
        "entities": _entity_table(nodes, labels, ids, papers_of, names),
        "names": pa.table(
            {
                "entity": [ids[row] for row, own in enumerate(names) for _ in own],
                **{
                    column: [getattr(name, column) for own in names for name in own]
                    for column in ("name", "licence", "source", "papers")
                },
            },
            schema=SCHEMAS["names"],
        ),
        "homographs": _homographs(forms, forms_of, nodes, ids),
        "broader": _broader(nodes, labels, ids, row_of, identity),
    }
    return Entities(rank[of_mention] if len(ids) else of_mention, tables)


def _forms(mentions: pa.Table, paper_of: Ints, papers: pa.ChunkedArray) -> tuple[Ints, list[Form]]:
    """Give each distinct (type, name, surface), and which of them each mention is."""
    joined = pc.binary_join_element_wise(
        mentions["type"], mentions["name"], mentions["surface"], _SEPARATOR
    )
    distinct = pc.unique(joined).sort()
    form_of: Ints = pc.index_in(joined, value_set=distinct).to_numpy().astype(np.int64)
    # Mentions are sorted by paper, so the first of a form is in the first of its papers.
    present, first = np.unique(form_of, return_index=True)
    first_papers = papers.take(pa.array(paper_of[first[np.argsort(present)]])).to_pylist()
    pairs = np.unique(form_of * (len(papers) + 1) + paper_of)
    counts = np.bincount(pairs // (len(papers) + 1), minlength=len(distinct))
    split = (text.split(_SEPARATOR) for text in distinct.to_pylist())
    forms = [
        Form(EntityType(kind), name, surface, int(count), paper)
        for (kind, name, surface), count, paper in zip(split, counts, first_papers, strict=True)
    ]
    return form_of, forms


def _nodes_of_mentions(
    forms: list[Form], form_of: Ints, identity: Identity, paper_of: Ints
) -> tuple[list[Node], Ints]:
    """Give the entities that are mentioned, and which of them each mention means."""
    index: dict[Node, int] = {}
    of_form = np.array(
        [index.setdefault(node, len(index)) for node in identity.nodes], dtype=np.int64
    )
    of_mention = of_form[form_of] if len(forms) else form_of
    if identity.overrides:
        of_mention = _override(forms, form_of, identity, paper_of, of_mention, index)
    used, of_mention = np.unique(of_mention, return_inverse=True)
    nodes = list(index)
    return [nodes[i] for i in used], of_mention.astype(np.int64)


def _override(
    forms: list[Form],
    form_of: Ints,
    identity: Identity,
    paper_of: Ints,
    of_mention: Ints,
    index: dict[Node, int],
) -> Ints:
    """Let papers that define an ambiguous acronym mean their own long form by it."""
    names: dict[tuple[EntityType, str], int] = {}
    name_of_form = np.array([names.setdefault((f.type, f.name), len(names)) for f in forms])
    new_of_form = np.full(len(forms), -1, dtype=np.int64)
    for form, node in identity.overrides.items():
        new_of_form[form] = index.setdefault(node, len(index))
    local = paper_of * len(names) + name_of_form[form_of]
    tells = np.flatnonzero(new_of_form[form_of] >= 0)
    told, first = np.unique(local[tells], return_index=True)
    position = np.minimum(np.searchsorted(told, local), len(told) - 1)
    # Only what the name itself stands for: another member of its family stays what it is.
    own = np.array(
        [
            identity.settle(node_of(form.type, form.name)) == node
            for form, node in zip(forms, identity.nodes, strict=True)
        ]
    )
    changes = (told[position] == local) & own[form_of]
    changed = of_mention.copy()
    changed[changes] = new_of_form[form_of[tells[first[position[changes]]]]]
    return changed


class _Counts(NamedTuple):
    forms_of: list[list[tuple[int, int]]]  # by entity: (form, in how many papers)
    papers_of_entity: Ints


def _count(of_mention: Ints, form_of: Ints, paper_of: Ints, entities: int, forms: int) -> _Counts:
    """Count papers by entity, and by entity and form."""
    papers = int(paper_of.max()) + 1 if len(paper_of) else 1
    in_papers = np.unique(of_mention * papers + paper_of) // papers
    both = of_mention * max(forms, 1) + form_of
    pairs = np.unique(np.stack([both, paper_of]), axis=1)[0]
    written, count = np.unique(pairs, return_counts=True)
    forms_of: list[list[tuple[int, int]]] = [[] for _ in range(entities)]
    for pair, number in zip(written.tolist(), count.tolist(), strict=True):
        forms_of[pair // forms].append((pair % forms, number))
    return _Counts(forms_of, np.bincount(in_papers, minlength=entities))


def _name(
    nodes: list[Node], forms: list[Form], counts: _Counts, user_aliases: tuple[Alias, ...]
) -> list[str]:
    """Choose the preferred name of each entity: a table's, else what most papers write."""
    tables: dict[Node, str] = {}
    for row in user_aliases:
        tables.setdefault(node_of(row.type, row.name), row.name)
    for entry in canonical_entries():
        tables.setdefault(node_of(entry.type, entry.name), entry.name)
    labels = []
    for node, own in zip(nodes, counts.forms_of, strict=True):
        if node in tables:
            labels.append(tables[node])
            continue
        votes: dict[str, int] = defaultdict(int)
        for form, papers in own:
            if node_of(node.type, forms[form].name) == node:
                votes[forms[form].name] += papers
        if not votes:  # known only by names that were merged into it
            for form, papers in own:
                votes[forms[form].surface] += papers
        labels.append(min(votes, key=lambda name: (-votes[name], name)))
    return labels


class _Name(NamedTuple):
    name: str
    licence: str
    source: str
    papers: int


def _names(
    forms: list[Form],
    forms_of: list[list[tuple[int, int]]],
    nodes: list[Node],
    labels: list[str],
    identity: Identity,
) -> list[list[_Name]]:
    """List for each entity how papers write it, each way with its licence."""
    listed = []
    for node, label, own in zip(nodes, labels, forms_of, strict=True):
        papers: dict[str, int] = defaultdict(int)
        first: dict[str, str] = {}
        for form, count in own:
            surface = forms[form].surface
            papers[surface] += count
            first[surface] = min(first.get(surface, forms[form].first), forms[form].first)
        names = [_Name(label, "name", "", papers.pop(label, 0))]
        for surface, count in sorted(papers.items()):
            licence, source = _licence(node, surface, first[surface], identity)
            names.append(_Name(surface, licence, source, count))
        listed.append(names)
    return listed


def _licence(node: Node, surface: str, paper: str, identity: Identity) -> tuple[str, str]:
    """Say why a surface is a name of an entity."""
    written = node_of(node.type, surface)
    if written == node:
        return "spelling", ""
    merge = identity.merges.get(written)
    if merge is not None and identity.settle(written) == node:
        return merge.kind, merge.source
    return "paper", paper  # that paper itself says so


def _entity_table(
    nodes: list[Node], labels: list[str], ids: list[str], papers: Ints, names: list[list[_Name]]
) -> pa.Table:
    better = {
        node_of(entry.type, entry.name): entry.higher_is_better for entry in canonical_entries()
    }
    columns = {
        "id": ids,
        "type": [str(node.type) for node in nodes],
        "key": [node.key for node in nodes],
        "name": labels,
        "aliases": [
            sorted({name.name for name in own} - {label})
            for own, label in zip(names, labels, strict=True)
        ],
        "papers": papers,
        "higher_is_better": [better.get(node) for node in nodes],
    }
    schema = SCHEMAS["entities"]
    return pa.table(
        {name: pa.array(column, schema.field(name).type) for name, column in columns.items()}
    )


def _homographs(
    forms: list[Form], forms_of: list[list[tuple[int, int]]], nodes: list[Node], ids: list[str]
) -> pa.Table:
    """List names that papers use for several entities."""
    meanings: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row, (node, own) in enumerate(zip(nodes, forms_of, strict=True)):
        for form, papers in own:
            meanings[node_of(node.type, forms[form].surface).key][row] += papers
    rows = []
    for key, entities in sorted(meanings.items()):
        if len(entities) < 2:
            continue
        types = [nodes[row].type for row in entities]
        for row, papers in sorted(entities.items()):
            reason = "long form" if types.count(nodes[row].type) > 1 else "type"
            rows.append({"name": key, "entity": ids[row], "reason": reason, "papers": papers})
    return pa.Table.from_pylist(rows, schema=SCHEMAS["homographs"])


def _broader(
    nodes: list[Node],
    labels: list[str],
    ids: list[str],
    row_of: Mapping[Node, int],
    identity: Identity,
) -> pa.Table:
    """Give each entity the nearest wider one of its family that is in the corpus."""
    rows = []
    for node, label, own in zip(nodes, labels, ids, strict=True):
        for wider in wider_names(node.type, label):
            found = identity.settle(node_of(node.type, wider.name))
            if found != node and found in row_of:
                rows.append(
                    {"entity": own, "broader": ids[row_of[found]], "difference": wider.difference}
                )
                break
    return pa.Table.from_pylist(rows, schema=SCHEMAS["broader"])
