"""What the network learns before it sees a label: to tell what a language model makes of a token.

The layers of the small network that read tokens are first fitted to give MiniLM's features of each
token (``contexts.py``) from its own. No label is seen, so all folds start from the same weights; the
texts of held-out papers are among those that are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from paperlattice.extract.encoding import Encoded
from paperlattice.extract.neural import WIDTH
from train.fitting import Descent, Settings
from train.network import Network, make_batch

#: The layers that read tokens, by how their weights are called.
READING = ("embeddings.", "enter.", "enter_norm.", "convolutions.", "norms.")
# What is to be given: the columns of the last two of the layers that contexts hold.
_WANTED = slice(384, None)
# Of so many texts the features are looked at for their mean and spread.
_SOME = 200


def pretrain(
    texts: Sequence[Encoded],
    contexts: Sequence[np.ndarray],
    vectors: np.ndarray,
    settings: Settings,
    *,
    told: Callable[[int, float], None] | None = None,
) -> dict[str, np.ndarray]:
    """Fit a network to the contexts of texts; gives the weights of the layers that read tokens.

    contexts: of each text, [N, 1152]. told: called with the epoch and its loss: the mean squared
    error, in units of the variance.
    """
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    order, batch = np.random.default_rng(settings.seed), settings.batch
    network = Network(vectors, settings.dropout, settings.seed)
    some = np.concatenate([c[:, _WANTED] for c in contexts[:_SOME]]).astype(np.float32)
    mean, spread = torch.from_numpy(some.mean(0)), torch.from_numpy(some.std(0) + 1e-3)
    tell = nn.Linear(WIDTH, some.shape[1])
    steps = settings.epochs * -(-len(texts) // batch)
    descent = Descent([*network.parameters(), *tell.parameters()], settings, steps)
    network.train()
    for epoch in range(settings.epochs):
        turn, total = order.permutation(len(texts)), 0.0
        for at in range(0, len(turn), batch):
            ids = turn[at : at + batch]
            made = make_batch([texts[i] for i in ids], [contexts[i] for i in ids])
            if made.contexts is None:
                raise ValueError("want contexts to learn from, got none")
            wanted = (made.contexts[:, _WANTED] - mean) / spread
            errors = (tell(network.tokens(made)) - wanted).square().mean(1)
            total += descent.step((errors * made.mask).sum() / made.mask.sum()) * len(ids)
        if told:
            told(epoch, total / len(turn))
    return {k: v.numpy() for k, v in network.state_dict().items() if k.startswith(READING)}
