"""OPM Flow: writes the deck of the injection, runs `flow` on it, reads the final state back.

The deck is in LAB units (cm, hour, atm, cP, mD, cc). Water is the cement, oil the marrow; both and the rock are all
but incompressible, relative permeabilities are straight lines, there is no capillary pressure, and densities are next
to nothing, so that there is no gravity. Outside the six sides the initial state is held (BC, FREE).
"""
import os
import re
import subprocess

import numpy as np

import fields

MD_MM2 = 9.869232667160130e-16 * 1e6
PA_PER_ATM = 101325.0
S_PER_HOUR = 3600.0
# All but incompressible, 1/atm; all but weightless, g/cc.
COMPRESSIBILITY, DENSITY = 1e-8, 1e-6

# The fastest found at N = 20 and 40 (README.md lists what was tried).
OPTIONS = [
    "--threads-per-process=1",
    "--enable-async-ecl-output=false",
    "--ds-max=1",
    "--initial-time-step-in-days=1e-5",
    "--newton-max-iterations=12",
]


def write_deck(folder, n, permeability_mm2):
    h_cm = fields.SIDE_MM / n / 10
    cells = n**3
    # Peaceman's connection of a well to a voxel, rw = r0/2, the same for all eight cells: mm3 -> cP cc/(hr atm).
    connection_mm3 = 2 * np.pi * fields.MEDIAN_MM2 * (fields.SIDE_MM / n) / np.log(2)
    connection = connection_mm3 * 1e-3 * S_PER_HOUR * PA_PER_ATM / 1e-3
    rate = fields.RATE_MM3_S * 1e-3 * S_PER_HOUR
    hours = fields.VOLUME_MM3 / fields.RATE_MM3_S / S_PER_HOUR
    c, half = COMPRESSIBILITY, n // 2
    ports = [(i, j, k) for k in (half, half + 1) for j in (half, half + 1) for i in (half, half + 1)]
    sides = [
        f"1 1 1 {n} 1 {n} X-", f"{n} {n} 1 {n} 1 {n} X",
        f"1 {n} 1 1 1 {n} Y-", f"1 {n} {n} {n} 1 {n} Y",
        f"1 {n} 1 {n} 1 1 Z-", f"1 {n} 1 {n} {n} {n} Z",
    ]
    records = lambda lines: "\n".join(f" {line} /" for line in lines) + "\n/\n"
    deck = (
        f"RUNSPEC\nDIMENS\n {n} {n} {n} /\nOIL\nWATER\nLAB\nSTART\n 1 JAN 2026 /\n"
        "WELLDIMS\n 1 8 1 1 /\nTABDIMS\n/\nUNIFOUT\n"
        f"GRID\nDX\n {cells}*{h_cm:.10g} /\nDY\n {cells}*{h_cm:.10g} /\nDZ\n {cells}*{h_cm:.10g} /\n"
        f"TOPS\n {n * n}*100 /\nPORO\n {cells}*{fields.POROSITY} /\nINCLUDE\n 'PERM.INC' /\n"
        "COPY\n PERMX PERMY /\n PERMX PERMZ /\n/\n"
        "PROPS\nSWOF\n 0 0 1 0\n 1 1 0 0 /\n"
        f"PVTW\n 1 1 {c:g} {fields.CEMENT_PA_S * 1e3:g} 0 /\nPVCDO\n 1 1 {c:g} {fields.MARROW_PA_S * 1e3:g} 0 /\n"
        f"ROCK\n 1 {c:g} /\nDENSITY\n {DENSITY:g} {DENSITY:g} {DENSITY:g} /\n"
        f"SOLUTION\nPRESSURE\n {cells}*1 /\nSWAT\n {cells}*0 /\n"
        "SUMMARY\nFWIT\nSCHEDULE\nRPTRST\n BASIC=2 /\n"
        "BC\n" + records(f"{side} FREE" for side in sides)
        + "WELSPECS\n" + records([f"PORT G {half} {half} 1* WATER"])
        + "COMPDAT\n" + records(f"PORT {i} {j} {k} {k} OPEN 1* {connection:.8g}" for i, j, k in ports)
        + "WCONINJE\n" + records([f"PORT WATER OPEN RATE {rate:.10g} 1* 10000"])
        + f"TSTEP\n {hours:.12g} /\nEND\n"
    )
    with open(os.path.join(folder, "CASE.DATA"), "w") as f:
        f.write(deck)
    with open(os.path.join(folder, "PERM.INC"), "w") as f:
        f.write("PERMX\n")
        np.savetxt(f, (permeability_mm2 / MD_MM2).reshape(-1, n), fmt="%.7g")
        f.write("/\n")


def run(folder, core, limit_s, options=OPTIONS):
    """Runs the deck; CPU, memory and steps from /usr/bin/time and Flow's own report."""
    command = ["taskset", "-c", str(core), "/usr/bin/time", "-v", "timeout", str(limit_s)]
    command += ["flow", os.path.join(folder, "CASE.DATA"), "--output-dir=" + os.path.join(folder, "out"), *options]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    with open(os.path.join(folder, "flow.log"), "w") as f:
        f.write(" ".join(command) + "\n" + done.stdout + done.stderr)
    number = lambda pattern: float(re.search(pattern, done.stderr).group(1))
    # What has been done of the last report step: "Time step 3, stepsize 0.1 hours, at day 0.0002/0.0011, date = ...".
    at = re.findall(r"at day ([\d.e-]+)/([\d.e-]+)", done.stdout)
    newton = re.search(r"Overall Newton Iterations: +(\d+)", done.stdout)
    return {
        "cpu_s": number(r"User time \(seconds\): ([\d.]+)") + number(r"System time \(seconds\): ([\d.]+)"),
        "peak_mib": number(r"Maximum resident set size \(kbytes\): (\d+)") / 1024,
        "steps": len(re.findall(r"Newton its=", done.stdout)),
        "chopped": len(re.findall(r"chopped", done.stdout)),
        "newton": int(newton.group(1)) if newton else None,
        "finished": done.returncode == 0,
        "share_done": 1.0 if done.returncode == 0 else (float(at[-1][0]) / float(at[-1][1]) if at else 0.0),
    }


def final_state(folder, n):
    """Saturation of cement, and pressure above the outside in Pa, of the last report in UNRST."""
    saturation = pressure = None
    for name, values in _arrays(os.path.join(folder, "out", "CASE.UNRST")):
        if name == "SWAT":
            saturation = values.astype(float)
        if name == "PRESSURE":
            pressure = (values.astype(float) - 1) * PA_PER_ATM
    return saturation.reshape(n, n, n), pressure.reshape(n, n, n)


def _arrays(path):
    """Keywords of an unformatted ECLIPSE file: Fortran records, big-endian, cut into blocks."""
    kinds = {b"INTE": ">i4", b"REAL": ">f4", b"DOUB": ">f8", b"LOGI": ">i4", b"CHAR": "S8", b"MESS": "S1"}
    with open(path, "rb") as f:
        raw = f.read()
    at = 0

    def record():
        nonlocal at
        size = int.from_bytes(raw[at:at + 4], "big")
        body = raw[at + 4:at + 4 + size]
        at += size + 8
        return body

    while at < len(raw):
        head = record()
        count, kind = int.from_bytes(head[8:12], "big"), head[12:16]
        dtype = np.dtype(kinds.get(kind) or f"S{int(kind[1:])}")
        body = b""
        while len(body) < count * dtype.itemsize:
            body += record()
        yield head[:8].decode().strip(), np.frombuffer(body, dtype)
