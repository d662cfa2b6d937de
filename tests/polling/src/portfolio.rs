//! Portfolios made up: what each case is and when it changes, known to the simulation alone.

use casefolio_domain::Stage;
use casefolio_domain::polling::supposed_rate;
use chrono::TimeDelta;

use crate::chance::Chance;
use crate::time::{HOUR, Time, real};

/// Which stages a portfolio has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// Some of everything.
    Mixed,
    /// Nothing decided yet.
    Pending,
    /// Four of five cases finished.
    Finished,
    /// Two of five cases wait for evidence.
    Evidence,
}

impl Mix {
    /// Every mix.
    pub const ALL: [Self; 4] = [Self::Mixed, Self::Pending, Self::Finished, Self::Evidence];

    /// As the table calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Pending => "pending only",
            Self::Finished => "mostly finished",
            Self::Evidence => "much evidence",
        }
    }

    /// Shares of the stages and the greatest age in a stage, in days.
    fn shares(self) -> &'static [(Stage, f64, f64)] {
        match self {
            Self::Mixed => &[
                (Stage::Accepted, 0.2, 300.0),
                (Stage::Biometrics, 0.1, 200.0),
                (Stage::EvidenceRequested, 0.06, 80.0),
                (Stage::EvidenceResponse, 0.05, 150.0),
                (Stage::UnderReview, 0.15, 500.0),
                (Stage::Interview, 0.05, 150.0),
                (Stage::Transferred, 0.04, 300.0),
                (Stage::Approved, 0.1, 200.0),
                (Stage::CardOrDocumentProduced, 0.04, 30.0),
                (Stage::CardOrDocumentMailed, 0.13, 600.0),
                (Stage::Denied, 0.05, 600.0),
                (Stage::Closed, 0.03, 600.0),
            ],
            Self::Pending => &[
                (Stage::Accepted, 0.4, 300.0),
                (Stage::Biometrics, 0.15, 200.0),
                (Stage::UnderReview, 0.3, 500.0),
                (Stage::Interview, 0.07, 150.0),
                (Stage::Transferred, 0.08, 300.0),
            ],
            Self::Finished => &[
                (Stage::CardOrDocumentMailed, 0.45, 600.0),
                (Stage::Denied, 0.2, 600.0),
                (Stage::Closed, 0.15, 600.0),
                (Stage::Accepted, 0.08, 300.0),
                (Stage::UnderReview, 0.08, 500.0),
                (Stage::Approved, 0.04, 200.0),
            ],
            Self::Evidence => &[
                (Stage::EvidenceRequested, 0.4, 80.0),
                (Stage::EvidenceResponse, 0.2, 150.0),
                (Stage::Accepted, 0.2, 300.0),
                (Stage::UnderReview, 0.2, 500.0),
            ],
        }
    }
}

/// What may come after a stage.
fn after(stage: Stage, chance: f64) -> Stage {
    let choices: &[(f64, Stage)] = match stage {
        Stage::Accepted | Stage::Transferred => &[
            (0.45, Stage::Biometrics),
            (0.75, Stage::UnderReview),
            (0.9, Stage::EvidenceRequested),
            (1.0, Stage::Approved),
        ],
        Stage::Biometrics => &[(0.6, Stage::UnderReview), (0.8, Stage::Interview), (1.0, Stage::EvidenceRequested)],
        Stage::EvidenceRequested => &[(0.9, Stage::EvidenceResponse), (1.0, Stage::Denied)],
        Stage::EvidenceResponse | Stage::UnderReview => {
            &[(0.55, Stage::Approved), (0.75, Stage::Interview), (0.9, Stage::EvidenceRequested), (1.0, Stage::Denied)]
        }
        Stage::Interview => &[(0.7, Stage::Approved), (0.9, Stage::UnderReview), (1.0, Stage::Denied)],
        Stage::Approved => &[(1.0, Stage::CardOrDocumentProduced)],
        Stage::CardOrDocumentProduced => &[(1.0, Stage::CardOrDocumentMailed)],
        Stage::CardOrDocumentMailed => &[(0.9, Stage::CardOrDocumentMailed), (1.0, Stage::MailReturned)],
        Stage::FeesAndService
        | Stage::Denied
        | Stage::MailReturned
        | Stage::CardOrDocumentDestroyed
        | Stage::Naturalization
        | Stage::DepartmentOfStateOrCourt
        | Stage::AppealOrMotion
        | Stage::Revocation
        | Stage::Rejected
        | Stage::Closed
        | Stage::OnHold
        | Stage::NoticeOrDataUpdate
        | Stage::Unknown => &[(0.7, Stage::Closed), (1.0, Stage::NoticeOrDataUpdate)],
    };
    choices.iter().find(|(until, _)| chance < *until).map_or(stage, |(_, next)| *next)
}

/// A stretch of a case's course in which the rate of its changes is the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// When it begins, in steps; the first one before the simulation does.
    pub from: f64,
    /// The stage.
    pub stage: Stage,
    /// When the stage began, in steps.
    pub since: f64,
    /// Changes for each hour of the agency's work.
    pub rate: f64,
    /// How many changes there were before it, from the beginning of the simulation.
    pub changes: u32,
}

/// The true course of a case.
#[derive(Debug, Clone)]
pub struct TrueCourse {
    pieces: Vec<Piece>,
}

impl TrueCourse {
    /// How it stands at a step.
    #[must_use]
    pub fn at(&self, step: usize) -> &Piece {
        let index = self.pieces.partition_point(|piece| piece.from <= real(step)).saturating_sub(1);
        &self.pieces[index]
    }

    /// Parts of the course between two steps: from, to, rate.
    pub fn between(&self, from: f64, to: f64) -> impl Iterator<Item = (f64, f64, f64)> {
        let first = self.pieces.partition_point(|piece| piece.from <= from).saturating_sub(1);
        let ends = self.pieces.iter().skip(first + 1).map(|piece| piece.from).chain([f64::INFINITY]);
        let parts = self.pieces.iter().skip(first).zip(ends);
        parts
            .map(move |(piece, end)| (piece.from.max(from), end.min(to), piece.rate))
            .take_while(|(from, to, _)| from < to)
    }

    /// Changes to be expected between two moments.
    #[must_use]
    pub fn expected(&self, time: &Time, from: f64, to: f64) -> f64 {
        self.between(from, to).map(|(from, to, rate)| rate * (time.work(to) - time.work(from))).sum()
    }

    /// What waiting costs between two steps when the last check was at the first: the integral of the changes unseen, in hours.
    #[must_use]
    pub fn unseen(&self, time: &Time, from: f64, to: f64) -> f64 {
        self.between(from, to)
            .map(|(begins, ends, rate)| {
                // Each change in the part waits until `to`.
                let (before, after) = (time.work(begins), time.work(ends));
                let waits = (to - ends) * 0.25 * after - (to - begins) * 0.25 * before;
                rate * (waits + time.area(ends) - time.area(begins))
            })
            .sum()
    }
}

/// Days in a stage after which its rate is another.
const BRACKETS: [f64; 2] = [30.0, 365.0];

/// A course being made up.
struct Maker<'a> {
    time: &'a Time,
    chance: Chance,
    /// How fast this case is in every stage.
    own: f64,
    pieces: Vec<Piece>,
}

/// The courses of a portfolio: the same for the same seed. Each case is faster or slower than its stage by a factor of its own times one of
/// its own in each stage, gamma distributed with shapes 3 and 9: together they vary as much as a gamma distribution of shape 2.
#[must_use]
pub fn portfolio(time: &Time, mix: Mix, cases: usize, seed: u64) -> Vec<TrueCourse> {
    let mut chance = Chance::new(seed);
    (0..cases).map(|_| course(time, mix, Chance::new(chance.bits()))).collect()
}

fn course(time: &Time, mix: Mix, mut chance: Chance) -> TrueCourse {
    let mut left = chance.unit();
    let shares = mix.shares();
    let drawn = shares.iter().find(|(_, share, _)| {
        left -= share;
        left < 0.0
    });
    let (stage, _, oldest) = drawn.or(shares.first()).copied().unwrap_or((Stage::Unknown, 1.0, 1.0));
    let age = chance.unit() * oldest;
    let mut maker = Maker { time, chance, own: 1.0, pieces: Vec::new() };
    // Of the cases of a stage, the slow ones are those that have stood in it for long.
    let work = age * 13.0 * 5.0 / 7.0;
    let pace = loop {
        maker.own = maker.chance.gamma(3);
        let pace = maker.chance.gamma(9);
        let survives = (-maker.own * pace * supposed(stage, age) * work).exp();
        if maker.chance.unit() < survives {
            break pace;
        }
    };
    maker.live(stage, -age * 24.0 * real(HOUR), pace);
    TrueCourse { pieces: maker.pieces }
}

impl Maker<'_> {
    /// Goes from stage to stage to the end of the simulation.
    fn live(&mut self, stage: Stage, since: f64, pace: f64) {
        let (mut stage, mut since, mut pace, mut changes) = (stage, since, pace, 0);
        while let Some(change) = self.stay(stage, since, pace * self.own, changes) {
            stage = after(stage, self.chance.unit());
            (since, pace, changes) = (change, self.chance.gamma(9), changes + 1);
        }
    }

    /// Stays in a stage; when it is left, if that is before the end.
    fn stay(&mut self, stage: Stage, since: f64, pace: f64, changes: u32) -> Option<f64> {
        let mut needed = self.chance.exponential();
        let mut from = since.max(0.0);
        let day = 24.0 * real(HOUR);
        let end = real(self.time.end());
        for bracket in [0.0, BRACKETS[0], BRACKETS[1]] {
            let next = BRACKETS.iter().find(|next| **next > bracket).map_or(end, |next| (since + next * day).min(end));
            if next <= from {
                continue;
            }
            let rate = supposed(stage, bracket) * pace;
            self.pieces.push(Piece { from, stage, since, rate, changes });
            let work = self.time.work(from);
            let expected = rate * (self.time.work(next) - work);
            if needed < expected {
                return self.time.when(work + needed / rate);
            }
            needed -= expected;
            from = next;
        }
        None
    }
}

#[expect(clippy::cast_possible_truncation, reason = "days")]
fn supposed(stage: Stage, days: f64) -> f64 {
    supposed_rate(Some(stage), TimeDelta::days(days as i64))
}
