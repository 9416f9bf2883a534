//! A film strip: pictures side by side, each with its caption below.

use super::Picture;
use super::lettering::Lettering;

/// Sets pictures into rows of so many (at least one), from the upper left; each gets the room of the largest.
pub fn strip(pictures: &[(Picture, String)], columns: usize) -> Picture {
    let columns = columns.clamp(1, pictures.len().max(1));
    let side = |axis: usize| pictures.iter().map(|(picture, _)| picture.pixels[axis]).max().unwrap_or(0);
    let [width, height] = [side(0), side(1)];
    let letters = Lettering::of([width, height]);
    let gap = 1 + width.min(height) / 64;
    let captions: Vec<Vec<String>> = pictures.iter().map(|(_, caption)| letters.lines(caption, width)).collect();
    let line_px = letters.size(1)[1];
    let caption_px = captions.iter().map(Vec::len).max().unwrap_or(0) * line_px;
    let cell = [width + gap, height + caption_px + 2 * gap];

    let rows = pictures.len().div_ceil(columns);
    let mut film = match rows {
        0 => Picture::black([0, 0]),
        _ => Picture::black([gap + columns * cell[0], gap + rows * cell[1]]),
    };
    for (index, ((picture, _), caption)) in pictures.iter().zip(&captions).enumerate() {
        let (left, top) = (gap + index % columns * cell[0], gap + index / columns * cell[1]);
        let across = picture.pixels[0].max(1);
        for (row, line) in picture.grey.chunks(across).take(picture.pixels[1]).enumerate() {
            let start = (top + row) * film.pixels[0] + left;
            if let Some(place) = film.grey.get_mut(start..start + line.len()) {
                place.copy_from_slice(line);
            }
        }
        for (line, words) in caption.iter().enumerate() {
            letters.write(&mut film, words, left as i64, (top + height + gap + line * line_px) as i64);
        }
    }
    film
}
