"""Spellings that are one name, and the near misses that are not."""

import pytest

from paperlattice.extract.records import EntityType
from paperlattice.graph.keys import canonical_key

METHOD, DATASET, METRIC, TASK = (
    EntityType.METHOD,
    EntityType.DATASET,
    EntityType.METRIC,
    EntityType.TASK,
)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (METHOD, "LoRA", "LORA"),
        (METHOD, "low-rank adaptation", "Low Rank Adaptation"),
        (METHOD, "multi-modal LLM", "Multimodal LLMs"),
        (METHOD, "GPT-4", "GPT4"),
        (METHOD, "LLaMA-2-7B", "Llama 2 7B"),
        (METHOD, "S$^2$-MLP", "S²-MLP"),
        (METHOD, r"\textsc{Foo}Net", "FooNet"),
        (METHOD, r"$\alpha$-NeRF", "α-NeRF"),
        (METHOD, "Strip_MLP", r"Strip\_MLP"),
        (METHOD, "ＢＥＲＴ", "BERT"),
        (METHOD, "Schrödinger bridge", "Schrodinger bridges"),
        (METHOD, "the Adam", "Adam"),
        (METHOD, "BERT model", "BERT"),
        (METHOD, "vision‑language model", "vision-language models"),
        (DATASET, "ImageNet dataset", "ImageNet"),
        (DATASET, "CIFAR-10", "CIFAR10"),
        (METRIC, "F1 score", "F1"),
        (METRIC, "BLEU scores", "BLEU"),
        (TASK, "queries", "query"),
    ],
)
def test_one_name(kind: EntityType, one: str, other: str) -> None:
    assert canonical_key(kind, one) == canonical_key(kind, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (METHOD, "C", "C++"),
        (METHOD, "C", "C#"),
        (METHOD, "A", "A*"),
        (METHOD, "GPs", "GPS"),  # Gaussian processes, satellites
        (TASK, "VOS", "VO"),  # video object segmentation, visual odometry
        (METHOD, "LLaMA-2 7B", "LLaMA-27B"),
        (METHOD, "GPT-3.5", "GPT-35"),
        (METHOD, "Markov model", "Markov"),
        (METHOD, "3D model", "3D"),
        (METHOD, "language model", "language"),
        (DATASET, "CIFAR-10", "CIFAR-100"),
        (METRIC, "PSNR", "SSIM"),
        (METRIC, "pass@1", "pass@10"),
        (METHOD, "bias", "bia"),
        (TASK, "数据", "数学"),
    ],
)
def test_two_names(kind: EntityType, one: str, other: str) -> None:
    assert canonical_key(kind, one) != canonical_key(kind, other)


@pytest.mark.parametrize("name", ["!!!", "数据", "é", "-", "$", "\\", "the", "s", "'s"])
def test_no_name_has_an_empty_key(name: str) -> None:
    assert canonical_key(METHOD, name)
