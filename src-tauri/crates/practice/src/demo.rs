//! The demonstration script: a dozen invented people.
//!
//! Their receipt numbers carry the fiscal year 99, which the service has not given out in these forms.

use crate::script::Script;
use crate::status::Status;

const RECEIVED: &str = "Case Was Received";
const NOTICE_SENT: &str = "Case Was Received and A Receipt Notice Was Sent";
const BIOMETRICS: &str = "Biometrics Appointment Was Scheduled";
const FINGERPRINTS: &str = "Case Was Updated To Show Fingerprints Were Taken";
const REVIEWED: &str = "Case Is Being Actively Reviewed By USCIS";
const EVIDENCE: &str = "Request for Evidence Was Sent";
const RESPONSE: &str = "Response To USCIS' Request For Evidence Was Received";
const INTERVIEW: &str = "Interview Was Scheduled";
const INTERVIEWED: &str = "Interview Was Completed And My Case Must Be Reviewed";
const APPROVED: &str = "Case Was Approved";
const DENIED: &str = "Case Was Denied";
const TERMINATED: &str = "Case Was Terminated";
const TRANSFERRED: &str = "Case Was Transferred And A New Office Has Jurisdiction";
const CARD_ORDERED: &str = "New Card Is Being Produced";
const CARD_PRODUCED: &str = "Card Was Produced";
const CARD_MAILED: &str = "Card Was Mailed To Me";
const CARD_PICKED_UP: &str = "Card Was Picked Up By The United States Postal Service";
const CARD_DELIVERED: &str = "Card Was Delivered To Me By The Post Office";
const OATH: &str = "Oath Ceremony Will Be Scheduled";
const OATH_NOTICE: &str = "Oath Ceremony Notice Was Mailed";
const CERTIFICATE: &str = "Certificate Of Naturalization Was Issued";
const STATE: &str = "Case Was Sent To The Department of State";

const DAY: i64 = 86_400;

/// One person's case: receipt, form, person and steps (script seconds; below zero, before the start).
type Person = (&'static str, &'static str, &'static str, &'static [(i64, &'static str)]);

const PEOPLE: [Person; 12] = [
    (
        "IOE9900412617",
        "I-485",
        "Marisol Benítez",
        &[
            (-412 * DAY, NOTICE_SENT),
            (-380 * DAY, FINGERPRINTS),
            (8, REVIEWED),
            (150, EVIDENCE),
            (600, RESPONSE),
            (1_500, INTERVIEW),
            (2_700, INTERVIEWED),
            (3_360, APPROVED),
            (3_900, CARD_ORDERED),
            (4_500, CARD_MAILED),
            (5_100, CARD_DELIVERED),
        ],
    ),
    (
        "MSC9990847205",
        "I-765",
        "Nguyễn Thị Lan",
        &[
            (-94 * DAY, RECEIVED),
            (17, APPROVED),
            (210, CARD_PRODUCED),
            (420, CARD_MAILED),
            (900, CARD_PICKED_UP),
            (1_380, CARD_DELIVERED),
        ],
    ),
    (
        "EAC9912050331",
        "I-130",
        "Daniel Okafor",
        &[
            (-301 * DAY, RECEIVED),
            (27, EVIDENCE),
            (330, RESPONSE),
            (1_260, REVIEWED),
            (2_400, APPROVED),
            (3_000, STATE),
        ],
    ),
    (
        "WAC9915550748",
        "I-129",
        "Priya Raman",
        &[(-21 * DAY, RECEIVED), (38, EVIDENCE), (780, RESPONSE), (1_680, APPROVED)],
    ),
    ("LIN9910451193", "I-140", "Tomasz Zieliński", &[(-152 * DAY, RECEIVED), (-33 * DAY, REVIEWED), (48, APPROVED)]),
    (
        "SRC9908952460",
        "I-751",
        "Amina Yusuf",
        &[
            (-511 * DAY, NOTICE_SENT),
            (-430 * DAY, FINGERPRINTS),
            (58, TRANSFERRED),
            (960, REVIEWED),
            (2_220, APPROVED),
            (2_820, CARD_PRODUCED),
            (3_600, CARD_MAILED),
            (4_200, CARD_DELIVERED),
        ],
    ),
    (
        "IOE9900873340",
        "N-400",
        "Fatemeh Karimi",
        &[
            (-263 * DAY, NOTICE_SENT),
            (-231 * DAY, FINGERPRINTS),
            (68, INTERVIEW),
            (510, OATH),
            (1_080, OATH_NOTICE),
            (1_980, CERTIFICATE),
        ],
    ),
    ("YSC9917753014", "I-539", "Carlos Enrique Mejía", &[(-122 * DAY, RECEIVED), (78, DENIED)]),
    ("IOE9901156028", "I-131", "Kwame Mensah", &[(-83 * DAY, NOTICE_SENT), (87, TERMINATED)]),
    (
        "MSC9990311874",
        "I-485",
        "Olena Kovalenko",
        &[
            (-48 * DAY, RECEIVED),
            (270, BIOMETRICS),
            (690, FINGERPRINTS),
            (1_800, REVIEWED),
            (3_120, EVIDENCE),
            (4_020, RESPONSE),
            (4_800, APPROVED),
        ],
    ),
    (
        "EAC9913350962",
        "I-765",
        "Jean-Baptiste Pierre",
        &[
            (-61 * DAY, RECEIVED),
            (-3 * DAY, APPROVED),
            (390, CARD_PRODUCED),
            (1_140, CARD_MAILED),
            (1_620, CARD_DELIVERED),
        ],
    ),
    (
        "IOE9901730955",
        "N-400",
        "Zhang Wei",
        &[
            (-318 * DAY, NOTICE_SENT),
            (-284 * DAY, FINGERPRINTS),
            (-41 * DAY, INTERVIEW),
            (840, OATH),
            (2_520, OATH_NOTICE),
            (3_480, CERTIFICATE),
        ],
    ),
];

/// The receipts of the demonstration and the (invented) people they belong to, to be imported by practice mode.
#[must_use]
pub fn demo_receipts() -> Vec<(String, String)> {
    PEOPLE.iter().map(|(receipt, _, person, _)| ((*receipt).to_owned(), (*person).to_owned())).collect()
}

impl Script {
    /// A dozen invented people whose cases move: at least eight changes in the first 90 seconds, then one every few
    /// minutes for more than an hour.
    #[must_use]
    pub fn demo() -> Self {
        PEOPLE.iter().fold(Self::new(), |script, (receipt, form, _, steps)| {
            let script = script.case(receipt).form(form);
            steps.iter().fold(script, |script, (at, title)| script.step(*at, Status::titled(title)))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use casefolio_domain::ReceiptNumber;

    use super::*;
    use crate::words;

    fn changes() -> BTreeMap<i64, usize> {
        let times = PEOPLE.iter().flat_map(|(.., steps)| steps.iter().map(|(at, _)| *at)).filter(|at| *at > 0);
        times.fold(BTreeMap::new(), |mut count, at| {
            *count.entry(at).or_default() += 1;
            count
        })
    }

    #[test]
    fn the_demonstration_begins_quickly_and_keeps_moving() {
        let changes = changes();
        let times: Vec<i64> = changes.keys().copied().collect();
        assert_eq!(times.first(), Some(&8));
        assert!(times.iter().filter(|at| **at <= 90).count() >= 8);
        assert!(changes.values().all(|count| *count == 1), "changes are spread");
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= 600), "never more than ten minutes without a change");
        assert!(times.last().is_some_and(|last| *last > 3_600));
    }

    #[test]
    fn every_person_has_a_well_formed_receipt_and_every_title_its_own_words() {
        for (receipt, _, person, steps) in PEOPLE {
            assert!(ReceiptNumber::parse(receipt).is_ok(), "{person}");
            assert!(steps.iter().all(|(_, title)| words::of(title).is_some()), "{person}");
            assert!(steps.windows(2).all(|pair| pair[0].0 < pair[1].0), "{person}");
        }
        assert_eq!(demo_receipts().len(), 12);
    }
}
