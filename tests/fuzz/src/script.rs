//! The script of the practice service: refused in words of its own, or each of its cases is answered with a status that the client reads.

use std::collections::BTreeSet;
use std::sync::Arc;

use casefolio_domain::ReceiptNumber;
use casefolio_network::Way;
use casefolio_practice::testing::bodies;
use casefolio_practice::{PracticeSettings, Script, ScriptProblem};
use casefolio_uscis::testing::Heard;
use casefolio_uscis::{Client, Credential, Endpoint, Timing};
use chrono::DateTime;

use crate::{Check, wording};

const SAID: &[&str] = &[
    "the script is not JSON of the expected form (line #, column #)",
    "case # of the script has no well-formed receipt number",
    "case # of the script repeats a receipt number",
    "case # of the script has no steps",
    "step # of case # of the script has no title",
];

pub(crate) fn start() -> Check {
    let endpoint = Endpoint::parse("http://127.0.0.1:9/token", "http://127.0.0.1:9/case").unwrap();
    let client =
        Client::new(endpoint, Credential::new("client", "secret"), Timing::default(), &Way::default()).unwrap();
    Box::new(move |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        match Script::from_json(text) {
            Ok(script) => {
                for speed in [0.001, 1.0, 86_400.0] {
                    play(&script, speed, &client);
                }
            }
            Err(problem) => refused(&problem),
        }
    })
}

fn refused(problem: &ScriptProblem) {
    match problem {
        // What JSON's own error says is for the person who wrote the script, and stands in its source alone.
        ScriptProblem::Form { line, column, .. } => assert_eq!(
            problem.to_string(),
            format!("the script is not JSON of the expected form (line {line}, column {column})")
        ),
        ScriptProblem::Receipt { .. }
        | ScriptProblem::Twice { .. }
        | ScriptProblem::NoSteps { .. }
        | ScriptProblem::NoTitle { .. } => wording::assert_own(problem, SAID),
    }
}

fn play(script: &Script, speed: f64, client: &Client) {
    let now = DateTime::from_timestamp(1_795_388_303, 0).unwrap();
    let settings = PracticeSettings { speed, ..PracticeSettings::default() };
    let answers = bodies(script.clone(), settings, Arc::new(move || now));
    assert_eq!(answers.len(), script.len());
    assert_eq!(answers.iter().map(|(receipt, _)| receipt).collect::<BTreeSet<_>>().len(), answers.len());
    for (receipt, body) in answers {
        let number = ReceiptNumber::parse(&receipt).unwrap();
        assert_eq!(number.as_str(), receipt);
        let body = body.unwrap();
        let heard = Heard { status: 200, says_page: false, retry_after: None, body: body.as_bytes() };
        // A title may be nothing but markup, and a text longer than an answer may be: then it is no status, and nothing worse.
        if let Ok(answer) = client.hear_case(&number, &heard, now) {
            assert_eq!(answer.observation.receipt, number);
        }
    }
}
