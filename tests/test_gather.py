"""Where a text names what a component proposed."""

import pytest

from paperlattice.extract.candidates import Candidate, Findings
from paperlattice.extract.records import EntityType
from paperlattice.extract.resolve import gather
from paperlattice.extract.words import find_words


@pytest.mark.parametrize(
    ("text", "proposed", "places"),
    [
        ("Kites fly, and a kite falls.", "Kites", ["Kites", "kite"]),
        ("Maps of towns: mAP rises as maps grow, MAP falls.", "mAP", ["mAP", "MAP"]),
        ("ZoRA is no zora, and ZORA is one.", "ZoRA", ["ZoRA", "ZORA"]),
        ("A zora is here, a ZoRA there.", "zora", ["zora", "ZoRA"]),
    ],
)
def test_an_acronym_is_found_by_its_capitals(text: str, proposed: str, places: list[str]) -> None:
    found = Findings(text, text, [(0, len(text))], list(find_words(text)))
    at = text.index(proposed)
    found.candidates.append(
        Candidate(at, at + len(proposed), EntityType.METRIC, 0.9, "paperlattice_lexicon")
    )
    (entity,) = gather(found, phrases=False)
    (ranges,) = entity.forms.values()
    assert [text[found.words[i].start : found.words[j - 1].end] for i, j in ranges] == places
