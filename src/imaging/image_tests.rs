//! Tests of PNG files.

use super::*;
use std::io::Cursor;

/// Columns, rows, bits and bytes of a PNG.
fn decoded(bytes: &[u8]) -> ([usize; 2], BitDepth, Vec<u8>) {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG");
    let mut data = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut data).expect("a frame");
    assert_eq!(info.color_type, ColorType::Grayscale);
    data.truncate(info.buffer_size());
    ([info.width as usize, info.height as usize], info.bit_depth, data)
}

/// A slow ramp from black to white.
fn ramp(pixels: [usize; 2]) -> Picture {
    let count = pixels[0] * pixels[1];
    Picture { pixels, grey: (0..count).map(|index| (index * 65_535 / (count - 1)) as u16).collect() }
}

#[test]
fn sixteen_bits_come_back_as_they_were() {
    let picture = ramp([97, 61]);
    let (pixels, depth, data) = decoded(&encode_png(&picture, Bits::Sixteen).expect("encoded"));
    assert_eq!((pixels, depth), ([97, 61], BitDepth::Sixteen));
    let greys: Vec<u16> = data.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    assert_eq!(greys, picture.grey);
}

#[test]
fn eight_bits_are_within_one_grey_and_right_on_average() {
    let picture = ramp([512, 512]);
    let (_, depth, data) = decoded(&encode_png(&picture, Bits::Eight).expect("encoded"));
    assert_eq!(depth, BitDepth::Eight);
    for (eight, sixteen) in data.iter().zip(&picture.grey) {
        let off = f64::from(*eight) - f64::from(*sixteen) / 257.0;
        assert!(off.abs() < 1.0, "{eight} for {sixteen}");
    }
    let mut seen: Vec<u8> = data.clone();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 256);
}

#[test]
fn between_two_greys_of_eight_bits_dither_has_the_mean_of_sixteen() {
    for grey in [0, 1, 64, 128, 200, 256, 257, 12_345, 40_000, 65_534, 65_535] {
        let picture = Picture { pixels: [256, 256], grey: vec![grey; 256 * 256] };
        let data = dithered(&picture);
        // Everywhere, not only over all: squares of eight pixels.
        for (top, left) in [(0, 0), (96, 40), (248, 248)] {
            let square = || (top..top + 8).flat_map(|row| (left..left + 8).map(move |column| row * 256 + column));
            let mean = square().map(|index| f64::from(data[index])).sum::<f64>() / 64.0;
            let truth = f64::from(grey) / 257.0;
            assert!((mean - truth).abs() < 0.1, "{grey} at {top}, {left}: {mean} for {truth}");
        }
        let mean = data.iter().map(|eight| f64::from(*eight)).sum::<f64>() / 65_536.0;
        assert!((mean - f64::from(grey) / 257.0).abs() < 0.003, "{grey}: {mean}");
    }
}

#[test]
fn the_same_picture_gives_the_same_bytes_and_says_what_it_is_not() {
    for bits in [Bits::Eight, Bits::Sixteen] {
        let [first, second] = [0, 1].map(|_| encode_png(&ramp([70, 40]), bits).expect("encoded"));
        assert_eq!(first, second);
        assert!(first.windows(20).any(|part| part == b"not a medical device"));
    }
}

#[test]
fn a_picture_without_pixels_or_of_another_size_is_refused() {
    let pictures = [
        Picture { pixels: [0, 0], grey: Vec::new() },
        Picture { pixels: [0, 5], grey: Vec::new() },
        Picture { pixels: [3, 3], grey: vec![7; 8] },
        Picture { pixels: [usize::MAX, 2], grey: vec![7; 8] },
    ];
    for picture in pictures {
        let error = encode_png(&picture, Bits::Eight).expect_err("refused");
        assert!(matches!(error, ImageError::Size { .. }), "{error}");
    }
}
