r"""Web addresses: found, normalised, and told apart by kind."""

from __future__ import annotations

import pytest

from paperlattice.extract.urls import classify, find_addresses

HUB = "https://github.com/lab/net"


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Code: https://github.com/lab/net.", [HUB]),
        ("Code: https://github.com/lab/net.git.", [HUB]),
        ("Code (https://github.com/lab/net).", [HUB]),
        ("[https://github.com/lab/net]", [HUB]),
        ("is at~https://github.com/lab/net;", [HUB]),
        ("https://github.com/lab/net/tree/main/sub?tab=readme#top", [HUB]),
        ("https://www.github.com/lab/net/", ["https://github.com/lab/net"]),
        ("HTTPS://github.com/lab/net", [HUB]),
        ("http://github.com/lab/net", [HUB]),
        ("github.com/lab/net", [HUB]),
        ("www.github.com/lab/net", [HUB]),
        ("https:// github.com/lab/net", [HUB]),
        ("https://github. com/lab/net", [HUB]),
        ("git@github.com:lab/net.git", [HUB]),
        (r"\url{https://github.com/lab/net}", [HUB]),
        (r"\href{https://github.com/lab/net}{this link}.", [HUB]),
        ("https://github.com/lab/net{https://github.com/lab/net}", [HUB]),
        ("https://github.com/lab/net{this https URL}. More", [HUB]),
        (r"https://github.com/lab/a\_b\_c", ["https://github.com/lab/a_b_c"]),
        (
            r"https://github.com/lab/a_b{https://github.com/lab/a\_b}",
            ["https://github.com/lab/a_b"],
        ),
        ("https://github.com/lab/net, https://github.com/lab/two", [HUB, HUB[:-3] + "two"]),
        ("<a href='https://github.com/lab/net'>code</a>", [HUB]),
        ("🚀 code: https://github.com/lab/net 🚀", [HUB]),
        ("https://github.com/lab/net.py", [HUB + ".py"]),
        ("https://gitlab.com/lab/net", ["https://gitlab.com/lab/net"]),
        ("https://gitlab.inria.fr/a/b/net/-/tree/x", ["https://gitlab.inria.fr/a/b/net"]),
        ("https://bitbucket.org/lab/net/src", ["https://bitbucket.org/lab/net"]),
        (
            "https://anonymous.4open.science/r/net-1A2B/README.md",
            ["https://anonymous.4open.science/r/net-1A2B"],
        ),
        # a bare owner/name, where the text says that code is there
        ("The code is available at lab/net.", [HUB]),
        ("Code: lab/net-2", ["https://github.com/lab/net-2"]),
        ("Our implementation is on GitHub: Lab/Net", ["https://github.com/Lab/Net"]),
        # near misses
        ("the code and/or data", []),
        ("code on train/test splits is new", []),
        ("a corpus of code-mixed posts annotated for hate/anger.", []),
        ("source of joy/anger. The code is new", []),
        ("models sort posts into five classes: Joy/Anger, Fear", []),
        ("input/output pairs", []),
        ("our profile, https://github.com/lab, has more", []),
        ("https://github.com/topics/nlp", []),
        ("https://github.com/orgs/lab/repositories", []),
        ("write to me@github.com/lab", []),
        ("the ratio 3/4 of code at 1/2", []),
        ("https://lab.github.io/net", []),
        ("https://example.org/github.com/lab/net", []),
        ("", []),
    ],
)
def test_repositories(text: str, urls: list[str]) -> None:
    assert [a.url for a in find_addresses(text) if a.kind == "repository"] == urls


@pytest.mark.parametrize(
    ("url", "before", "kind"),
    [
        ("https://lab.github.io/net/", "", "project_page"),
        ("https://lab.ai/net", "Project page: ", "project_page"),
        ("https://huggingface.co/lab/net-7b", "", "model"),
        ("https://huggingface.co/lab", "", "model"),
        ("https://huggingface.co/collections/lab/net", "", "model"),
        ("https://huggingface.co/datasets/lab/data", "", "dataset"),
        ("https://huggingface.co/docs/transformers/x", "", "docs"),
        ("https://huggingface.co/spaces/lab/demo", "", "other"),
        ("https://huggingface.co/papers/2501.00001", "", "other"),
        ("https://zenodo.org/record/1", "", "dataset"),
        ("https://www.kaggle.com/datasets/a/b", "", "dataset"),
        ("https://youtu.be/abc", "", "video"),
        ("https://www.youtube.com/watch?v=abc", "", "video"),
        ("https://net.readthedocs.io/en/latest", "", "docs"),
        ("https://docs.lab.ai", "", "docs"),
        ("https://arxiv.org/abs/2501.00001", "", "other"),
        ("https://bit.ly/abc", "", "other"),
        ("https://net.lab.cn/", "a live demo is available at ", "other"),
        ("https://github.com/lab", "", "other"),
        ("https://gist.github.com/lab/1", "", "project_page"),
    ],
)
def test_kinds(url: str, before: str, kind: str) -> None:
    assert classify(url, before=before)[0] == kind


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("A demo is available at netlab.ai.", ["https://netlab.ai"]),
        ("See lab.github.io/net for more.", ["https://lab.github.io/net"]),
        ("visit www.net-lab.org/page, please", ["https://www.net-lab.org/page"]),
        (
            "(https://en.wikipedia.org/wiki/Net_(maths))",
            ["https://en.wikipedia.org/wiki/Net_(maths)"],
        ),
        (r"https://lab.edu/\~{}me/", ["https://lab.edu/~me/"]),
        (r"https://lab.edu/$\sim$me", ["https://lab.edu/~me"]),
        # near misses: names of companies, addresses of people
        ("reviews of Amazon.com and Booking.com", []),
        ("write to me@lab.edu", []),
        ("Node.js, v2.io", []),
        ("https://localhost", []),
    ],
)
def test_other_addresses(text: str, urls: list[str]) -> None:
    assert [a.url for a in find_addresses(text)] == urls


def test_quote_is_the_address_without_residue() -> None:
    text = r"At https://github.com/lab/a\_b{here}, now."
    (address,) = find_addresses(text)
    assert text[address.start : address.end] == r"https://github.com/lab/a\_b"
    assert text[address.start : address.blank_end] == r"https://github.com/lab/a\_b{here}"
