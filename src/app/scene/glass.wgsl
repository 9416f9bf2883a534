// Glass: what is seen edge-on is bright, what faces the eye lets it through.
#import bevy_pbr::forward_io::VertexOutput
#import bevy_pbr::mesh_view_bindings::view

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let normal = normalize(in.world_normal);
    let to_eye = normalize(view.world_position.xyz - in.world_position.xyz);
    let facing = abs(dot(normal, to_eye));
    let rim = pow(1.0 - facing, 2.2);
    let cover = mix(0.045, 0.62, rim);
    return vec4<f32>(in.color.rgb * cover, cover * 0.7);
}
