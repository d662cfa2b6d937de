//! What can be read of a portfolio without its key: nothing.

use casefolio_journeys::{ONLINE, PAPER, PASSPHRASE, PROCESSED, REVIEWED, Story, receipts, reviewed};
use casefolio_practice::Fault;

use crate::looking::{assert_hidden, everything};

/// A portfolio that has lived: statuses, changes, failures, notices.
async fn lived() -> Story {
    let receipts: Vec<String> = [ONLINE, PAPER].map(str::to_owned).into_iter().chain(receipts(20)).collect();
    let mut story = Story::of(reviewed(&receipts)).await;
    story.add(&receipts);
    story.ordered().await;
    story.look_and_find(ONLINE, PROCESSED).await;
    story.service.faults().set_case(PAPER, Some(Fault::NotRecognised));
    story.ordered().await;
    assert_eq!(story.told().len(), 1);
    story
}

fn assert_all_hidden(story: &Story) {
    let secret = story.service.client_secret();
    let markers = [ONLINE, PAPER, REVIEWED, PROCESSED, "Zoila", "Quispe", "pendiente", PASSPHRASE, &secret];
    assert_hidden(&everything(story.core.home().path()), &markers);
}

/// catalogue 37
#[tokio::test]
async fn no_file_shows_a_title_a_receipt_a_name_or_a_secret() {
    let mut story = lived().await;
    assert_all_hidden(&story);
    story.close();
    assert_all_hidden(&story);
}

/// catalogue 38
#[tokio::test]
async fn folders_and_files_are_for_their_owner_alone() {
    let story = lived().await;
    let all = everything(story.core.home().path());
    assert!(all.len() >= 5);
    for path in all {
        assert!(casefolio_system::private::is_private(&path).unwrap(), "{}", path.display());
    }
}

#[tokio::test]
async fn no_error_shows_what_it_is_about() {
    let story = lived().await;
    let missing = story.portfolio().record(&casefolio_journeys::receipt("IOE0999999999")).unwrap_err();
    story.service.faults().set_service(Some(Fault::ClosedPage));
    let failure = story.portfolio().quick_check(&casefolio_journeys::receipt(ONLINE)).await.unwrap().unwrap_err();
    let events = format!("{:?}", story.events());
    for text in [format!("{missing} {missing:?}"), format!("{failure} {failure:?}"), events] {
        for marker in [ONLINE, PAPER, "IOE0999999999", "127.0.0.1", "practice-secret", "practice-token"] {
            assert!(!text.contains(marker), "{marker} in {text}");
        }
    }
}
