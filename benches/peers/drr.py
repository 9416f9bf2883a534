"""One exposure of a CT-like volume, ours against plastimatch's exact ray tracing (Siddon)."""
import math
import os
import resource
import subprocess

import numpy as np

N, SIDE_MM, PIXELS = 256, 256.0, 512
WATER_PER_MM = 0.022


def run(machine, arguments):
    volume = hounsfield()
    scan, field = machine.path("ct.mha"), machine.path("attenuation.f32")
    write_scan(scan, volume)
    # As plastimatch has it: nothing below -800 HU, and in proportion to 1000 + HU above.
    np.where(volume <= -800, 0.0, WATER_PER_MM * (1 + volume / 1000)).astype("<f4").tofile(field)
    ours, theirs = {1: [], 6: []}, {1: [], 6: []}
    # The programs take turns, so that a busy spell of the machine meets both.
    for _ in range(machine.times):
        for images in (1, 6):
            ours[images].append(machine.once(machine.examples["peer_drr"], field, N, images, machine.path("ours.raw")))
            theirs[images].append(plastimatch(machine, scan, images))
    for runs in (*ours.values(), *theirs.values()):
        for failed in (run["failed"] for run in runs if "failed" in run):
            raise SystemExit(failed)
    ours_s, theirs_s = per_image(ours), per_image(theirs)
    correlation = np.corrcoef(image(machine.path("ours.raw")), image(machine.path("drr0000.raw")))[0, 1]
    print(f"{N}³ voxels, {PIXELS}² pixels; CPU s of an image = (6 images - 1 image) / 5, least of {machine.times}")
    print(f"  plastimatch exact {theirs_s:.3f} s, ours {ours_s:.3f} s: {theirs_s / ours_s:.2f} times as fast")
    print(f"  normalised cross-correlation {correlation:.7f}")


def per_image(runs):
    one, six = (min(run["cpu_s"] for run in runs[images]) for images in (1, 6))
    return (six - one) / 5


def hounsfield():
    """A trunk of water, a vertebra of noisy spongy bone in a shell of hard bone; HU, z, y, x."""
    centre = (np.arange(N) + 0.5) * (SIDE_MM / N) - 0.5 * SIDE_MM
    _, y, x = np.meshgrid(centre, centre, centre, indexing="ij")
    volume = np.where(np.hypot(x, y) < 110, 0.0, -1000.0)
    body = (x / 25) ** 2 + ((y - 20) / 18) ** 2 < 1
    volume[body] = 250 + 150 * np.random.default_rng(1).standard_normal(int(body.sum()))
    volume[body & ((x / 23) ** 2 + ((y - 20) / 16) ** 2 >= 1)] = 1000.0
    return np.clip(np.round(volume), -1024, 3000)


def write_scan(path, volume):
    step = SIDE_MM / N
    first = 0.5 * (step - SIDE_MM)
    header = {"ObjectType": "Image", "NDims": 3, "BinaryData": True, "BinaryDataByteOrderMSB": False,
              "CompressedData": False, "TransformMatrix": "1 0 0 0 1 0 0 0 1", "Offset": f"{first} {first} {first}",
              "CenterOfRotation": "0 0 0", "ElementSpacing": f"{step} {step} {step}", "DimSize": f"{N} {N} {N}",
              "ElementType": "MET_SHORT", "ElementDataFile": "LOCAL"}
    with open(path, "wb") as file:
        file.write("".join(f"{key} = {value}\n" for key, value in header.items()).encode())
        file.write(volume.astype("<i2").tobytes())


def plastimatch(machine, scan, images):
    command = ["taskset", "-c", str(machine.core), "plastimatch", "drr", "-i", "exact", "-t", "raw", "-a", str(images),
               "-N", "0.001", "-r", f"{PIXELS} {PIXELS}", "-z", "400 400", "--sad", "1000", "--sid", "1500",
               "-o", "0 0 0", "-P", "preprocess", "-O", machine.path("drr"), scan]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        return {"cpu_s": math.inf, "failed": done.stderr.strip()}
    return {"cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def image(path):
    return np.fromfile(path, "<f4").reshape(PIXELS, PIXELS).ravel()
