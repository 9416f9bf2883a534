#!/usr/bin/env python3
"""Runs the peers and trocar on the same fields, on one core of one machine in one go, and prints the ratios.

    compare.py solve  [--n 64 128] [--cases i ii iii iv v]     HYPRE Struct PFMG-CG
    compare.py inject [--n 20 40]                              OPM Flow
    compare.py drr                                             plastimatch

README.md says what is measured and what to install.
"""
import argparse
import json
import math
import os
import platform
import subprocess
import sys

import numpy as np

sys.dont_write_bytecode = True
import drr
import fields
import opm_flow

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RELAXATIONS = {1: "Jacobi", 2: "red-black"}
TOLERANCE = 1e-8


def least(runs):
    """The least CPU time of some runs of the same thing: what a shared machine disturbs least."""
    return min(runs, key=lambda run: run["cpu_s"])


class Machine:
    """Builds the programs, and runs them on one core."""

    def __init__(self, arguments):
        self.core, self.times, self.folder = arguments.core, arguments.times, os.path.abspath(arguments.folder)
        os.makedirs(self.folder, exist_ok=True)
        # Examples in release: what is shipped, without the checks of the development profile.
        build = ["cargo", "build", "--release", "--no-default-features", "--message-format=json"]
        build += ["--example", "peer_solve", "--example", "peer_inject", "--example", "peer_drr"]
        built = subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        messages = [json.loads(line) for line in built.splitlines()]
        self.examples = {m["target"]["name"]: m["executable"] for m in messages if m.get("executable")}

    def build_hypre(self):
        program = os.path.join(self.folder, "hypre_pfmg")
        source = os.path.join(HERE, "hypre_pfmg.c")
        subprocess.run(["mpicc", "-O2", "-I/usr/include/hypre", source, "-o", program, "-lHYPRE", "-lm"], check=True)
        return program

    def path(self, name):
        return os.path.join(self.folder, name)

    def once(self, program, *arguments):
        """One run on the core, one thread; its line of JSON."""
        env = {**os.environ, "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
        command = ["taskset", "-c", str(self.core), program, *map(str, arguments)]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            return {"cpu_s": math.inf, "failed": done.stderr.strip()}
        return json.loads(done.stdout)


def solve(machine, arguments):
    hypre = machine.build_hypre()
    print(f"elliptic solve to a true relative residual of {TOLERANCE:g}; CPU s of set-up + solve, least of {machine.times}")
    print("case    N  program            it   residual  CPU s   MiB   p_max Pa      HYPRE/ours")
    for n in arguments.n:
        for case in arguments.cases:
            field = machine.path(f"conductivity-{case}-{n}.f64")
            fields.conductivity(case, n).astype("<f8").tofile(field)
            rows = {}
            # The programs take turns, so that a busy spell of the machine meets all of them.
            for _ in range(machine.times):
                for relax, name in RELAXATIONS.items():
                    run = machine.once(hypre, field, n, relax)
                    run["cpu_s"] = run["setup_s"] + run["solve_s"] if "failed" not in run else math.inf
                    rows.setdefault(f"HYPRE {name}", []).append(run)
                rows.setdefault("trocar", []).append(machine.once(machine.examples["peer_solve"], field, n))
            os.remove(field)
            rows = {name: least(runs) for name, runs in rows.items()}
            solved = [r["cpu_s"] for name, r in rows.items() if name != "trocar" and r.get("residual", 1) <= TOLERANCE]
            for name, run in rows.items():
                print(solve_row(case, n, name, run, min(solved, default=math.inf)), flush=True)


def solve_row(case, n, name, run, peer_s):
    head = f"({case})".ljust(6) + f"{n:4}  {name:16}"
    if "failed" in run:
        return f"{head} failed: {run['failed']}"
    row = f"{head}{run['iterations']:5}  {run['residual']:9.1e} {run['cpu_s']:6.3f} {run['peak_mib']:5.0f}   {run['p_max_pa']:<12.7g}"
    if run["residual"] > TOLERANCE:
        return row + "  broke down"
    return row + (f"  {peer_s / run['cpu_s']:6.2f}" if name == "trocar" else "")


def inject(machine, arguments):
    print("5 ml of cement 1000:1 into a 40 mm cube in 100 s; CPU s of the whole program")
    for n in arguments.n:
        permeability = fields.bone_mm2(n, 0.5)
        ours, saturation = inject_ours(machine, n, permeability, "bone", 1)
        report = [f"N = {n}, exact piston radius {exact_radius_mm():.3f} mm", our_row("trocar", ours, saturation)]
        if not arguments.skip_flow:
            report += against_flow(machine, arguments, n, permeability, ours, saturation)
        uniform, saturation = inject_ours(machine, n, np.full((n, n, n), fields.MEDIAN_MM2), "bone", 1)
        radius = equivalent_radius_mm(saturation)
        report.append(our_row("trocar, uniform", uniform, saturation)
                      + f"; {100 * (radius / exact_radius_mm() - 1):+.2f} % of the exact one")
        coarse, _ = inject_ours(machine, n, permeability, "bone-with-vein", 1)
        fine, _ = inject_ours(machine, n, permeability, "bone-with-vein", 4)
        change = coarse["leaked_mm3"] / fine["leaked_mm3"] - 1 if fine["leaked_mm3"] > 0 else math.nan
        report.append(f"  vein: {coarse['leaked_mm3']:.2f} mm3 leaked in {coarse['steps']} steps, "
                      f"{fine['leaked_mm3']:.2f} mm3 in {fine['steps']}: {100 * change:+.2f} %")
        print("\n".join(report), flush=True)


def inject_ours(machine, n, permeability, medium, finer):
    field, out = machine.path(f"permeability-{n}.f64"), machine.path(f"saturation-{n}.f64")
    permeability.astype("<f8").tofile(field)
    run = least([machine.once(machine.examples["peer_inject"], field, n, out, medium, finer)
                 for _ in range(machine.times if medium == "bone" else 1)])
    if "failed" in run:
        raise SystemExit(f"peer_inject, N = {n}, {medium}: {run['failed']}")
    return run, np.fromfile(out, "<f8").reshape(n, n, n)


def against_flow(machine, arguments, n, permeability, ours, saturation):
    folder = machine.path(f"flow-{n}")
    os.makedirs(folder, exist_ok=True)
    opm_flow.write_deck(folder, n, permeability)
    peer = opm_flow.run(folder, machine.core, arguments.limit_s)
    if not peer["finished"]:
        whole_s = peer["cpu_s"] / peer["share_done"] if peer["share_done"] > 0 else math.inf
        return [f"  OPM Flow          {peer['cpu_s']:8.1f} s, stopped at {100 * peer['share_done']:.0f} % of the time: about "
                f"{whole_s:.0f} s in proportion, {peer['peak_mib']:.0f} MiB, {peer['steps']} steps so far",
                f"  Flow/ours: CPU {whole_s / ours['cpu_s']:.0f} (extrapolated)"]
    peer_saturation, peer_pa = opm_flow.final_state(folder, n)
    source_pa = peer_pa.ravel()[fields.source_cells(n)].mean()
    a, b = saturation > 0.5, peer_saturation > 0.5
    dice = 2 * (a & b).sum() / (a.sum() + b.sum())
    radius, peer_radius = equivalent_radius_mm(saturation), equivalent_radius_mm(peer_saturation)
    return [f"  OPM Flow          {peer['cpu_s']:8.1f} s {peer['peak_mib']:6.0f} MiB {peer['steps']:5} steps, radius "
            f"{peer_radius:.3f} mm, source {source_pa:.0f} Pa",
            f"  Flow/ours: CPU {peer['cpu_s'] / ours['cpu_s']:.0f}, memory {peer['peak_mib'] / ours['peak_mib']:.0f}; "
            f"Dice of S > 0.5 {dice:.4f}; ours to Flow's: radius {100 * (radius / peer_radius - 1):+.2f} %, "
            f"source pressure {100 * (ours['source_pa'] / source_pa - 1):+.2f} %"]


def our_row(name, run, saturation):
    return (f"  {name:16}  {run['cpu_s']:8.3f} s {run['peak_mib']:6.0f} MiB {run['steps']:5} steps, radius "
            f"{equivalent_radius_mm(saturation):.3f} mm, source {run['source_pa']:.0f} Pa")


def equivalent_radius_mm(saturation):
    """Radius of the ball with the volume of the cells that are more than half full."""
    volume_mm3 = (saturation > 0.5).sum() * (fields.SIDE_MM / saturation.shape[0]) ** 3
    return (3 * volume_mm3 / (4 * math.pi)) ** (1 / 3)


def exact_radius_mm():
    return (3 * fields.VOLUME_MM3 / fields.POROSITY / (4 * math.pi)) ** (1 / 3)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="processor to run on")
    parser.add_argument("--times", type=int, default=3, help="runs of each program (Flow: one), the least counts")
    parser.add_argument("--folder", default=os.path.join(ROOT, "target", "peers"), help="for fields, decks and results")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("solve", help="one elliptic solve, against HYPRE")
    one.add_argument("--n", type=int, nargs="+", default=[64, 128])
    one.add_argument("--cases", nargs="+", default=list(fields.CASES), choices=list(fields.CASES))
    whole = commands.add_parser("inject", help="a whole injection, against OPM Flow")
    whole.add_argument("--n", type=int, nargs="+", default=[20, 40])
    whole.add_argument("--limit-s", type=int, default=1800, help="Flow is stopped after so many seconds")
    whole.add_argument("--skip-flow", action="store_true", help="ours alone")
    commands.add_parser("drr", help="one exposure, against plastimatch")
    arguments = parser.parse_args()
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    print(f"{model or platform.machine()}, processor {arguments.core}, load {os.getloadavg()[0]:.1f}; " + " ".join(sys.argv[1:]))
    machine = Machine(arguments)
    {"solve": solve, "inject": inject, "drr": drr.run}[arguments.command](machine, arguments)


if __name__ == "__main__":
    main()
