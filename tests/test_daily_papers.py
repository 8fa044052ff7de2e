"""Pages saved as text: what is a paper, what its metadata say, what is named as bad."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlattice.extract.readers import daily_papers
from paperlattice.extract.readers.reader import Item, ReadOptions, Snapshot
from paperlattice.extract.records import Paper, Skipped

FURNITURE = """new

Get trending papers in your email inbox!

Subscribe

Daily Papers

byAK and the research community

Nov 18

"""
KITES = "Kites That Steer Themselves"
ON_KITES = (
    "A kite in gusty wind needs a hand on its line. We put a small network in the place of the "
    "hand and train it in a simulator of wind that is wrong on purpose in many ways. Flown on a "
    "beach, the kite stays up twice as long as with a fixed line, and seldom hits a bather."
)
OWLS = "Do Owls Count?"
ON_OWLS = (
    "Owls were shown two bowls with different numbers of mealworms. They went for the fuller one "
    "in eight of ten trials when the bowls held up to four worms and chose at random above that. "
    "A model with four slots of memory explains the data; one that estimates areas does not."
)
PAPER = f"{KITES}\n\n{ON_KITES}\n\n"
OTHER = f"{OWLS}\n\n{ON_OWLS}\n\n"
METADATA = "  \u2022 7 authors\n\u00b7\nOct 14, 2023 2\n\n"


def read(text: str, snapshot_date: date | None = None) -> list[Item]:
    return list(daily_papers.read(text.split("\n"), "page.txt", ReadOptions(snapshot_date)))


def papers(text: str, snapshot_date: date | None = None) -> list[Paper]:
    return [item for item in read(text, snapshot_date) if isinstance(item, Paper)]


def skipped(text: str) -> list[tuple[int, str]]:
    return [(i.place.line, i.problem) for i in read(text) if isinstance(i, Skipped)]


@pytest.mark.parametrize(
    "text",
    [
        FURNITURE + PAPER + METADATA + OTHER + METADATA,
        FURNITURE + PAPER + OTHER,
        FURNITURE + PAPER + METADATA + OTHER,
        FURNITURE + PAPER + OTHER + METADATA,
        PAPER + OTHER,
        "\ufeff" + PAPER + METADATA + OTHER,
        (PAPER + METADATA + OTHER).replace("\n\n", "\n\n \t \n\n"),
        (PAPER + METADATA + OTHER).replace("\n", "\n\n"),
        (FURNITURE + PAPER + OTHER).replace("\n\n", "\n"),
        (FURNITURE + PAPER + METADATA + OTHER + METADATA).replace("\n\n", "\n"),
        PAPER.replace(" ", "\t").replace("\n\n", "\n\n\t") + METADATA + OTHER,
        PAPER.replace("in many ways. ", "in many ways.\n\n") + METADATA + OTHER,
        PAPER.replace("in many ways. ", "in many ways.\n\n") + OTHER.replace("that. ", "that.\n\n"),
        PAPER.replace("hand and", "hand\nand").replace("is wrong", "is\nwrong") + OTHER,
        PAPER + OTHER + "Previous\nNext\n\nCompany\n\nTOS\n\nPrivacy\n\nAbout\n\nJobs\n",
        FURNITURE + PAPER + FURNITURE + OTHER,  # two pages in one file
    ],
)
def test_titles_and_abstracts(text: str) -> None:
    assert [(p.title, p.abstract) for p in papers(text)] == [(KITES, ON_KITES), (OWLS, ON_OWLS)]
    assert skipped(text) == []


@pytest.mark.parametrize(
    "title",
    [
        "Daily Papers",
        "New",
        "Subscribe",
        "Models",
        "Nov 18",
        "May 4, 2023",
        "7",
        "[Re] Owls",
        "Attention is all you need.",
        "Kites, Owls and the Rest of Us: " + "A Long Title That Goes On, " * 8 + "to Its End",
        "kites without a capital",
        "Nothing but Sky ....",
    ],
)
@pytest.mark.parametrize("page", ["{0}{1}", "{2}{0}{1}", "{0}{3}{1}{3}", "{1}{3}{0}{1}"])
def test_titles_that_look_like_something_else(title: str, page: str) -> None:
    odd = f"{title}\n\n{ON_KITES}\n\n"
    found = papers(page.format(odd, OTHER, FURNITURE, METADATA))
    assert title in [paper.title for paper in found]
    assert OWLS in [paper.title for paper in found]
    assert {paper.abstract for paper in found} == {ON_KITES, ON_OWLS}


@pytest.mark.parametrize(
    ("metadata", "authors", "organisation", "when", "comments"),
    [
        (METADATA, 7, None, date(2023, 10, 14), 2),
        ("  \u2022 1 author\n\u00b7\nJan 5, 2021\n", 1, None, date(2021, 1, 5), None),
        ("openbmb OpenBMB\n\u00b7\nSep 4, 2024 2", None, ("openbmb", "OpenBMB"), date(2024, 9, 4), 2),
        ("kite-lab Kite Lab of Sylt\n\u00b7\nSep 4, 2024", None, ("kite-lab", "Kite Lab of Sylt"), date(2024, 9, 4), None),
        ("kite-lab Kite Lab\n\n\u00b7\n\nSep 4, 2024", None, ("kite-lab", "Kite Lab"), date(2024, 9, 4), None),
        ("\u2022 3 authors\nkite-lab Kite Lab\n\u00b7\nSep 4, 2024", 3, ("kite-lab", "Kite Lab"), date(2024, 9, 4), None),
        ("\u2022 7 authors \u00b7 Oct 14, 2023 2", 7, None, date(2023, 10, 14), 2),
        ("\u00b7\nOct 14, 2023", None, None, date(2023, 10, 14), None),
        ("Oct 14, 2023", None, None, date(2023, 10, 14), None),
        ("\u2022 7 authors\n\u00b7\nOctober 14 2023", 7, None, date(2023, 10, 14), None),
        ("\u2022 7 authors", 7, None, None, None),
        ("\u2022 7 authors\n\u00b7", 7, None, None, None),
        ("", None, None, None, None),
    ],
)  # fmt: skip
def test_metadata(
    metadata: str,
    authors: int | None,
    organisation: tuple[str, str] | None,
    when: date | None,
    comments: int | None,
) -> None:
    text = f"{FURNITURE}{PAPER}{metadata}\n\n{OTHER}"
    first, second = papers(text)
    assert (first.author_count, first.organisation) == (authors, organisation)
    assert (first.date, first.comments, first.date_inferred) == (when, comments, False)
    assert (first.abstract, second.abstract) == (ON_KITES, ON_OWLS)
    assert second.date is None
    assert skipped(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Kites\n\nthey fly high\n\n\u00b7\nOct 14, 2023\n",  # not the organisation "they fly high"
        "Kites\nthey fly high\n\u2022 3 authors\n\u00b7\nOct 14, 2023\n",
        "Kites\n\nthey\nfly\nhigh\n\n\u2022 3 authors\n\u00b7\nOct 14, 2023\n",
    ],
)
def test_short_abstract_above_metadata(text: str) -> None:
    [paper] = papers(text)
    assert (paper.title, paper.abstract) == ("Kites", "they fly high")
    assert paper.date == date(2023, 10, 14)


def test_short_first_paragraph_is_no_title() -> None:
    abstract = f"We taught a kite to fly.\n\n{ON_KITES}"
    assert [p.title for p in papers(f"{KITES}\n\n{abstract}\n\n{OTHER}")] == [KITES, OWLS]


def test_short_paragraph_of_sentences_between_long_ones_is_no_title() -> None:
    abstract = f"{ON_KITES}\n\nIt flew. We saw it.\n\n{ON_KITES}"
    first, second = papers(f"{KITES}\n\n{abstract}\n\n{OTHER}")
    assert first.abstract == abstract.replace("\n\n", " ")
    assert second.abstract == ON_OWLS


def page_with_dates(*dates: str, header: str = "Nov 18") -> str:
    entries = (f"{KITES} {n}\n\n{ON_KITES}\n\n\u00b7\n{day}\n\n" for n, day in enumerate(dates))
    return FURNITURE.replace("Nov 18", header) + "".join(entries)


@pytest.mark.parametrize(
    ("header", "dates", "given", "expected"),
    [
        # The year after the latest that is written out.
        ("Nov 18", ["Oct 14", "May 5, 2024", "May 5, 2019"], None, [(2025, 10, 14), (2024, 5, 5), (2019, 5, 5)]),
        ("Nov 18", ["Oct 14", "May 5, 2024"], date(2026, 11, 18), [(2026, 10, 14), (2024, 5, 5)]),
        # December on a page of January is last year's.
        ("Jan 7", ["Dec 30", "Jan 6", "May 5, 2023"], None, [(2023, 12, 30), (2024, 1, 6), (2023, 5, 5)]),
        ("Jan 7", ["Dec 30", "Jan 6"], date(2024, 1, 7), [(2023, 12, 30), (2024, 1, 6)]),
        ("Jan 7", ["Jan 8"], date(2024, 1, 7), [(2024, 1, 8)]),  # a day ahead, in another time zone
        ("Mar 3", ["Feb 29", "May 5, 2023"], None, [(2024, 2, 29), (2023, 5, 5)]),
        ("Nov 18", ["May 5, 2024"], None, [(2024, 5, 5)]),
    ],
)  # fmt: skip
def test_years(
    header: str, dates: list[str], given: date | None, expected: list[tuple[int, int, int]]
) -> None:
    found = papers(page_with_dates(*dates, header=header), given)
    assert [paper.date for paper in found] == [date(*day) for day in expected]
    assert [paper.date_inferred for paper in found] == [
        given is None and "," not in day for day in dates
    ]


def test_inferred_snapshot_is_recorded() -> None:
    page = page_with_dates("Oct 14", "May 5, 2024")
    assert read(page)[-1] == Snapshot(date(2025, 11, 18))
    assert not any(isinstance(item, Snapshot) for item in read(page, date(2025, 11, 18)))
    every_year_written = page_with_dates("May 5, 2024")
    assert not any(isinstance(item, Snapshot) for item in read(every_year_written))


@pytest.mark.parametrize(
    ("text", "line", "problem", "titles"),
    [
        (f"{FURNITURE}A Title Alone\n\n{PAPER}", 13, "want a title with an abstract", [KITES]),
        (f"{PAPER}A Title Alone\n\n{OTHER}", 5, "want a title with an abstract", [KITES, OWLS]),
        (f"{PAPER}{METADATA}Alone\n\n{METADATA}{OTHER}", 9, "want a title with", [KITES, OWLS]),
        (f"{PAPER}A Title Alone\n", 5, "want a title with an abstract", [KITES]),
        (f"{METADATA}{PAPER}", 1, "want a title and an abstract before", [KITES]),
        (f"???\n\n{ON_OWLS}\n\n{METADATA}{PAPER}", 1, "want words in the title", [KITES]),
        (f"Ow\udce9ls\n\n{ON_OWLS}\n\n{PAPER}", 1, "found the byte 0xe9", [KITES]),
        (f"{PAPER}{OWLS}\n\n{ON_OWLS[:250]}\udcff\n", 7, "found the byte 0xff", [KITES]),
        (page_with_dates("Feb 30, 2023"), 18, "want a day that exists", [f"{KITES} 0"]),
        (page_with_dates("Feb 3"), 18, "want a year for the dates of 1 papers", [f"{KITES} 0"]),
    ],
)
def test_bad_input_is_named_and_good_input_goes_through(
    text: str, line: int, problem: str, titles: list[str]
) -> None:
    assert [paper.title for paper in papers(text)] == titles
    [(found_line, found)] = skipped(text)
    assert found_line == line
    assert problem in found


def test_metadata_of_a_title_without_abstract_is_not_given_to_its_neighbour() -> None:
    [paper] = papers(f"{PAPER}A Title Alone\n{METADATA}")
    assert paper.date is None


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (FURNITURE, True),
        (PAPER + METADATA, True),
        (PAPER, True),
        ("[Re] " + PAPER, True),
        ("", False),
        ("<!doctype html>\n" + FURNITURE, False),
        ('{"title": "new"}\n' + FURNITURE, False),
        ("id,title,abstract\n1,Owls," + ON_OWLS, False),
        ("two words\n\nand three more", False),
    ],
)
def test_sniff(head: str, sure: bool) -> None:
    assert (daily_papers.sniff(head) > 0) is sure


UNCLEAN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
FRAGMENTS = st.sampled_from(
    [KITES, ON_KITES, OWLS, "\u00b7", "\u2022 7 authors", "Oct 14 2", "Feb 30", "\ud800", "\x00", "", "a"]
)  # fmt: skip


@given(st.lists(FRAGMENTS | st.text(max_size=60)), st.none() | st.dates())
@settings(max_examples=300, deadline=None)
def test_any_text_is_papers_and_skipped(lines: list[str], snapshot_date: date | None) -> None:
    for item in read("\n".join(lines), snapshot_date):
        if isinstance(item, Paper):
            assert item.title
            assert item.abstract
            assert not UNCLEAN.search(item.title + item.abstract)
        elif isinstance(item, Skipped):
            assert item.problem
            assert 1 <= item.place.line <= len("\n".join(lines).split("\n"))


@pytest.mark.parametrize(
    "piece",
    ["http://", ".'", ". ", "Oct 14 " + " " * 50, "a-a.", "\u00b7", "1 ", "Ab "],
)
@pytest.mark.parametrize("end", ["", " x", "\n\u00b7\n", "\n" + PAPER])
def test_long_lines_take_no_long_time(piece: str, end: str) -> None:
    # A pattern that goes back for every start would take hours here.
    read(f"{KITES}\n\n{piece * 50_000}{end}")
