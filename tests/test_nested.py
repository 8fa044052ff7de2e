import pytest

from paperlattice.extract.nested import find_bare, find_hosts


@pytest.mark.parametrize(
    ("places", "hosts"),
    [
        ([[(0, 3)], [(1, 3)]], {1: 0}),
        ([[(0, 3)], [(1, 3), (7, 9)]], {}),  # it also stands alone
        ([[(0, 3)], [(2, 5)]], {}),  # they only overlap
        ([[(0, 4)], [(0, 3)], [(1, 3)]], {1: 0, 2: 0}),  # the outermost is the host
        ([[(0, 3)], [(10, 14)], [(1, 3), (11, 13), (10, 12)]], {2: 1}),  # where it is most
        ([[], [(0, 1)]], {}),
    ],
)
def test_what_stands_only_inside_another(
    places: list[list[tuple[int, int]]], hosts: dict[int, int]
) -> None:
    assert find_hosts(places, [("task", 0.5)] * len(places)) == hosts


def test_types_stay_apart() -> None:
    assert find_hosts([[(0, 3)], [(1, 3)]], [("task", 0.5), ("method", 0.5)]) == {}


def test_the_surer_host_is_chosen() -> None:
    kinds = [("task", 0.5), ("task", 0.9), ("task", 0.4)]
    assert find_hosts([[(0, 3)], [(1, 4)], [(1, 3)]], kinds) == {2: 1}


@pytest.mark.parametrize(
    ("name", "kind", "joined"),
    [
        ("gridnet model", "method", True),
        ("standard gridnet", "method", True),
        ("pre trained gridnet model family", "method", True),
        ("gridnet agent", "method", False),  # another thing, made of it
        ("small gridnet", "method", False),
        ("gridnet", "method", False),  # the same form is not beside itself
        ("gridnet task", "method", False),  # a word of other types
        ("gridnet task", "task", True),
        ("gridnet benchmark", "dataset", True),
        ("model", "method", False),
    ],
)
def test_empty_words_make_no_other_name(name: str, kind: str, joined: bool) -> None:
    names: list[list[tuple[str, ...]]] = [[("gridnet",)], [tuple(name.split())]]
    assert find_bare(names, [kind, kind], [False, False]) == ({1: 0} if joined else {})


def test_a_name_by_itself_and_other_types_are_left() -> None:
    names: list[list[tuple[str, ...]]] = [[("gridnet",)], [("gridnet", "model")]]
    assert find_bare(names, ["method", "method"], [False, True]) == {}
    assert find_bare(names, ["method", "task"], [False, False]) == {}


def test_names_in_a_row_go_to_the_barest() -> None:
    names: list[list[tuple[str, ...]]] = [
        [("gridnet", "model", "family")],
        [("gridnet", "model")],
        [("gridnet",)],
    ]
    assert find_bare(names, ["method"] * 3, [False] * 3) == {0: 2, 1: 2}


def test_only_a_name_whose_forms_all_say_the_same_is_joined() -> None:
    names: list[list[tuple[str, ...]]] = [
        [("gridnet",)],
        [("gridnet", "model"), ("fast", "gridnet")],
    ]
    assert find_bare(names, ["method"] * 2, [False] * 2) == {}
