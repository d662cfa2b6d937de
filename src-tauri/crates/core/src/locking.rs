//! When the views of an open portfolio are locked: a decision over what the system tells, signs of a person, and looks at the clock.
//! It waits for nothing and reads no clock; whoever keeps it asks it at each tick.

use casefolio_system::moments::Moment;
use chrono::{DateTime, TimeDelta, Utc};

/// How long the screen may be locked before the views are: within it a person who comes back at once finds them open.
pub const GRACE: TimeDelta = TimeDelta::seconds(30);

/// Why the views are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockReason {
    /// A person wanted it.
    Person,
    /// Nobody used a window for longer than the user allows.
    Idle,
    /// The screen was locked for longer than [`GRACE`].
    Screen,
    /// The computer goes to sleep.
    Sleep,
    /// The last window was closed, in strict mode.
    LastWindow,
}

impl LockReason {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Idle => "idle",
            Self::Screen => "screen",
            Self::Sleep => "sleep",
            Self::LastWindow => "last_window",
        }
    }
}

/// After how many minutes without a sign of a person the views are locked: 1 to 60. There is no "never".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockAfter(u8);

impl LockAfter {
    /// The shortest, in minutes.
    pub const SHORTEST: u8 = 1;
    /// The longest, in minutes.
    pub const LONGEST: u8 = 60;
    /// Where the user chose nothing: ten minutes.
    pub const DEFAULT: Self = Self(10);

    /// This many minutes; fewer than one become one, more than sixty become sixty.
    #[must_use]
    pub fn minutes(minutes: u8) -> Self {
        Self(minutes.clamp(Self::SHORTEST, Self::LONGEST))
    }

    /// The minutes.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

/// What the user wants of the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockRules {
    /// After how long without a sign of a person.
    pub after: LockAfter,
    /// Whether with the screen and before sleep.
    pub with_screen: bool,
}

/// Keeps watch over open views from their opening to their lock. Each of its answers that is not none means: lock now.
#[derive(Debug, Clone, Copy)]
pub struct Lookout {
    rules: LockRules,
    /// The clock when it was last looked at.
    now: DateTime<Utc>,
    /// The last sign of a person.
    sign: DateTime<Utc>,
    /// Since when the screen is locked.
    screen: Option<DateTime<Utc>>,
}

impl Lookout {
    /// Begins when the views are opened, which only a person does.
    #[must_use]
    pub fn begin(rules: LockRules, now: DateTime<Utc>) -> Self {
        Self { rules, now, sign: now, screen: None }
    }

    /// The user wants something else from now on.
    pub fn set_rules(&mut self, rules: LockRules) {
        self.rules = rules;
        self.screen = self.screen.filter(|_| rules.with_screen);
    }

    /// A look at the clock.
    pub fn tick(&mut self, now: DateTime<Utc>) -> Option<LockReason> {
        self.set_clock(now);
        self.due()
    }

    /// A person did something in a window. It does not undo a lock that was due before.
    pub fn still_here(&mut self, now: DateTime<Utc>) -> Option<LockReason> {
        let due = self.tick(now);
        if due.is_none() {
            self.sign = now;
        }
        due
    }

    /// The system told of something.
    pub fn moment(&mut self, moment: Moment, now: DateTime<Utc>) -> Option<LockReason> {
        self.set_clock(now);
        match moment {
            Moment::Suspending if self.rules.with_screen => return Some(LockReason::Sleep),
            // Told twice, the first counts.
            Moment::ScreenLocked if self.rules.with_screen => self.screen = self.screen.or(Some(now)),
            Moment::ScreenUnlocked if self.due().is_none() => self.screen = None,
            Moment::Suspending | Moment::Resumed | Moment::ScreenLocked | Moment::ScreenUnlocked => {}
        }
        self.due()
    }

    fn due(&self) -> Option<LockReason> {
        let idle = self.now - self.sign >= TimeDelta::minutes(i64::from(self.rules.after.get()));
        let screen = self.screen.is_some_and(|since| self.now - since >= GRACE);
        match (screen, idle) {
            (true, _) => Some(LockReason::Screen),
            (false, true) => Some(LockReason::Idle),
            (false, false) => None,
        }
    }

    /// A clock that was set back takes what was noted with it, so that it gives nobody more time. One set forward may lock too early,
    /// which cannot be told from a sleep.
    fn set_clock(&mut self, now: DateTime<Utc>) {
        let back = (self.now - now).max(TimeDelta::zero());
        self.sign -= back;
        self.screen = self.screen.map(|since| since - back);
        self.now = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: LockRules = LockRules { after: LockAfter::DEFAULT, with_screen: true };
    const WITHOUT_SCREEN: LockRules = LockRules { with_screen: false, ..RULES };

    /// So many seconds after the opening.
    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::seconds(seconds)
    }

    fn open(rules: LockRules) -> Lookout {
        Lookout::begin(rules, at(0))
    }

    /// catalogue 17
    #[test]
    fn after_ten_minutes_without_a_sign_the_views_are_locked_and_not_before() {
        let mut lookout = open(RULES);
        assert_eq!(lookout.tick(at(599)), None);
        assert_eq!(lookout.tick(at(600)), Some(LockReason::Idle));
    }

    #[test]
    fn each_sign_of_a_person_begins_the_time_anew() {
        let mut lookout = open(RULES);
        assert_eq!(lookout.still_here(at(599)), None);
        assert_eq!(lookout.tick(at(1_198)), None);
        assert_eq!(lookout.tick(at(1_199)), Some(LockReason::Idle));
    }

    #[test]
    fn a_sign_that_comes_too_late_opens_nothing_again() {
        let mut lookout = open(RULES);
        assert_eq!(lookout.still_here(at(600)), Some(LockReason::Idle), "before any tick");
        assert_eq!(lookout.tick(at(601)), Some(LockReason::Idle));
    }

    #[test]
    fn the_time_is_one_to_sixty_minutes_and_never_none() {
        let chosen = |minutes| LockAfter::minutes(minutes).get();
        assert_eq!([0, 1, 10, 60, 61, 255].map(chosen), [1, 1, 10, 60, 60, 60]);
        let mut lookout = open(RULES);
        lookout.set_rules(LockRules { after: LockAfter::minutes(1), ..RULES });
        assert_eq!((lookout.tick(at(59)), lookout.tick(at(60))), (None, Some(LockReason::Idle)));
    }

    /// catalogue 19
    #[test]
    fn a_screen_unlocked_within_the_grace_leaves_the_views_open() {
        let mut lookout = open(RULES);
        assert_eq!(lookout.moment(Moment::ScreenLocked, at(10)), None);
        assert_eq!(lookout.tick(at(39)), None);
        assert_eq!(lookout.moment(Moment::ScreenUnlocked, at(39)), None);
        assert_eq!(lookout.tick(at(599)), None);
    }

    /// catalogue 19
    #[test]
    fn a_screen_locked_for_longer_than_the_grace_locks_the_views() {
        let mut lookout = open(RULES);
        lookout.moment(Moment::ScreenLocked, at(10));
        assert_eq!(lookout.moment(Moment::ScreenLocked, at(35)), None, "told twice, the first counts");
        assert_eq!(lookout.tick(at(40)), Some(LockReason::Screen));
    }

    /// catalogue 19
    #[test]
    fn a_screen_unlocked_after_the_grace_is_too_late_also_where_no_tick_came_between() {
        let mut lookout = open(RULES);
        lookout.moment(Moment::ScreenLocked, at(10));
        assert_eq!(lookout.moment(Moment::ScreenUnlocked, at(40)), Some(LockReason::Screen));
    }

    #[test]
    fn sleep_has_no_grace() {
        assert_eq!(open(RULES).moment(Moment::Suspending, at(1)), Some(LockReason::Sleep));
        let mut locked = open(RULES);
        locked.moment(Moment::ScreenLocked, at(1));
        assert_eq!(locked.moment(Moment::Suspending, at(2)), Some(LockReason::Sleep));
    }

    #[test]
    fn whoever_wants_no_lock_with_the_screen_has_none_but_for_the_time() {
        let mut lookout = open(WITHOUT_SCREEN);
        assert_eq!(lookout.moment(Moment::ScreenLocked, at(1)), None);
        assert_eq!(lookout.moment(Moment::Suspending, at(2)), None);
        assert_eq!(lookout.tick(at(599)), None);
        assert_eq!(lookout.moment(Moment::Resumed, at(8 * 3_600)), Some(LockReason::Idle), "slept over it");
        let mut changed = open(RULES);
        changed.moment(Moment::ScreenLocked, at(1));
        changed.set_rules(WITHOUT_SCREEN);
        assert_eq!(changed.tick(at(60)), None);
    }

    #[test]
    fn a_clock_set_back_gives_no_more_time() {
        let mut lookout = open(RULES);
        assert_eq!(lookout.tick(at(400)), None);
        assert_eq!(lookout.tick(at(-86_400)), None);
        assert_eq!(lookout.tick(at(-86_400 + 199)), None);
        assert_eq!(lookout.tick(at(-86_400 + 200)), Some(LockReason::Idle));
        let mut screen = open(RULES);
        screen.moment(Moment::ScreenLocked, at(0));
        assert_eq!((screen.tick(at(-3_600)), screen.tick(at(-3_570))), (None, Some(LockReason::Screen)));
    }

    #[test]
    fn a_clock_set_forward_locks_at_once() {
        assert_eq!(open(RULES).tick(at(86_400)), Some(LockReason::Idle));
    }
}
