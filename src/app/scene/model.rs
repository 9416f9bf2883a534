//! What the 3D picture shows: plain data that panels write and the stage follows. No entity, no texture.

use super::anatomy_meshes::AnatomyMeshes;
use super::orbit::OrbitCamera;
use super::surface::Surface;
use crate::geometry::{Point, Vector};
use crate::imaging::projector::Solid;
use bevy::prelude::Resource;
use std::sync::Arc;

/// How the treated vertebra is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BoneStyle {
    /// From outside.
    #[default]
    Solid,
    /// Cut open by [`SceneModel::cut`].
    Cut,
    /// Its edges only, so that what is inside shows.
    Glass,
    /// Not at all.
    Hidden,
}

/// What of the anatomy is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Show {
    /// The treated vertebra.
    pub bone: BoneStyle,
    /// The vertebrae above and below.
    pub neighbours: bool,
    /// Veins of the body and where they leave it.
    pub veins: bool,
    /// Dural sac and nerve roots.
    pub canal: bool,
    /// The body of the vertebra as a faint shell.
    pub body_outline: bool,
}

impl Default for Show {
    fn default() -> Show {
        Show { bone: BoneStyle::Solid, neighbours: false, veins: true, canal: true, body_outline: false }
    }
}

/// A plane that takes away the bone on the side its normal points to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Unit normal, towards what is taken away.
    pub normal: Vector,
    /// Distance of the plane from the frame's origin along the normal, mm.
    pub offset_mm: f64,
}

/// A straight tool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToolLine {
    /// The handle's end, mm.
    pub start: Point,
    /// The tip, mm.
    pub end: Point,
    /// Outer radius.
    pub radius_mm: f64,
    /// True for a path that is only planned: a translucent one.
    pub planned: bool,
    /// Colour of a planned path and of a real tool's grip, sRGB.
    pub colour: [u8; 3],
}

/// A line with a meaning: to the nearest wall, or the way that a leak took.
#[derive(Clone, Debug, PartialEq)]
pub struct GuideLine {
    /// Through these, mm.
    pub points: Vec<Point>,
    /// sRGB.
    pub colour: [u8; 3],
    /// Thickness, mm.
    pub width_mm: f64,
}

/// Cement that has left the bone.
#[derive(Clone, Debug, PartialEq)]
pub struct LeakMark {
    /// Letter of its class: B, S, C, D or T.
    pub letter: char,
    /// Colour of its class, sRGB.
    pub colour: [u8; 3],
    /// Its shape in the vertebra's frame.
    pub solids: Vec<Solid>,
    /// How much, ml.
    pub volume_ml: f64,
}

/// One 3D picture.
#[derive(Clone, Debug)]
pub struct SceneModel {
    /// The patient's meshes; none until they are made.
    pub anatomy: Option<Arc<AnatomyMeshes>>,
    /// What is drawn of them.
    pub show: Show,
    /// Where the bone is cut with [`BoneStyle::Cut`].
    pub cut: Option<Cut>,
    /// Tools and planned paths.
    pub tools: Vec<ToolLine>,
    /// Balloons that are up.
    pub balloon: Option<Arc<Surface>>,
    /// Cement in the bone.
    pub cement: Option<Arc<Surface>>,
    /// Cement outside it.
    pub leaks: Vec<LeakMark>,
    /// Margin lines and explanations.
    pub lines: Vec<GuideLine>,
    /// Where it is seen from.
    pub camera: OrbitCamera,
    /// Size of the picture; [`super::view_3d`] sets it.
    pub size_px: [u32; 2],
    /// A place of the bone to be marked, as one under the pointer.
    pub picked: Option<Point>,
}

impl Default for SceneModel {
    fn default() -> SceneModel {
        SceneModel {
            anatomy: None,
            show: Show::default(),
            cut: None,
            tools: Vec::new(),
            balloon: None,
            cement: None,
            leaks: Vec::new(),
            lines: Vec::new(),
            camera: OrbitCamera::default(),
            size_px: [640, 480],
            picked: None,
        }
    }
}

/// The main picture (0) and that of the second stage, for comparing (1).
#[derive(Clone, Debug, Default, Resource)]
pub struct SceneModels(pub [SceneModel; 2]);
