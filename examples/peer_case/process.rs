//! The process's own figures: time on a processor, memory.

use std::error::Error;
use std::fs;

/// Time this process has been on a processor, s.
pub fn cpu_s() -> Result<f64, Box<dyn Error>> {
    let schedstat = fs::read_to_string("/proc/self/schedstat")?;
    let on_cpu_ns: f64 = schedstat.split_whitespace().next().ok_or("/proc/self/schedstat is empty")?.parse()?;
    Ok(on_cpu_ns * 1e-9)
}

/// Largest resident set so far, MiB.
pub fn peak_mib() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    let kib: f64 = line.split_whitespace().next().ok_or("VmHWM is empty")?.parse()?;
    Ok(kib / 1024.0)
}
