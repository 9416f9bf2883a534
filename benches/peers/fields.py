"""The fields that all programs solve on: a 40 mm cube of lognormal bone with cement, veins or a cavity in it.

Arrays are indexed [z, y, x], so that x runs fastest in the files. Lengths in mm, permeabilities in mm2, viscosities
in Pa s, conductivities (permeability over viscosity) in mm2/(Pa s). The eight cells round the centre are the source.
"""
import heapq

import numpy as np

SIDE_MM = 40.0
MEDIAN_MM2 = 5e-9 * 1e6
CORRELATION_VOXELS = 3.0
CEMENT_PA_S, MARROW_PA_S = 100.0, 0.1
RATE_MM3_S, VOLUME_MM3, POROSITY = 50.0, 5000.0, 0.85
SEED = 20260117

# Sphere of cement, and the volume of the ragged plume.
PLUME_RADIUS_MM = 10.0
# Standard deviation of the logarithm of a cell's passage time.
PLUME_RAGGEDNESS = 0.6
# The cavity lies off the centre, so that nothing lines up with the coarse grids of a multigrid.
CAVITY_CENTRE_MM, CAVITY_RADIUS_MM, SHELL_MM = (2.3, -1.7, 1.1), 7.0, 2.0
CAVITY_TIMES_BONE, SHELL_TIMES_BONE = 1e5, 0.05
# Two points of each vein's axis; the vein runs from wall to wall.
VEINS_MM = [
    ((0.0, 6.3, 4.1), (1.0, 6.3, 4.1)),
    ((-5.2, 0.0, 7.7), (-5.2, 1.0, 7.7)),
    ((7.1, -4.4, 0.0), (7.1, -4.4, 1.0)),
    ((0.0, -8.2, -3.0), (1.0, -7.6, -2.3)),
    ((-6.5, 3.3, 0.0), (-6.0, 2.9, 1.0)),
    ((4.0, 0.0, -9.1), (4.7, 1.0, -8.2)),
]
VEIN_TIMES_BONE = (100.0, 1000.0)

CASES = {
    "i": "cement sphere 1000:1",
    "ii": "ragged plume 1000:1",
    "iii": "six veins 100-1000 x bone",
    "iv": "cavity 1e5 x bone, shell 1/20",
    "v": "plume, veins and cavity",
}


def centres(n):
    """x, y, z of the cells' centres, each shaped to broadcast over [z, y, x]."""
    c = (np.arange(n) + 0.5) * SIDE_MM / n - SIDE_MM / 2
    return c[None, None, :], c[None, :, None], c[:, None, None]


def source_cells(n):
    """Flat indices of the eight cells round the centre."""
    if n % 2:
        raise SystemExit(f"N = {n} is odd: the source is the eight cells round the centre")
    m = (n // 2 - 1, n // 2)
    return np.array([i + n * (j + n * k) for k in m for j in m for i in m])


def bone_mm2(n, sigma_ln):
    """Lognormal permeability: the logarithm is Gaussian with the correlation exp(-(r/l)^2), periodic.

    White noise is filtered with the root of the correlation's spectrum, then brought to mean 0 and deviation 1.
    """
    noise = np.fft.rfftn(np.random.default_rng(SEED).standard_normal((n, n, n)))
    w, w_half = 2 * np.pi * np.fft.fftfreq(n), 2 * np.pi * np.fft.rfftfreq(n)
    squared = w[:, None, None] ** 2 + w[None, :, None] ** 2 + w_half[None, None, :] ** 2
    g = np.fft.irfftn(noise * np.exp(-squared * CORRELATION_VOXELS**2 / 8), s=(n, n, n), axes=(0, 1, 2))
    return MEDIAN_MM2 * np.exp(sigma_ln * (g - g.mean()) / g.std())


def sphere(n, centre_mm, radius_mm):
    x, y, z = (c - o for c, o in zip(centres(n), centre_mm))
    return x * x + y * y + z * z < radius_mm**2


def ragged_plume(n):
    """First-passage growth: from the source, the cells that a walk over random passage times reaches first."""
    wanted = round(4 / 3 * np.pi * PLUME_RADIUS_MM**3 / (SIDE_MM / n) ** 3)
    delay = np.exp(PLUME_RAGGEDNESS * np.random.default_rng(SEED + 1).standard_normal(n**3)).tolist()
    arrival = {int(c): delay[c] for c in source_cells(n)}
    front = [(time, cell) for cell, time in arrival.items()]
    heapq.heapify(front)
    filled = np.zeros(n**3, bool)
    while wanted > 0:
        time, cell = heapq.heappop(front)
        if filled[cell]:
            continue
        filled[cell] = True
        wanted -= 1
        for step, at in ((1, cell % n), (n, cell // n % n), (n * n, cell // (n * n))):
            for other in ([cell - step] if at > 0 else []) + ([cell + step] if at < n - 1 else []):
                reached = time + delay[other]
                if reached < arrival.get(other, np.inf):
                    arrival[other] = reached
                    heapq.heappush(front, (reached, other))
    return filled.reshape(n, n, n)


def vein_cells(n, a, b):
    """Cells of a line through two points, wall to wall, each sharing a face with the next."""
    h = SIDE_MM / n
    a, d = np.array(a), np.subtract(b, a)
    d = d / np.linalg.norm(d)
    s = np.arange(-2 * SIDE_MM, 2 * SIDE_MM, h / 16)
    points = a + s[:, None] * d
    points = points[(np.abs(points) < SIDE_MM / 2).all(axis=1)]
    cells = np.floor((points + SIDE_MM / 2) / h).astype(int)
    line = [cells[0]]
    for cell in cells[1:]:
        for axis in range(3):
            if cell[axis] != line[-1][axis]:
                step = line[-1].copy()
                step[axis] = cell[axis]
                line.append(step)
    return np.array(line)


def add_veins(k, n):
    for (a, b), times in zip(VEINS_MM, np.geomspace(*VEIN_TIMES_BONE, len(VEINS_MM))):
        x, y, z = vein_cells(n, a, b).T
        k[z, y, x] = times * MEDIAN_MM2


def add_cavity(k, n):
    shell = sphere(n, CAVITY_CENTRE_MM, CAVITY_RADIUS_MM + SHELL_MM)
    cavity = sphere(n, CAVITY_CENTRE_MM, CAVITY_RADIUS_MM)
    k[shell & ~cavity] *= SHELL_TIMES_BONE
    k[cavity] = CAVITY_TIMES_BONE * MEDIAN_MM2


def conductivity(case, n):
    """Permeability over viscosity of one of CASES, mm2/(Pa s)."""
    k = bone_mm2(n, 0.5 if case == "i" else 0.7)
    cement = np.zeros((n, n, n), bool)
    if case == "i":
        cement = sphere(n, (0, 0, 0), PLUME_RADIUS_MM)
    if case in ("ii", "v"):
        cement = ragged_plume(n)
    if case in ("iii", "v"):
        add_veins(k, n)
    if case in ("iv", "v"):
        add_cavity(k, n)
    return k / np.where(cement, CEMENT_PA_S, MARROW_PA_S)
