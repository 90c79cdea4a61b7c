//! What a few timed requests say: named statistics, and the targets that they are held against.
//!
//! What is timed is the **edge response time**: from the moment a request has its place to the end of the answer's headers, as
//! seen from where the scan runs. Names, connection and encryption are in it; what a browser does afterwards is not.

use crate::target::Segment;

/// Milliseconds of some requests for one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// In the order of asking.
    pub samples: Vec<u32>,
    sorted: Vec<u32>,
}

impl Timing {
    /// Of these samples, in the order of asking.
    #[must_use]
    pub fn of(samples: Vec<u32>) -> Self {
        let mut sorted = samples.clone();
        sorted.sort();
        Self { samples, sorted }
    }

    /// The sample at rank ⌈p/100 · n⌉ in order of size: the percentile by nearest rank, which makes up no value between two
    /// samples. With fewer than twenty samples the 95th is the slowest.
    #[must_use]
    pub fn percentile(&self, p: usize) -> u32 {
        let rank = (p * self.sorted.len()).div_ceil(100).max(1);
        self.sorted.get(rank - 1).or(self.sorted.last()).copied().unwrap_or(0)
    }

    /// The median by nearest rank.
    #[must_use]
    pub fn p50(&self) -> u32 {
        self.percentile(50)
    }

    /// The 95th percentile by nearest rank.
    #[must_use]
    pub fn p95(&self) -> u32 {
        self.percentile(95)
    }

    /// From the fastest to the slowest.
    #[must_use]
    pub fn spread(&self) -> u32 {
        self.sorted.last().zip(self.sorted.first()).map_or(0, |(slowest, fastest)| slowest - fastest)
    }

    /// The first request, and the median of its repeats; `None` where there are none.
    #[must_use]
    pub fn first_and_repeats(&self) -> Option<(u32, u32)> {
        let (first, repeats) = self.samples.split_first()?;
        (!repeats.is_empty()).then(|| (*first, Self::of(repeats.to_vec()).p50()))
    }

    /// How the samples stand to a target in milliseconds.
    #[must_use]
    pub fn pace(&self, target_ms: u32) -> Pace {
        let (p50, p95) = (self.p50(), self.p95());
        if p95 > target_ms && p95 > p50.saturating_mul(UNSTEADY_RATIO) {
            Pace::Unsteady
        } else if p50 > FLOW_LIMIT_MS {
            Pace::VerySlow
        } else if p95 > target_ms {
            Pace::Slow
        } else {
            Pace::Fast
        }
    }

    /// Every figure by its name: `n = 5, p50 85 ms, p95 120 ms (the slowest), spread 40 ms, first 120 ms, repeats 82 ms; in order
    /// 120, 80, 85, 90, 82 ms`.
    #[must_use]
    pub fn words(&self) -> String {
        let slowest = if self.samples.len() < 20 { " (the slowest)" } else { "" };
        let first = self
            .first_and_repeats()
            .map_or(String::new(), |(first, repeats)| format!(", first {first} ms, repeats {repeats} ms"));
        let in_order = self.samples.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        format!(
            "n = {}, p50 {} ms, p95 {} ms{slowest}, spread {} ms{first}; in order {in_order} ms",
            self.samples.len(),
            self.p50(),
            self.p95(),
            self.spread(),
        )
    }
}

/// How some samples stand to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Within it.
    Fast,
    /// Beyond it.
    Slow,
    /// Half of them take longer than [`FLOW_LIMIT_MS`].
    VerySlow,
    /// Some are beyond it, and they differ too much to be of one kind: neither good nor bad.
    Unsteady,
}

/// Nielsen, "Response times: the 3 important limits" (1993): the limit for a visitor's flow of thought.
pub const FLOW_LIMIT_MS: u32 = 1000;
/// The slowest sample over the median beyond which the samples are not of one kind: our own threshold, 2026-11.
pub const UNSTEADY_RATIO: u32 = 3;

/// What a request is for, as far as the roadmaps have a target of its own for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A page or an ordinary answer.
    Light,
    /// Lists, searches, reports: what has to look at much.
    Heavy,
    /// Behind the sign-in, or the sign-in itself.
    SignedIn,
}

impl Work {
    /// What a path is for, guessed by the words in it.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let path = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let holds = |words: &[&str]| path.split(['/', '-', '_', '.']).any(|part| words.contains(&part));
        if holds(&HEAVY) {
            Self::Heavy
        } else if holds(&SIGNED_IN) {
            Self::SignedIn
        } else {
            Self::Light
        }
    }

    /// For people, after "for".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Light => "an ordinary answer",
            Self::Heavy => "a heavy one",
            Self::SignedIn => "one behind the sign-in",
        }
    }
}

const HEAVY: [&str; 9] =
    ["analytics", "dashboard", "export", "feed", "query", "report", "reports", "search", "timeline"];
const SIGNED_IN: [&str; 8] = ["account", "app", "auth", "login", "me", "session", "signin", "user"];

/// Milliseconds within which the 95th percentile should lie, by kind of business: the targets of the launch roadmaps (2026).
#[must_use]
pub fn target_ms(segment: Option<Segment>, work: Work) -> u32 {
    match (segment, work) {
        (Some(Segment::CreatorPlatform | Segment::InternalTool), Work::Heavy) => 800,
        (Some(Segment::MobileApp), Work::Heavy) => 700,
        (Some(Segment::CreatorPlatform | Segment::InternalTool | Segment::MobileApp), _) => 300,
        (Some(Segment::Coach), _) => 400,
        (Some(Segment::AiTool), Work::Light) => 500,
        (Some(Segment::AiTool), _) => 1000,
        // The laxest of the roadmaps' targets.
        (None, Work::Light) => 500,
        (None, _) => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let five = Timing::of(vec![5, 1, 4, 2, 3]);
        assert_eq!((five.p50(), five.p95(), five.spread()), (3, 5, 4));
        assert_eq!(five.first_and_repeats(), Some((5, 2)));
        let hundred = Timing::of((1..=100).collect());
        assert_eq!((hundred.p50(), hundred.p95()), (50, 95));
        let none = Timing::of(Vec::new());
        assert_eq!((none.p95(), none.spread(), none.first_and_repeats()), (0, 0, None));
    }

    #[test]
    fn every_figure_has_its_name() {
        assert_eq!(
            Timing::of(vec![120, 80, 85, 90, 82]).words(),
            "n = 5, p50 85 ms, p95 120 ms (the slowest), spread 40 ms, first 120 ms, repeats 82 ms; in order 120, 80, 85, 90, 82 ms"
        );
    }

    #[test]
    fn one_slow_answer_among_fast_ones_is_neither_good_nor_bad() {
        assert_eq!(Timing::of(vec![900, 80, 85]).pace(500), Pace::Unsteady);
        assert_eq!(
            Timing::of(vec![240, 70, 75]).pace(500),
            Pace::Fast,
            "far apart, but all within the target"
        );
        assert_eq!(Timing::of(vec![700, 650, 640]).pace(500), Pace::Slow);
        assert_eq!(Timing::of(vec![1900, 1800, 1850]).pace(500), Pace::VerySlow);
    }

    #[test]
    fn targets_are_those_of_the_roadmaps() {
        assert_eq!(target_ms(Some(Segment::MobileApp), Work::of("/api/feed?page=2")), 700);
        assert_eq!(target_ms(Some(Segment::CreatorPlatform), Work::of("/login")), 300);
        assert_eq!(target_ms(Some(Segment::AiTool), Work::of("/login")), 1000);
        assert_eq!(target_ms(Some(Segment::Coach), Work::of("/search")), 400);
        assert_eq!(Work::of("/research/papers"), Work::Light, "words, not parts of words");
    }
}
