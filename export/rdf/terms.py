"""The closed vocabulary: every namespace, class and property that the export writes.

A term that is not listed here cannot be written: :func:`expand` raises for it. The terms of
``pl:`` are declared, with labels and comments, in ``ontology/paperlattice.ttl``; a test keeps
the two lists equal.
"""

from __future__ import annotations

#: Of our own terms. Fixed, whatever the base of the data is, so that a question works on
#: every graph (docs/decisions/0040-one-vocabulary.md).
ONTOLOGY = "https://w3id.org/paperlattice/ontology#"

#: Prefixes known without being declared, in questions and in the files.
PREFIXES: dict[str, str] = {
    "pl": ONTOLOGY,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "mls": "http://www.w3.org/ns/mls#",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_TERMS: dict[str, str] = {
    "pl": """
        Paper Title Method Dataset Metric Task ReportedValue Result PaperLink Contribution
        usesMethod usesDataset usesMetric addressesTask
        introducesMethod introducesDataset introducesMetric introducesTask
        hasRepository host reportsValue reportsResult
        rawValue unit amount resultKind onDataset ofMethod byMetric higherIsBetter
        sharesEntitiesWith linksPaper weight similarityMeasure sharedEntity hasContribution
        entity contribution
        confidence extractor sentenceIndex textSha256 offsetUnit
        authorCount commentCount datePrecision dateInferred sourcePlace paperCount configSha256
        firstPaper firstSeen pageRank bridging evaluatedOn measuredBy usedWith
        EntityRelation relationFrom relationTo relationKind
        Community modularity typicalEntity
        """,
    "dcat": "Dataset Distribution distribution downloadURL mediaType byteSize",
    "dct": """
        title issued identifier hasPart creator license modified isReplacedBy source description
        """,
    "fabio": "Preprint Abstract hasArXivId",
    "mls": "Algorithm Dataset EvaluationMeasure ModelEvaluation specifiedBy hasValue",
    "oa": """
        Annotation SpecificResource TextPositionSelector TextQuoteSelector identifying
        motivatedBy hasBody hasTarget hasSource hasSelector start end exact prefix suffix
        """,
    "prism": "doi publicationName",
    "prov": """
        Activity SoftwareAgent Collection Entity used wasAssociatedWith wasDerivedFrom
        wasGeneratedBy hadMember
        """,
    "rdf": "Statement type subject predicate object value reifies",
    "rdfs": "label seeAlso",
    "schema": """
        ScholarlyArticle Dataset SoftwareSourceCode SoftwareApplication Person Organization
        codeRepository sameAs url name position keywords sourceOrganization
        identifier softwareVersion sha256
        """,
    "skos": """
        Concept ConceptScheme prefLabel altLabel hiddenLabel notation broader exactMatch
        closeMatch inScheme
        """,
    "spdx": "Checksum checksum algorithm checksumValue checksumAlgorithm_sha256",
    "void": """
        Dataset Linkset triples entities distinctSubjects classes properties uriSpace
        exampleResource vocabulary classPartition propertyPartition class property subset
        subjectsTarget linkPredicate dataDump
        """,
    "xsd": "decimal integer nonNegativeInteger boolean date hexBinary",
}

#: Prefix -> local names that may be written.
TERMS: dict[str, frozenset[str]] = {
    prefix: frozenset(names.split()) for prefix, names in _TERMS.items()
}

#: The parts of the data, in the order of their IRIs: ``<base>id/<part>/<name>``.
PARTS = (
    "author",
    "community",
    "dataset",
    "link",
    "mention",
    "method",
    "metric",
    "organisation",
    "paper",
    "relation",
    "repository",
    "result",
    "run",
    "scheme",
    "software",
    "source",
    "statement",
    "task",
)


def expand(curie: str) -> str:
    """The IRI of a term of the closed vocabulary.

    Raises KeyError for a term that is not in it.

    >>> expand("skos:prefLabel")
    'http://www.w3.org/2004/02/skos/core#prefLabel'
    >>> expand("skos:preferredLabel")
    Traceback (most recent call last):
    ...
    KeyError: 'skos:preferredLabel is not in the vocabulary of the export'
    """
    prefix, _, name = curie.partition(":")
    if name not in TERMS.get(prefix, ()):
        raise KeyError(f"{curie} is not in the vocabulary of the export")
    return PREFIXES[prefix] + name
