//! The practice service as a program: `casefolio-practice [--port N] [--script FILE] [--speed X]`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to its user")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use casefolio_practice::{Clock, Practice, PracticeSettings, Script};
use chrono::{DateTime, Utc};

const USAGE: &str = "usage: casefolio-practice [--port N] [--script FILE] [--speed X] [--sandbox-limits]";

#[tokio::main]
async fn main() -> ExitCode {
    match run(std::env::args().skip(1)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("casefolio-practice: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let (script, settings) = read(arguments)?;
    let running = Practice::start(script, settings, clock()).await.map_err(|error| explain(&error))?;
    println!("token URL      {}", running.token_url());
    println!("API base       {}", running.api_base());
    println!("client id      {}", running.client_id());
    println!("client secret  {}", running.client_secret());
    std::future::pending::<()>().await;
    Ok(())
}

fn read(mut arguments: impl Iterator<Item = String>) -> Result<(Script, PracticeSettings), String> {
    let mut script = Script::demo();
    let mut settings = PracticeSettings::default();
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or(USAGE);
        match name.as_str() {
            "--port" => settings.port = value()?.parse().map_err(|_| "--port takes a number from 0 to 65535")?,
            "--speed" => settings.speed = value()?.parse().map_err(|_| "--speed takes a number")?,
            "--script" => script = script_of(&value()?)?,
            "--sandbox-limits" => {
                settings =
                    PracticeSettings { port: settings.port, speed: settings.speed, ..PracticeSettings::sandbox() };
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok((script, settings))
}

fn script_of(path: &str) -> Result<Script, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("the script cannot be read: {error}"))?;
    Script::from_json(&text).map_err(|problem| explain(&problem))
}

/// The error and its causes, in one line.
fn explain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[expect(clippy::disallowed_methods, reason = "the one place where this program reads the time")]
fn clock() -> Clock {
    Arc::new(|| DateTime::<Utc>::from(SystemTime::now()))
}
