//! When changes are told: quiet hours and days, digests, muting and snoozing.

use casefolio_core::cases::{Group, Muted};
use casefolio_core::portfolio::Portfolio;
use casefolio_core::telling::{Notice, Occasion, TellingRules};
use casefolio_domain::telling::{Digest, QuietHours, TellingTimes, Weekdays};
use casefolio_journeys::{ONLINE, PROCESSED, REVIEWED, Setting, Story, receipts, reviewed, status};
use casefolio_store::outbox::Channel;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc, Weekday};

/// By default a story begins on a Monday at 10:00 in Washington, where its clock hangs.
async fn watching(count: u32) -> Story {
    let receipts = receipts(count);
    let story = Setting { channel: Channel::Desktop, ..Setting::of(reviewed(&receipts)) }.begin().await;
    story.add(&receipts);
    story.ordered().await;
    story
}

/// So many cases come to another status, and that is seen.
async fn change(story: &Story, count: u32, title: &str) {
    for receipt in receipts(count) {
        story.service.set(&receipt, status(title));
    }
    assert_eq!(story.ordered().await.changed, count);
}

fn wish(portfolio: &Portfolio, desktop: TellingTimes) {
    portfolio.set_telling_rules(&TellingRules { desktop, ..TellingRules::default() }).unwrap();
}

fn time(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
}

/// Quiet from an hour before now until two hours after it, by the story's clock on the wall.
fn quiet_now(story: &Story) -> TellingTimes {
    use casefolio_core::Clock;
    let local = story.now().with_timezone(&story.clock.zone()).time();
    let (from, to) = (local - TimeDelta::hours(1), local + TimeDelta::hours(2));
    TellingTimes { quiet_hours: Some(QuietHours { from, to }), ..TellingTimes::default() }
}

#[tokio::test]
async fn the_rules_of_telling_are_kept_as_they_were_set() {
    let mut story = watching(1).await;
    let digest = Digest::Weekly(Weekday::Mon, time(8));
    let quiet_days = Weekdays::of(&[Weekday::Sat, Weekday::Sun]);
    let quiet_hours = Some(QuietHours { from: time(22), to: time(7) });
    let email = TellingTimes { quiet_hours, quiet_days, digest, urgent_at_once: true };
    let rules = TellingRules { email, ..TellingRules::default() };
    assert_eq!(story.portfolio().telling_rules().unwrap(), TellingRules::default());
    story.portfolio().set_telling_rules(&rules).unwrap();
    story.reopen();
    assert_eq!(story.portfolio().telling_rules().unwrap(), rules);
}

/// catalogue 75
#[tokio::test]
async fn what_changes_in_quiet_hours_is_told_at_their_end() {
    let mut story = watching(1).await;
    wish(story.portfolio(), quiet_now(&story));
    change(&story, 1, PROCESSED).await;
    assert!(story.told().is_empty() && story.cases()[0].unread, "recorded and unread all the same");
    story.pass(TimeDelta::minutes(119));
    assert!(story.told().is_empty());
    story.pass(TimeDelta::minutes(2));
    assert!(matches!(story.told().as_slice(), [Notice::Change { .. }]));
}

/// catalogue 75
#[tokio::test]
async fn a_denial_passes_quiet_hours_if_the_user_says_so() {
    for (urgent_at_once, told) in [(true, 1), (false, 0)] {
        let mut story = watching(1).await;
        wish(story.portfolio(), TellingTimes { urgent_at_once, ..quiet_now(&story) });
        change(&story, 1, "Case Was Denied").await;
        assert_eq!(story.told().len(), told);
    }
}

#[tokio::test]
async fn quiet_hours_that_are_given_up_end_at_once() {
    let mut story = watching(1).await;
    wish(story.portfolio(), quiet_now(&story));
    change(&story, 1, PROCESSED).await;
    wish(story.portfolio(), TellingTimes::default());
    assert_eq!(story.told().len(), 1);
}

#[tokio::test]
async fn a_digest_tells_everything_of_a_day_in_one_notice() {
    use casefolio_core::Clock;
    let mut story = watching(2).await;
    let local = story.now().with_timezone(&story.clock.zone()).time();
    let digest = Digest::Daily(local + TimeDelta::hours(3));
    wish(story.portfolio(), TellingTimes { digest, ..TellingTimes::default() });
    change(&story, 2, PROCESSED).await;
    story.pass(TimeDelta::hours(1));
    change(&story, 1, REVIEWED).await;
    assert!(story.told().is_empty());
    story.pass(TimeDelta::hours(3));
    let told = story.told();
    let [Notice::Summary { changes: 3, cases, occasion: Occasion::Digest }] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(cases.len(), 2);
    story.pass(TimeDelta::hours(48));
    assert_eq!(story.told().len(), 1, "a day without changes has no digest");
}

#[tokio::test]
async fn of_a_muted_case_nothing_is_told_and_everything_recorded() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    let id = story.case(ONLINE).id;
    story.portfolio().mute(id, true).unwrap();
    story.look_and_find(ONLINE, PROCESSED).await;
    assert!(story.told().is_empty() && story.case(ONLINE).unread && story.record(ONLINE).changes.len() == 1);
    story.portfolio().mute(id, false).unwrap();
    assert!(story.told().is_empty(), "what was muted is not told afterwards");
    story.look_and_find(ONLINE, REVIEWED).await;
    assert_eq!(story.told().len(), 1);
}

#[tokio::test]
async fn of_a_muted_person_or_matter_nothing_is_told() {
    for (group, person, matter) in [(Group::Person, "Ana Ruiz", ""), (Group::Matter, "", "Ruiz v. Delay")] {
        let mut story = Story::of_one_case().await;
        story.ordered().await;
        let case = story.case(ONLINE);
        story.portfolio().describe(case.id, person, matter).unwrap();
        let mute = |muted| story.portfolio().mute_all_like(case.id, group, muted).unwrap();
        mute(true);
        assert!(story.portfolio().muted().unwrap().mutes(&story.case(ONLINE)));
        story.look_and_find(ONLINE, PROCESSED).await;
        assert!(story.told().is_empty() && story.case(ONLINE).unread, "{group:?}");
        story.portfolio().mute_all_like(case.id, group, false).unwrap();
        story.look_and_find(ONLINE, REVIEWED).await;
        assert_eq!(story.told().len(), 1);
        story.portfolio().describe(case.id, "", "").unwrap();
        story.portfolio().mute_all_like(case.id, group, true).unwrap();
        assert_eq!(story.portfolio().muted().unwrap(), Muted::default(), "nobody is no person");
    }
}

#[tokio::test]
async fn a_snoozed_case_is_told_when_it_wakes() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    let id = story.case(ONLINE).id;
    story.portfolio().snooze(id, "2026-03-05".parse().ok()).unwrap();
    let until: DateTime<Utc> = "2026-03-05T13:00:00Z".parse().unwrap(); // eight in the morning
    assert_eq!(story.case(ONLINE).wishes.snoozed_until, Some(until));
    story.look_and_find(ONLINE, PROCESSED).await;
    assert!(story.told().is_empty() && story.case(ONLINE).unread);
    story.pass(until - story.now());
    assert!(matches!(story.told().as_slice(), [Notice::Change { .. }]), "waking is no return from being away");
    story.portfolio().snooze(id, "2026-03-04".parse().ok()).unwrap();
    assert_eq!(story.case(ONLINE).wishes.snoozed_until, None, "a day that is past is no wish");
}

/// catalogue 79
#[tokio::test]
async fn a_clock_set_back_after_a_change_does_not_keep_it_waiting() {
    let mut story = watching(1).await;
    story.notifier.fail(Some(casefolio_core::telling::NotifyProblem::Absent));
    change(&story, 1, PROCESSED).await;
    assert!(story.told().is_empty());
    story.notifier.fail(None);
    story.pass(TimeDelta::days(-30));
    assert_eq!(story.told().len(), 1);
}
