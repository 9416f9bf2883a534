//! Why it leaked here, in words: the way of the cement told in one or two sentences.

use crate::app::looks::Look;
use crate::app::looks::widgets::figure;
use crate::procedure::leak_path::LeakPath;

/// Bone along the way that is so many times as permeable as the body's middling bone is called open; the inverse, tight.
const OPEN: f64 = 1.5;

/// The sentences, in the window's language.
pub fn sentences(path: &LeakPath, look: &Look) -> Vec<String> {
    let mut said = Vec::new();
    match &path.vein {
        Some(vein) => {
            said.push(look.say_with(
                "why-vein",
                &[
                    ("route", path.route.as_str().into()),
                    ("mm", figure(vein.from_tip_mm, 1).into()),
                    ("ml", figure(vein.injected_ml, 1).into()),
                ],
            ));
            said.push(look.say_with(
                "why-vein-size",
                &[
                    ("radius", figure(vein.radius_mm, 1).into()),
                    ("along", figure(path.in_veins_mm, 0).into()),
                    ("ml", figure(path.onset_injected_ml, 1).into()),
                ],
            ));
        }
        None => said.push(look.say_with(
            "why-opening",
            &[
                ("route", path.route.as_str().into()),
                ("mm", figure(path.straight_mm, 1).into()),
                ("along", figure(path.length_mm, 0).into()),
                ("ml", figure(path.onset_injected_ml, 1).into()),
            ],
        )),
    }
    if let Some(times) = path.ease() {
        let key = if times >= OPEN {
            "why-open-bone"
        } else if times <= 1.0 / OPEN {
            "why-tight-bone"
        } else {
            "why-usual-bone"
        };
        said.push(look.say_with(key, &[("times", figure(times, 1).into())]));
    }
    said
}
