//! The places that cement has reached, and what each of them holds: cost and memory go with the cement, not the grid.

use super::pores::PoreSpace;

const DRY: u32 = u32::MAX;
/// A place counts as full when less than this share of its pores is free.
const FULL: f64 = 1e-12;

/// A place with cement, or one that cement is on its way into.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WetPlace {
    /// Slot or vessel node.
    pub place: u32,
    /// Cement in it, mm³.
    pub cement_mm3: f64,
    /// Share of what is injected that comes here, by the last pressure solution.
    pub inflow: f64,
    /// The same by the solution before.
    pub inflow_before: f32,
    /// Flow of whatever it holds out of it, mm³/s.
    pub throughflow_mm3_per_s: f32,
    /// Shear rate at which `cement_pa_s` was last computed, 1/s; below 0 before the first time.
    pub shear_per_s: f32,
    /// Viscosity of cement here, Pa·s.
    pub cement_pa_s: f32,
    /// 1 ÷ viscosity of the contents, 1/(Pa·s).
    pub fluidity: f32,
    /// The fluidity that the pressure solver works with.
    pub fluidity_handed: f32,
    /// The share of free pores that the pressure solver works with: it sets the wall's conductance.
    pub free_handed: f32,
}

impl WetPlace {
    /// Free pores, mm³.
    pub fn free_mm3(&self, pores: &PoreSpace) -> f64 {
        (pores.capacity_mm3(self.place) - self.cement_mm3).max(0.0)
    }

    /// No more cement fits in.
    pub fn is_full(&self, pores: &PoreSpace) -> bool {
        self.free_mm3(pores) <= FULL * pores.capacity_mm3(self.place)
    }
}

/// Every place that cement has reached, in the order in which it did.
#[derive(Clone, Debug, Default)]
pub struct WetPlaces {
    list: Vec<WetPlace>,
    index: Vec<u32>,
    /// Fluidity of marrow: that of every other place.
    marrow_fluidity: f32,
}

impl WetPlaces {
    /// None among so many places.
    pub fn none(places: usize, marrow_pa_s: f64) -> WetPlaces {
        WetPlaces { list: Vec::new(), index: vec![DRY; places], marrow_fluidity: (1.0 / marrow_pa_s) as f32 }
    }

    /// All of them.
    pub fn list(&self) -> &[WetPlace] {
        &self.list
    }

    /// All of them, to be changed.
    pub fn list_mut(&mut self) -> &mut [WetPlace] {
        &mut self.list
    }

    /// What is known of a place.
    pub fn get(&self, place: u32) -> Option<&WetPlace> {
        self.list.get(self.index[place as usize] as usize)
    }

    /// The fluidity that the pressure solver has of a place, 1/(Pa·s).
    pub fn fluidity_handed(&self, place: u32) -> f64 {
        f64::from(self.get(place).map_or(self.marrow_fluidity, |wet| wet.fluidity_handed))
    }

    /// Fluidity of a place's contents, 1/(Pa·s).
    pub fn fluidity(&self, place: u32) -> f64 {
        f64::from(self.get(place).map_or(self.marrow_fluidity, |wet| wet.fluidity))
    }

    /// Where a place is in the list; a dry one joins it.
    pub fn reach(&mut self, place: u32) -> usize {
        let index = &mut self.index[place as usize];
        if *index == DRY {
            *index = self.list.len() as u32;
            self.list.push(WetPlace {
                place,
                cement_mm3: 0.0,
                inflow: 0.0,
                inflow_before: 0.0,
                throughflow_mm3_per_s: 0.0,
                shear_per_s: -1.0,
                cement_pa_s: 0.0,
                fluidity: self.marrow_fluidity,
                fluidity_handed: self.marrow_fluidity,
                free_handed: 1.0,
            });
        }
        *index as usize
    }

    /// Goes back to an earlier list, of which this one is a continuation.
    pub fn restore(&mut self, earlier: &[WetPlace]) {
        for wet in self.list.drain(earlier.len()..) {
            self.index[wet.place as usize] = DRY;
        }
        self.list.copy_from_slice(earlier);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restored_list_knows_only_what_it_knew() {
        let mut wet = WetPlaces::none(10, 0.5);
        assert_eq!(wet.reach(7), 0);
        wet.list_mut()[0].cement_mm3 = 0.3;
        let earlier = wet.list().to_vec();
        assert_eq!((wet.reach(2), wet.reach(7), wet.reach(9)), (1, 0, 2));
        wet.list_mut()[0].cement_mm3 = 0.9;
        wet.restore(&earlier);
        assert_eq!(wet.list(), earlier);
        assert!(wet.get(2).is_none() && wet.get(9).is_none());
        assert_eq!(wet.fluidity(2), 2.0, "dry places hold marrow");
        assert_eq!(wet.reach(9), 1);
    }
}
