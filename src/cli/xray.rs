//! `trocar xray`: fluoroscopy of a case: one picture of a moment, or a film strip of an injection.

use super::exit::{Exit, Failure};
use super::flags;
use super::output::{explain, message};
use super::progress::Progress;
use super::xray_view::{TableAsked, ViewAsked, moment, shutters, table, view};
use super::{NOT_A_DEVICE, clock::Stopwatch};
use crate::anatomy::Patient;
use crate::assessment::shot_document::shot_document;
use crate::assessment::write::{check_writable, whole_file};
use crate::geometry::{Point, Vector};
use crate::imaging::detector::ShotKey;
use crate::imaging::image::{Bits, encode_png};
use crate::imaging::picture::{Marks, Picture, Polarity, Window, display, harmonise, strip};
use crate::imaging::sidecar::{Shown as ShownAs, Sidecar};
use crate::imaging::surroundings::CountingMarks;
use crate::imaging::table::moved_to_show;
use crate::imaging::{CArm, Collimation, DoseLevel, DoseTally, Projection, SetUp, ViewError};
use crate::patient_io::read_patient;
use crate::procedure::Procedure;
use crate::procedure::beam_content::BeamContent;
use crate::procedure::fluoroscopy::Shot;
use crate::scenario::moment::{self, Found, Moment};
use crate::scenario::xray_room::XrayRoom;
use crate::scenario::{Parts, RunSettings, Scenario, Switches, build_patient};
use crate::units::ml_from_mm3;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::sync::Arc;

const VIEWS: &str = "\
Views of the treated vertebra: ap, lateral (true ones), en-face-left, en-face-right (turned to a pedicle), owls-eye-left,
owls-eye-right (down a pedicle); or the beam in words, \"LAO 15 CRA 5\" (LAO or RAO, CRA or CAU, degrees).
Moments: before (nothing done, the default), tools (placed, no cement yet), balloon (up), a number of seconds since the
first push, end.
Beside shot.png a shot.json tells geometry, window, dose and where landmarks lie on the picture.";

/// Arguments of `trocar xray`.
#[derive(Args)]
#[command(after_help = VIEWS)]
pub struct Arguments {
    /// A scenario (.toml), or a patient file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// From where; ap unless given, lateral in a strip
    #[arg(long, value_name = "VIEW", value_parser = view)]
    view: Option<ViewAsked>,
    /// When
    #[arg(long, value_name = "MOMENT", default_value = "before", value_parser = moment, allow_hyphen_values = true)]
    at: Moment,
    /// Every picture that the operator takes of the injection, side by side
    #[arg(long, conflicts_with = "at")]
    strip: bool,
    /// Which procedure, pvp or pkp; the file's first unless given
    #[arg(long, value_name = "P", value_parser = flags::procedure)]
    procedure: Option<Procedure>,
    /// Write the picture there
    #[arg(short, long = "output", value_name = "PNG")]
    output: PathBuf,
    /// Pixels a side; 512 unless given, 256 in a strip
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(32..=1536))]
    pixels: Option<u16>,
    /// A variant of the file, by its id; the file as it stands unless given
    #[arg(long, value_name = "ID")]
    variant: Option<String>,
    /// 8 or 16 bits a pixel
    #[arg(long, value_name = "BITS", default_value = "8", value_parser = ["8", "16"])]
    bits: String,
    /// Bone bright, as on a film; without it dark, as on a C-arm's monitor
    #[arg(long)]
    bone_bright: bool,
    /// Thick and thin parts as they are; without it most of the slow differences across the picture are taken out
    #[arg(long)]
    plain: bool,
    /// Exposure; the file's unless given
    #[arg(long, value_name = "DOSE")]
    dose: Option<DoseAsked>,
    /// No quantum noise
    #[arg(long)]
    no_noise: bool,
    /// No letters, scale and words in the picture
    #[arg(long)]
    no_marks: bool,
    /// Edge of the detector's field, mm: a smaller one magnifies
    #[arg(long, value_name = "MM")]
    field: Option<f64>,
    /// Shutters: open so wide and so high at the isocentre, mm
    #[arg(long, value_name = "W,H", value_parser = shutters, allow_hyphen_values = true)]
    shutters: Option<[f64; 2]>,
    /// Move the C-arm along the table: mm towards the head, or as far as to show sacrum or last-ribs
    #[arg(long, value_name = "WAY", default_value = "0", value_parser = table, allow_hyphen_values = true)]
    table: TableAsked,
    /// Seed of every random draw, in place of the file's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Edge of a voxel of the flow grid in mm, in place of the file's
    #[arg(long, value_name = "MM", value_parser = flags::resolution)]
    resolution: Option<f64>,
    /// Number of threads; the picture does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// No progress and no messages but errors
    #[arg(long, short)]
    quiet: bool,
}

/// A landmark that is to show comes so far into the picture, mm on the detector.
const MARK_FROM_EDGE_MM: f64 = 25.0;

/// `--dose`.
#[derive(Clone, Copy, ValueEnum)]
enum DoseAsked {
    Low,
    Normal,
    High,
}

/// One picture with its document.
struct Taken {
    picture: Picture,
    document: Sidecar,
    caption: String,
}

/// What is under the C-arm.
struct Case {
    room: XrayRoom,
    patient: Arc<Patient>,
    scenario: Option<Scenario>,
    seed: u64,
}

impl Arguments {
    /// Does it.
    pub fn xray(self) -> Exit {
        flags::on_threads(self.threads, || self.take())
            .and_then(|done| done)
            .map_or_else(|failure| explain(&failure), |()| Exit::Met)
    }

    fn take(&self) -> Result<(), Failure> {
        // Nothing else is a picture's name: a case or a scan named by mistake is not written over.
        if !self.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")) {
            return Err(Failure::Input("--output: a picture's name ends in .png, for example shot.png".into()));
        }
        let beside = self.output.with_extension("json");
        check_writable(&self.output)?;
        check_writable(&beside)?;
        let watch = Stopwatch::start();
        let case = self.case()?;
        let taken = if self.strip { self.film(&case)? } else { vec![self.one(&case)?] };
        let picture = match taken.as_slice() {
            [one] if !self.strip => one.picture.clone(),
            several => {
                let pictures: Vec<(Picture, String)> =
                    several.iter().map(|one| (one.picture.clone(), one.caption.clone())).collect();
                strip(&pictures, columns_for(pictures.len()))
            }
        };
        let bits = if self.bits == "16" { Bits::Sixteen } else { Bits::Eight };
        let bytes = encode_png(&picture, bits).map_err(|error| Failure::Simulation(error.to_string()))?;
        let documents: Vec<&Sidecar> = taken.iter().map(|one| &one.document).collect();
        let text = if self.strip {
            serde_json::to_string_pretty(&documents)
        } else {
            serde_json::to_string_pretty(documents[0])
        };
        let text = text.map_err(|error| Failure::Simulation(error.to_string()))?;
        whole_file(&self.output, &bytes)?;
        whole_file(&beside, format!("{text}\n").as_bytes())?;
        if !self.quiet {
            let count = if self.strip { format!(", {} pictures", taken.len()) } else { String::new() };
            message(&format!("{} and {}{count} ({:.1} s)", self.output.display(), beside.display(), watch.seconds()));
            message(NOT_A_DEVICE);
        }
        Ok(())
    }

    fn case(&self) -> Result<Case, Failure> {
        if self.file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
            let scenario = self.variant_of(&Scenario::load(&self.file)?)?;
            scenario.require_data()?;
            let seed = self.seed.unwrap_or(scenario.file.seed);
            let patient = Arc::new(build_patient::patient(&scenario, seed)?);
            let room = XrayRoom::of(&scenario, &patient, seed)?;
            return Ok(Case { room, patient, scenario: Some(scenario), seed });
        }
        if let Some(asked) = &self.variant {
            return Err(Failure::Input(format!("--variant {asked}: a patient file has no variants")));
        }
        let patient = Arc::new(read_patient(&self.file).map_err(|error| Failure::Input(error.to_string()))?);
        let seed = self.seed.unwrap_or(0);
        let room = XrayRoom::of_patient(&patient, seed)?;
        Ok(Case { room, patient, scenario: None, seed })
    }

    fn variant_of(&self, scenario: &Scenario) -> Result<Scenario, Failure> {
        let mut runs = scenario.runs();
        let known: Vec<&str> = runs.iter().filter_map(|run| run.variant.as_deref()).collect();
        let Some(place) = runs.iter().position(|run| run.variant == self.variant) else {
            let asked = self.variant.as_deref().unwrap_or_default();
            let known = if known.is_empty() { "the file has none".to_owned() } else { known.join(", ") };
            return Err(Failure::Input(format!("--variant: there is no \"{asked}\"; known: {known}")));
        };
        Ok(runs.swap_remove(place))
    }

    /// The run that the moments are of.
    fn run<'a>(&self, case: &'a Case) -> Result<(&'a Scenario, Procedure, RunSettings), Failure> {
        let Some(scenario) = &case.scenario else {
            let reason = "a patient file says nothing of a procedure: give a scenario (.toml), or --at before";
            return Err(Failure::Input(format!("{}: {reason}", self.file.display())));
        };
        let of_file = scenario.file.procedures.first().copied();
        let procedure = self.procedure.or(of_file).unwrap_or(Procedure::Pvp);
        let resolution_mm = self.resolution.unwrap_or(scenario.file.resolution_mm);
        let settings = RunSettings { resolution_mm, seed: case.seed, switches: Switches::ALL, parts: Parts::FLOW };
        Ok((scenario, procedure, settings))
    }

    fn one(&self, case: &Case) -> Result<Taken, Failure> {
        let found = if self.at == Moment::Before {
            let content = Arc::new(BeamContent::nothing(case.room.frame()));
            Found { content, injection_s: None, injected_mm3: 0.0 }
        } else {
            let (scenario, procedure, settings) = self.run(case)?;
            let mut progress = Progress::over(1, self.quiet);
            let found = progress.step(format!("{} {}", scenario.file.id, procedure.name()), |tell| {
                moment::at(scenario, &case.patient, procedure, &settings, self.at, tell)
            })?;
            found.ok_or_else(|| Failure::Input("--at balloon: this procedure has no balloon".into()))?
        };
        let asked_s = match self.at {
            Moment::Injection(at_s) => Some(at_s),
            _ => None,
        };
        if let (Some(asked_s), Some(found_s)) = (asked_s, found.injection_s)
            && found_s + 0.06 < asked_s
            && !self.quiet
        {
            message(&format!("the injection ends after {found_s:.0} s: this is its end"));
        }
        self.shoot(case, &found.content, 1, found.injection_s, found.injected_mm3, None)
    }

    fn film(&self, case: &Case) -> Result<Vec<Taken>, Failure> {
        let (scenario, procedure, settings) = self.run(case)?;
        let mut progress = Progress::over(1, self.quiet);
        let shots = progress.step(format!("{} {}", scenario.file.id, procedure.name()), |tell| {
            moment::film(scenario, &case.patient, procedure, &settings, tell)
        })?;
        // One window for all, from the first picture, so that only what changes looks different.
        let mut taken: Vec<Taken> = Vec::with_capacity(shots.len());
        let (mut window, mut tally) = (None, DoseTally::default());
        for shot in &shots {
            let mut one = self.of_shot(case, shot, window)?;
            if let Some(exposure) = &one.document.exposure {
                tally.add_shot(exposure);
            }
            one.document.dose_so_far = Some(tally);
            window = window.or(one.document.shown.map(|shown| shown.window));
            taken.push(one);
        }
        Ok(taken)
    }

    fn of_shot(&self, case: &Case, shot: &Shot, window: Option<Window>) -> Result<Taken, Failure> {
        self.shoot(case, &shot.content, shot.number, shot.injection_s, shot.injected_mm3, window)
    }

    fn shoot(
        &self,
        case: &Case,
        content: &BeamContent,
        number: usize,
        injection_s: Option<f64>,
        injected_mm3: f64,
        window: Option<Window>,
    ) -> Result<Taken, Failure> {
        let projection = self.projection(case)?;
        let collimation = self.collimation(&projection)?;
        let key = (!self.no_noise).then_some(ShotKey { seed: case.seed, number: number as u64 });
        let shown = case.room.shoot_from(content, projection, &collimation, self.dose(case), key);
        let signal = &shown.signal;
        let harmonised = !self.plain;
        let value = if harmonised {
            harmonise(&signal.value, signal.pixels, signal.pixel_mm, &signal.exposed)
        } else {
            signal.value.clone()
        };
        let window = window.unwrap_or_else(|| Window::of_measuring_field(&value, signal.pixels, &signal.exposed));
        let polarity = if self.bone_bright { Polarity::BoneBright } else { Polarity::BoneDark };
        let mut picture = display(&value, signal.pixels, &signal.exposed, &window, polarity);
        if !self.no_marks {
            picture.burn(&Marks { shot: Some(number as u64), ..Marks::of(&shown.view) });
        }
        let caption = match injection_s {
            Some(seconds) => format!("{seconds:.0} s, {:.1} ml", ml_from_mm3(injected_mm3)),
            None => "before cement".to_owned(),
        };
        let mut document = shot_document(&shown, &case.patient, content, ShownAs { window, polarity, harmonised });
        document.shot = Some(number as u64);
        document.injection_s = injection_s;
        document.notes = case.room.notes().to_vec();
        Ok(Taken { picture, document, caption })
    }

    fn projection(&self, case: &Case) -> Result<Projection, Failure> {
        let refused = |error: ViewError| Failure::Input(error.to_string());
        let usual = ViewAsked::SetUp(if self.strip { SetUp::TrueLateral } else { SetUp::TrueAp });
        let view = match self.view.unwrap_or(usual) {
            ViewAsked::SetUp(set_up) => case.room.set_up(set_up),
            ViewAsked::Beam(view) => case.room.projection(view),
        };
        let view = view.map_err(refused)?;
        let field = match self.field {
            Some(mm) => CArm::mobile().magnified(&view, mm).map_err(refused)?,
            None => view,
        };
        let field = self.along_table(case, &field)?;
        Ok(field.with_pixels(self.pixels.map_or(if self.strip { 256 } else { 512 }, usize::from)))
    }

    fn along_table(&self, case: &Case, view: &Projection) -> Result<Projection, Failure> {
        let show = |mark: fn(&CountingMarks) -> Point| {
            let marks = case.room.counting().ok_or_else(|| {
                Failure::Input("--table: a scan's sacrum and ribs are not marked: give the way in mm".into())
            })?;
            let moved = moved_to_show(view, &mark(&marks), MARK_FROM_EDGE_MM);
            moved.map(|(moved, _)| moved).ok_or_else(|| {
                Failure::Input("--table: no way along the table brings it into this view: take ap or lateral".into())
            })
        };
        match self.table {
            TableAsked::By(mm) => Ok(view.moved(&(Vector::z() * mm))),
            TableAsked::Sacrum => show(|marks| marks.sacrum),
            TableAsked::LastRibs => show(|marks| marks.last_ribs),
        }
    }

    fn collimation(&self, view: &Projection) -> Result<Collimation, Failure> {
        let Some([width, height]) = self.shutters else {
            return Ok(Collimation::open());
        };
        let half = |mm: f64| 0.5 * mm * view.source_detector_mm() / view.source_isocentre_mm();
        Collimation::rectangle([-half(width), half(width)], [-half(height), half(height)])
            .map_err(|error| Failure::Input(format!("--shutters: {error}")))
    }

    fn dose(&self, case: &Case) -> DoseLevel {
        let of_file = case.scenario.as_ref().and_then(|scenario| scenario.file.fluoroscopy.as_ref());
        match self.dose {
            Some(DoseAsked::Low) => DoseLevel::Low,
            Some(DoseAsked::Normal) => DoseLevel::Normal,
            Some(DoseAsked::High) => DoseLevel::High,
            None => of_file.map_or(DoseLevel::Normal, |section| section.dose),
        }
    }
}

/// A strip nearly as wide as a page.
fn columns_for(pictures: usize) -> usize {
    pictures.min(4)
}
