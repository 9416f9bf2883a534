//! Seconds of the flow part of a scenario.
use trocar::procedure::{Procedure, operation::Operation, script};
use trocar::scenario::{
    Scenario, build, build_patient,
    headless::{RunSettings, Switches},
};
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
        let t = std::time::Instant::now();
        let first = std::cell::Cell::new(None);
        script::perform(&mut op, &|_| {
            if first.get().is_none() {
                first.set(Some(t.elapsed()))
            }
        })
        .unwrap();
        let inj = op.injection().unwrap();
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
