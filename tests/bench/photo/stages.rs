//! What each stage of reading a photo costs: the spans that the camera's engine opens, timed from outside.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tracing::span::Id;
use tracing::{Subscriber, subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// A bar of the picture: its height and how wide a millisecond is, in pixels.
const BAR: usize = 24;
const MILLISECOND: f64 = 16.0;
/// Room for the stages' names and for their figures.
const NAMES: usize = 150;
const FIGURES: usize = 110;

/// Milliseconds by stage.
pub type Stages = BTreeMap<&'static str, f64>;

/// Sums up how long spans are open.
#[derive(Clone, Default)]
struct Watch(Arc<Mutex<Times>>);

#[derive(Default)]
struct Times {
    entered: Vec<Instant>,
    spent: BTreeMap<&'static str, Duration>,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Watch {
    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        self.0.lock().expect("one thread").entered.push(Instant::now());
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        let mut times = self.0.lock().expect("one thread");
        let (Some(entered), Some(span)) = (times.entered.pop(), context.span(id)) else { return };
        *times.spent.entry(span.name()).or_default() += entered.elapsed();
    }
}

/// The least time that each stage of some work took in so many rounds: others use the machine too.
pub fn measure(rounds: u32, work: impl Fn()) -> Stages {
    let mut least = Stages::new();
    for _ in 0..rounds {
        let watch = Watch::default();
        subscriber::with_default(Registry::default().with(watch.clone()), &work);
        for (stage, spent) in &watch.0.lock().expect("one thread").spent {
            let milliseconds = spent.as_secs_f64() * 1000.0;
            least.entry(stage).and_modify(|known| *known = known.min(milliseconds)).or_insert(milliseconds);
        }
    }
    least
}

/// Prints a table of the stages, the slowest first, and draws it.
pub fn report(stages: &Stages, reference: Option<f64>, picture: &Path) {
    let mut slowest: Vec<(&str, f64)> = stages.iter().map(|(stage, spent)| (*stage, *spent)).collect();
    slowest.sort_by(|a, b| b.1.total_cmp(&a.1));
    let times = |spent: f64| reference.map_or_else(String::new, |whole| format!("{:.2} ×", spent / whole));
    println!("\n| stage | ms | of the reference |\n|---|---|---|");
    for (stage, spent) in &slowest {
        println!("| {stage} | {spent:.1} | {} |", times(*spent));
    }
    let whole: f64 = slowest.iter().map(|(_, spent)| spent).sum();
    println!("| all stages | {whole:.1} | {} |", times(whole));
    std::fs::write(picture, drawn(&slowest)).expect("room for the picture");
    println!("drawn in {}", picture.display());
}

/// Bars of the stages as an SVG.
fn drawn(stages: &[(&str, f64)]) -> String {
    let longest = stages.iter().map(|(_, spent)| spent * MILLISECOND).fold(0.0, f64::max);
    let (width, height) = (NAMES + longest as usize + FIGURES, stages.len() * BAR);
    let mut svg = format!("<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>\n");
    svg += "<rect width='100%' height='100%' fill='white'/><g font-family='sans-serif' font-size='14'>\n";
    for (row, (stage, spent)) in stages.iter().enumerate() {
        let (top, base, long) = (row * BAR + 3, row * BAR + 17, spent * MILLISECOND);
        let (thick, end) = (BAR - 6, NAMES as f64 + long + 6.0);
        let bar = format!(
            "<text x='4' y='{base}'>{stage}</text>\
             <rect x='{NAMES}' y='{top}' width='{long:.0}' height='{thick}' fill='#0b6e4f'/>\
             <text x='{end:.0}' y='{base}'>{spent:.1} ms</text>"
        );
        writeln!(svg, "{bar}").expect("a string takes everything");
    }
    svg + "</g></svg>\n"
}
