//! Cement's way from tip to outlet: it begins at the port, goes from neighbour to neighbour, and never back in time.

use super::super::tests::{bone, pmma, push, settings};
use crate::cement::flow::CementFlow;
use crate::geometry::Point;

fn leaked() -> CementFlow {
    let (domain, vein) = bone(10, 0.0);
    let mut flow = CementFlow::new(domain, &[vein], pmma(), settings());
    flow.set_port(&Point::new(5.2, 4.8, 5.7), 1.2).unwrap();
    push(&mut flow, 60);
    assert!(flow.ledger().total_mm3() > 0.0, "of {} mm³ nothing leaked", flow.injected_mm3());
    flow
}

#[test]
fn a_way_begins_at_the_port_ends_at_the_outlet_and_never_goes_back_in_time() {
    let flow = leaked();
    let way = flow.way_to(0).expect("cement left by the vein");
    let (first, last) = (way.first().unwrap().place, way.last().unwrap().place);
    assert!(flow.port.iter().any(|&(slot, _)| slot == first), "{first} is no port");
    assert_eq!(last, flow.network.node_place(flow.domain().vessels.outlets[0]));
    let order = flow.arrival_order();
    let mut around = Vec::new();
    for pair in way.windows(2) {
        flow.network.connected_places(pair[1].place, &mut around);
        assert!(around.contains(&pair[0].place), "{pair:?} are no neighbours");
        assert!(order[pair[0].place as usize] < order[pair[1].place as usize], "{pair:?}");
        assert!(pair[0].injected_mm3 <= pair[1].injected_mm3, "{pair:?}");
    }
    assert_eq!(flow.way_to(1), None, "there is no second way out");
}

#[test]
fn every_place_with_cement_has_arrived_once_after_one_beside_it() {
    let flow = leaked();
    let mut arrived: Vec<u32> = flow.arrivals().iter().map(|arrival| arrival.place).collect();
    let order = flow.arrival_order();
    let mut around = Vec::new();
    for &place in &arrived {
        flow.network.connected_places(place, &mut around);
        let earlier = around.iter().any(|&other| order[other as usize] < order[place as usize]);
        assert!(earlier || flow.port.iter().any(|&(slot, _)| slot == place), "cement fell from the sky into {place}");
    }
    let mut wet: Vec<u32> = flow.wet.list().iter().filter(|wet| wet.cement_mm3 > 0.0).map(|wet| wet.place).collect();
    arrived.sort_unstable();
    wet.sort_unstable();
    assert_eq!(arrived, wet);
}
