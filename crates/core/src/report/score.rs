//! Findings → score, coverage, verdict, and what each fix would add. The verdict is made apart from the number.

use serde::{Deserialize, Serialize};

use crate::checks::check::Weight;
use crate::checks::finding::Level;
pub use crate::checks::rank::Rank;

/// The version of everything in this file, carried in every report: two scores compare only under the same version.
/// Since version 2 there is no score where there is no verdict: 100 of the little that was seen would read as "ready". Since version 3
/// what blocks is said by each outcome ([`Rank::rule`]) and no longer by the weight of its check, and what does not apply is no answer.
pub const SCORING_VERSION: u32 = 3;

/// What a score can be at most while something stops the launch: below half, whatever else is right.
pub const BLOCKER_CAP: u8 = 49;

/// The part of the checks' weight that has to be answered before there is a verdict other than no-go, in percent.
/// Below it the report would speak of a domain that nobody has seen.
pub const MEASURED_FLOOR: u32 = 50;

/// A finding, as far as the score looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Graded<'a> {
    /// The check's id.
    pub check: &'a str,
    /// What the check means for a launch.
    pub impact: Weight,
    /// How it came out.
    pub level: Level,
    /// How urgent that is, as its outcome says; `None` where there is nothing to fix.
    pub rank: Option<Rank>,
}

impl Graded<'_> {
    /// What it weighs; nothing where it does not apply or was not measured.
    fn weight(&self) -> u32 {
        match self.level {
            Level::NotApplicable | Level::NotMeasured => 0,
            Level::Pass | Level::Warn | Level::Fail => weight(self.impact),
        }
    }

    /// What it earns of its weight, in halves.
    fn halves(&self) -> u32 {
        match self.level {
            Level::Pass => 2,
            Level::Warn => 1,
            Level::Fail | Level::NotApplicable | Level::NotMeasured => 0,
        }
    }
}

/// A must-have counts as much as two and a half important checks, and those as much as four good practices.
fn weight(impact: Weight) -> u32 {
    match impact {
        Weight::Critical => 10,
        Weight::Important => 4,
        Weight::Minor => 1,
    }
}

/// The number and what holds it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Score {
    /// 0 to 100.
    pub value: u8,
    /// What it would be without the cap; the same where nothing caps it.
    pub uncapped: u8,
    /// What it would be with every blocker fixed and the rest as it is; the same where there is none.
    pub unblocked: u8,
}

/// The score; `None` where nothing was measured. A report shows it only beside a verdict; see [`decide`].
#[must_use]
pub fn score(graded: &[Graded<'_>]) -> Option<Score> {
    let total: u32 = graded.iter().map(Graded::weight).sum();
    let earned: u32 = graded.iter().map(|grade| grade.weight() * grade.halves()).sum();
    let blockers = graded.iter().filter(|grade| grade.rank == Some(Rank::Blocker));
    // A failure earns nothing, so fixing it adds all it weighs.
    let held_down: u32 = blockers.map(|grade| grade.weight() * 2).sum();
    // Rounded down: 100 means that nothing is missing.
    let percent = |halves: u32| Some(u8::try_from((halves * 50).checked_div(total)?).unwrap_or(100));
    let uncapped = percent(earned)?;
    let value = if held_down > 0 { uncapped.min(BLOCKER_CAP) } else { uncapped };
    Some(Score { value, uncapped, unblocked: percent(earned + held_down)? })
}

/// How much the score rises when the finding at `index` becomes a pass, the rest as it is.
#[must_use]
pub fn gain(graded: &[Graded<'_>], index: usize) -> u8 {
    let mut fixed = graded.to_vec();
    if let Some(grade) = fixed.get_mut(index) {
        (grade.level, grade.rank) = (Level::Pass, None);
    }
    let value = |graded: &[Graded<'_>]| score(graded).map_or(0, |score| score.value);
    value(&fixed).saturating_sub(value(graded))
}

/// Whether to launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Every must-have was answered, and nothing stops the launch.
    Go,
    /// At least one confirmed blocker.
    NoGo,
    /// Too little could be measured to say either.
    NoVerdict,
}

/// The decision, and the checks behind it: blockers for no-go, unanswered must-haves for no verdict.
#[must_use]
pub fn decide<'a>(graded: &[Graded<'a>]) -> (Decision, Vec<&'a str>) {
    let blockers: Vec<&str> =
        graded.iter().filter(|grade| grade.rank == Some(Rank::Blocker)).map(|grade| grade.check).collect();
    if !blockers.is_empty() {
        return (Decision::NoGo, blockers);
    }
    let unanswered: Vec<&str> = graded
        .iter()
        .filter(|grade| grade.impact == Weight::Critical && grade.level == Level::NotMeasured)
        .map(|grade| grade.check)
        .collect();
    // What does not apply is no answer, and leaves no gap.
    let applies = graded.iter().filter(|grade| grade.level != Level::NotApplicable);
    let all: u32 = applies.map(|grade| weight(grade.impact)).sum();
    let answered: u32 = graded.iter().map(Graded::weight).sum();
    if !unanswered.is_empty() || answered == 0 || answered * 100 < all * MEASURED_FLOOR {
        return (Decision::NoVerdict, unanswered);
    }
    (Decision::Go, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graded(impact: Weight, level: Level) -> Graded<'static> {
        // As an outcome has it that does not say itself how urgent it is, but for the must-haves.
        let rank = match (level, impact) {
            (Fail, Critical) => Some(Rank::Blocker),
            (Fail, _) => Some(Rank::Important),
            (Warn, _) => Some(Rank::Optional),
            _ => None,
        };
        Graded { check: "c", impact, level, rank }
    }

    #[test]
    fn what_blocks_is_said_by_the_outcome_and_not_by_the_weight() {
        let minor = Graded { rank: Some(Rank::Blocker), ..graded(Minor, Fail) };
        let all = [graded(Critical, Pass), graded(Important, Pass), minor];
        assert_eq!(decide(&all).0, Decision::NoGo);
        assert_eq!(score(&all).map(|score| score.value), Some(BLOCKER_CAP));
        let major = Graded { rank: Some(Rank::Important), ..graded(Critical, Fail) };
        assert_eq!(decide(&[graded(Critical, Pass), graded(Important, Pass), major]).0, Decision::Go);
    }

    #[test]
    fn what_does_not_apply_is_no_answer_and_leaves_no_gap() {
        let few =
            [graded(Important, Pass), graded(Important, NotApplicable), graded(Important, NotApplicable)];
        assert_eq!(decide(&few).0, Decision::Go);
        let unseen = [&few[..], &[graded(Important, NotMeasured), graded(Important, NotMeasured)]].concat();
        assert_eq!(decide(&unseen).0, Decision::NoVerdict);
    }

    use Level::{Fail, NotApplicable, NotMeasured, Pass, Warn};
    use Weight::{Critical, Important, Minor};

    #[test]
    fn the_score_is_a_mean_weighted_by_impact() {
        assert_eq!(
            score(&[graded(Important, Pass), graded(Important, Warn)]),
            Some(Score { value: 75, uncapped: 75, unblocked: 75 })
        );
        assert_eq!(
            score(&[graded(Important, Pass), graded(Minor, Fail)]),
            Some(Score { value: 80, uncapped: 80, unblocked: 80 })
        );
        let nothing = [graded(Minor, NotApplicable), graded(Critical, NotMeasured)];
        assert_eq!(score(&nothing), None);
        let same = [graded(Important, Warn), graded(Minor, NotApplicable), graded(Critical, NotMeasured)];
        assert_eq!(score(&same), score(&same[..1]), "what was not measured weighs nothing");
    }

    #[test]
    fn a_blocker_caps_the_score_and_the_gain_of_fixing_it_shows_that() {
        let mut all = vec![graded(Important, Pass); 20];
        all.push(graded(Critical, Fail));
        assert_eq!(score(&all), Some(Score { value: BLOCKER_CAP, uncapped: 88, unblocked: 100 }));
        assert_eq!(gain(&all, 20), 100 - BLOCKER_CAP);
        assert_eq!(gain(&all, 0), 0);
        all.push(graded(Critical, Fail));
        assert_eq!(gain(&all, 20), 0, "the other one still holds the score down");
        assert_eq!(score(&all).map(|score| score.unblocked), Some(100), "but both together free it");
    }

    #[test]
    fn one_confirmed_blocker_is_no_go_whatever_the_number() {
        let mut all = vec![graded(Critical, Pass); 50];
        all.push(Graded { check: "bad", ..graded(Critical, Fail) });
        assert_eq!(decide(&all), (Decision::NoGo, vec!["bad"]));
        let mut unseen = vec![graded(Critical, NotMeasured); 50];
        unseen.push(Graded { check: "bad", ..graded(Critical, Fail) });
        assert_eq!(decide(&unseen), (Decision::NoGo, vec!["bad"]));
    }

    #[test]
    fn ready_takes_every_must_have_and_enough_of_the_rest() {
        assert_eq!(decide(&[graded(Critical, Pass), graded(Important, Fail)]).0, Decision::Go);
        assert_eq!(decide(&[graded(Critical, NotMeasured), graded(Important, Pass)]).0, Decision::NoVerdict);
        let mostly_unseen =
            [graded(Important, Pass), graded(Important, NotMeasured), graded(Important, NotMeasured)];
        assert_eq!(decide(&mostly_unseen).0, Decision::NoVerdict);
        assert_eq!(decide(&[graded(Critical, NotApplicable)]).0, Decision::NoVerdict);
        assert_eq!(decide(&[]).0, Decision::NoVerdict);
    }

    proptest::proptest! {
        #[test]
        fn fixing_never_lowers_the_score(levels in proptest::collection::vec((0..3u8, 0..5u8), 1..12)) {
            let all: Vec<_> = levels.iter().map(|(impact, level)| graded(
                [Critical, Important, Minor][usize::from(*impact)],
                [Fail, Warn, Pass, NotApplicable, NotMeasured][usize::from(*level)],
            )).collect();
            for index in 0..all.len() {
                if all[index].rank.is_some() {
                    let mut fixed = all.clone();
                    (fixed[index].level, fixed[index].rank) = (Pass, None);
                    proptest::prop_assert!(score(&fixed).unwrap().value >= score(&all).unwrap().value);
                }
            }
        }
    }
}
