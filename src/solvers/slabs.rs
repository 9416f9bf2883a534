//! Planes of a grid shared out among threads: each works on its own part of the arrays, sums come back plane by plane.

/// Fewest pairs of a grid that is worth sharing out.
const LEAST_PAIRS: usize = 6000;
/// Parts per thread, so that one that starts late costs little.
const PARTS_PER_THREAD: usize = 2;

/// Whether a grid is not shared out: one thread, or too small.
pub(super) fn works_alone(plane_start: &[usize]) -> bool {
    let pairs = plane_start.last().unwrap_or(&0) - plane_start[0];
    rayon::current_num_threads() == 1 || pairs < LEAST_PAIRS
}

/// Calls `work(plane, offset, arrays)` for every plane; element `i` of an array is `arrays[_][i - offset]`, and each call
/// may touch the pairs of its plane only. Returns the sum of what the calls return, added in the order of the planes.
///
/// `plane_start` holds the first pair of each plane and the end of the last; `sums` is room for one number a plane.
pub(super) fn each_plane<T: Send, const N: usize>(
    plane_start: &[usize],
    arrays: [&mut [T]; N],
    sums: &mut [f64],
    work: &(impl Fn(usize, usize, &mut [&mut [T]; N]) -> f64 + Sync),
) -> f64 {
    let planes = plane_start.len() - 1;
    let parts = if works_alone(plane_start) { 1 } else { PARTS_PER_THREAD * rayon::current_num_threads() };
    let grain = planes.div_ceil(parts);
    share_out(plane_start, 0, 0, arrays, &mut sums[..planes], grain, work);
    sums[..planes].iter().sum()
}

/// Works on the planes from `first` on, one for each of `sums`; the arrays begin at pair `offset`.
fn share_out<T: Send, const N: usize>(
    plane_start: &[usize],
    first: usize,
    offset: usize,
    mut arrays: [&mut [T]; N],
    sums: &mut [f64],
    grain: usize,
    work: &(impl Fn(usize, usize, &mut [&mut [T]; N]) -> f64 + Sync),
) {
    let planes = sums.len();
    if planes <= grain.max(1) {
        for (step, sum) in sums.iter_mut().enumerate() {
            *sum = work(first + step, offset, &mut arrays);
        }
        return;
    }
    let middle = first + planes / 2;
    let cut = plane_start[middle];
    let mut upper: [Option<&mut [T]>; N] = [const { None }; N];
    let mut place = upper.iter_mut();
    let lower = arrays.map(|array| {
        let (before, after) = array.split_at_mut(cut - offset);
        if let Some(place) = place.next() {
            *place = Some(after);
        }
        before
    });
    let upper = upper.map(Option::unwrap_or_default);
    let (sums, rest) = sums.split_at_mut(planes / 2);
    rayon::join(
        || share_out(plane_start, first, offset, lower, sums, grain, work),
        || share_out(plane_start, middle, cut, upper, rest, grain, work),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks every pair with its plane on so many threads; returns the marks, the planes' sums and their sum.
    fn marked(threads: usize, plane_start: &[usize]) -> (Vec<f64>, Vec<f64>, f64) {
        let mut marks = vec![-1.0; *plane_start.last().unwrap()];
        let mut sums = vec![0.0; plane_start.len() + 3];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let total = pool.install(|| {
            each_plane(plane_start, [&mut marks], &mut sums, &|plane, offset, [marks]| {
                let pairs = plane_start[plane]..plane_start[plane + 1];
                // Terms that do not add up to the same in another order.
                pairs
                    .map(|pair| {
                        marks[pair - offset] = plane as f64;
                        1.0 / (1.0 + pair as f64)
                    })
                    .sum()
            })
        });
        (marks, sums, total)
    }

    #[test]
    fn any_number_of_threads_gives_the_same_sums_and_visits_each_plane_once() {
        // Planes of unlike size, some empty, with a few pairs before the first as a lattice has; alone and shared out.
        for planes in [1, 2, 7, 40] {
            for size in [1, 400] {
                let mut plane_start = vec![5];
                (0..planes).for_each(|plane| plane_start.push(plane_start[plane] + size * (plane * 7 % 5)));
                let alone = marked(1, &plane_start);
                for (plane, pairs) in plane_start.windows(2).enumerate() {
                    assert!(alone.0[pairs[0]..pairs[1]].iter().all(|&mark| mark == plane as f64), "plane {plane}");
                }
                assert!(alone.0[..5].iter().all(|&mark| mark == -1.0), "pairs before the first plane were touched");
                for threads in [2, 3, 8] {
                    assert!(marked(threads, &plane_start) == alone, "{planes} planes on {threads} threads");
                }
            }
        }
    }
}
