use casefolio_domain::polling::Why;
use casefolio_domain::{Change, ChangeKind, Doubt, ProblemKind, Wishes};
use casefolio_store::cases::{self, Answered, Failed, NewCase};
use casefolio_store::changes::{self, NewChange};
use casefolio_store::muted::{self, Group};
use casefolio_store::{Error, budget, observations, settings};
use chrono::NaiveDate;

use super::{answer, created, minute, receipt, watch};

#[test]
fn a_new_case_is_due_at_once_and_knows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let id = watch(&store, 1);
    let case = store.read(|c| cases::by_receipt(c, &receipt(1))).unwrap().unwrap();
    assert_eq!((case.id, case.added_at, case.due_at), (id, minute(0), minute(0)));
    assert_eq!((case.person.as_str(), case.label.as_str()), ("Zoila Peña", "wife's card"));
    assert!(case.last.is_none() && case.problem.is_none() && !case.unread && case.failures == 0);
    assert!(case.changed_at.is_none() && case.checked_at.is_none() && case.answered_at.is_none());
    assert_eq!(store.read(|c| cases::due(c, minute(0))).unwrap(), [case.at_a_glance()]);
}

#[test]
fn nothing_is_due_where_nothing_is_watched() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    assert_eq!(store.read(cases::next_due).unwrap(), None);
    assert!(store.read(cases::list).unwrap().is_empty());
}

#[test]
fn a_receipt_is_watched_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let id = watch(&store, 1);
    let again = NewCase { receipt: receipt(1), person: "Other".into(), label: String::new(), added_at: minute(9) };
    assert_eq!(store.write(|t| cases::insert(t, &again)).unwrap(), None);
    assert_eq!(store.read(cases::count).unwrap(), 1);
    assert_eq!(store.read(|c| cases::by_id(c, id)).unwrap().unwrap().person, "Zoila Peña");
}

#[test]
fn the_longest_due_come_first_and_the_others_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let ids = [1, 2, 3].map(|number| watch(&store, number));
    for (id, due) in [(ids[0], 30), (ids[1], 10), (ids[2], 31)] {
        let noted = Answered { now: minute(1), due: (minute(due), Why::Worth), changed: false };
        store.write(|t| cases::answered(t, id, &noted)).unwrap();
    }
    assert_eq!(store.read(cases::next_due).unwrap(), Some(minute(10)));
    let due: Vec<_> = store.read(|c| cases::due(c, minute(30))).unwrap().into_iter().map(|case| case.id).collect();
    assert_eq!(due, [ids[1], ids[0]]);
}

#[test]
fn an_answer_comes_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let case = watch(&store, 1);
    let mut bare = answer(1, "Bare");
    (bare.form, bare.submitted, bare.modified, bare.links, bare.history) = (None, None, None, vec![], vec![]);
    for observation in [answer(1, "Whole"), bare] {
        let id = store.write(|t| observations::record(t, case, &observation, "{}", minute(1))).unwrap();
        assert_eq!(store.read(|c| observations::latest(c, case)).unwrap(), Some((id, observation.clone())));
        assert_eq!(store.read(|c| cases::by_id(c, case)).unwrap().unwrap().last, Some(observation));
    }
}

#[test]
fn the_first_sight_is_neither_a_change_nor_unread() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let id = watch(&store, 1);
    store
        .write(|t| {
            observations::record(t, id, &answer(1, "Received"), "{}", minute(1))?;
            cases::answered(t, id, &Answered { now: minute(1), due: (minute(61), Why::Worth), changed: false })
        })
        .unwrap();
    let case = store.read(|c| cases::by_id(c, id)).unwrap().unwrap();
    assert_eq!((case.checked_at, case.answered_at, case.changed_at), (Some(minute(1)), Some(minute(1)), None));
    assert!(!case.unread);
    assert_eq!(case.last, Some(answer(1, "Received")));
    assert_eq!(case.due_at, minute(61));
}

/// catalogue 72
#[test]
fn an_equal_answer_extends_the_last_whatever_its_body() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let case = watch(&store, 1);
    let ids: Vec<_> = (1..=100)
        .map(|at| {
            let raw = format!("{{\"served\":{at}}}");
            store.write(|t| observations::record(t, case, &answer(1, "Received"), &raw, minute(at))).unwrap()
        })
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    let seen = store.read(|c| observations::list(c, case)).unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].first_seen, seen[0].last_seen, seen[0].times_seen), (minute(1), minute(100), 100));
    assert_eq!(count(&store, "bodies"), 1);
}

#[test]
fn an_answer_that_comes_back_is_a_new_stretch_but_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let case = watch(&store, 1);
    for (at, title) in [(1, "A"), (2, "B"), (3, "A")] {
        store.write(|t| observations::record(t, case, &answer(1, title), "{}", minute(at))).unwrap();
    }
    let titles: Vec<_> = store
        .read(|c| observations::list(c, case))
        .unwrap()
        .into_iter()
        .map(|seen| seen.observation.title.en)
        .collect();
    assert_eq!(titles, ["A", "B", "A"]);
    assert_eq!((count(&store, "answers"), count(&store, "bodies")), (2, 2));
}

#[test]
fn a_list_shows_of_each_case_what_the_case_itself_shows() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let in_step = || {
        let listed = store.read(cases::list).unwrap();
        let whole = |id| store.read(|c| cases::by_id(c, id)).unwrap().unwrap().at_a_glance();
        assert_eq!(listed, listed.iter().map(|case| whole(case.id)).collect::<Vec<_>>());
        listed.into_iter().map(|case| case.last.map(|last| last.title.en)).collect::<Vec<_>>()
    };
    let ids = [watch(&store, 1), watch(&store, 2)];
    assert_eq!(in_step(), [None, None]);
    for (at, title) in [(1, "A"), (2, "B"), (3, "B"), (4, "A")] {
        store.write(|t| observations::record(t, ids[1], &answer(2, title), "{}", minute(at))).unwrap();
        assert_eq!(in_step(), [None, Some(title.to_owned())]);
    }
    let mut bare = answer(1, "Bare");
    (bare.form, bare.title.es, bare.text.en) = (None, String::new(), String::new());
    store.write(|t| observations::record(t, ids[0], &bare, "{}", minute(5))).unwrap();
    assert_eq!(in_step(), [Some("Bare".to_owned()), Some("A".to_owned())]);
}

#[test]
fn every_part_of_an_answer_makes_it_another() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let case = watch(&store, 1);
    let mut answers = vec![answer(1, "T"); 9];
    answers[1].form = None;
    answers[2].submitted = None;
    answers[3].modified = answers[3].submitted;
    answers[4].title.es.clear();
    answers[5].text.en.push('.');
    answers[6].text.es.push('.');
    answers[7].links.clear();
    answers[8].history.pop();
    for (at, observation) in (0..).zip(&answers) {
        store.write(|t| observations::record(t, case, observation, "{}", minute(at))).unwrap();
    }
    assert_eq!(store.read(|c| observations::list(c, case)).unwrap().len(), 9);
}

#[test]
fn a_failed_check_keeps_the_last_known_status() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let id = watch(&store, 1);
    store
        .write(|t| {
            observations::record(t, id, &answer(1, "Received"), "{}", minute(1))?;
            cases::answered(t, id, &Answered { now: minute(1), due: (minute(2), Why::Worth), changed: true })
        })
        .unwrap();
    for kind in ProblemKind::ALL {
        let doubt = Some(Doubt { since: minute(5), sightings: 1 });
        let noted = Failed { now: minute(5), due: Some((minute(9), Why::PutOff)), kind, failures: 3, doubt };
        store.write(|t| cases::failed(t, id, &noted)).unwrap();
        let case = store.read(|c| cases::by_id(c, id)).unwrap().unwrap();
        assert_eq!(case.last, Some(answer(1, "Received")), "{kind:?}");
        assert_eq!((case.answered_at, case.changed_at, case.unread), (Some(minute(1)), Some(minute(1)), true));
        assert_eq!((case.checked_at, case.due_at), (Some(minute(5)), minute(9)));
        assert_eq!((case.problem, case.failures), (Some(kind), 3));
    }
}

#[test]
fn the_doubt_about_a_case_lasts_until_it_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let known = watch(&store, 1);
    let latest = store.write(|t| observations::record(t, known, &answer(1, "Received"), "{}", minute(1))).unwrap();
    let doubt = Doubt { since: minute(5), sightings: 3 };
    let kind = ProblemKind::NotRecognised;
    let failed = Failed { now: minute(9), due: Some((minute(10), Why::PutOff)), kind, failures: 1, doubt: Some(doubt) };
    store.write(|t| cases::failed(t, known, &failed)).unwrap();
    let case = || store.read(|c| cases::by_id(c, known)).unwrap().unwrap();
    let kept = || store.read(|c| cases::doubt(c, known)).unwrap();
    assert_eq!((kept(), case().doubtful_since, case().unread), (Some(doubt), None, false));
    assert_eq!(store.write(|t| cases::called_doubtful(t, known, minute(9))).unwrap(), latest);
    assert_eq!((case().doubtful_since, case().unread, case().changed_at), (Some(minute(5)), true, Some(minute(9))));
    let found = Answered { now: minute(20), due: (minute(80), Why::Worth), changed: true };
    store.write(|t| cases::answered(t, known, &found)).unwrap();
    assert_eq!((kept(), case().doubtful_since, case().problem, case().failures), (None, None, None, 0));
}

#[test]
fn what_the_user_wants_of_a_case_of_people_and_of_matters_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let id = watch(&store, 1);
    let wishes = Wishes { muted: true, snoozed_until: Some(minute(9)), starred: true };
    store.write(|t| cases::set_wishes(t, id, &wishes)).unwrap();
    assert_eq!(store.read(|c| cases::by_id(c, id)).unwrap().unwrap().wishes, wishes);
    for group in [Group::Person, Group::Matter] {
        for (name, muted) in [("Zoila Peña", true), ("Zoila Peña", true), ("Ana Ruiz", true), ("Ana Ruiz", false)] {
            store.write(|t| muted::set(t, (group, name), muted)).unwrap();
        }
        assert_eq!(store.read(|c| muted::list(c, group)).unwrap(), ["Zoila Peña"]);
        let named = |name: &str| {
            store.write(|t| cases::rename(t, id, [name, ""][group as usize], ["", name][group as usize])).unwrap();
            store.read(|c| muted::mutes(c, &cases::by_id(c, id)?.unwrap())).unwrap()
        };
        assert!(named("Zoila Peña") && !named("Ana Ruiz") && !named(""));
    }
}

#[test]
fn reading_renaming_and_removing() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let ids = [1, 2, 3].map(|number| watch(&store, number));
    for id in ids {
        store
            .write(|t| {
                cases::answered(t, id, &Answered { now: minute(1), due: (minute(2), Why::Worth), changed: true })
            })
            .unwrap();
    }
    let unread = || -> Vec<bool> { store.read(cases::list).unwrap().into_iter().map(|case| case.unread).collect() };
    store.write(|t| cases::mark_read(t, ids[1])).unwrap();
    assert_eq!(unread(), [true, false, true]);
    assert_eq!(store.read(cases::unread).unwrap(), 2);
    store.write(cases::mark_all_read).unwrap();
    assert_eq!(unread(), [false; 3]);
    store.write(|t| cases::rename(t, ids[0], "Ana", "")).unwrap();
    let renamed = store.read(|c| cases::by_id(c, ids[0])).unwrap().unwrap();
    assert_eq!((renamed.person.as_str(), renamed.label.as_str()), ("Ana", ""));
    store.write(|t| cases::remove(t, ids[0])).unwrap();
    assert_eq!(store.read(cases::count).unwrap(), 2);
}

#[test]
fn a_removed_case_leaves_nothing_behind_and_can_be_added_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let case = watch(&store, 1);
    store
        .write(|t| {
            let observation = observations::record(t, case, &answer(1, "Received"), "{}", minute(1))?;
            let change = Change::Text;
            changes::record(t, &NewChange { case, observation, change: &change, at: minute(1) })?;
            cases::remove(t, case)
        })
        .unwrap();
    for table in ["cases", "answers", "bodies", "observations", "changes", "outbox"] {
        assert_eq!(count(&store, table), 0, "{table}");
    }
    assert_ne!(watch(&store, 1), case, "an identity is never given twice");
}

#[test]
fn what_is_said_of_a_case_that_is_gone_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let case = watch(&store, 1);
    store.write(|t| cases::remove(t, case)).unwrap();
    let answered = Answered { now: minute(1), due: (minute(2), Why::Worth), changed: false };
    let failed = Failed {
        now: minute(1),
        due: Some((minute(2), Why::PutOff)),
        kind: ProblemKind::Closed,
        failures: 0,
        doubt: None,
    };
    let recorded = store.write(|t| observations::record(t, case, &answer(1, "Received"), "{}", minute(1)));
    assert!(matches!(recorded, Err(Error::NoSuchCase)), "{recorded:?}");
    assert!(matches!(store.write(|t| cases::answered(t, case, &answered)), Err(Error::NoSuchCase)));
    assert!(matches!(store.write(|t| cases::failed(t, case, &failed)), Err(Error::NoSuchCase)));
    assert!(matches!(store.write(|t| cases::rename(t, case, "", "")), Err(Error::NoSuchCase)));
    assert!(matches!(store.read(|c| cases::doubt(c, case)), Err(Error::NoSuchCase)));
    assert_eq!(store.read(|c| observations::latest(c, case)).unwrap(), None);
}

#[test]
fn changes_come_back_as_they_were_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let case = watch(&store, 1);
    let observation = store.write(|t| observations::record(t, case, &answer(1, "B"), "{}", minute(1))).unwrap();
    let all = [
        Change::Title { before: answer(1, "A").title, after: answer(1, "B").title },
        Change::Text,
        Change::DatesOnly,
        Change::HistoryGrew { added: answer(1, "B").history },
        Change::Reappeared,
        Change::Disappeared,
    ];
    for (at, change) in (1..).zip(&all) {
        store.write(|t| changes::record(t, &NewChange { case, observation, change, at: minute(at) })).unwrap();
    }
    let recorded = store.read(|c| changes::list(c, case)).unwrap();
    assert_eq!(recorded.iter().map(|change| change.kind).collect::<Vec<_>>(), ChangeKind::ALL);
    assert_eq!(recorded[0].before, Some(answer(1, "A").title));
    assert_eq!(recorded[0].after, Some(answer(1, "B").title));
    assert_eq!(recorded[3].added, answer(1, "B").history);
    assert!(recorded[1].before.is_none() && recorded[1].added.is_empty());
    assert_eq!(recorded[4].at, minute(5));
    let one = store.read(|c| changes::by_id(c, recorded[3].id)).unwrap();
    assert_eq!(one.as_ref(), Some(&recorded[3]));
}

#[test]
fn settings_are_set_changed_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let text = || store.read(|c| settings::text(c, "language")).unwrap();
    assert_eq!(text(), None);
    store.write(|t| settings::set_text(t, "language", "es")).unwrap();
    store.write(|t| settings::set_text(t, "language", "")).unwrap();
    assert_eq!(text(), Some(String::new()));
    store.write(|t| settings::remove(t, "language")).unwrap();
    store.write(|t| settings::remove(t, "language")).unwrap();
    assert_eq!(text(), None);
}

#[test]
fn calls_are_counted_by_day_and_kind() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let [today, tomorrow] = [22, 23].map(|day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap());
    for (day, kind, calls) in [(today, "found", 2), (today, "token", 1), (today, "found", 3), (tomorrow, "found", 1)] {
        store.write(|t| budget::spend(t, day, kind, calls)).unwrap();
    }
    assert_eq!(store.read(|c| budget::spent(c, today)).unwrap(), 6);
    let kinds = store.read(|c| budget::by_kind(c, today)).unwrap();
    assert_eq!(kinds, [("found".to_owned(), 5), ("token".to_owned(), 1)]);
    assert_eq!(store.read(|c| budget::spent(c, tomorrow.succ_opt().unwrap())).unwrap(), 0);
    store.write(|t| budget::spend(t, tomorrow, "found", u32::MAX)).unwrap();
    assert_eq!(store.read(|c| budget::spent(c, tomorrow)).unwrap(), u32::MAX);
}

#[test]
fn calls_set_aside_count_as_spent_until_they_are_booked_or_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let spent = || store.read(|c| budget::spent(c, today)).unwrap();
    store.write(|t| budget::set_aside(t, today, 5)).unwrap();
    assert_eq!(spent(), 5);
    store.write(|t| budget::book(t, today, "found")).unwrap();
    assert_eq!(spent(), 5, "booking moves a call, it does not add one");
    store.write(|t| budget::give_back(t, today, 4)).unwrap();
    assert_eq!(spent(), 1);
    store.write(|t| budget::give_back(t, today, 9)).unwrap();
    assert_eq!(spent(), 1, "no more is given back than was set aside");
}

#[test]
fn the_list_is_one_query_in_the_order_of_adding() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let ids: Vec<_> = [3, 1, 2].map(|number| watch(&store, number)).into();
    store.write(|t| observations::record(t, ids[1], &answer(1, "Received"), "{}", minute(1))).unwrap();
    let cases = store.read(cases::list).unwrap();
    assert_eq!(cases.iter().map(|case| case.id).collect::<Vec<_>>(), ids);
    assert_eq!(cases.iter().map(|case| case.last.is_some()).collect::<Vec<_>>(), [false, true, false]);
}

fn count(store: &casefolio_store::Store, table: &str) -> i64 {
    store.read(|c| Ok(c.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)).unwrap()
}
