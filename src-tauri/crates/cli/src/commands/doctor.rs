//! `doctor`.

use casefolio_core::Core;
use casefolio_core::core::PortfolioEntry;
use casefolio_core::health::{Diagnosis, Finding, SalvageReport, SalvageRequest, Warning};
use casefolio_core::portfolio::{CreateRequest, Opener};
use clap::ArgMatches;
use serde::Serialize;

use super::given::Given;
use super::portfolio::chosen;
use crate::context::Context;
use crate::error::{Error, Exit};
use crate::language::Words;
use crate::output::remark;

#[derive(Serialize)]
struct DiagnosisWire<'a> {
    user_id: &'a str,
    /// Whether the data was read, page by page; else it was seen from outside.
    whole: bool,
    findings: Vec<FindingWire>,
    warnings: Vec<&'static str>,
}

#[derive(Serialize)]
struct FindingWire {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
}

#[derive(Serialize)]
struct KeysRepairedWire<'a> {
    user_id: &'a str,
    keys_repaired: bool,
}

#[derive(Serialize)]
struct OlderAcceptedWire<'a> {
    user_id: &'a str,
    older_accepted: bool,
}

#[derive(Serialize)]
struct SalvagedWire<'a> {
    user_id: &'a str,
    recovery_code: &'a str,
    cases: u64,
    cases_anew: u64,
    cases_lost: u64,
    observations: u64,
    observations_lost: u64,
    changes: u64,
    changes_lost: u64,
    damaged_pages: u64,
    journal_left_aside: bool,
}

/// Examines a portfolio, or mends it in the way that was asked for.
pub(super) fn doctor(context: &Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let core = context.core()?;
    let entry = core.choose_any(context.portfolio_name())?;
    if matches.get_flag("repair-keys") {
        return repair_keys(context, &core, &entry);
    }
    // What would be typed opens nothing where the slot file cannot be read.
    let given = if entry.problem.is_some() { Given::Nothing } else { Given::of(context, matches)? };
    if matches.get_flag("accept-older") {
        return accept_older(context, &core, &entry, &given);
    }
    match matches.get_one::<String>("salvage") {
        Some(user_id) => salvage(context, &core, &entry, (user_id, &given)),
        None => examine(context, &core, &entry, &given),
    }
}

fn examine(context: &Context, core: &Core, entry: &PortfolioEntry, given: &Given) -> Result<Exit, Error> {
    let by_computer = || entry.computer_slot && core.key_store_answers();
    let opener = (!matches!(given, Given::Nothing) || by_computer()).then(|| given.opener());
    let diagnosis = core.examine(entry, opener)?;
    let findings =
        diagnosis.findings.iter().map(|finding| FindingWire { kind: finding.code(), count: finding.count() });
    let wire = DiagnosisWire {
        user_id: &entry.user_id,
        whole: diagnosis.whole,
        findings: findings.collect(),
        warnings: diagnosis.warnings.iter().map(|warning| warning.code()).collect(),
    };
    context.output.print(&wire, || diagnosis_words(entry, &diagnosis, context.words))?;
    Ok(if diagnosis.findings.is_empty() { Exit::Done } else { Exit::Damaged })
}

fn diagnosis_words(entry: &PortfolioEntry, diagnosis: &Diagnosis, words: Words) -> String {
    let key = match (diagnosis.findings.is_empty(), diagnosis.whole) {
        (true, true) => "cli.doctor.fine",
        (true, false) => "cli.doctor.fine_outside",
        (false, _) => "cli.doctor.found",
    };
    let headline = words.fill(key, &[("user_id", entry.user_id.as_str())]);
    let findings = diagnosis.findings.iter().map(|finding| finding_words(*finding, words));
    let warnings = diagnosis.warnings.iter().map(|warning| warning_words(*warning, words));
    let steps = next_steps(diagnosis).into_iter().map(|key| words.say(key));
    std::iter::once(headline).chain(findings).chain(warnings).chain(steps).collect::<Vec<_>>().join("\n")
}

fn finding_words(finding: Finding, words: Words) -> String {
    let named = words.say(&format!("finding.{}", finding.code()));
    match finding.count() {
        Some(count) => {
            words.fill("cli.doctor.finding_counted", &[("words", named.as_str()), ("count", &count.to_string())])
        }
        None => words.fill("cli.doctor.finding", &[("words", named.as_str())]),
    }
}

fn warning_words(warning: Warning, words: Words) -> String {
    words.fill("cli.doctor.warning", &[("words", &words.say(&format!("finding.{}", warning.code())))])
}

/// What can be done, the surest first. Never to delete anything.
fn next_steps(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let damaged = diagnosis.findings.iter().any(|finding| finding.is_damage());
    let older = diagnosis.findings.iter().any(|finding| finding.code() == "rolled_back");
    let steps = [
        (diagnosis.keys_can_be_repaired(), "cli.doctor.next_keys"),
        (damaged, "cli.doctor.next_restore"),
        (damaged && diagnosis.can_be_salvaged(), "cli.doctor.next_salvage"),
        (older, "cli.doctor.next_older"),
    ];
    steps.into_iter().filter_map(|(fits, key)| fits.then_some(key)).collect()
}

fn repair_keys(context: &Context, core: &Core, entry: &PortfolioEntry) -> Result<Exit, Error> {
    let entry = core.repair_keys(entry)?;
    let wire = KeysRepairedWire { user_id: &entry.user_id, keys_repaired: true };
    context.output.print(&wire, || context.words.say("cli.doctor.keys_repaired"))?;
    Ok(Exit::Done)
}

fn accept_older(context: &Context, core: &Core, entry: &PortfolioEntry, given: &Given) -> Result<Exit, Error> {
    given.open(core, entry)?.accept_older()?;
    let wire = OlderAcceptedWire { user_id: &entry.user_id, older_accepted: true };
    context.output.print(&wire, || context.words.fill("cli.doctor.older_accepted", &[("user_id", &entry.user_id)]))?;
    Ok(Exit::Done)
}

fn salvage(
    context: &Context,
    core: &Core,
    entry: &PortfolioEntry,
    (user_id, given): (&str, &Given),
) -> Result<Exit, Error> {
    let opener: Opener<'_> = given.opener();
    let new = CreateRequest {
        user_id: user_id.to_owned(),
        passphrase: chosen(context.input.new_password()?)?,
        computer_slot: entry.computer_slot,
        watch_behind_lock: true,
    };
    let salvaged = core.salvage(entry, &SalvageRequest { opener, new })?;
    let created = salvaged.created;
    // It is on the screen or in the script's hands: nobody types it again here.
    created.portfolio.note_recovery_confirmed()?;
    if entry.computer_slot && !created.computer_slot {
        remark(&context.words.say("cli.remark.no_computer_slot"));
    }
    let (new_id, recovery_code) = (created.portfolio.user_id(), created.recovery_code.show());
    let wire = salvaged_wire(new_id, &recovery_code, &salvaged.report);
    context.output.print(&wire, || salvaged_words(&wire, context.words))?;
    Ok(Exit::Done)
}

fn salvaged_wire<'a>(user_id: &'a str, recovery_code: &'a str, report: &SalvageReport) -> SalvagedWire<'a> {
    SalvagedWire {
        user_id,
        recovery_code,
        cases: report.cases + report.cases_anew,
        cases_anew: report.cases_anew,
        cases_lost: report.cases_lost,
        observations: report.observations,
        observations_lost: report.observations_lost,
        changes: report.changes,
        changes_lost: report.changes_lost,
        damaged_pages: report.damaged_pages,
        journal_left_aside: report.journal_left_aside,
    }
}

fn salvaged_words(wire: &SalvagedWire<'_>, words: Words) -> String {
    let numbers = [
        ("cases", wire.cases),
        ("cases_anew", wire.cases_anew),
        ("cases_lost", wire.cases_lost),
        ("observations", wire.observations),
        ("observations_lost", wire.observations_lost),
        ("changes", wire.changes),
        ("changes_lost", wire.changes_lost),
    ]
    .map(|(name, number)| (name, number.to_string()));
    let texts = [("user_id", wire.user_id), ("recovery_code", wire.recovery_code)];
    let values: Vec<(&str, &str)> =
        numbers.iter().map(|(name, number)| (*name, number.as_str())).chain(texts).collect();
    words.fill("cli.doctor.salvaged", &values)
}
