//! Direct solution of a small grounded network (a symmetric M-matrix) by elimination without subtraction.
//!
//! The matrix is given by edge conductances and by what each unknown leaks to the ground, never by its diagonal.
//! Eliminating an unknown joins its neighbours by conductances in series and passes on its share of the ground
//! (star–mesh transformation; Grassmann, Taksar and Heyman, Oper. Res. 33 (1985) 1107). Only positive numbers are
//! added, so that no conductance contrast costs accuracy, and a part without ground ends in a pivot of exactly 0.

/// The order of elimination and the pattern of the factor, from the graph alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Pattern {
    /// Unknown eliminated at each step.
    order: Vec<u32>,
    /// `column_start[step]..column_start[step + 1]`: its slots.
    column_start: Vec<u32>,
    /// Per slot: the later step it couples to, ascending in a column.
    row: Vec<u32>,
    /// Per step: the slots of earlier columns that couple to it, and these columns.
    incoming_start: Vec<u32>,
    incoming: Vec<(u32, u32)>,
    /// Slot of each edge given.
    edge_slot: Vec<u32>,
}

/// The values of a factor of a [`Pattern`].
#[derive(Clone, Debug, Default)]
pub(super) struct Factor {
    conductance: Vec<f64>,
    ground: Vec<f64>,
    inverse_pivot: Vec<f64>,
    work: Vec<f64>,
}

impl Pattern {
    /// Orders `unknowns` joined by `edges` by smallest degree (ties: lowest index).
    pub(super) fn new(unknowns: usize, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Pattern {
        let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); unknowns];
        for (a, b) in edges.clone() {
            neighbours[a as usize].push(b);
            neighbours[b as usize].push(a);
        }
        for list in &mut neighbours {
            list.sort_unstable();
            list.dedup();
        }
        let mut waiting: Vec<u32> = (0..unknowns as u32).collect();
        let mut step_of = vec![0u32; unknowns];
        let mut pattern = Pattern { column_start: vec![0], ..Pattern::default() };
        while let Some(place) = (0..waiting.len()).min_by_key(|&p| neighbours[waiting[p] as usize].len()) {
            let pivot = waiting.remove(place);
            let star = std::mem::take(&mut neighbours[pivot as usize]);
            for &a in &star {
                let list = &mut neighbours[a as usize];
                list.extend(star.iter().filter(|&&b| b != a));
                list.sort_unstable();
                list.dedup();
                list.retain(|&b| b != pivot);
            }
            step_of[pivot as usize] = pattern.order.len() as u32;
            pattern.order.push(pivot);
            pattern.row.extend(star);
            pattern.column_start.push(pattern.row.len() as u32);
        }
        let mut incoming: Vec<Vec<(u32, u32)>> = vec![Vec::new(); unknowns];
        for step in 0..unknowns {
            let slots = pattern.column(step);
            let column = &mut pattern.row[slots.clone()];
            column.iter_mut().for_each(|row| *row = step_of[*row as usize]);
            column.sort_unstable();
            for slot in slots {
                incoming[pattern.row[slot] as usize].push((slot as u32, step as u32));
            }
        }
        pattern.incoming_start.push(0);
        for list in incoming {
            pattern.incoming.extend(list);
            pattern.incoming_start.push(pattern.incoming.len() as u32);
        }
        for (a, b) in edges {
            let (a, b) = (step_of[a as usize], step_of[b as usize]);
            let slots = pattern.column(a.min(b) as usize);
            let within = pattern.row[slots.clone()].partition_point(|&row| row < a.max(b));
            pattern.edge_slot.push((slots.start + within) as u32);
        }
        pattern
    }

    fn column(&self, step: usize) -> std::ops::Range<usize> {
        self.column_start[step] as usize..self.column_start[step + 1] as usize
    }
}

impl Factor {
    /// Sizes the arrays for a pattern.
    pub(super) fn fit(&mut self, pattern: &Pattern) {
        self.conductance.resize(pattern.row.len(), 0.0);
        for array in [&mut self.ground, &mut self.inverse_pivot, &mut self.work] {
            array.clear();
            array.resize(pattern.order.len(), 0.0);
        }
    }

    /// Eliminates: `edges` in the order given to the pattern, `ground` per unknown.
    pub(super) fn eliminate(&mut self, pattern: &Pattern, edges: impl Iterator<Item = f64>, ground: &[f64]) {
        self.conductance.fill(0.0);
        for (&slot, conductance) in pattern.edge_slot.iter().zip(edges) {
            self.conductance[slot as usize] += conductance;
        }
        let sum = &mut self.work;
        sum.fill(0.0);
        for step in 0..pattern.order.len() {
            let mut own_ground = ground[pattern.order[step] as usize];
            let incoming = pattern.incoming_start[step] as usize..pattern.incoming_start[step + 1] as usize;
            for &(slot, column) in &pattern.incoming[incoming] {
                let (slot, column) = (slot as usize, column as usize);
                let share = self.conductance[slot] * self.inverse_pivot[column];
                own_ground += share * self.ground[column];
                let rest = slot + 1..pattern.column_start[column + 1] as usize;
                for (&row, &conductance) in pattern.row[rest.clone()].iter().zip(&self.conductance[rest]) {
                    sum[row as usize] += share * conductance;
                }
            }
            let mut pivot = own_ground;
            for slot in pattern.column(step) {
                let row = pattern.row[slot] as usize;
                self.conductance[slot] += sum[row];
                sum[row] = 0.0;
                pivot += self.conductance[slot];
            }
            self.ground[step] = own_ground;
            self.inverse_pivot[step] = if pivot > 0.0 { 1.0 / pivot } else { 0.0 };
        }
    }

    /// Replaces the right-hand side in `values` (per unknown) by the solution; 0 where a pivot is 0.
    pub(super) fn solve(&mut self, pattern: &Pattern, values: &mut [f64]) {
        let work = &mut self.work;
        for (value, &unknown) in work.iter_mut().zip(&pattern.order) {
            *value = values[unknown as usize];
        }
        for step in 0..pattern.order.len() {
            let value = work[step] * self.inverse_pivot[step];
            work[step] = value;
            let slots = pattern.column(step);
            for (&row, &conductance) in pattern.row[slots.clone()].iter().zip(&self.conductance[slots]) {
                work[row as usize] += conductance * value;
            }
        }
        for step in (0..pattern.order.len()).rev() {
            let slots = pattern.column(step);
            let mut inflow = 0.0;
            for (&row, &conductance) in pattern.row[slots.clone()].iter().zip(&self.conductance[slots]) {
                inflow += conductance * work[row as usize];
            }
            work[step] += inflow * self.inverse_pivot[step];
            values[pattern.order[step] as usize] = work[step];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(unknowns: usize, edges: &[(u32, u32, f64)], ground: &[f64], right_hand_side: &[f64]) -> Vec<f64> {
        let pattern = Pattern::new(unknowns, edges.iter().map(|e| (e.0, e.1)));
        let mut factor = Factor::default();
        factor.fit(&pattern);
        factor.eliminate(&pattern, edges.iter().map(|e| e.2), ground);
        let mut values = right_hand_side.to_vec();
        factor.solve(&pattern, &mut values);
        values
    }

    #[test]
    fn chain_with_a_contrast_of_1e12_is_exact() {
        // 1 mm3/s from node 0 through 1e6 and 1e-6 to ground 1e-6: pressures are the sums of the resistances.
        let p = solve(3, &[(0, 1, 1e6), (1, 2, 1e-6)], &[0.0, 0.0, 1e-6], &[1.0, 0.0, 0.0]);
        for (value, expected) in p.iter().zip([2e6 + 1e-6, 2e6, 1e6]) {
            assert!((value / expected - 1.0).abs() < 1e-15, "{p:?}");
        }
    }

    #[test]
    fn a_bridge_divides_flow_by_kirchhoffs_laws() {
        // Wheatstone bridge, unbalanced, grounded at 3: residual of every node is zero.
        let edges = [(0, 1, 1.0), (0, 2, 2.0), (1, 2, 5.0), (1, 3, 4.0), (2, 3, 0.5)];
        let (ground, b) = ([0.0, 0.0, 0.0, 10.0], [3.0, 0.0, -1.0, 0.0]);
        let p = solve(4, &edges, &ground, &b);
        for node in 0..4 {
            let mut outflow = ground[node] * p[node];
            for &(i, j, c) in &edges {
                outflow += if i as usize == node { c * (p[node] - p[j as usize]) } else { 0.0 };
                outflow += if j as usize == node { c * (p[node] - p[i as usize]) } else { 0.0 };
            }
            assert!((outflow - b[node]).abs() < 1e-14, "node {node}: {outflow} {}", b[node]);
        }
    }

    #[test]
    fn a_part_without_ground_stays_at_zero() {
        let p = solve(4, &[(0, 1, 3.0), (2, 3, 0.1)], &[1.0, 0.0, 0.0, 0.0], &[1.0, 0.0, 0.0, 0.0]);
        assert_eq!(p, [1.0, 1.0, 0.0, 0.0]);
    }
}
