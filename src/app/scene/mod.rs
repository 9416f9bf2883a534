//! The 3D picture: bone, veins, tools and cement as Bevy entities; meshes are made by plain functions.
