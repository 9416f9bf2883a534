//! Pictures as PNG files of 8 or 16 bits.

use super::picture::Picture;
use png::{BitDepth, ColorType, Encoder, EncodingError};

/// Bits of a grey in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bits {
    /// 256 greys, dithered, so that a slow ramp has no steps.
    #[default]
    Eight,
    /// 65 536 greys, as they are.
    Sixteen,
}

/// A picture that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// It has no pixels, or another number of greys than pixels.
    #[error("a picture of {columns} × {rows} pixels with {greys} greys cannot be written; each pixel needs one")]
    Size {
        /// Columns.
        columns: usize,
        /// Rows.
        rows: usize,
        /// Greys.
        greys: usize,
    },
    /// The encoder refused.
    #[error("the picture cannot be encoded as PNG: {0}")]
    Encode(#[from] EncodingError),
}

/// In every file, also one without marks.
const DISCLAIMER: &str = "Simulated radiograph for training and research; not a medical device";

/// The bytes of a PNG: the same picture, the same bytes.
pub fn encode_png(picture: &Picture, bits: Bits) -> Result<Vec<u8>, ImageError> {
    let [columns, rows] = picture.pixels;
    let greys = picture.grey.len();
    let size = ImageError::Size { columns, rows, greys };
    let (Ok(width), Ok(height)) = (u32::try_from(columns), u32::try_from(rows)) else { return Err(size) };
    if greys == 0 || columns.checked_mul(rows) != Some(greys) {
        return Err(size);
    }
    let (depth, data) = match bits {
        Bits::Eight => (BitDepth::Eight, dithered(picture)),
        Bits::Sixteen => (BitDepth::Sixteen, picture.grey.iter().flat_map(|grey| grey.to_be_bytes()).collect()),
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(depth);
    encoder.add_text_chunk("Disclaimer".to_owned(), DISCLAIMER.to_owned())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(bytes)
}

/// Greys of 8 bits: what is between two of them becomes the lower or the upper one by its place, in the right shares.
///
/// The thresholds are the additive recurrence on the plastic number in two dimensions, which spreads them evenly
/// without a pattern (M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018).
fn dithered(picture: &Picture) -> Vec<u8> {
    // 2³² / 1.32472 and 2³² / 1.32472².
    const ALONG: [u32; 2] = [3_242_174_889, 2_447_445_414];
    const STEP: u32 = 257;
    let [columns, _] = picture.pixels;
    let grey_of = |(index, grey): (usize, &u16)| {
        let (column, row) = ((index % columns) as u32, (index / columns) as u32);
        let place = ALONG[0].wrapping_mul(column).wrapping_add(ALONG[1].wrapping_mul(row));
        let threshold = ((u64::from(place) * u64::from(STEP)) >> 32) as u32;
        ((u32::from(*grey) + threshold) / STEP) as u8
    };
    picture.grey.iter().enumerate().map(grey_of).collect()
}

#[cfg(test)]
#[path = "image_tests.rs"]
mod tests;
