//! Tests of the products: order of the classes, anchors, refusals.

use super::*;
use crate::provenance::Basis;

const MINUTE_S: f64 = 60.0;

fn product(id: &str) -> &'static Product {
    Product::by_id(id).unwrap()
}

fn sheet(id: &str) -> ProductSheet {
    product(id).sheet.clone().unwrap()
}

#[test]
fn low_is_thinner_than_medium_than_high_until_all_are_set() {
    for step in 0..=150 {
        let age_s = 0.1 * f64::from(step) * MINUTE_S;
        let at_one = ["pmma-low", "pmma-medium", "pmma-high"].map(|id| product(id).reference_viscosity_pa_s(age_s));
        assert!(at_one[0] < at_one[1] && at_one[1] < at_one[2], "{at_one:?} Pa·s at {age_s} s");
        for shear in [0.1, 5.0, 50.0] {
            let [low, medium, high] =
                ["pmma-low", "pmma-medium", "pmma-high"].map(|id| product(id).viscosity_pa_s(age_s, shear));
            let capped = medium >= 7.5e4;
            let message = format!("{low}, {medium}, {high} Pa·s at {age_s} s and {shear} 1/s");
            assert!(low < medium && (medium < high || capped), "{message}");
        }
    }
}

#[test]
fn classes_have_their_viscosity_while_injecting() {
    // Bins: low 10–50, medium 50–200, high 200–1000 Pa·s.
    for (id, from_min, until_min, low, high) in [
        ("pmma-low", 6.0, 9.0, 10.0, 50.0),
        ("pmma-medium", 4.0, 8.0, 50.0, 200.0),
        ("pmma-high", 1.0, 6.0, 200.0, 1000.0),
    ] {
        for age_min in [from_min, until_min] {
            let viscosity = product(id).reference_viscosity_pa_s(age_min * MINUTE_S);
            assert!((low..=high).contains(&viscosity), "{id}: {viscosity} Pa·s at {age_min} min");
        }
    }
}

#[test]
fn high_viscosity_family_stays_injectable_for_five_minutes() {
    // US 2007/0032567, about 25 °C: 500 Pa·s and more at 1–3 min, below 2000 Pa·s for at least 5 min.
    let high = product("pmma-high");
    let rate = high.ageing_rate(25.0);
    let reached = |viscosity: f64| {
        (0..).map(|s| f64::from(s) * rate).find(|&age| high.reference_viscosity_pa_s(age) >= viscosity)
    };
    let (thick_s, stiff_s) = (reached(500.0).unwrap() / rate, reached(2000.0).unwrap() / rate);
    assert!(thick_s < 3.0 * MINUTE_S, "500 Pa·s after {thick_s} s");
    assert!(stiff_s - thick_s > 5.0 * MINUTE_S, "2000 Pa·s only {} s later", stiff_s - thick_s);
}

#[test]
fn states_come_in_order_and_medium_is_thread_at_six_minutes() {
    let medium = product("pmma-medium");
    assert_eq!(medium.state(2.0 * MINUTE_S), CementState::Runny);
    assert_eq!(medium.state(6.0 * MINUTE_S), CementState::Thread);
    assert_eq!(medium.state(10.0 * MINUTE_S), CementState::Dough);
    for product in products() {
        let ages = CementState::ALL.map(|state| product.equivalent_age_at_state_s(state).unwrap());
        assert!(ages.windows(2).all(|pair| pair[0] <= pair[1]), "{}: {ages:?}", product.id);
    }
    let dough_s = medium.equivalent_age_at_state_s(CementState::Dough).unwrap();
    assert!((medium.reference_viscosity_pa_s(dough_s) - 200.0).abs() < 1e-6);
}

#[test]
fn every_product_only_thickens_and_reaches_the_measured_cap() {
    for product in products() {
        let mut before = 0.0;
        for second in 0..1500 {
            let viscosity = product.reference_viscosity_pa_s(f64::from(second));
            assert!(viscosity >= before * (1.0 - 1e-12), "{}: {viscosity} after {before} Pa·s", product.id);
            before = viscosity;
        }
        assert!((before / 7.5e4 - 1.0).abs() < 1e-9, "{}: {before} Pa·s at the end", product.id);
    }
}

#[test]
fn half_is_cured_at_the_setting_time_and_stiff_before_it() {
    for product in products() {
        let setting_s = product.sheet.as_ref().unwrap().setting_time_min.value * MINUTE_S;
        let fraction = product.cure_fraction(setting_s);
        assert!((fraction - 0.5).abs() < 1e-9, "{}: {fraction}", product.id);
        assert_eq!(product.state(setting_s), CementState::Stiff, "{}", product.id);
        let start = product.cure_fraction(0.0);
        assert!(start > 0.0 && start < 0.01, "{}: w₀ = {start:e}", product.id);
    }
}

#[test]
fn sits_between_floor_and_cap_and_thins_with_shear() {
    for product in products() {
        for age_s in [0.0, 300.0, 600.0, 900.0, 5000.0] {
            let mut before = f64::INFINITY;
            for shear in [0.0, 1e-3, 0.1, 1.0, 10.0, 1e3, 1e9] {
                let viscosity = product.viscosity_pa_s(age_s, shear);
                assert!((0.5..=7.5e4).contains(&viscosity) && viscosity <= before, "{viscosity} Pa·s at {shear} 1/s");
                before = viscosity;
            }
        }
    }
}

#[test]
fn newtonian_is_exactly_what_was_asked() {
    for viscosity in [1e-3, 0.67, 67.0, 1e6] {
        let fluid = Product::newtonian(viscosity);
        for (age_s, shear) in [(0.0, 0.0), (400.0, 1.0), (1e5, 1e4)] {
            assert_eq!(fluid.viscosity_pa_s(age_s, shear), viscosity);
            assert_eq!(fluid.power_law(age_s), PowerLaw::newtonian(viscosity));
        }
        assert_eq!(fluid.ageing_rate(37.0), 1.0);
    }
}

#[test]
fn a_misspelt_id_is_answered_with_the_right_one() {
    let error = Product::by_id("pmma-medum").unwrap_err();
    assert_eq!(error.nearest.as_deref(), Some("pmma-medium"));
    let message = error.to_string();
    assert!(message.contains("did you mean `pmma-medium`?") && message.contains("acrylic-instant"), "{message}");
    assert_eq!(Product::by_id("qqq").unwrap_err().nearest, None);
}

#[test]
fn a_user_product_is_read_back_as_it_was_written() {
    let text = toml::to_string(&sheet("pmma-low")).unwrap();
    assert_eq!(&Product::from_toml_str(&text).unwrap(), product("pmma-low"));
}

#[test]
fn bad_numbers_are_refused_by_key() {
    type Spoil = fn(&mut ProductSheet);
    let cases: [(&str, Spoil); 9] = [
        ("viscosity[1].age_min", |s| s.viscosity[1].age_min = 0.5),
        ("viscosity[0].age_min", |s| s.viscosity[0].age_min = -1.0),
        ("viscosity[2].viscosity_pa_s", |s| s.viscosity[2].viscosity_pa_s = 1.0),
        ("viscosity[0].viscosity_pa_s", |s| s.viscosity[0].viscosity_pa_s = -3.0),
        ("viscosity[3].viscosity_pa_s", |s| s.viscosity[3].viscosity_pa_s = f64::NAN),
        ("power_law_index[0].index", |s| s.power_law_index[0].index = 1.2),
        ("power_law_index[1].age_min", |s| s.power_law_index[1].age_min = f64::INFINITY),
        ("setting_time_min", |s| (s.setting_time_min.value, s.working_time_min.value) = (1e4, 5.0)),
        ("activation_energy_kj_per_mol", |s| s.activation_energy_kj_per_mol.value = 44_000.0),
    ];
    for (expected, spoil) in cases {
        let mut sheet = sheet("pmma-low");
        spoil(&mut sheet);
        match Product::from_sheet(sheet) {
            Err(ProductError::OutOfRange { key, .. }) => assert_eq!(key, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
    let misspelt = toml::to_string(&sheet("pmma-low")).unwrap().replace("radio_opacity", "radio_opacty");
    let message = Product::from_toml_str(&misspelt).unwrap_err().to_string();
    assert!(message.contains("radio_opacty") && message.contains("line"), "{message}");
}

#[test]
fn working_window_can_be_pushed_by_hand_and_set_cement_cannot() {
    // 11 G × 120 mm at 1.5 ml/min against the greatest pressure met in patients, 3.2 MPa (Krebs et al. 2005).
    let bore = crate::cement::cannula::Bore { radius_mm: 1.195, length_mm: 120.0 };
    for product in products() {
        let sheet = product.sheet.as_ref().unwrap();
        let pressure_pa = |age_min: f64| bore.pressure_drop_pa(25.0, product.power_law(age_min * MINUTE_S));
        let (working, set) = (pressure_pa(sheet.working_time_min.value), pressure_pa(sheet.setting_time_min.value));
        assert!(working < 3.2e6, "{}: {working} Pa at the end of the working time", product.id);
        assert!(set > 3.2e6, "{}: {set} Pa when set", product.id);
    }
}

#[test]
fn every_number_names_its_source() {
    for product in products() {
        let sheet = product.sheet.as_ref().unwrap();
        assert!(sheet.viscosity.iter().all(|point| point.source.len() > 8), "{}", product.id);
        assert!(sheet.power_law_index.iter().all(|point| point.basis != Basis::Measured), "{}", product.id);
    }
}
