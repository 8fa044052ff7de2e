"""The recogniser's network in PyTorch, for training; ``extract/neural.py`` runs it in NumPy.

Token vectors pass through convolutions over the text; a candidate span is read from its ends,
its mean and its neighbours; the spans of one form are pooled over the paper and scored with
what is known of the form: four probabilities that it is a required entity of each type, and
four that it is an optional one (which only helps the layers below to learn).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from paperlattice.extract.encoding import FORM_NUMBERS, HASHED_ROWS, TOKEN_NUMBERS, Encoded
from paperlattice.extract.neural import DILATIONS, EMBEDDED, LONGEST, WIDTH

# Empty tokens between two texts of a batch: more than the convolutions see to either side.
_PAD = 8
# Width to which contexts are brought before they are added to the rest.
_READ = 192


@dataclass
class Batch:
    """Several texts laid end to end, with empty tokens between."""

    rows: Tensor
    hashed: Tensor
    numbers: Tensor
    mask: Tensor
    text_of_token: Tensor
    is_title: Tensor
    start: Tensor
    end: Tensor
    form: Tensor
    form_numbers: Tensor
    text_of_form: Tensor
    texts: int
    contexts: Tensor | None = None


def make_batch(texts: Sequence[Encoded], contexts: Sequence[np.ndarray] = ()) -> Batch:
    """Lay texts end to end.

    contexts: of each text, what a teacher sees of its tokens besides.
    """
    columns: dict[str, list[np.ndarray]] = {name: [] for name in Batch.__annotations__}
    at = forms = 0
    if contexts:
        empty = np.zeros((_PAD, contexts[0].shape[1]), np.float32)
        columns["contexts"] = [x.astype(np.float32) for c in contexts for x in (empty, c)] + [empty]

    def pad(number: int) -> None:
        nonlocal at
        columns["rows"].append(np.zeros(_PAD, np.int64))
        columns["hashed"].append(np.zeros((_PAD, len(HASHED_ROWS)), np.int64))
        columns["numbers"].append(np.zeros((_PAD, TOKEN_NUMBERS), np.float32))
        columns["mask"].append(np.zeros(_PAD, np.float32))
        columns["text_of_token"].append(np.full(_PAD, number))
        columns["is_title"].append(np.zeros(_PAD, np.float32))
        at += _PAD

    for number, text in enumerate(texts):
        pad(number)
        size = len(text.rows)
        columns["rows"].append(text.rows)
        columns["hashed"].append(text.hashed)
        columns["numbers"].append(text.numbers)
        columns["mask"].append(np.ones(size, np.float32))
        columns["text_of_token"].append(np.full(size, number))
        columns["is_title"].append((np.arange(size) < text.title).astype(np.float32))
        columns["start"].append(text.spans[:, 0] + at)
        columns["end"].append(text.spans[:, 1] + at)
        columns["form"].append(text.form_at + forms)
        columns["form_numbers"].append(text.form_numbers)
        columns["text_of_form"].append(np.full(len(text.forms), number))
        at += size
        forms += len(text.forms)
    pad(len(texts) - 1)
    made = {k: torch.from_numpy(np.concatenate(v)) for k, v in columns.items() if v}
    return Batch(**made, texts=len(texts))


class Network(nn.Module):
    """Scores the forms of texts: [F, 8] logits.

    vectors: [V + 1, D] word vectors; they stay as they are. context: how wide the contexts of
    tokens are that a teacher sees; 0 for the network that ships.
    """

    def __init__(self, vectors: np.ndarray, dropout: float, seed: int, context: int = 0) -> None:
        super().__init__()
        self.vectors = torch.from_numpy(vectors)
        self.embeddings = nn.ModuleList(
            nn.Embedding(r, d) for r, d in zip(HASHED_ROWS, EMBEDDED, strict=True)
        )
        for table in self.embeddings:
            nn.init.normal_(table.weight, 0, 0.3)
        self.enter = nn.Linear(vectors.shape[1] + sum(EMBEDDED) + TOKEN_NUMBERS, WIDTH)
        self.enter_norm = nn.LayerNorm(WIDTH)
        self.read = nn.Linear(context, _READ) if context else None
        self.add = nn.Linear(_READ, WIDTH) if context else None
        # Each sees three tokens side by side: one matrix is faster here than nn.Conv1d.
        self.convolutions = nn.ModuleList(nn.Linear(3 * WIDTH, WIDTH) for _ in DILATIONS)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in DILATIONS)
        # Of a span: its first and last token, the tokens beside it, the mean of its tokens.
        self.parts = nn.Linear(WIDTH, 5 * WIDTH, bias=False)
        self.length = nn.Embedding(LONGEST + 1, WIDTH)
        self.whole = nn.Linear(2 * WIDTH, WIDTH)
        self.known = nn.Linear(FORM_NUMBERS, WIDTH)
        self.pooled = nn.Linear(2 * WIDTH, WIDTH)
        self.leave = nn.Linear(WIDTH, 8)
        nn.init.constant_(self.leave.bias, -4.0)
        self.share = round(256 * dropout)
        self.random = np.random.default_rng(seed)

    def dropout(self, x: Tensor) -> Tensor:
        """Drop entries at random while training; a fifth faster in all than nn.Dropout."""
        if not self.training:
            return x
        kept = self.random.integers(0, 256, x.shape, np.uint8) >= self.share
        return x * (torch.from_numpy(kept) * (256 / (256 - self.share)))

    def tokens(self, b: Batch) -> Tensor:
        """Read the tokens of a batch: [N, WIDTH]."""
        spelt = [table(b.hashed[:, i]) for i, table in enumerate(self.embeddings)]
        x = torch.cat([self.vectors[b.rows], *spelt, b.numbers], 1)
        mask = b.mask[:, None]
        x = self.enter(self.dropout(x))
        if self.read is not None and self.add is not None and b.contexts is not None:
            x = x + self.add(self.dropout(self.read(self.dropout(b.contexts))))
        x = self.enter_norm(x) * mask
        for dilation, convolution, norm in zip(
            DILATIONS, self.convolutions, self.norms, strict=True
        ):
            wide = F.pad(x, (0, 0, dilation, dilation))
            seen = torch.cat([wide[: len(x)], x, wide[2 * dilation :]], 1)
            x = norm(x + self.dropout(F.relu(convolution(seen)))) * mask
        return x

    def forward(self, b: Batch) -> Tensor:
        """Score the forms of a batch."""
        x = self.dropout(self.tokens(b))
        first, last, before, after, inside = self.parts(x).split(WIDTH, 1)
        sums = F.pad(torch.cumsum(inside, 0), (0, 0, 1, 0))
        size = b.end - b.start
        mean = (sums[b.end] - sums[b.start]) / size[:, None]
        spans = F.relu(
            first[b.start]
            + last[b.end - 1]
            + before[b.start - 1]
            + after[b.end]
            + mean
            + self.length(size.clamp(max=LONGEST))
        )
        forms = len(b.form_numbers)
        place = b.form[:, None].expand_as(spans)
        largest = torch.zeros(forms, WIDTH).scatter_reduce(
            0, place, spans, "amax", include_self=False
        )
        average = torch.zeros(forms, WIDTH).scatter_reduce(
            0, place, spans, "mean", include_self=False
        )
        whole = torch.cat([_mean_of(x, b, b.mask), _mean_of(x, b, b.is_title)], 1)
        hidden = F.relu(
            self.pooled(self.dropout(torch.cat([largest, average], 1)))
            + self.whole(whole)[b.text_of_form]
            + self.known(b.form_numbers)
        )
        logits: Tensor = self.leave(self.dropout(hidden))
        return logits


def _mean_of(x: Tensor, b: Batch, weight: Tensor) -> Tensor:
    total = torch.zeros(b.texts, x.shape[1]).index_add(0, b.text_of_token, x * weight[:, None])
    count = torch.zeros(b.texts).index_add(0, b.text_of_token, weight)
    return total / count.clamp(min=1)[:, None]
