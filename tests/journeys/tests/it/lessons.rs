//! What the checks of all cases together teach.

use casefolio_core::testing::store_of;
use casefolio_journeys::{Setting, Story, receipts, reviewed, status};
use casefolio_store::settings;
use chrono::{DateTime, TimeDelta, Utc};

const STAGES: &str = "lessons.stages";
const HOURS: &str = "lessons.hours";

fn kept(story: &Story, key: &str) -> Option<String> {
    store_of(story.portfolio()).read(|c| settings::text(c, key)).unwrap()
}

/// The changes seen of a stage, and those that were supposed.
fn of_stage(story: &Story, stage: &str) -> Option<(f64, f64)> {
    let kept = kept(story, STAGES)?;
    let words: Vec<&str> = kept.lines().find(|line| line.starts_with(stage))?.split(' ').collect();
    Some((words[1].parse().unwrap(), words[2].parse().unwrap()))
}

#[tokio::test]
async fn every_second_look_teaches_of_the_stage_and_the_hours_and_all_of_it_is_kept() {
    let mut story = Setting::of(reviewed(&receipts(3))).begin().await;
    story.add(&receipts(3));
    story.ordered().await;
    assert_eq!(kept(&story, STAGES), None, "a first look has nothing to compare with");
    story.pass(TimeDelta::days(7));
    story.ordered().await;
    let (seen, supposed) = of_stage(&story, "under_review").unwrap();
    assert!(seen.abs() < 1e-9 && supposed > 0.0);
    story.look_and_find(&receipts(1)[0], "Case Was Approved").await;
    let (seen, more) = of_stage(&story, "under_review").unwrap();
    assert!((seen - 1.0).abs() < 1e-9 && more > supposed);
    let before = [STAGES, HOURS].map(|key| kept(&story, key).unwrap());
    story.reopen();
    assert_eq!([STAGES, HOURS].map(|key| kept(&story, key).unwrap()), before);
}

/// When a case under review is due, beside as many that were received, if this was learnt.
async fn due_with(lessons: &str) -> DateTime<Utc> {
    let all = receipts(40);
    let mut setting = Setting::of(reviewed(&all));
    setting.per_day = 60;
    let story = setting.begin().await;
    for receipt in &all[20..] {
        story.service.set(receipt, status("Case Was Received"));
    }
    store_of(story.portfolio()).write(|t| settings::set_text(t, STAGES, lessons)).unwrap();
    story.add(&all);
    story.ordered().await;
    story.planned().await;
    story.case(&all[0]).due_at
}

#[tokio::test]
async fn a_stage_that_turned_out_to_be_quick_is_asked_about_sooner_than_one_that_turned_out_to_be_slow() {
    let (quick, slow) = (due_with("under_review 1000 100").await, due_with("under_review 100 1000").await);
    assert!(quick < slow, "{quick} {slow}");
}

#[tokio::test]
async fn lessons_that_cannot_be_read_are_learnt_anew() {
    let mut story = Setting::of(reviewed(&receipts(2))).begin().await;
    story.add(&receipts(2));
    story.ordered().await;
    for damaged in ["", "under_review", "under_review NaN inf", "no_such_stage 1 1\n\n \u{0}", "1e300 1e300"] {
        let both = [STAGES, HOURS];
        let write = |key: &&str| store_of(story.portfolio()).write(|t| settings::set_text(t, key, damaged)).unwrap();
        both.iter().for_each(write);
        story.pass(TimeDelta::days(2));
        story.ordered().await;
        assert!(of_stage(&story, "under_review").is_some_and(|(_, supposed)| supposed > 0.0), "{damaged:?}");
    }
    story.close();
}
