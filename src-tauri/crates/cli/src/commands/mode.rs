//! `portfolio mode [computer | strict]`.

use casefolio_core::parts::Passphrase;
use casefolio_core::portfolio::Mode;
use clap::ArgMatches;
use serde::Serialize;

use crate::context::Context;
use crate::error::{Error, Exit};

#[derive(Serialize)]
struct ModeWire<'a> {
    user_id: &'a str,
    mode: &'static str,
    /// Whether cases are checked while it is locked; left out where the portfolio was not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    watches_behind_lock: Option<bool>,
}

/// Prints the mode, after changing it where one is named.
pub(super) fn mode(context: &Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let core = context.core()?;
    let entry = core.choose(context.portfolio_name())?;
    let (mode, watches_behind_lock) = match matches.get_one::<String>("mode").and_then(|code| Mode::from_code(code)) {
        None => (core.mode(&entry)?, None),
        Some(wanted) => {
            let passphrase =
                Passphrase::typed(context.input.current_password()?).map_err(casefolio_core::Error::Passphrase)?;
            let portfolio = core.unlock(&entry, &passphrase)?;
            core.set_mode(&entry, &portfolio, &passphrase, wanted)?;
            (portfolio.mode(), Some(portfolio.watches_behind_lock()))
        }
    };
    let wire = ModeWire { user_id: &entry.user_id, mode: mode.code(), watches_behind_lock };
    context.output.print(&wire, || context.words.say(&format!("cli.portfolio.mode.{}", mode.code())))?;
    Ok(Exit::Done)
}
