//! Conductances from what the places hold: faces and grounds for the solver, pipes, exchanges and ways out.

use super::FlowNetwork;
use crate::cement::wet_places::WetPlaces;
use crate::solvers::{PipeGraph, SolveError};

/// What the conductances depend on.
pub struct Contents<'a> {
    /// Cement, and the fluidity of what it shares its places with.
    pub wet: &'a WetPlaces,
    /// Marrow's viscosity, Pa·s.
    pub marrow_pa_s: f64,
    /// Cement's viscosity in each outside pipe, Pa·s.
    pub pipe_pa_s: &'a [f64],
    /// Cement in each outside pipe, mm³.
    pub pipe_mm3: &'a [f64],
    /// Cement's viscosity in each opening, Pa·s.
    pub opening_pa_s: &'a [f64],
    /// Cement that passed each opening, mm³.
    pub opening_mm3: &'a [f64],
    /// Openings whose far side is at a higher pressure than the bone: they stay shut, nothing flows in.
    pub opening_shut: &'a [bool],
}

/// Conductances of what is no face of the grid, mm³/(s Pa).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conductances {
    /// Per pipe between vessel nodes.
    pub links: Vec<f64>,
    /// Per exchange of a vessel node and a slot.
    pub exchanges: Vec<f64>,
    /// Per vessel node: to the outside.
    pub node_ground: Vec<f64>,
    /// Per slot and opening: to the outside.
    pub drains: Vec<f64>,
}

impl Conductances {
    pub(super) fn closed(graph: &PipeGraph, drains: usize) -> Conductances {
        Conductances {
            links: vec![0.0; graph.links.len()],
            exchanges: vec![0.0; graph.exchanges.len()],
            node_ground: vec![0.0; graph.nodes],
            drains: vec![0.0; drains],
        }
    }
}

impl FlowNetwork {
    /// Recomputes pipes, exchanges and ways out, which are few, and hands the pipes to the solver.
    pub fn refresh_network(&mut self, contents: &Contents) -> Result<(), SolveError> {
        self.refresh_drains(contents);
        self.refresh_vessels(contents);
        self.hand_over_network()
    }

    /// Hands the pipes' present conductances to the solver.
    pub fn hand_over_network(&mut self) -> Result<(), SolveError> {
        let Conductances { links, exchanges, node_ground, .. } = &self.conductances;
        self.solver.set_network(links, node_ground, exchanges)
    }

    /// Hands the faces and grounds of slots to the solver, by the fluidities put aside for it in `wet`, and those of
    /// every slot with an opening. A face is its two half cells in series.
    pub fn hand_over_cells(
        &mut self,
        slots: &mut Vec<u32>,
        wet: &WetPlaces,
        marrow_pa_s: f64,
    ) -> Result<(), SolveError> {
        slots.extend_from_slice(&self.drained_slots);
        slots.sort_unstable();
        slots.dedup();
        let FlowNetwork { solver, pores, drains, conductances, .. } = self;
        let twice_spacing = 2.0 * pores.grid.spacing_mm;
        let face = |axis: usize, slot: u32, above: u32| {
            if !pores.is_open_above(axis, slot) {
                return 0.0;
            }
            let a = pores.permeability_mm2(axis, slot) * wet.fluidity_handed(slot);
            let b = pores.permeability_mm2(axis, above) * wet.fluidity_handed(above);
            if a > 0.0 && b > 0.0 { twice_spacing * a * b / (a + b) } else { 0.0 }
        };
        let ground = |slot: u32| {
            let free = wet.get(slot).map_or(1.0, |wet| f64::from(wet.free_handed));
            let mut ground = pores.wall_mm3(slot) / marrow_pa_s * free;
            if pores.has_opening(slot) {
                let ways = drains.iter().zip(&conductances.drains).filter(|(drain, _)| drain.slot == slot);
                ground += ways.map(|(_, conductance)| conductance).sum::<f64>();
            }
            ground
        };
        solver.set_cells(slots, face, ground)
    }

    /// What outlets at another pressure than rest contribute to the sources, mm³/s: place by place, each once.
    pub fn outlet_sources(&self, into: &mut Vec<(u32, f64)>) {
        into.clear();
        for (drain, conductance) in self.drains.iter().zip(&self.conductances.drains) {
            into.push((drain.slot, conductance * self.beyond_opening_pa(drain.opening)));
        }
        for (tree, &node) in self.pores.vessels.outlets.iter().enumerate() {
            let outside = self.pipes[tree].pressure_pa - self.rest_pressure_pa();
            into.push((self.node_place(node), self.conductances.node_ground[node as usize] * outside));
        }
        into.retain(|&(_, rate)| rate != 0.0);
        merge_sources(into);
    }

    fn refresh_drains(&mut self, contents: &Contents) {
        for (drain, conductance) in self.drains.iter().zip(&mut self.conductances.drains) {
            let opening = drain.opening as usize;
            *conductance = 0.0;
            if !contents.opening_shut[opening] {
                let way = &self.pores.openings[opening];
                let filled = (contents.opening_mm3[opening] / way.volume_mm3).min(1.0);
                let viscosity = filled * contents.opening_pa_s[opening] + (1.0 - filled) * contents.marrow_pa_s;
                let passage = drain.share * way.conductance_mm3 / viscosity;
                let half_cell = 2.0
                    * self.pores.grid.spacing_mm
                    * self.pores.permeability_mm2(0, drain.slot)
                    * contents.wet.fluidity(drain.slot);
                *conductance = in_series(passage, half_cell);
            }
        }
    }

    fn refresh_vessels(&mut self, contents: &Contents) {
        let vessels = &self.pores.vessels;
        let slots = self.pores.slots() as u32;
        let half_pipe = |node: u32| vessels.nodes[node as usize].half_pipe_mm3() * contents.wet.fluidity(slots + node);
        for (index, &(node, slot)) in self.exchange_ends.iter().enumerate() {
            let across = self.pores.permeability_mm2(0, slot);
            let along = self.pores.permeability_mm2(2, slot);
            let axis = vessels.nodes[node as usize].direction;
            // Permeability in the plane across the vein, for a flow that does not vary along it: √(det K · axis·K⁻¹·axis).
            let permeability =
                (across * (along * (axis.x * axis.x + axis.y * axis.y) + across * axis.z * axis.z)).sqrt();
            self.conductances.exchanges[index] =
                vessels.exchanges[index].shape_mm * permeability * contents.wet.fluidity(slot);
        }
        for (index, &(a, b)) in vessels.links.iter().enumerate() {
            self.conductances.links[index] = in_series(half_pipe(a), half_pipe(b));
        }
        self.conductances.node_ground.fill(0.0);
        for (tree, &node) in vessels.outlets.iter().enumerate() {
            let mut pipe = self.pipes[tree].clone();
            pipe.entered_mm3 = contents.pipe_mm3[tree];
            let outside = pipe.conductance(contents.pipe_pa_s[tree], contents.marrow_pa_s);
            self.conductances.node_ground[node as usize] = in_series(outside, half_pipe(node));
        }
    }
}

/// One entry per place.
pub fn merge_sources(sources: &mut Vec<(u32, f64)>) {
    sources.sort_by_key(|&(place, _)| place);
    sources.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}

fn in_series(a: f64, b: f64) -> f64 {
    if a > 0.0 && b > 0.0 { a * b / (a + b) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_one_place_are_added() {
        let mut sources = vec![(4, 1.0), (2, 0.5), (4, 2.0), (4, 0.25)];
        merge_sources(&mut sources);
        assert_eq!(sources, [(2, 0.5), (4, 3.25)]);
    }

    #[test]
    fn conductances_in_series_are_less_than_either_and_shut_if_one_is() {
        assert_eq!(in_series(2.0, 2.0), 1.0);
        assert_eq!(in_series(0.0, 2.0), 0.0);
        assert_eq!(in_series(0.0, 0.0), 0.0);
    }
}
