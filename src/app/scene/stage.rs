//! A stage follows its model: what changed is taken off and put on anew, the rest stays.

use super::anatomy_meshes::AnatomyMeshes;
use super::axes;
use super::clip::{Cap, cap, clip};
use super::lights::layer;
use super::materials::{Glass, Materials, cut_face};
use super::model::{BoneStyle, Cut, GuideLine, LeakMark, SceneModel, Show, ToolLine};
use super::surface::{Surface, linear};
use super::{tool_mesh, tubes};
use crate::geometry::{Point, Vector};
use bevy::asset::RenderAssetUsages;
use bevy::image::Image;
use bevy::light::NotShadowCaster;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use std::sync::Arc;

/// Bevy's stores that a stage puts things into.
pub(super) struct Stores<'a, 'w, 's> {
    pub commands: &'a mut Commands<'w, 's>,
    pub meshes: &'a mut Assets<Mesh>,
    pub images: &'a mut Assets<Image>,
    pub standard: &'a mut Assets<StandardMaterial>,
    pub materials: &'a Materials,
}

/// What anatomy is on the stage: anything else asks for new meshes.
#[derive(Clone, Default)]
struct Anatomy {
    of: Option<Arc<AnatomyMeshes>>,
    show: Option<Show>,
    cut: Option<Cut>,
    neighbours: bool,
}

/// What is on a stage.
#[derive(Default)]
pub(super) struct Stage {
    anatomy: Anatomy,
    bone: Vec<Entity>,
    rest: Vec<Entity>,
    tools: (Vec<ToolLine>, Vec<Entity>),
    cement: (Option<Arc<Surface>>, Vec<Entity>),
    balloon: (Option<Arc<Surface>>, Vec<Entity>),
    leaks: (Vec<LeakMark>, Vec<Entity>),
    lines: (Vec<GuideLine>, Vec<Entity>),
    picked: (Option<Point>, Vec<Entity>),
}

impl Stage {
    /// Puts on what the model shows; true when anything changed.
    pub fn follow(&mut self, number: usize, model: &SceneModel, stores: &mut Stores) -> bool {
        let mut changed = self.anatomy(number, model, stores);
        if self.tools.0 != model.tools {
            let (planned, real): (Vec<&ToolLine>, Vec<&ToolLine>) = model.tools.iter().partition(|tool| tool.planned);
            let all = |tools: &[&ToolLine], of: fn(&ToolLine) -> Surface| joined(tools.iter().map(|tool| of(tool)));
            let made = [
                (all(&real, tool_mesh::shaft), stores.materials.steel.clone()),
                (all(&real, tool_mesh::grip), stores.materials.grip.clone()),
                (all(&planned, tool_mesh::shaft), stores.materials.planned.clone()),
            ];
            stores.replace(&mut self.tools.1, number, made);
            self.tools.0.clone_from(&model.tools);
            changed = true;
        }
        let of_cement = (&mut self.cement, &model.cement, &stores.materials.cement);
        let of_balloon = (&mut self.balloon, &model.balloon, &stores.materials.balloon);
        for (on_stage, wanted, material) in [of_cement, of_balloon] {
            if !is_same(&on_stage.0, wanted) {
                let made = wanted.as_deref().map(|surface| (surface.clone(), material.clone()));
                stores.replace(&mut on_stage.1, number, made);
                on_stage.0.clone_from(wanted);
                changed = true;
            }
        }
        if self.leaks.0 != model.leaks {
            let of = |leak: &LeakMark| joined(leak.solids.iter().map(|s| tubes::solid(s, linear(leak.colour))));
            let made = joined(model.leaks.iter().map(of));
            stores.replace(&mut self.leaks.1, number, [(made, stores.materials.leak.clone())]);
            self.leaks.0.clone_from(&model.leaks);
            changed = true;
        }
        if self.lines.0 != model.lines {
            let made = joined(model.lines.iter().map(tool_mesh::line));
            stores.replace(&mut self.lines.1, number, [(made, stores.materials.line.clone())]);
            self.lines.0.clone_from(&model.lines);
            changed = true;
        }
        if self.picked.0 != model.picked {
            let ball = |at: Point| tubes::spheroid(&at, &Vector::new(0.0, 0.0, 0.9), 0.9, linear([0x3f, 0xb8, 0xaf]));
            let made = model.picked.map(|at| (ball(at), stores.materials.line.clone()));
            stores.replace(&mut self.picked.1, number, made);
            self.picked.0 = model.picked;
            changed = true;
        }
        changed
    }

    fn anatomy(&mut self, number: usize, model: &SceneModel, stores: &mut Stores) -> bool {
        let shown = &self.anatomy;
        let same = is_same(&shown.of, &model.anatomy);
        let neighbours = model.anatomy.as_ref().is_some_and(|meshes| meshes.neighbours().is_some());
        let (old, new) = (shown.show, model.show);
        let cut = model.cut.filter(|_| new.bone == BoneStyle::Cut);
        let bone_stays = same && shown.cut == cut && old.map(|show| show.bone) == Some(new.bone);
        let except_bone = |show: Show| Show { bone: BoneStyle::Solid, ..show };
        let rest_stays = same && shown.neighbours == neighbours && old.map(except_bone) == Some(except_bone(new));
        if bone_stays && rest_stays {
            return false;
        }
        if !bone_stays {
            stores.bone(&mut self.bone, number, model.anatomy.as_deref(), new.bone, cut);
        }
        if !rest_stays {
            stores.rest(&mut self.rest, number, model.anatomy.as_deref(), &new);
        }
        self.anatomy = Anatomy { of: model.anatomy.clone(), show: Some(new), cut, neighbours };
        true
    }
}

/// The very same thing, or nothing both times.
fn is_same<T>(a: &Option<Arc<T>>, b: &Option<Arc<T>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn joined(surfaces: impl Iterator<Item = Surface>) -> Surface {
    surfaces.fold(Surface::default(), |mut all, surface| {
        all.append(&surface);
        all
    })
}

impl Stores<'_, '_, '_> {
    fn replace(
        &mut self,
        on_stage: &mut Vec<Entity>,
        number: usize,
        made: impl IntoIterator<Item = (Surface, Handle<StandardMaterial>)>,
    ) {
        self.clear(on_stage);
        for (surface, material) in made {
            self.put(on_stage, number, &surface, material);
        }
    }

    fn clear(&mut self, on_stage: &mut Vec<Entity>) {
        for entity in on_stage.drain(..) {
            self.commands.entity(entity).despawn();
        }
    }

    fn put(
        &mut self,
        on_stage: &mut Vec<Entity>,
        number: usize,
        surface: &Surface,
        material: Handle<StandardMaterial>,
    ) {
        if !surface.is_empty() {
            let mesh = Mesh3d(self.meshes.add(axes::mesh(surface)));
            on_stage.push(self.commands.spawn((mesh, MeshMaterial3d(material), layer(number))).id());
        }
    }

    fn put_glass(&mut self, on_stage: &mut Vec<Entity>, number: usize, surface: &Surface) {
        if !surface.is_empty() {
            let mesh = Mesh3d(self.meshes.add(axes::mesh(surface)));
            let glass = MeshMaterial3d::<Glass>(self.materials.glass.clone());
            on_stage.push(self.commands.spawn((mesh, glass, NotShadowCaster, layer(number))).id());
        }
    }

    fn bone(
        &mut self,
        on_stage: &mut Vec<Entity>,
        number: usize,
        anatomy: Option<&AnatomyMeshes>,
        style: BoneStyle,
        cut: Option<Cut>,
    ) {
        self.clear(on_stage);
        let Some(anatomy) = anatomy else { return };
        let bone = self.materials.bone.clone();
        match (style, cut) {
            (BoneStyle::Hidden, _) => {}
            (BoneStyle::Glass, _) => self.put_glass(on_stage, number, &anatomy.bone),
            (BoneStyle::Cut, Some(cut)) => {
                self.put(on_stage, number, &clip(&anatomy.bone, &cut), bone);
                if let Some(face) = cap(&anatomy.section, &cut) {
                    let picture = self.images.add(picture_of(&face));
                    let material = MeshMaterial3d(self.standard.add(cut_face(picture)));
                    let mesh = Mesh3d(self.meshes.add(rectangle(&face)));
                    on_stage.push(self.commands.spawn((mesh, material, layer(number))).id());
                }
            }
            (BoneStyle::Solid | BoneStyle::Cut, _) => self.put(on_stage, number, &anatomy.bone, bone),
        }
    }

    fn rest(&mut self, on_stage: &mut Vec<Entity>, number: usize, anatomy: Option<&AnatomyMeshes>, show: &Show) {
        self.clear(on_stage);
        let Some(anatomy) = anatomy else { return };
        if let Some(neighbours) = anatomy.neighbours().filter(|_| show.neighbours) {
            self.put(on_stage, number, neighbours, self.materials.bone.clone());
        }
        if show.veins {
            self.put(on_stage, number, &anatomy.veins, self.materials.vein.clone());
        }
        if show.canal {
            self.put(on_stage, number, &anatomy.canal, self.materials.dura.clone());
        }
        if show.body_outline {
            self.put_glass(on_stage, number, &anatomy.body);
        }
    }
}

fn picture_of(face: &Cap) -> Image {
    let [width, height] = face.size;
    Image::new(
        Extent3d { width, height, depth_or_array_layers: 1 },
        TextureDimension::D2,
        face.rgba.clone(),
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    )
}

fn rectangle(face: &Cap) -> Mesh {
    let flat = Surface {
        positions: face.corners.to_vec(),
        normals: vec![face.normal; 4],
        colours: vec![[1.0; 4]; 4],
        triangles: vec![[0, 1, 2], [0, 2, 3]],
    };
    let mesh = axes::mesh(&flat);
    debug_assert!(matches!(mesh.primitive_topology(), PrimitiveTopology::TriangleList));
    mesh.with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, vec![[0.0_f32, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
        .with_inserted_indices(Indices::U32(vec![0, 1, 2, 0, 2, 3]))
}
