//! `practice`: the practice service alone.

use std::path::Path;

use casefolio_practice::{Practice, PracticeSettings, Script};
use clap::ArgMatches;
use serde::Serialize;

use super::interrupt::interrupted;
use crate::context::{Context, practice_clock};
use crate::error::{Error, Exit};

#[derive(Serialize)]
struct RunningWire<'a> {
    token_url: &'a str,
    api_base: &'a str,
    client_id: &'a str,
    client_secret: &'a str,
    port: u16,
}

/// Runs the practice service until it is interrupted. Its secret protects nothing and is printed.
pub(super) async fn practice(context: &Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let script =
        matches.get_one::<std::path::PathBuf>("script").map_or_else(|| Ok(Script::demo()), |path| read(path))?;
    let usual = PracticeSettings::default();
    let settings = PracticeSettings {
        port: matches.get_one::<u16>("port").copied().unwrap_or(usual.port),
        speed: matches.get_one::<f64>("speed").copied().unwrap_or(usual.speed),
        ..usual
    };
    let running = Practice::start(script, settings, practice_clock()).await?;
    let (token_url, api_base) = (running.token_url(), running.api_base());
    let (client_id, client_secret) = (running.client_id(), running.client_secret());
    let values = [
        ("token_url", token_url.as_str()),
        ("api_base", &api_base),
        ("client_id", &client_id),
        ("client_secret", &client_secret),
    ];
    let wire = RunningWire {
        token_url: &token_url,
        api_base: &api_base,
        client_id: &client_id,
        client_secret: &client_secret,
        port: running.port(),
    };
    context.output.print(&wire, || context.words.fill("cli.practice.running", &values))?;
    interrupted().await;
    running.stop().await;
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<Script, Error> {
    Ok(Script::from_json(&std::fs::read_to_string(path).map_err(Error::ScriptFile)?)?)
}
