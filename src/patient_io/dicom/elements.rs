//! The elements of a DICOM file that place and hold a CT slice; everything else, names and dates above all, is skipped unread.

use std::collections::BTreeMap;

/// Group and element number.
pub(super) type Tag = (u16, u16);

pub(super) const TRANSFER_SYNTAX: Tag = (0x0002, 0x0010);
pub(super) const SOP_CLASS: Tag = (0x0008, 0x0016);
pub(super) const MODALITY: Tag = (0x0008, 0x0060);
pub(super) const SERIES: Tag = (0x0020, 0x000e);
pub(super) const POSITION: Tag = (0x0020, 0x0032);
pub(super) const ORIENTATION: Tag = (0x0020, 0x0037);
pub(super) const SAMPLES: Tag = (0x0028, 0x0002);
pub(super) const FRAMES: Tag = (0x0028, 0x0008);
pub(super) const ROWS: Tag = (0x0028, 0x0010);
pub(super) const COLUMNS: Tag = (0x0028, 0x0011);
pub(super) const PIXEL_SPACING: Tag = (0x0028, 0x0030);
pub(super) const BITS_ALLOCATED: Tag = (0x0028, 0x0100);
pub(super) const BITS_STORED: Tag = (0x0028, 0x0101);
pub(super) const HIGH_BIT: Tag = (0x0028, 0x0102);
pub(super) const SIGNED: Tag = (0x0028, 0x0103);
pub(super) const INTERCEPT: Tag = (0x0028, 0x1052);
pub(super) const SLOPE: Tag = (0x0028, 0x1053);
const PIXELS: Tag = (0x7fe0, 0x0010);

const KEPT: [Tag; 16] = [
    SOP_CLASS,
    MODALITY,
    SERIES,
    POSITION,
    ORIENTATION,
    SAMPLES,
    FRAMES,
    ROWS,
    COLUMNS,
    PIXEL_SPACING,
    BITS_ALLOCATED,
    BITS_STORED,
    HIGH_BIT,
    SIGNED,
    INTERCEPT,
    SLOPE,
];
const ITEM: Tag = (0xfffe, 0xe000);
const ITEM_END: Tag = (0xfffe, 0xe00d);
const SEQUENCE_END: Tag = (0xfffe, 0xe0dd);
const UNDEFINED: u32 = u32::MAX;
/// Sequences within sequences deeper than this are no CT.
const MAX_DEPTH: usize = 16;

const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
const IMPLICIT: &str = "1.2.840.10008.1.2";
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// The pixels as stored.
#[derive(Clone, Debug)]
pub(super) enum StoredPixels<'a> {
    /// As they are.
    Native(&'a [u8]),
    /// Packed, in fragments.
    Encapsulated(Vec<&'a [u8]>),
}

/// What was kept of a file.
#[derive(Debug)]
pub(super) struct Elements<'a> {
    /// Transfer syntax.
    pub syntax: String,
    pub big_endian: bool,
    values: BTreeMap<Tag, &'a [u8]>,
    pub pixels: Option<StoredPixels<'a>>,
}

impl<'a> Elements<'a> {
    /// Walks through a file with preamble; an error says what is wrong with it.
    pub fn parse(file: &'a [u8]) -> Result<Elements<'a>, &'static str> {
        if file.get(128..132) != Some(b"DICM") {
            return Err("not a DICOM file (no DICM at byte 128)");
        }
        let mut walk = Walk { bytes: file, at: 132, explicit: true, big_endian: false };
        let mut syntax = None;
        while walk.peek_group() == Some(2) {
            let (tag, length) = walk.header().ok_or(CUT)?;
            let value = walk.take(length).ok_or(CUT)?;
            if tag == TRANSFER_SYNTAX {
                syntax = Some(text_of(value));
            }
        }
        let syntax = syntax.ok_or("its header names no transfer syntax")?;
        if syntax == DEFLATED {
            return Err("packed as a whole (deflated transfer syntax); unpack it with dcmconv +te or gdcmconv --raw");
        }
        walk.explicit = syntax != IMPLICIT;
        walk.big_endian = syntax == BIG_ENDIAN;
        let mut found = Elements { big_endian: walk.big_endian, syntax, values: BTreeMap::new(), pixels: None };
        while walk.at < file.len() && found.pixels.is_none() {
            let (tag, length) = walk.header().ok_or(CUT)?;
            if tag == PIXELS {
                found.pixels = Some(walk.pixels(length).ok_or(CUT)?);
            } else if length == UNDEFINED {
                walk.skip_sequence(0).ok_or(CUT)?;
            } else {
                let value = walk.take(length).ok_or(CUT)?;
                if KEPT.contains(&tag) {
                    found.values.insert(tag, value);
                }
            }
        }
        Ok(found)
    }

    /// A text, without the padding; empty ones count as absent.
    pub fn text(&self, tag: Tag) -> Option<String> {
        self.values.get(&tag).map(|value| text_of(value)).filter(|text| !text.is_empty())
    }

    /// `N` decimal numbers.
    pub fn decimals<const N: usize>(&self, tag: Tag) -> Option<[f64; N]> {
        let text = self.text(tag)?;
        let numbers: Option<Vec<f64>> =
            text.split('\\').map(|part| part.trim().parse().ok().filter(|n: &f64| n.is_finite())).collect();
        numbers?.try_into().ok()
    }

    /// An unsigned short.
    pub fn short(&self, tag: Tag) -> Option<u16> {
        let [a, b] = *self.values.get(&tag)?.first_chunk()?;
        Some(if self.big_endian { u16::from_be_bytes([a, b]) } else { u16::from_le_bytes([a, b]) })
    }
}

const CUT: &str = "truncated or damaged: an element reaches beyond the end of the file";

fn text_of(value: &[u8]) -> String {
    String::from_utf8_lossy(value).trim_matches(['\0', ' ']).to_owned()
}

/// A place in the file; no step leads beyond its end.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    explicit: bool,
    big_endian: bool,
}

impl<'a> Walk<'a> {
    fn take(&mut self, length: u32) -> Option<&'a [u8]> {
        let end = self.at.checked_add(usize::try_from(length).ok()?)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        let raw = self.take(2)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(raw) } else { u16::from_le_bytes(raw) })
    }

    fn u32(&mut self) -> Option<u32> {
        let raw = self.take(4)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(raw) } else { u32::from_le_bytes(raw) })
    }

    fn peek_group(&self) -> Option<u16> {
        Some(u16::from_le_bytes(*self.bytes.get(self.at..)?.first_chunk()?))
    }

    /// Tag and length of the element that begins here.
    fn header(&mut self) -> Option<(Tag, u32)> {
        let tag = (self.u16()?, self.u16()?);
        if tag.0 == 0xfffe || !self.explicit {
            return Some((tag, self.u32()?));
        }
        let kind = self.take(2)?;
        let long = [b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"];
        if long.iter().any(|long| kind == long.as_slice()) {
            self.take(2)?;
            return Some((tag, self.u32()?));
        }
        Some((tag, u32::from(self.u16()?)))
    }

    /// Steps over the items of a sequence of undefined length.
    fn skip_sequence(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        loop {
            match self.header()? {
                (SEQUENCE_END, _) => return Some(()),
                (ITEM, UNDEFINED) => loop {
                    match self.header()? {
                        (ITEM_END, _) => break,
                        (_, UNDEFINED) => self.skip_sequence(depth + 1)?,
                        (_, length) => drop(self.take(length)?),
                    }
                },
                (ITEM, length) => drop(self.take(length)?),
                _ => return None,
            }
        }
    }

    fn pixels(&mut self, length: u32) -> Option<StoredPixels<'a>> {
        if length != UNDEFINED {
            return Some(StoredPixels::Native(self.take(length)?));
        }
        let mut fragments = Vec::new();
        loop {
            match self.header()? {
                (SEQUENCE_END, _) => break,
                (ITEM, length) => fragments.push(self.take(length)?),
                _ => return None,
            }
        }
        // The first is the table of offsets.
        Some(StoredPixels::Encapsulated(fragments.split_off(1.min(fragments.len()))))
    }
}
