//! Cortical shell and endplates thinner than a voxel: the share of a voxel that such a layer takes up, by its depth below
//! the surface.
//!
//! Voxels whose centres lie less than one edge deep form one sheet about one edge thick, the next ones another; a layer of
//! thickness t takes the share t ÷ edge of the first sheet and, if thicker, goes on in the next. So the layer has its right
//! volume on average, wherever the surface cuts the voxels. Layer and what is below act side by side (rule of mixtures),
//! as they do along the shell; across an endplate that is too stiff, which stiff end caps make of no account.

/// Share (0…1) of a voxel taken by a layer; `depth_mm` is that of the voxel's centre below the surface, above 0.
pub fn layer_share(thickness_mm: f64, depth_mm: f64, spacing_mm: f64) -> f64 {
    let sheets_above = (depth_mm / spacing_mm).floor().max(0.0);
    (thickness_mm / spacing_mm - sheets_above).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_wall_add_up_to_its_thickness() {
        for spacing_mm in [0.25, 0.5, 1.0, 2.0] {
            for offset in [0.01, 0.3, 0.5, 0.99] {
                for thickness_mm in [0.27, 0.65] {
                    let shares =
                        (0..20).map(|n| layer_share(thickness_mm, (n as f64 + offset) * spacing_mm, spacing_mm));
                    let sum = spacing_mm * shares.sum::<f64>();
                    assert!((sum - thickness_mm).abs() < 1e-12, "{sum} mm of {thickness_mm} at {spacing_mm} mm");
                }
            }
        }
    }

    #[test]
    fn a_curved_wall_has_its_volume() {
        // A disc of radius 15.3 mm in voxels of 1 mm: perimeter times thickness, on average over where its middle lies.
        let (radius, thickness, tries) = (15.3, 0.27, 25);
        let mut sum = 0.0;
        for n in 0..tries {
            let middle = [f64::from(n % 5) / 5.0, f64::from(n / 5) / 5.0];
            for (i, j) in (-20..20).flat_map(|i| (-20..20).map(move |j| (f64::from(i), f64::from(j)))) {
                let depth = radius - ((i - middle[0]).powi(2) + (j - middle[1]).powi(2)).sqrt();
                sum += if depth > 0.0 { layer_share(thickness, depth, 1.0) } else { 0.0 };
            }
        }
        // The ring one voxel deep is a little shorter than the perimeter.
        let expected = thickness * std::f64::consts::PI * (radius * radius - (radius - 1.0) * (radius - 1.0));
        let found = sum / f64::from(tries);
        assert!((found / expected - 1.0).abs() < 0.01, "{found} mm², not {expected}");
    }
}
