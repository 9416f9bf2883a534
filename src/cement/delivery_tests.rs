//! Tests of the delivery circuit: conservation, after-flow, pressure limit, extremes.

use super::*;
use crate::units::{exp, ln};
use proptest::prelude::*;

const TICK_S: f64 = 0.05;
const NO_BONE: BoneResponse = BoneResponse { rest_pressure_pa: 0.0, resistance_pa_s_per_mm3: 0.0 };

fn eleven_gauge() -> Bore {
    Bore { radius_mm: 1.195, length_mm: 120.0 }
}

fn primed(mut delivery: Delivery) -> Delivery {
    delivery.cannula_filled_mm3 = delivery.bore.volume_mm3();
    delivery.plunger_mm3 = delivery.cannula_filled_mm3;
    delivery
}

fn imbalance(delivery: &Delivery) -> f64 {
    let found = delivery.tip_mm3 + delivery.stored_mm3 + delivery.cannula_filled_mm3 + delivery.discarded_mm3;
    (found - delivery.plunger_mm3).abs() / delivery.plunger_mm3.max(1e-300)
}

#[test]
fn without_compliance_the_flow_is_the_command() {
    let bone = BoneResponse { rest_pressure_pa: 1000.0, resistance_pa_s_per_mm3: 130.0 };
    let cement = PowerLaw { consistency_pa_s_n: 100.0, index: 0.6 };
    let mut delivery = primed(Delivery::new(eleven_gauge(), 0.0, None));
    let tick = delivery.tick(TICK_S, 40.0, cement, bone);
    assert!((tick.tip_rate_mm3_per_s - 40.0).abs() < 1e-12, "{} mm³/s", tick.tip_rate_mm3_per_s);
    assert!((tick.tip_pressure_pa - 6200.0).abs() < 1e-9, "{} Pa", tick.tip_pressure_pa);
    let expected = 6200.0 + eleven_gauge().pressure_drop_pa(40.0, cement);
    assert!((tick.syringe_pressure_pa / expected - 1.0).abs() < 1e-12, "{} Pa", tick.syringe_pressure_pa);
}

#[test]
fn steady_flow_reaches_the_command_whatever_the_compliance() {
    let cement = PowerLaw { consistency_pa_s_n: 100.0, index: 0.6 };
    let mut delivery = primed(Delivery::new(eleven_gauge(), 1e-4, None));
    let mut last = TickDelivery::default();
    for _ in 0..2000 {
        last = delivery.tick(TICK_S, 30.0, cement, NO_BONE);
    }
    assert!((last.tip_rate_mm3_per_s / 30.0 - 1.0).abs() < 1e-9, "{} mm³/s", last.tip_rate_mm3_per_s);
}

#[test]
fn after_flow_of_a_newtonian_cement_decays_with_resistance_times_compliance() {
    let cement = PowerLaw::newtonian(100.0);
    let compliance = 1e-4;
    let bone = BoneResponse { rest_pressure_pa: 0.0, resistance_pa_s_per_mm3: 130.0 };
    let tau_s = compliance * (eleven_gauge().pressure_drop_pa(1.0, cement) + 130.0);
    let mut delivery = primed(Delivery::new(eleven_gauge(), compliance, None));
    let dt_s = tau_s / 2000.0;
    for _ in 0..20_000 {
        delivery.tick(dt_s, 30.0, cement, bone);
    }
    let steady = delivery.tick(dt_s, 30.0, cement, bone).tip_rate_mm3_per_s;
    let stored = delivery.stored_mm3;
    let mut last = 0.0;
    for _ in 0..2000 {
        last = delivery.tick(dt_s, 0.0, cement, bone).tip_rate_mm3_per_s;
    }
    let found_tau_s = 2000.0 * dt_s / ln(steady / last);
    assert!((found_tau_s / tau_s - 1.0).abs() < 1e-3, "time constant {found_tau_s} s, not {tau_s} s");
    assert!((stored / (30.0 * tau_s) - 1.0).abs() < 1e-3, "{stored} mm³ stored");
    assert!((delivery.stored_mm3 / stored - exp(-1.0)).abs() < 1e-3, "{} mm³ left", delivery.stored_mm3);
}

#[test]
fn after_flow_shrinks_with_the_tick_towards_the_exact_one() {
    // First order: half the tick, half the error.
    let cement = PowerLaw::newtonian(100.0);
    let tau_s = 1e-4 * eleven_gauge().pressure_drop_pa(1.0, cement);
    let error = |ticks: u32| {
        let mut delivery = primed(Delivery::new(eleven_gauge(), 1e-4, None));
        delivery.stored_mm3 = 50.0;
        for _ in 0..ticks {
            delivery.tick(tau_s / f64::from(ticks), 0.0, cement, NO_BONE);
        }
        delivery.stored_mm3 - 50.0 * exp(-1.0)
    };
    let ratio = error(20) / error(40);
    assert!((ratio - 2.0).abs() < 0.1, "error ratio {ratio}");
}

#[test]
fn the_limit_caps_the_syringe_and_says_so() {
    let cement = PowerLaw::newtonian(500.0);
    let mut delivery = primed(Delivery::by_hand(eleven_gauge()));
    let mut peak = 0.0_f64;
    let mut last = TickDelivery::default();
    for _ in 0..4000 {
        last = delivery.tick(TICK_S, 66.7, cement, NO_BONE);
        peak = peak.max(last.syringe_pressure_pa);
    }
    assert!(last.limited);
    assert!(peak <= 3.2e6 * (1.0 + 1e-9), "{peak} Pa");
    // 5.0 MPa would be needed for 4 ml/min, so the hand gives 3.2/5.0 of it.
    let expected = eleven_gauge().rate_mm3_per_s(3.2e6, cement);
    assert!((last.tip_rate_mm3_per_s / expected - 1.0).abs() < 1e-6, "{} mm³/s", last.tip_rate_mm3_per_s);
    assert!((last.plunger_volume_mm3 - last.tip_volume_mm3).abs() < 1e-6 * last.tip_volume_mm3);
    let rest = delivery.tick(TICK_S, 0.0, cement, NO_BONE);
    assert!(!rest.limited && rest.tip_volume_mm3 > 0.0, "{rest:?}");
}

#[test]
fn clinical_peak_pressure_implies_a_medium_cement() {
    // Krebs et al. 2005: 1.7 MPa mean peak; in 11 G at 4 ml/min a Newtonian cement of about 170 Pa·s needs that.
    let peak_pa = flow_constants().delivery.manual_mean_peak_pressure_pa.value;
    let implied = peak_pa / eleven_gauge().pressure_drop_pa(66.7, PowerLaw::newtonian(1.0));
    assert!((implied / 170.0 - 1.0).abs() < 0.03, "{implied} Pa·s");
    assert!(peak_pa < flow_constants().delivery.manual_pressure_limit_pa.value);
}

#[test]
fn nothing_leaves_the_tip_before_the_dead_space_is_full() {
    let cement = PowerLaw { consistency_pa_s_n: 90.0, index: 0.6 };
    let bone = BoneResponse { rest_pressure_pa: 2000.0, resistance_pa_s_per_mm3: 100.0 };
    let mut delivery = Delivery::by_hand(eleven_gauge());
    while delivery.tick(TICK_S, 25.0, cement, bone).tip_volume_mm3 == 0.0 {}
    let held = delivery.plunger_mm3 - delivery.stored_mm3 - delivery.tip_mm3;
    assert!((held - 538.4).abs() < 0.5, "{held} mm³ in the cannula");
    assert!(delivery.tip_mm3 < 25.0 * TICK_S, "{} mm³", delivery.tip_mm3);
}

#[test]
fn the_stylet_delivers_the_dead_space_last() {
    let cement = PowerLaw::newtonian(80.0);
    let mut delivery = primed(Delivery::by_hand(eleven_gauge()));
    for _ in 0..200 {
        delivery.tick(TICK_S, 20.0, cement, NO_BONE);
    }
    let before = delivery.tip_mm3;
    let stored = delivery.stored_mm3;
    for _ in 0..2000 {
        delivery.push_stylet(TICK_S, 20.0, cement, NO_BONE);
    }
    assert_eq!(delivery.cannula_filled_mm3, 0.0);
    assert!((delivery.tip_mm3 - before - 538.4).abs() < 0.5, "{} mm³", delivery.tip_mm3 - before);
    assert_eq!(delivery.discarded_mm3, stored);
    assert!(imbalance(&delivery) < 1e-12, "{:e}", imbalance(&delivery));
}

#[test]
fn the_stylet_feels_the_limit_too() {
    let mut delivery = primed(Delivery::by_hand(eleven_gauge()));
    let tick = delivery.push_stylet(TICK_S, 60.0, PowerLaw::newtonian(7.5e4), NO_BONE);
    assert!(tick.limited && tick.tip_volume_mm3 > 0.0, "{tick:?}");
    assert!((tick.syringe_pressure_pa / 3.2e6 - 1.0).abs() < 1e-6, "{} Pa", tick.syringe_pressure_pa);
}

#[test]
fn ten_minutes_of_ticks_keep_the_balance() {
    let mut delivery = Delivery::by_hand(eleven_gauge());
    for i in 0..12_000 {
        let cement = PowerLaw { consistency_pa_s_n: 20.0 * exp(f64::from(i) * 4e-4), index: 0.6 };
        let rate = if i % 300 < 200 { 21.3 } else { 0.0 };
        delivery.tick(TICK_S, rate, cement, BoneResponse { rest_pressure_pa: 1500.0, resistance_pa_s_per_mm3: 77.7 });
        assert!(imbalance(&delivery) < 1e-12, "{:e} at tick {i}", imbalance(&delivery));
    }
    assert!(delivery.tip_mm3 > 5000.0, "{} mm³", delivery.tip_mm3);
}

#[test]
fn thicker_cement_runs_on_for_longer() {
    // After a minute of 1.5 ml/min by hand: time until half of what the line held has come, and how much that was.
    let run_on = |id: &str, age_min: f64| {
        let law = crate::cement::product::Product::by_id(id).unwrap().power_law(age_min * 60.0);
        let bone = BoneResponse { rest_pressure_pa: 1000.0, resistance_pa_s_per_mm3: 100.0 };
        let mut delivery = primed(Delivery::by_hand(eleven_gauge()));
        for _ in 0..1200 {
            delivery.tick(TICK_S, 25.0, law, bone);
        }
        let held = delivery.stored_mm3;
        let ticks = (1..4000).find(|_| {
            delivery.tick(TICK_S, 0.0, law, bone);
            delivery.stored_mm3 < 0.5 * held
        });
        (f64::from(ticks.unwrap()) * TICK_S, held)
    };
    let (thread, thread_held) = run_on("pmma-medium", 6.0);
    let (dough, dough_held) = run_on("pmma-high", 6.0);
    assert!((0.5..4.0).contains(&thread) && (20.0..100.0).contains(&thread_held), "{thread} s, {thread_held} mm³");
    assert!(dough > 3.0 * thread && dough_held > 3.0 * thread_held, "{dough} s, {dough_held} mm³");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn balance_and_signs_hold_for_all_inputs(
        log_viscosity in -3.0..5.0f64, index in 0.1..=1.0f64, log_compliance in -14.0..-2.0f64,
        limit in proptest::option::of(1e4..1e7f64), rest in 0.0..2e5f64, log_resistance in -3.0..9.0f64,
        log_dt in -4.0..1.0f64, radius in 0.4..2.0f64,
        rates in proptest::collection::vec(prop_oneof![Just(0.0), 0.0..200.0f64, -5.0..0.0f64], 1..60),
    ) {
        let cement = PowerLaw { consistency_pa_s_n: crate::units::pow(10.0, log_viscosity), index };
        let bone = BoneResponse {
            rest_pressure_pa: rest,
            resistance_pa_s_per_mm3: crate::units::pow(10.0, log_resistance),
        };
        let bore = Bore { radius_mm: radius, length_mm: 120.0 };
        let dt_s = crate::units::pow(10.0, log_dt);
        let mut delivery = Delivery::new(bore, crate::units::pow(10.0, log_compliance), limit);
        for (i, &rate) in rates.iter().enumerate() {
            let tick = if i % 17 == 16 {
                delivery.push_stylet(dt_s, rate, cement, bone)
            } else {
                delivery.tick(dt_s, rate, cement, bone)
            };
            for (name, value) in [
                ("tip", tick.tip_volume_mm3), ("rate", tick.tip_rate_mm3_per_s),
                ("tip pressure", tick.tip_pressure_pa), ("syringe pressure", tick.syringe_pressure_pa),
                ("plunger", tick.plunger_volume_mm3), ("stored", delivery.stored_mm3),
                ("cannula", delivery.cannula_filled_mm3),
            ] {
                prop_assert!(value >= 0.0 && value.is_finite(), "{name} {value} at {i}");
            }
            prop_assert!(tick.plunger_volume_mm3 <= rate.max(0.0) * dt_s, "more than commanded");
            prop_assert!(delivery.cannula_filled_mm3 <= bore.volume_mm3() * (1.0 + 1e-12));
            if let Some(limit) = limit && i % 17 != 16 {
                // At rest the line stands at the bone's own pressure, whatever the hand could hold.
                let allowed = limit.max(rest);
                prop_assert!(tick.syringe_pressure_pa <= allowed * (1.0 + 1e-6) + 1e-2, "{} Pa", tick.syringe_pressure_pa);
            }
            prop_assert!(imbalance(&delivery) < 1e-12, "{:e} at {i}", imbalance(&delivery));
        }
    }

    #[test]
    fn more_command_never_gives_less(viscosity in 1.0..1e4f64, index in 0.2..=1.0f64, rate in 0.0..100.0f64) {
        let cement = PowerLaw { consistency_pa_s_n: viscosity, index };
        let bone = BoneResponse { rest_pressure_pa: 1000.0, resistance_pa_s_per_mm3: 100.0 };
        let run = |rate: f64| {
            let mut delivery = primed(Delivery::by_hand(eleven_gauge()));
            for _ in 0..40 {
                delivery.tick(TICK_S, rate, cement, bone);
            }
            delivery.tip_mm3
        };
        let (less, more) = (run(rate), run(rate + 1.0));
        prop_assert!(more >= less, "{more} mm³ after {less} mm³");
    }
}
