"""Which names become one entity, by what licence, and which stay apart."""

from pathlib import Path

import pytest

from paperlattice.errors import CorpusError, PaperlatticeError
from paperlattice.extract.records import EntityType, Evidence, Extraction, Mention, Paper, Role
from paperlattice.graph import Graph, build
from paperlattice.graph.abbreviations import abbreviates
from paperlattice.graph.aliases import Alias, known_aliases, read_aliases
from paperlattice.graph.families import are_members, wider_names
from paperlattice.graph.identity import resembles
from paperlattice.graph.relatives import are_different, is_kind_of

METHOD, DATASET, METRIC, TASK = (
    EntityType.METHOD,
    EntityType.DATASET,
    EntityType.METRIC,
    EntityType.TASK,
)

Named = tuple[EntityType, str, str]  # type, Mention.name, surface


def extraction(paper: str, *named: Named, role: Role = Role.USED) -> Extraction:
    title, at, mentions = "A title", 8, []
    abstract = " ".join(surface for _, _, surface in named)
    for kind, name, surface in named:
        where = Evidence(at, at + len(surface), 1, 8, 8 + len(abstract), 0.9, "lexicon")
        mentions.append(Mention(where, kind, name, role))
        at += len(surface) + 1
    return Extraction(Paper(paper, title, abstract), tuple(mentions))


def entity_of(graph: Graph, paper: str, surface: str) -> str:
    """The key of the entity that a paper means by a surface."""
    rows = graph.mentions[(graph.mentions.paper == paper) & (graph.mentions.surface == surface)]
    (entity,) = set(rows.entity)
    return str(graph.entities.set_index("id").key[entity])


LONG = "zonal feature grid"
OTHER = "zigzag flow generator"


def test_an_acronym_that_the_corpus_agrees_on_is_its_long_form() -> None:
    graph = build(
        [
            extraction("p1", (METHOD, LONG, LONG), (METHOD, LONG, "ZFG")),
            extraction("p2", (METHOD, "ZFGs", "ZFGs")),
            extraction("p3", (METHOD, LONG, "Zonal Feature Grids")),
        ]
    )
    assert list(graph.entities.name) == [LONG]
    names = graph.names.set_index("name")
    assert names.licence.to_dict() == {
        LONG: "name",
        "ZFG": "acronym",
        "ZFGs": "acronym",
        "Zonal Feature Grids": "spelling",
    }
    assert names.source["ZFGs"] == "p1"


def test_an_acronym_with_two_long_forms_is_neither() -> None:
    graph = build(
        [
            extraction("p1", (METHOD, LONG, LONG), (METHOD, LONG, "ZFG")),
            extraction("p2", (METHOD, "ZFG", OTHER), (METHOD, "ZFG", "ZFG")),
            extraction("p3", (METHOD, "ZFG", "ZFG")),
        ]
    )
    assert entity_of(graph, "p1", "ZFG") == "zonalfeaturegrid"
    assert entity_of(graph, "p2", "ZFG") == "zigzagflowgenerator"
    assert entity_of(graph, "p3", "ZFG") == "zfg"
    homographs = graph.homographs
    assert set(homographs.name) == {"zfg"}
    assert len(homographs) == 3
    assert set(homographs.reason) == {"long form"}


def test_long_forms_of_two_types_are_two_meanings() -> None:
    graph = build(
        [
            extraction("p1", (METHOD, LONG, LONG), (METHOD, LONG, "ZFG")),
            extraction("p2", (TASK, OTHER, OTHER), (TASK, OTHER, "ZFG")),
            extraction("p3", (METHOD, "ZFG", "ZFG")),
        ]
    )
    assert entity_of(graph, "p3", "ZFG") == "zfg"


def test_an_acronym_merges_no_other_type() -> None:
    graph = build(
        [
            extraction("p1", (METHOD, LONG, LONG), (METHOD, LONG, "ZFG")),
            extraction("p2", (DATASET, "ZFG", "ZFG")),
        ]
    )
    assert entity_of(graph, "p2", "ZFG") == "zfg"
    assert list(graph.homographs.reason) == ["type", "type"]


def test_what_a_table_says_of_an_acronym_is_not_overruled_by_one_text() -> None:
    # The lexicon knows GAN; one paper uses the letters for something else.
    graph = build(
        [
            extraction("p1", (METHOD, "grid anchor net", "grid anchor net")),
            extraction("p1b", (METHOD, "grid anchor net", "GAN")),
            extraction("p2", (METHOD, "GAN", "GAN")),
        ]
    )
    assert entity_of(graph, "p1b", "GAN") == "gridanchornet"
    assert entity_of(graph, "p2", "GAN") == "generativeadversarialnetwork"


def test_an_acronym_is_taken_as_it_is_written() -> None:
    graph = build(
        [
            extraction("p1", (METHOD, LONG, LONG), (METHOD, LONG, "ZFG")),
            extraction("p2", (METHOD, "zFG", "zFG")),
            extraction("p3", (METHOD, "Zfg", "Zfg")),
        ]
    )
    assert entity_of(graph, "p2", "zFG") == entity_of(graph, "p3", "Zfg") == "zfg"


@pytest.mark.parametrize(("users", "merged"), [(2, True), (3, False)])
def test_an_acronym_that_many_use_and_one_defines_is_not_merged(users: int, merged: bool) -> None:
    papers = [extraction(f"u{n}", (METHOD, "ZFG", "ZFG")) for n in range(users)]
    graph = build([extraction("p", (METHOD, LONG, LONG), (METHOD, LONG, "ZFG")), *papers])
    assert (entity_of(graph, "u0", "ZFG") == "zonalfeaturegrid") is merged


def test_two_papers_that_propose_one_acronym_propose_two_things() -> None:
    graph = build(
        [
            extraction("p1", (METHOD, "ZFG", LONG), (METHOD, "ZFG", "ZFG"), role=Role.PROPOSED),
            extraction("p2", (METHOD, "ZFG", "ZFG"), role=Role.PROPOSED),
        ]
    )
    assert entity_of(graph, "p1", "ZFG") == "zonalfeaturegrid"
    assert entity_of(graph, "p2", "ZFG") == "zfg"


def test_another_long_form_of_an_acronym_that_the_table_knows_is_another_entity() -> None:
    # The extraction knows GAN, and goes by it; these papers write what they mean by it.
    known = "generative adversarial network"
    graph = build(
        [
            extraction("p1", (METHOD, known, "Grid Anchor Nets"), (METHOD, known, "GANs")),
            extraction("p2", (METHOD, known, "GAN"), (METHOD, known, "generator")),
            extraction("p3", (METHOD, known, "Generative Adversary Networks")),
        ]
    )
    assert entity_of(graph, "p1", "GANs") == entity_of(graph, "p1", "Grid Anchor Nets")
    assert entity_of(graph, "p1", "GANs") == "gridanchornet"
    for paper, surface in (
        ("p2", "GAN"),
        ("p2", "generator"),
        ("p3", "Generative Adversary Networks"),
    ):
        assert entity_of(graph, paper, surface) == "generativeadversarialnetwork"
    assert list(graph.homographs.name) == ["gan", "gan"]


def test_a_name_is_the_singular_that_enough_papers_write() -> None:
    papers = [extraction(f"p{n}", (METHOD, "zonal grids", "zonal grids")) for n in range(3)]
    graph = build([*papers, extraction("q", (METHOD, "zonal grid", "zonal grid"))])
    assert list(graph.entities.name) == ["zonal grid"]


def test_a_paper_that_joins_two_names_joins_no_others() -> None:
    graph = build(
        [
            extraction("p1", (METHOD, "ZedNet", "ZedNet"), (METHOD, "ZedNet", "our network")),
            extraction("p2", (METHOD, "our network", "our network")),
        ]
    )
    assert entity_of(graph, "p1", "our network") == "zednet"
    assert entity_of(graph, "p2", "our network") == "ournetwork"
    row = graph.names[graph.names.name == "our network"].iloc[0]
    assert set(graph.names[graph.names.name == "our network"].licence) == {"paper", "name"}
    assert row.source in ("p1", "")


def test_members_of_a_family_found_by_one_name_stay_apart() -> None:
    graph = build(
        [
            extraction("p1", (METHOD, "ZedNet", "ZedNet")),
            extraction("p2", (METHOD, "ZedNet", "ZedNet-2 7B")),
            extraction("p3", (METHOD, "ZedNet", "ZedNet2")),
        ]
    )
    names = graph.entities.set_index("id").name
    rows = {
        (names[entity], names[broader], difference)
        for entity, broader, difference in graph.broader.to_numpy().tolist()
    }
    assert rows == {
        ("ZedNet-2 7B", "ZedNet2", "size"),
        ("ZedNet2", "ZedNet", "version"),
    }


def test_a_family_without_its_middle_leads_to_the_next_wider_name() -> None:
    graph = build(
        [extraction("p", (METHOD, "ZedNet", "ZedNet"), (METHOD, "ZedNet-2-7B", "ZedNet-2-7B"))]
    )
    assert graph.broader.difference.tolist() == ["version"]


@pytest.mark.parametrize(
    ("kind", "name", "wider"),
    [
        (METHOD, "LLaMA-2 7B", ["LLaMA-2", "LLaMA"]),
        (METHOD, "Qwen2.5-VL-7B-Instruct", ["Qwen2.5-VL-7B", "Qwen2.5-VL", "Qwen2.5", "Qwen"]),
        (METHOD, "ViT-B/16", ["ViT-B", "ViT"]),
        (METHOD, "YOLOv8-L", ["YOLOv8", "YOLO"]),
        (METHOD, "ResNet-50", ["ResNet"]),
        (METHOD, "GPT-4o", ["GPT-4", "GPT"]),
        (METHOD, "GPT-4 Turbo's", ["GPT-4", "GPT"]),
        (METHOD, "Qwen3-30B-A3B", ["Qwen3", "Qwen"]),
        (DATASET, "ImageNet-1K", ["ImageNet"]),
        (DATASET, "ImageNetV2", ["ImageNet"]),
        (DATASET, "COCO val2017", ["COCO"]),
        (DATASET, "SWE-bench Verified", ["SWE-bench"]),
        (METRIC, "Recall@10", ["Recall"]),
        (METHOD, "T5", []),  # a name, not the fifth T
        (METHOD, "BM25", []),
        (METHOD, "TD3", []),
        (METRIC, "F1", []),
        (TASK, "SemEval Task 4", []),
        (METHOD, "MLP", []),
    ],
)
def test_wider_names(kind: EntityType, name: str, wider: list[str]) -> None:
    assert [w.name for w in wider_names(kind, name)] == wider


@pytest.mark.parametrize(
    ("one", "other", "members"),
    [
        ("StyleGAN2", "StyleGAN", True),
        ("LLaMA-2 7B", "LLaMA-3 8B", True),
        ("BERT-base", "BERT", True),
        ("GPT4", "GPT-4", False),  # spellings
        ("ILSVRC 2012", "ImageNet", False),  # nothing in the names tells
        ("generative adversarial network", "GAN", False),
    ],
)
def test_members(one: str, other: str, members: bool) -> None:
    assert are_members(METHOD, one, other) is members


@pytest.mark.parametrize(
    ("kind", "narrower", "wider", "is_kind"),
    [
        (TASK, "few-shot object detection", "object detection", True),
        (METHOD, "Graph Contrastive Learning", "contrastive learning", True),
        (TASK, "object detections", "object detection", False),
        (TASK, "automatic speech recognition", "speech recognition", False),  # adds nothing
        (TASK, "speech recognition", "speech synthesis", False),
        (DATASET, "MS COCO", "COCO", False),  # a longer name of the same
        (METRIC, "average accuracy", "accuracy", False),
    ],
)
def test_kinds(kind: EntityType, narrower: str, wider: str, is_kind: bool) -> None:
    assert is_kind_of(kind, narrower, wider) is is_kind
    assert not is_kind_of(kind, wider, narrower)


@pytest.mark.parametrize(
    ("kind", "one", "other", "different"),
    [
        (TASK, "tumor segmentation", "medical image segmentation", True),  # a row of the table
        (TASK, "Brain Tumor Segmentation", "medical image segmentation", True),
        (METHOD, "SRGAN", "ESRGAN", True),
        (METHOD, "StyleGAN2", "StyleGAN", True),
        (METHOD, "GAN", "generative adversarial network", False),
        (TASK, "ASR", "speech recognition", False),
    ],
)
def test_relatives(kind: EntityType, one: str, other: str, different: bool) -> None:
    assert are_different(kind, one, other) is different
    assert are_different(kind, other, one) is different


def test_a_kind_that_was_found_by_the_wider_name_is_its_own_entity() -> None:
    graph = build(
        [
            extraction("p1", (TASK, "object detection", "object detection")),
            extraction("p2", (TASK, "object detection", "few-shot object detection")),
            extraction("p3", (TASK, "medical image segmentation", "tumor segmentation")),
            extraction("p4", (TASK, "medical image segmentation", "medical image segmentation")),
        ]
    )
    names = graph.entities.set_index("id").name
    assert {
        (names[entity], names[broader], difference)
        for entity, broader, difference in graph.broader.to_numpy().tolist()
    } == {
        ("few-shot object detection", "object detection", "kind"),
        ("tumor segmentation", "medical image segmentation", "kind"),
    }


def test_the_acronym_of_a_kind_goes_with_it() -> None:
    known = "object detection"
    graph = build(
        [
            extraction("p1", (TASK, known, "few-shot object detection"), (TASK, known, "FSOD")),
            extraction("p2", (TASK, known, "object detection"), (TASK, known, "OD")),
        ]
    )
    assert entity_of(graph, "p1", "FSOD") == "fewshotobjectdetection"
    assert entity_of(graph, "p2", "OD") == "objectdetection"


def test_what_no_table_would_call_so_is_its_own_entity() -> None:
    known = "generative adversarial network"
    graph = build(
        [
            extraction("p1", (METHOD, known, "gradually aligned encoders"), (METHOD, known, "GAN")),
            extraction(
                "p2", (METHOD, known, "GAN training"), (METHOD, known, "adversarial network")
            ),
        ]
    )
    assert entity_of(graph, "p1", "gradually aligned encoders") == "graduallyalignedencoder"
    assert entity_of(graph, "p2", "GAN training") == "generativeadversarialnetwork"


CNN = "convolutional neural network"


@pytest.mark.parametrize(
    ("kind", "name", "surface", "key"),
    [
        # Of a pair the extraction gives one name, and both are known.
        (METHOD, CNN, "LSTM", "longshorttermmemory"),
        (METHOD, CNN, "CNN-LSTM", "cnnlstm"),
        (METHOD, CNN, "ConvNets", "convolutionalneuralnetwork"),
        (TASK, "image classification", "object detection", "objectdetection"),
        # A part of a paper's own name is what it is a kind of.
        (METHOD, "diffusion model with a kite", "diffusion models", "diffusionmodel"),
        (METHOD, "diffusion model with a kite", "DMK", "diffusionmodelwithakite"),
        # What goes on from an acronym is somebody's own.
        (METHOD, "reinforcement learning", "RLER", "rler"),
        (METHOD, "reinforcement learning", "RL", "reinforcementlearning"),
        (METHOD, "multimodal large language model", "Multilingual Large Language Models",
         "multilinguallargelanguagemodel"),
    ],
)  # fmt: skip
def test_what_is_known_for_something_else_stays_it(
    kind: EntityType, name: str, surface: str, key: str
) -> None:
    graph = build([extraction("p1", (kind, name, name), (kind, name, surface))])
    assert entity_of(graph, "p1", surface) == key


@pytest.mark.parametrize(
    ("kind", "name", "surface", "key"),
    [
        # One word of a paper's own longer name, which names two things.
        (TASK, "object detection", "tracking", "tracking"),
        (METHOD, "attention mechanism", "attention", "attentionmechanism"),
        # An acronym must be one of the entity.
        (METHOD, "world model", "KWM", "kwm"),
        (METHOD, "world model", "WMs", "worldmodel"),
        (METRIC, "F1", "XDF", "xdf"),
        # Kinds and members of a family by any name that the tables know.
        (METHOD, "variational autoencoder", "conditional VAE", "conditionalvae"),
        (METHOD, "variational autoencoder", "vanilla VAE", "variationalautoencoder"),
        (METHOD, "vision-language model", "LVLMs", "largevisionlanguagemodel"),
        (METHOD, "vision-language model", "VLMs", "visionlanguagemodel"),
        # A data set with a name of its own in its name.
        (DATASET, "MS-COCO", "COCO-Search18", "cocosearch18"),
        (DATASET, "ImageNet", "ImageNet VID", "imagenetvid"),
        (DATASET, "ImageNet", "Kite-ImageNet", "kiteimagenet"),
        (DATASET, "MS-COCO", "the COCO benchmarks", "mscoco"),
        (METRIC, "accuracy", "near-perfect accuracy", "accuracy"),
        # What tables know is no name of what one paper made.
        (METHOD, "Quillnet", "reinforcement learning", "reinforcementlearning"),
        (METHOD, "Quillnet", "quilled network", "quillnet"),
    ],
)  # fmt: skip
def test_what_is_no_name_of_an_entity_is_its_own(
    kind: EntityType, name: str, surface: str, key: str
) -> None:
    graph = build([extraction("p1", (kind, name, name), (kind, name, surface))])
    assert entity_of(graph, "p1", surface) == key


@pytest.mark.parametrize(
    ("short", "long", "stands"),
    [
        ("LoRA", "low-rank adaptation", True),
        ("LLMs", "large language model", True),
        ("GNN", "Graph Neural Networks", True),
        ("NeRF", "neural radiance field", True),
        ("MAE", "masked autoencoder", True),
        ("SLAM", "simultaneous localization and mapping", True),
        ("RLHF", "reinforcement learning from human feedback", True),
        ("BERT", "Bidirectional Encoder Representations from Transformers", True),
        ("MAP", "maximum a posteriori", True),
        ("PPO", "policy optimization", False),  # of proximal policy optimization a part
        ("RL", "reinforcement learning agent", False),  # more than it stands for
        ("BERT", "GPT model", False),
        ("ViT", "ViT-B model", False),  # holds the short form itself
        ("AP", "precision average", False),  # another first letter
        ("net", "neural embedding tree", False),  # no capitals
        ("GAN", "generator", False),  # one word
        ("Opus", "Optimizer-induced projected utility selection", False),  # a word
    ],
)
def test_abbreviates(short: str, long: str, stands: bool) -> None:
    assert abbreviates(short, long) is stands


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Large Multi-modality Models", "large multimodal model", False),  # other words
        ("large multi modality model", "Large Multi-Modal Models", True),
        ("reinforcement learning with verifiable rewards", "RL from verifier rewards", False),
        ("policy optimisation of groups", "Policy Optimization for groups", True),
        ("large reconstruction model", "large reasoning model", False),
        ("speech language model", "small language model", False),
    ],
)
def test_resembles(one: str, other: str, alike: bool) -> None:
    assert resembles(one, other) is alike


def test_the_tables_that_are_shipped_merge_nothing_different() -> None:
    assert not [a for a in known_aliases() if are_different(a.type, a.alias, a.name)]


def test_a_users_row_wins(tmp_path: Path) -> None:
    table = tmp_path / "aliases.tsv"
    table.write_text("# ours\n\nmethod\tgrid anchor net\tGAN\nmethod\tZedNet family\tZedNet-2 7B\n")
    graph = build(
        [
            extraction("p1", (METHOD, "generative adversarial network", "GAN")),
            extraction("p2", (METHOD, "ZedNet-2 7B", "ZedNet-2-7B")),
        ],
        aliases=read_aliases(table),
    )
    assert entity_of(graph, "p1", "GAN") == "gridanchornet"
    assert entity_of(graph, "p2", "ZedNet-2-7B") == "zednetfamily"
    assert graph.names.set_index("name").source["GAN"] == f"{table}:3"
    assert graph.names.set_index("name").licence["GAN"] == "user alias"
    assert set(graph.entities.name) == {"grid anchor net", "ZedNet family"}


@pytest.mark.parametrize(
    ("lines", "line", "problem"),
    [
        ("method\tA", 1, "found 2 columns"),
        ("# x\nmethod\tA\tB\tC", 2, "found 4 columns"),
        ("model\tA\tB", 1, "found 'model'"),
        ("method\t\tB", 1, "found an empty one"),
        ("method\tA\tB\nmethod\tC\tB", 2, "found a second, 'C'"),
        ("method\tA\tB\nmethod\tB\tA", 2, "want no circle"),
        ("method\tA\tB\nmethod\tB\tC\nmethod\tC\tA", 3, "want no circle"),
        ("method\tA\tB\udcff", 1, "want UTF-8"),
    ],
)
def test_a_bad_row_is_an_error_with_its_line(
    tmp_path: Path, lines: str, line: int, problem: str
) -> None:
    table = tmp_path / "aliases.tsv"
    table.write_text(lines, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(CorpusError, match=problem) as error:
        read_aliases(table)
    assert (error.value.path, error.value.line) == (str(table), line)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PaperlatticeError, match=r"none\.tsv: No such file"):
        read_aliases(tmp_path / "none.tsv")


def test_rows_may_say_the_same_twice_and_chain(tmp_path: Path) -> None:
    table = tmp_path / "aliases.tsv"
    table.write_text("method\tA\tB\nmethod\tA\tB\nmethod\tB\tC\nmethod\tA\ta\n")
    rows = read_aliases(table)
    assert rows[0] == Alias(METHOD, "A", "B", f"{table}:1")
    graph = build([extraction("p", (METHOD, "C", "C"))], aliases=rows)
    assert list(graph.entities.name) == ["A"]
