"""Positions for a map of the graph: force-directed, on a grid, the same on every run.

LinLog energy (Noack, "Energy models for graph clustering", 2007) with the forces and the
adaptive speed of ForceAtlas2 (Jacomy et al., 2014). Repulsion between all pairs is a
convolution of a mass grid with the force kernel, computed by FFT, so that an iteration costs
O(nodes + edges + grid). It leaves out overlap removal of labels, which depends on the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy.fft import fft, ifft, irfft, rfft, rfft2
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.spatial import cKDTree
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_DECIMALS = 4  # hides the last bits, in which processors and FFT libraries differ
_GRAVITY = 0.02
_TOGETHER = (0.7, 1.2)  # how strongly a group draws its members, in small and in large graphs
_LARGE = 20_000  # nodes
_LOOSENESS = 2.0  # how freely old nodes move, a share of new ones


def lay_out(
    count: int,
    edges: npt.NDArray[np.integer],
    weights: npt.NDArray[np.floating],
    *,
    names: Sequence[str] | None = None,
    groups: Ints | None = None,
    start: Floats | None = None,
    iterations: int | None = None,
) -> Floats:
    """Place nodes in the plane so that densely linked groups stand together.

    Args:
        count: number of nodes; they are 0 to count - 1.
        edges: shape (m, 2), node indices; direction does not matter.
        weights: shape (m,), positive pulls.
        names: what each node is called, however they are numbered: the layout then begins from
            the names, so that maps of nearly the same graph are nearly the same.
        groups: shape (count,); the group of each node, -1 for none. Groups are placed first, and
            a point in the middle of each draws its members: they stand together, and groups
            apart, where there is more to see than one heap.
        start: shape (count, 2); positions of an earlier map, NaN where a node is new. New nodes
            begin at the mean of their neighbours; the fewer are new, the less the old ones
            move, and none does where none is new.
        iterations: steps; by default 300, less for large graphs and for a given start.

    Returns:
        Positions, shape (count, 2), rounded to 4 decimals; without a start centred on 0, 90 %
        of the nodes within distance 1, with one in its unit, old nodes moved by 0 on average.

    Raises:
        ValueError: if the arrays do not fit together or name a node that is not there.
    """
    edges = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    pulls: Floats = np.asarray(weights, dtype=np.float64)
    if len(edges) != len(pulls):
        raise ValueError(f"want one weight an edge, found {len(pulls)} for {len(edges)}")
    if len(edges) and not (edges.min() >= 0 and edges.max() < count):
        raise ValueError(f"want node indices below {count}, found {edges.min()} to {edges.max()}")
    if count <= 1:
        return np.zeros((count, 2))
    member = np.flatnonzero(groups >= 0) if groups is not None else np.zeros(0, np.int64)
    group = groups[member] if groups is not None else member
    middles = int(group.max(initial=-1)) + 1
    together = np.full(len(member), _TOGETHER[int(count > _LARGE)])
    matrix = _symmetric(
        count + middles,
        np.r_[edges, np.column_stack([member, count + group])],
        np.r_[pulls, together],
    )
    if start is None or np.isnan(start).any(axis=1).all():
        noise = _noise(names or [str(node) for node in range(count)])
        begin = _spectral_start(matrix, np.r_[noise, np.zeros((middles, 2))])
        if middles > 1:
            begin = _grouped_start(matrix, begin, noise, member, group)
        iterations = iterations or (300 if count <= _LARGE else 60 if middles > 1 else 150)
        free = np.ones(len(begin))
        return _normalise(_relax(begin, matrix, free, iterations)[:count])
    placed = np.array(start, dtype=np.float64)
    new: Bools = np.asarray(np.isnan(placed).any(axis=1))
    if new.any():
        iterations = iterations or (50 if count <= _LARGE else 25)
        begin = np.r_[placed, _means(placed, member, group, middles)]
        freedom = np.where(
            np.isnan(begin).any(axis=1), 1.0, min(1.0, _LOOSENESS * float(new.mean()))
        )
        placed = _relax(_resume(matrix, begin), matrix, freedom, iterations)[:count]
        placed -= (placed - start)[~new].mean(axis=0)
    return _rounded(placed)


def separate(positions: Floats, radii: npt.NDArray[np.floating], *, iterations: int = 20) -> Floats:
    """Push overlapping discs apart, moving each as little as needed.

    Args:
        positions: shape (n, 2).
        radii: shape (n,), in the unit of the positions.
        iterations: most rounds; it stops early when nothing overlaps.
    """
    positions = np.array(positions, dtype=np.float64)
    radii = np.asarray(radii, dtype=np.float64)
    if len(positions) < 2:
        return positions
    # Equal positions have no direction to be pushed in: give each its own (golden angle).
    angle = np.arange(len(positions)) * 2.399963
    positions += 1e-6 * np.column_stack([np.cos(angle), np.sin(angle)])
    for _ in range(iterations):
        pairs = cKDTree(positions).query_pairs(2 * float(radii.max()), output_type="ndarray")
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        first, second = pairs[:, 0], pairs[:, 1]
        delta = positions[first] - positions[second]
        distance = np.maximum(np.hypot(delta[:, 0], delta[:, 1]), 1e-12)
        overlap = radii[first] + radii[second] - distance
        keep = overlap > 1e-9
        if not keep.any():
            break
        push = (delta[keep].T * (0.5 * overlap[keep] / distance[keep])).T
        _scatter(positions, first[keep], push)
        _scatter(positions, second[keep], -push)
    return _rounded(positions)


def _symmetric(count: int, edges: Ints, weights: Floats) -> csr_array:
    """Adjacency matrix with each edge both ways, loops left out."""
    keep = edges[:, 0] != edges[:, 1]
    source, target, weights = edges[keep, 0], edges[keep, 1], weights[keep]
    both = (
        np.concatenate([weights, weights]),
        (np.concatenate([source, target]), np.concatenate([target, source])),
    )
    return coo_array(both, shape=(count, count)).tocsr()


def _noise(names: Sequence[str]) -> Floats:
    """Normal noise, shape (names, 2), that depends on each name alone."""
    digests = b"".join(blake2b(name.encode(), digest_size=16).digest() for name in names)
    even = (np.frombuffer(digests, "<u8").reshape(-1, 2) >> 11).astype(np.float64) + 0.5
    even /= 2.0**53
    return ndtri(even)


def _spectral_start(matrix: csr_array, noise: Floats, rounds: int = 60) -> Floats:
    """Two smooth vectors over the graph by power iteration, spread evenly by rank.

    Ranks, since eigenvectors of graphs with small parts put nearly everything on one point.
    """
    count = matrix.shape[0]
    degree = np.asarray(matrix.sum(axis=1)).ravel() + 1.0
    smooth = diags_array(1.0 / degree) @ matrix
    vectors = noise
    stationary = degree / degree.sum()
    for _ in range(rounds):
        vectors = 0.5 * (vectors + smooth @ vectors + vectors / degree[:, None])
        vectors -= stationary @ vectors
        vectors[:, 0] /= np.linalg.norm(vectors[:, 0]) + 1e-300
        vectors[:, 1] -= (vectors[:, 0] @ vectors[:, 1]) * vectors[:, 0]
        vectors[:, 1] /= np.linalg.norm(vectors[:, 1]) + 1e-300
    ranks = np.argsort(np.argsort(np.round(vectors, 9), axis=0, kind="stable"), axis=0)
    return (ranks + 0.5) / count * 2 - 1


def _grouped_start(
    matrix: csr_array, smooth: Floats, noise: Floats, member: Ints, group: Ints
) -> Floats:
    """Place groups as a small graph of their own, and members within, in the order of ``smooth``.

    Large graphs then need no iterations to find what stands beside what.
    """
    count = len(noise)
    size = np.bincount(group).astype(np.float64)
    belongs = coo_array(
        (np.ones(len(member)), (group, member)), shape=(len(size), matrix.shape[0])
    ).tocsr()
    between = (belongs @ matrix @ belongs.T).tocoo()
    once = between.row < between.col
    row, column = between.row[once].astype(np.int64), between.col[once].astype(np.int64)
    pull = between.data[once] / np.sqrt(size[row] * size[column])
    small = _symmetric(len(size), np.column_stack([row, column]), pull)
    # What a group is called: the sum of its members, which changes little as it grows.
    own = (belongs[:, :count] @ noise) / np.sqrt(np.maximum(size, 1.0))[:, None]
    middles = _normalise(_relax(_spectral_start(small, own), small, np.ones(len(size)), 300))
    radius = 0.9 * np.sqrt(size / size.sum())
    middles = separate(middles, np.maximum(radius, 1e-3), iterations=400)
    begin = np.full((matrix.shape[0], 2), np.nan)
    begin[count:] = middles
    first = np.cumsum(size) - size
    for axis in (0, 1):
        order = np.lexsort((smooth[member, axis], group))
        turn = np.empty(len(member))
        turn[order] = np.arange(len(member)) - first[group[order]]
        spread = (turn + 0.5) / size[group] * 2 - 1
        begin[member, axis] = middles[group, axis] + 0.7 * radius[group] * spread
    return _resume(matrix, begin)


def _means(positions: Floats, member: Ints, group: Ints, groups: int) -> Floats:
    """The mean of each group's members that have a position; NaN where none has."""
    known = ~np.isnan(positions[member]).any(axis=1)
    member, group = member[known], group[known]
    count = np.bincount(group, minlength=groups)
    total = np.column_stack(
        [np.bincount(group, positions[member, axis], minlength=groups) for axis in (0, 1)]
    )
    return np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], np.nan)


def _resume(matrix: csr_array, start: Floats) -> Floats:
    """Fill the places of new nodes: the mean of their placed neighbours, else the rim."""
    positions = np.array(start, dtype=np.float64)
    known: Bools = ~np.asarray(np.isnan(positions).any(axis=1))
    for _ in range(3):  # a new paper's new entity has no placed neighbour at first
        if known.all():
            break
        pull = matrix @ np.column_stack([np.where(known[:, None], positions, 0.0), known])
        reached = ~known & (pull[:, 2] > 0)
        positions[reached] = pull[reached, :2] / pull[reached, 2:]
        known |= reached
    lost = np.flatnonzero(~known)
    angle = lost * 2.399963
    rim = 1.1 * np.abs(positions[known]).max(initial=1e-3)
    positions[lost] = rim * np.column_stack([np.cos(angle), np.sin(angle)])
    jitter = np.arange(len(positions)) * 2.399963
    positions += 1e-4 * rim * np.column_stack([np.cos(jitter), np.sin(jitter)])
    return positions


def _relax(positions: Floats, matrix: csr_array, freedom: Floats, iterations: int) -> Floats:
    """Follow the forces; freedom, shape (count,): the part of its step that a node takes."""
    count = len(positions)
    degree = np.asarray(matrix.sum(axis=1)).ravel()
    mass = degree / max(float(degree.mean()), 1e-12) + 1.0
    upper = matrix.tocoo()
    once = upper.row < upper.col
    source, target = upper.row[once].astype(np.int64), upper.col[once].astype(np.int64)
    pull = upper.data[once] / max(float(upper.data.sum()) / max(len(upper.data), 1), 1e-12)
    scale = _balance(positions, mass, source, target, pull)
    positions = positions * scale
    repel = _Repulsion(count)
    speed, efficiency = 1.0, 1.0
    before = np.zeros_like(positions)
    for _ in range(iterations):
        force = repel(positions, mass) * mass[:, None]
        force -= _GRAVITY * mass[:, None] * positions  # gravity keeps the parts in one picture
        delta = positions[target] - positions[source]
        distance = _lengths(delta) + 1e-9
        attraction = delta * (pull * np.log1p(distance) / distance)[:, None]
        _scatter(force, source, attraction)
        _scatter(force, target, -attraction)
        swing = mass * _lengths(force - before)
        traction = 0.5 * mass * _lengths(force + before)
        total_swing, total_traction = float(swing.sum()) + 1e-12, float(traction.sum())
        jitter = 0.05 * np.sqrt(count) * total_traction / count**2
        jitter = max(np.sqrt(0.05 * np.sqrt(count)) * 0.1, min(10.0, jitter))
        if total_swing / max(total_traction, 1e-12) > 2.0:
            efficiency = max(efficiency * 0.5, 0.05)
            jitter = max(jitter, 1.0)
        target_speed = jitter * efficiency * total_traction / total_swing
        if total_swing > jitter * total_traction:
            efficiency = max(efficiency * 0.7, 0.05)
        elif speed < 1000:
            efficiency *= 1.3
        speed += min(target_speed - speed, 0.5 * speed)
        factor = speed / (1.0 + np.sqrt(speed * swing))
        step = force * factor[:, None]
        length = _lengths(step)
        longest = 0.1 * np.sqrt(count) + 1.0
        part = freedom * np.minimum(1.0, longest / np.maximum(length, 1e-9))
        positions = positions + step * part[:, None]
        before = force
    return positions / scale


def _balance(positions: Floats, mass: Floats, source: Ints, target: Ints, pull: Floats) -> float:
    """The scale at which what pulls inwards and what pushes outwards do equal work.

    Repulsion as 1 / distance does the same work at every scale: half the product of all pairs
    of masses. So a map that was relaxed earlier need not first swell or shrink.
    """
    outwards = (float(mass.sum()) ** 2 - float((mass**2).sum())) / 2
    gravity = _GRAVITY * float((mass * (positions**2).sum(axis=1)).sum())
    delta = positions[target] - positions[source]
    length = np.hypot(delta[:, 0], delta[:, 1])
    low, high = 1e-6, 1e9
    for _ in range(60):
        scale = np.sqrt(low * high)
        inwards = scale * float((pull * length * np.log1p(scale * length)).sum())
        if inwards + scale**2 * gravity < outwards:
            low = scale
        else:
            high = scale
    return float(low)


class _Repulsion:
    """Force of all masses on each node, mass_j / distance, through a grid.

    The kernel x / |x|^2 has no scale: on a grid of another cell width it is the same but for a
    factor, so that it is transformed once.
    """

    def __init__(self, count: int) -> None:
        self.size = int(2 ** np.clip(np.ceil(np.log2(2.0 * np.sqrt(count))), 6, 9))
        offset = np.fft.fftfreq(2 * self.size, 1 / (2 * self.size))
        dx, dy = np.meshgrid(offset, offset, indexing="ij")
        squared = dx**2 + dy**2
        squared[0, 0] = 1.0
        # Bilinear weights smear a node over four cells; soften the kernel as much, or a node
        # would be thrown about by its own mass.
        soft = squared + 0.5
        self.kernels = (rfft2(dx / soft), rfft2(dy / soft))

    def __call__(self, positions: Floats, mass: Floats) -> Floats:
        size = self.size
        low, high = positions.min(axis=0), positions.max(axis=0)
        width = max(float((high - low).max()), 1e-9) / (size - 2)
        place = (positions - (low + high) / 2) / width + (size - 1) / 2
        cell = np.clip(np.floor(place).astype(np.int64), 0, size - 2)
        part = place - cell
        corners = [(cell[:, 0] + i) * size + cell[:, 1] + j for i in (0, 1) for j in (0, 1)]
        shares = [
            (part[:, 0] if i else 1 - part[:, 0]) * (part[:, 1] if j else 1 - part[:, 1])
            for i in (0, 1)
            for j in (0, 1)
        ]
        grid = np.zeros(size * size)
        for corner, share in zip(corners, shares, strict=True):
            grid += np.bincount(corner, weights=mass * share, minlength=size * size)
        # The grid is zero beyond its size, and the fields are read up to it: the other halves of
        # the rows need no transform.
        spectrum = fft(rfft(grid.reshape(size, size), n=2 * size, axis=1), n=2 * size, axis=0)
        force = np.zeros_like(positions)
        for axis, kernel in enumerate(self.kernels):
            rows = ifft(spectrum * kernel, axis=0, overwrite_x=True)[:size]
            field = irfft(rows, n=2 * size, axis=1, overwrite_x=True)[:, :size].ravel()
            for corner, share in zip(corners, shares, strict=True):
                force[:, axis] += share * field[corner]
        return force / width


def _lengths(vectors: Floats) -> Floats:
    """Length of each row: np.hypot, which guards against overflow, takes several times longer."""
    return np.sqrt(vectors[:, 0] ** 2 + vectors[:, 1] ** 2)


def _scatter(force: Floats, index: Ints, values: Floats) -> None:
    """Add values[k] to force[index[k]]: bincount, since np.add.at is several times slower."""
    for axis in (0, 1):
        force[:, axis] += np.bincount(index, weights=values[:, axis], minlength=len(force))


def _normalise(positions: Floats) -> Floats:
    positions = positions - positions.mean(axis=0)
    reach = float(np.quantile(np.hypot(positions[:, 0], positions[:, 1]), 0.9))
    return _rounded(positions / max(reach, 1e-9))


def _rounded(positions: Floats) -> Floats:
    return np.round(positions, _DECIMALS) + 0.0  # + 0.0: no negative zero
