//! A debrief as one HTML file that stands by itself: tables, curves as SVG, pictures within it.

use super::write::{WriteError, whole_file};
use std::fmt::Write;
use std::path::Path;

/// A report; every text is in the reader's language already.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DebriefReport {
    /// Language tag, "en" or "zh".
    pub language: String,
    /// Heading.
    pub title: String,
    /// What it is not: stands above and below.
    pub notice: String,
    /// Its parts.
    pub sections: Vec<Section>,
}

/// One part.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// What it shows.
    pub body: Vec<Body>,
}

/// What a part shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Words.
    Words(String),
    /// Rows of cells, the first cell a heading.
    Table(Vec<Vec<String>>),
    /// Curves over time.
    Curves {
        /// "Pressure, kPa".
        caption: String,
        /// Name, colour (CSS) and points (s, value).
        lines: Vec<(String, String, Vec<[f64; 2]>)>,
    },
    /// A PNG.
    Picture {
        /// Below it.
        caption: String,
        /// Its bytes.
        png: Vec<u8>,
    },
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#15181c}\
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #ccd}table{border-collapse:collapse}\
td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top;font-variant-numeric:tabular-nums}\
th{font-weight:normal;color:#556}figure{display:inline-block;margin:.5rem 1rem .5rem 0}figcaption{color:#556;font-size:.9rem}\
.notice{color:#a33;font-weight:600}svg text{font-size:11px;fill:#556}";

impl DebriefReport {
    /// The whole file.
    pub fn html(&self) -> String {
        let (title, notice) = (escaped(&self.title), escaped(&self.notice));
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p class=\"notice\">{notice}</p>\n",
            escaped(&self.language)
        );
        for section in &self.sections {
            let _ = writeln!(html, "<h2>{}</h2>", escaped(&section.heading));
            section.body.iter().for_each(|body| put(&mut html, body));
        }
        let _ = write!(html, "<p class=\"notice\">{notice}</p>\n</body>\n</html>\n");
        html
    }
}

/// Writes a report's text, whole or not at all.
///
/// # Errors
/// Where the file cannot be written.
pub fn save(path: &Path, html: &str) -> Result<(), WriteError> {
    whole_file(path, html.as_bytes())
}

fn put(html: &mut String, body: &Body) {
    // Writing into a text cannot fail.
    let _ = match body {
        Body::Words(words) => writeln!(html, "<p>{}</p>", escaped(words)),
        Body::Table(rows) => {
            html.push_str("<table>\n");
            for row in rows {
                let cells = row.iter().enumerate().map(|(at, cell)| {
                    let tag = if at == 0 { "th" } else { "td" };
                    format!("<{tag}>{}</{tag}>", escaped(cell))
                });
                let _ = writeln!(html, "<tr>{}</tr>", cells.collect::<String>());
            }
            writeln!(html, "</table>")
        }
        Body::Curves { caption, lines } => {
            writeln!(html, "<figure>{}<figcaption>{}</figcaption></figure>", svg(lines), escaped(caption))
        }
        Body::Picture { caption, png } => writeln!(
            html,
            "<figure><img width=\"320\" alt=\"{0}\" src=\"data:image/png;base64,{1}\"><figcaption>{0}</figcaption></figure>",
            escaped(caption),
            base64(png)
        ),
    };
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 48.0;
const BELOW: f64 = 22.0;
/// Points of a curve; more are thinned out.
const MOST_POINTS: usize = 300;

/// Curves over their common ranges, from zero.
fn svg(lines: &[(String, String, Vec<[f64; 2]>)]) -> String {
    let most = |axis: usize| {
        let all = lines.iter().flat_map(|(_, _, points)| points.iter().map(move |point| point[axis]));
        all.filter(|value| value.is_finite()).fold(0.0, f64::max)
    };
    let [time, value] = [most(0), most(1)].map(|most| if most > 0.0 { most } else { 1.0 });
    let (width, height) = (WIDTH - LEFT - 8.0, HEIGHT - BELOW - 8.0);
    let mut svg = format!(
        "<svg width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\
         <path d=\"M{LEFT} 8V{0}H{1}\" fill=\"none\" stroke=\"#99a\"/>\
         <text x=\"4\" y=\"16\">{value:.3}</text><text x=\"4\" y=\"{0}\">0</text>\
         <text x=\"{2}\" y=\"{3}\">{time:.0} s</text>",
        8.0 + height,
        LEFT + width,
        LEFT + width - 34.0,
        HEIGHT - 5.0,
    );
    for (at, (name, colour, points)) in lines.iter().enumerate() {
        let every = points.len().div_ceil(MOST_POINTS).max(1);
        let places: String = points
            .iter()
            .enumerate()
            .filter(|(i, point)| (i % every == 0 || i + 1 == points.len()) && point.iter().all(|v| v.is_finite()))
            .map(|(_, [t, v])| format!("{:.1},{:.1} ", LEFT + width * t / time, 8.0 + height * (1.0 - v / value)))
            .collect();
        let (name, colour) = (escaped(name), escaped(colour));
        let _ = write!(
            svg,
            "<polyline points=\"{places}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\
             <text x=\"{}\" y=\"{}\" style=\"fill:{colour}\">{name}</text>",
            LEFT + 8.0,
            20.0 + 13.0 * at as f64,
        );
    }
    svg + "</svg>"
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for letter in 0..4 {
            let is_padding = letter > group.len();
            let six = (word >> (18 - 6 * letter)) & 63;
            text.push(if is_padding { '=' } else { char::from(LETTERS[six as usize]) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let vectors =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in vectors {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn a_report_stands_by_itself_says_what_it_is_not_and_lets_no_markup_in() {
        let report = DebriefReport {
            language: "en".into(),
            title: "L1 <b>wedge</b> & co".into(),
            notice: "Training and research tool, not a medical device".into(),
            sections: vec![Section {
                heading: "Leaks".into(),
                body: vec![
                    Body::Table(vec![vec!["route".into(), "\"<script>\"".into()]]),
                    Body::Curves {
                        caption: "Pressure, kPa".into(),
                        lines: vec![(
                            "tip".into(),
                            "#3fb8af".into(),
                            vec![[0.0, 0.0], [10.0, 250.0], [20.0, f64::NAN]],
                        )],
                    },
                    Body::Picture { caption: "lateral".into(), png: vec![0x89, b'P', b'N', b'G'] },
                ],
            }],
        };
        let html = report.html();
        assert_eq!(html.matches("not a medical device").count(), 2);
        assert!(!html.contains("<b>") && !html.contains("<script") && !html.contains("NaN"), "{html}");
        assert!(!html.contains("http"), "nothing is fetched");
        assert!(html.contains("data:image/png;base64,iVBORw=="), "{html}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("debrief.html");
        save(&path, &html).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), html);
    }
}
