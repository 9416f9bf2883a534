//! Seconds of the flow part of a scenario.
use trocar::procedure::{Procedure, operation::Operation, script};
use trocar::scenario::{
    Scenario, build, build_patient,
    headless::{RunSettings, Switches},
};
fn cpu() -> f64 {
    std::fs::read_to_string("/proc/self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let scenario = Scenario::load(std::path::Path::new(&a[1])).unwrap();
    let procedure = if a[2] == "pkp" { Procedure::Pkp } else { Procedure::Pvp };
    let settings = RunSettings { resolution_mm: a[3].parse().unwrap(), seed: 1, switches: Switches::ALL };
    let t = std::time::Instant::now();
    let patient = build_patient::patient(&scenario, 1).unwrap();
    let mut plan = build::plan(&scenario, &patient, procedure, &settings).unwrap();
    plan.cement.volume_mm3 = a.get(5).map_or(6000.0, |v| v.parse().unwrap());
    let t0 = t.elapsed();
    for _ in 0..a[4].parse().unwrap() {
        let mut op = Operation::new(&patient, &plan);
        let c = cpu();
        let t = std::time::Instant::now();
        let first = std::cell::Cell::new(None);
        script::perform(&mut op, &|_| {
            if first.get().is_none() {
                first.set(Some(t.elapsed()))
            }
        })
        .unwrap();
        let inj = op.injection().unwrap();
        let d = inj.flow.domain();
        let g = &d.grid;
        let act: Vec<[usize; 3]> = g.cells().filter(|&c| d.is_active(c)).map(|c| g.coordinates(c)).collect();
        if false {
            for axis in 0..3 {
                let mut ext = std::collections::BTreeMap::new();
                for c in &act {
                    let k = (c[(axis + 1) % 3], c[(axis + 2) % 3]);
                    let e = ext.entry(k).or_insert((c[axis], c[axis]));
                    e.0 = e.0.min(c[axis]);
                    e.1 = e.1.max(c[axis]);
                }
                let cells: usize = ext.values().map(|e| e.1 - e.0 + 1).sum();
                let pairs: usize = ext.values().map(|e| e.1 / 2 - e.0 / 2 + 1).sum();
                println!(
                    "axis {axis} rows {} cells {} spans {} mean pairs {}",
                    ext.len(),
                    act.len(),
                    cells,
                    pairs as f64 / ext.len() as f64
                );
            }
        }
        println!("dims {:?} nodes {} exchanges {}", g.dims, d.vessels.nodes.len(), d.vessels.exchanges.len());
        println!(
            "patient {t0:?} before {:?} all {:?} injected {} leaked {} work {:?}",
            first.get(),
            t.elapsed(),
            inj.injected_mm3(),
            inj.flow.ledger().total_mm3(),
            inj.flow.work()
        );
    }
}
