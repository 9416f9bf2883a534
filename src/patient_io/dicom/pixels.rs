//! The pixels of one slice as stored numbers: native, run-length, JPEG lossless and JPEG 2000.

use super::elements::{Elements, StoredPixels};
use dicom_core::value::{PixelFragmentSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Tag, VR};
use dicom_object::{FileDicomObject, FileMetaTableBuilder, InMemDicomObject};
use dicom_pixeldata::PixelDecoder;
use std::panic::AssertUnwindSafe;

/// Rows, columns and bits of the stored pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PixelLayout {
    pub rows: u16,
    pub columns: u16,
    /// 8 or 16.
    pub bits_allocated: u16,
    pub bits_stored: u16,
    pub high_bit: u16,
    pub signed: bool,
}

const RLE: &str = "1.2.840.10008.1.2.5";
/// Unpacked by the DICOM library.
const JPEG_LOSSLESS: [&str; 2] = ["1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"];
const JPEG_2000: [&str; 2] = ["1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"];
const NATIVE: [&str; 3] = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"];

/// What to do with a syntax that is not decoded; `None` when it is.
pub(super) fn unsupported(syntax: &str) -> Option<String> {
    if syntax == RLE || [&JPEG_LOSSLESS[..], &JPEG_2000, &NATIVE].iter().any(|known| known.contains(&syntax)) {
        return None;
    }
    let name = match syntax {
        "1.2.840.10008.1.2.4.50" => "JPEG baseline, which loses detail",
        "1.2.840.10008.1.2.4.51" => "JPEG extended, which loses detail",
        "1.2.840.10008.1.2.4.80" | "1.2.840.10008.1.2.4.81" => "JPEG-LS",
        "1.2.840.10008.1.2.4.201" | "1.2.840.10008.1.2.4.202" | "1.2.840.10008.1.2.4.203" => {
            "high-throughput JPEG 2000"
        }
        "1.2.840.10008.1.2.4.110" | "1.2.840.10008.1.2.4.111" | "1.2.840.10008.1.2.4.112" => "JPEG XL",
        _ => "unknown",
    };
    Some(format!("its pixels are packed in transfer syntax {syntax} ({name}), which is not read"))
}

/// The stored numbers, row by row; an error says what is wrong.
pub(super) fn stored_values(elements: &Elements, layout: PixelLayout) -> Result<Vec<i32>, String> {
    let count = usize::from(layout.rows) * usize::from(layout.columns);
    let size = usize::from(layout.bits_allocated / 8);
    let short = || "truncated: it holds fewer pixels than its rows and columns declare".to_owned();
    let bytes = match &elements.pixels {
        None => return Err("it holds no pixels".to_owned()),
        Some(StoredPixels::Native(bytes)) => bytes.get(..count * size).ok_or_else(short)?.to_vec(),
        Some(StoredPixels::Encapsulated(fragments)) => {
            let whole = fragments.concat();
            if elements.syntax == RLE {
                run_length(&whole, count, size).ok_or_else(short)?
            } else {
                jpeg(whole, elements, layout)?
            }
        }
    };
    if bytes.len() != count * size {
        return Err(short());
    }
    let big = elements.big_endian;
    let numbers = bytes.chunks_exact(size).map(|raw| match *raw {
        [a, b] => u16::from_le_bytes(if big { [b, a] } else { [a, b] }),
        _ => u16::from(raw[0]),
    });
    // Bits above and below those stored may hold anything.
    let up = 15 - u32::from(layout.high_bit);
    let down = 16 - u32::from(layout.bits_stored);
    Ok(numbers
        .map(|number| {
            let top = number << up;
            if layout.signed { i32::from(top as i16 >> down) } else { i32::from(top >> down) }
        })
        .collect())
}

/// DICOM's run-length syntax (PS3.5 annex G): one segment for the upper bytes, one for the lower; `None` when cut.
fn run_length(packed: &[u8], count: usize, size: usize) -> Option<Vec<u8>> {
    let word = |at: usize| Some(u32::from_le_bytes(*packed.get(4 * at..)?.first_chunk()?) as usize);
    if word(0)? != size {
        return None;
    }
    let mut bytes = vec![0; count * size];
    for segment in 0..size {
        let end = if segment + 1 < size { word(segment + 2)? } else { packed.len() };
        let mut rest = packed.get(word(segment + 1)?..end)?.iter();
        let mut filled = 0;
        // Little-endian in memory: the first segment holds the upper bytes.
        let place = |pixel: usize| pixel * size + (size - 1 - segment);
        while filled < count {
            let run = *rest.next()? as i8;
            if run >= 0 {
                for _ in 0..=run {
                    let byte = *rest.next()?;
                    if filled < count {
                        bytes[place(filled)] = byte;
                    }
                    filled += 1;
                }
            } else if run != -128 {
                let byte = *rest.next()?;
                for _ in 0..=-i32::from(run) {
                    if filled < count {
                        bytes[place(filled)] = byte;
                    }
                    filled += 1;
                }
            }
        }
    }
    Some(bytes)
}

/// Through the DICOM library, which is given nothing but the picture.
fn jpeg(whole: Vec<u8>, elements: &Elements, layout: PixelLayout) -> Result<Vec<u8>, String> {
    // A stream that declares another size than the header could ask for any amount of memory.
    let declared =
        if JPEG_2000.contains(&elements.syntax.as_str()) { jpeg_2000_size(&whole) } else { jpeg_size(&whole) };
    let expected = [u32::from(layout.rows), u32::from(layout.columns)];
    if declared != Some(expected) {
        return Err("damaged: the packed picture has another size than the header declares".to_owned());
    }
    let mut object = InMemDicomObject::new_empty();
    let shorts = [
        ((0x0028, 0x0002), 1),
        ((0x0028, 0x0010), layout.rows),
        ((0x0028, 0x0011), layout.columns),
        ((0x0028, 0x0100), layout.bits_allocated),
        ((0x0028, 0x0101), layout.bits_stored),
        ((0x0028, 0x0102), layout.high_bit),
        ((0x0028, 0x0103), u16::from(layout.signed)),
    ];
    for ((group, element), value) in shorts {
        object.put(DataElement::new(Tag(group, element), VR::US, PrimitiveValue::from(value)));
    }
    object.put(DataElement::new(Tag(0x0028, 0x0004), VR::CS, PrimitiveValue::from("MONOCHROME2")));
    let fragments = PixelFragmentSequence::new_fragments(vec![whole]);
    object.put(DataElement::new(Tag(0x7fe0, 0x0010), VR::OB, Value::PixelSequence(fragments)));
    let meta = FileMetaTableBuilder::new()
        .transfer_syntax(elements.syntax.as_str())
        .media_storage_sop_class_uid("1.2.840.10008.5.1.4.1.1.2")
        .media_storage_sop_instance_uid("2.25.1");
    let unpacked = |error: &dyn std::fmt::Display| format!("its packed pixels cannot be unpacked: {error}");
    let file: FileDicomObject<InMemDicomObject> = object.with_meta(meta).map_err(|e| unpacked(&e))?;
    // The JPEG 2000 decoder may panic on a damaged stream; it holds nothing that outlives the call.
    let decoded = std::panic::catch_unwind(AssertUnwindSafe(|| file.decode_pixel_data().map(|d| d.data().to_vec())));
    match decoded {
        Ok(decoded) => decoded.map_err(|e| unpacked(&e)),
        Err(_) => Err("damaged: its packed pixels cannot be unpacked".to_owned()),
    }
}

/// Rows and columns that a JPEG stream declares in its frame header.
fn jpeg_size(stream: &[u8]) -> Option<[u32; 2]> {
    let mut at = 2;
    loop {
        let [mark, kind, high, low] = *stream.get(at..)?.first_chunk()?;
        if mark != 0xff {
            return None;
        }
        // Start of frame: 0xc0 to 0xcf, less tables (c4), extensions (c8) and conditioning (cc).
        if (0xc0..=0xcf).contains(&kind) && ![0xc4, 0xc8, 0xcc].contains(&kind) {
            let [a, b, c, d] = *stream.get(at + 5..)?.first_chunk()?;
            return Some([u32::from(u16::from_be_bytes([a, b])), u32::from(u16::from_be_bytes([c, d]))]);
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}

/// Rows and columns of a one-component, one-tile-origin JPEG 2000 code stream or file.
fn jpeg_2000_size(stream: &[u8]) -> Option<[u32; 2]> {
    let at = stream.windows(4).position(|mark| mark == [0xff, 0x4f, 0xff, 0x51])? + 4;
    let word = |offset: usize| Some(u32::from_be_bytes(*stream.get(at + offset..)?.first_chunk()?));
    // Length and capabilities, then the far corner and the offset of the picture.
    let (far_x, far_y, near_x, near_y) = (word(4)?, word(8)?, word(12)?, word(16)?);
    let [parts @ .., _] = *stream.get(at + 36..)?.first_chunk::<3>()?;
    (parts == [0, 1]).then_some([far_y.checked_sub(near_y)?, far_x.checked_sub(near_x)?])
}
