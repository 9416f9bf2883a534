//! Shapley's fair shares of a change among four switches, with their pairwise interactions.
//!
//! Shapley LS. A value for n-person games. Contributions to the Theory of Games II, 1953; the interaction index is
//! that of Grabisch & Roubens, 1999.

use serde::Serialize;

/// Number of switches.
const N: usize = 4;

/// Each player's share of `values[15] − values[0]`; `values[mask]` is what the players in `mask` achieve together.
pub fn shapley(values: &[f64; 16]) -> [f64; N] {
    [0, 1, 2, 3].map(|player| {
        let bit = 1 << player;
        let mut share = 0.0;
        for mask in (0..16).filter(|mask| mask & bit == 0) {
            share += weight(mask, N) * (values[mask | bit] - values[mask]);
        }
        share
    })
}

/// What two players achieve together beyond the sum of what each achieves, averaged over the orders of the others;
/// pairs in the order (0,1), (0,2), (0,3), (1,2), (1,3), (2,3).
pub fn interactions(values: &[f64; 16]) -> [f64; 6] {
    PAIRS.map(|(a, b)| {
        let (bit_a, bit_b) = (1 << a, 1 << b);
        let mut index = 0.0;
        for mask in (0..16).filter(|mask| mask & (bit_a | bit_b) == 0) {
            let together = values[mask | bit_a | bit_b] - values[mask | bit_a] - values[mask | bit_b] + values[mask];
            index += weight(mask, N - 1) * together;
        }
        index
    })
}

/// The pairs of [`interactions`].
pub const PAIRS: [(usize, usize); 6] = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];

/// s! (n − s − 1)! / n! for a coalition of s among n.
fn weight(mask: usize, n: usize) -> f64 {
    let factorial = |k: usize| (1..=k).product::<usize>() as f64;
    let s = mask.count_ones() as usize;
    factorial(s) * factorial(n - s - 1) / factorial(n)
}

/// What each of kyphoplasty's differences does to the leaked volume.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SwitchShares {
    /// Names of the switches; bit i of a combination's index is name i.
    pub names: [&'static str; 4],
    /// Leaked volume of the 16 combinations; 0 has all off, 15 all on.
    pub leaked_ml: [f64; 16],
    /// Each switch's share of the change from all off to all on.
    pub shares_ml: [f64; 4],
    /// Pairwise interactions, pairs in the order 01, 02, 03, 12, 13, 23.
    pub interactions_ml: [f64; 6],
}

impl SwitchShares {
    /// From the leaked volumes of the 16 combinations.
    pub fn new(names: [&'static str; 4], leaked_ml: [f64; 16]) -> SwitchShares {
        SwitchShares { names, leaked_ml, shares_ml: shapley(&leaked_ml), interactions_ml: interactions(&leaked_ml) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn game(value: impl Fn(usize) -> f64) -> [f64; 16] {
        std::array::from_fn(value)
    }

    fn close(found: &[f64], expected: &[f64]) -> bool {
        found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn in_an_additive_game_each_keeps_its_own_and_nobody_interacts() {
        let own = [0.3, -1.0, 2.5, 0.0];
        let values = game(|mask| 7.0 + (0..4).filter(|i| mask >> i & 1 == 1).map(|i| own[i]).sum::<f64>());
        assert!(close(&shapley(&values), &own), "{:?}", shapley(&values));
        assert!(close(&interactions(&values), &[0.0; 6]), "{:?}", interactions(&values));
    }

    #[test]
    fn two_who_only_work_together_share_alike_and_interact_fully() {
        let values = game(|mask| f64::from(mask & 0b0110 == 0b0110));
        assert!(close(&shapley(&values), &[0.0, 0.5, 0.5, 0.0]), "{:?}", shapley(&values));
        assert!(close(&interactions(&values), &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0]), "{:?}", interactions(&values));
    }

    #[test]
    fn a_glove_game_gives_the_only_left_glove_its_known_share() {
        // One left glove (player 0), three right ones: the left holder gets 3/4, each other 1/12.
        let values = game(|mask| f64::from(mask & 1 == 1 && mask & 0b1110 != 0));
        assert!(close(&shapley(&values), &[0.75, 1.0 / 12.0, 1.0 / 12.0, 1.0 / 12.0]), "{:?}", shapley(&values));
    }

    proptest! {
        #[test]
        fn shares_add_up_to_the_whole_change(values in prop::array::uniform16(-10.0..10.0f64)) {
            let sum: f64 = shapley(&values).iter().sum();
            prop_assert!((sum - (values[15] - values[0])).abs() < 1e-9, "{sum} is not {}", values[15] - values[0]);
        }
    }
}
