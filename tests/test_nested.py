import pytest

from paperlattice.extract.nested import find_hosts


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
