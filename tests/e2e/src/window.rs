//! Casefolio's windows, seen and used as a person does.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::process::Daemon;
use crate::session::free_port;
use crate::{Session, until};

const FIND: &str = include_str!("find.js");
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The Enter key; a line feed types nothing.
const ENTER: &str = "\u{e007}";

/// Seconds to wait for something that needs no network: a click's effect, a window.
const SOON: u64 = 20;

/// The pages that windows of Casefolio show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Welcome, choose, create: `gate.html`.
    Gate,
    /// Where one portfolio is unlocked: `unlock.html`.
    Unlock,
    /// Where a passphrase is typed while the portfolio is open: `secret.html`.
    Secret,
    /// Cases and everything else: `index.html`.
    Main,
}

impl Page {
    fn is_at(self, address: &str) -> bool {
        // The engine keeps a closed window's page for a while, as an empty one.
        match self {
            Self::Gate => address.ends_with("/gate.html"),
            Self::Unlock => address.ends_with("/unlock.html"),
            Self::Secret => address.ends_with("/secret.html"),
            Self::Main => address.ends_with("/index.html") || address.trim_end_matches('/').ends_with("localhost"),
        }
    }
}

/// The running program with the window that is being used. Dropping it kills the program.
#[derive(Debug)]
pub struct Window {
    client: Client,
    _driver: Daemon,
}

impl Window {
    /// Starts a program of Casefolio in a session, as a person does from the menu.
    pub async fn open(session: &Session, program: &Path, arguments: &[&str]) -> Result<Self> {
        let port = free_port()?;
        let log = session.path("program.log");
        let mut driver =
            Daemon::start(&["WebKitWebDriver", &format!("--port={port}")], session.environment(), &log, Stdio::null())
                .context("WebKitWebDriver")?;
        until("WebKitWebDriver", SOON, async || {
            driver.still_runs()?;
            Ok(Some(tokio::net::TcpStream::connect(("127.0.0.1", port)).await?))
        })
        .await?;
        let options = json!({ "webkitgtk:browserOptions": { "binary": program, "args": arguments } });
        let Value::Object(options) = options else { bail!("options are an object") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let address = format!("http://127.0.0.1:{port}");
        let connecting = builder.capabilities(options).connect(&address);
        let connected = tokio::time::timeout(Duration::from_secs(60), connecting).await;
        let client =
            connected.context("no window within 60 s").and_then(|client| Ok(client?)).with_context(|| said(&log))?;
        Ok(Self { client, _driver: driver })
    }

    /// Ends the program, as a log-out does.
    pub async fn close(&self) {
        // The program may be gone; then there is nothing to close.
        let _ = within("the end", self.client.clone().close()).await;
    }

    /// Waits for the window that shows a page, and uses it from now on.
    pub async fn turn_to(&self, page: Page) -> Result<()> {
        until(format!("the window of {page:?}"), SOON, async || Ok(self.turned_to(page).await?.then_some(()))).await
    }

    /// Whether there is a window that shows a page; it is used from now on.
    pub async fn shows(&self, page: Page) -> Result<bool> {
        self.turned_to(page).await
    }

    /// Waits for whichever window comes first, and uses it from now on.
    pub async fn turn_to_any(&self) -> Result<Page> {
        until("a window", SOON, async || {
            for page in [Page::Main, Page::Unlock, Page::Gate] {
                if self.turned_to(page).await? {
                    return Ok(Some(page));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Turns to the window that shows a page, if it is there now.
    pub async fn turned_to(&self, page: Page) -> Result<bool> {
        for handle in self.client.windows().await? {
            // A window may close while one looks at it.
            if self.client.switch_to_window(handle).await.is_err() {
                continue;
            }
            let seen = self.run("return [location.href, document.readyState]", &[]).await?;
            if page.is_at(seen[0].as_str().unwrap_or_default()) && seen[1] == "complete" {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sets the size of the window in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        within("a new size", self.client.set_window_size(width, height)).await?;
        until("the new size", SOON, async || {
            let size = self.run("return [outerWidth, outerHeight]", &[]).await?;
            Ok((size == json!([width, height])).then_some(()))
        })
        .await
    }

    /// Saves a picture of the page as PNG.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        // Two frames, so that what was just changed is on the picture.
        self.run(
            "window.drawn = false; requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = true }))",
            &[],
        )
        .await?;
        until("two frames", SOON, async || Ok((self.run("return window.drawn", &[]).await? == true).then_some(())))
            .await?;
        std::fs::write(file, within("a picture", self.client.screenshot()).await?)
            .with_context(|| format!("{} cannot be written", file.display()))
    }

    /// Waits for what has this role and name (whole, or its beginning, or a part of it).
    pub async fn find(&self, role: &str, name: &str) -> Result<Element> {
        self.find_within(role, name, SOON).await
    }

    /// As `find`, with a deadline in seconds.
    pub async fn find_within(&self, role: &str, name: &str, seconds: u64) -> Result<Element> {
        let found = until(format!("the {role} \"{name}\""), seconds, async || match self.look(role, name).await? {
            Ok(element) => Ok(Some(element)),
            Err(others) => bail!("there are these: {}", others.join(" | ")),
        });
        match found.await {
            Ok(element) => Ok(element),
            Err(error) => Err(error.context(self.text().await.unwrap_or_default())),
        }
    }

    /// Whether something with this role and name is there now.
    pub async fn has(&self, role: &str, name: &str) -> Result<bool> {
        Ok(self.look(role, name).await?.is_ok())
    }

    /// Clicks what has this role and name.
    pub async fn click(&self, role: &str, name: &str) -> Result<()> {
        let clicked = until(format!("a click on the {role} \"{name}\""), SOON, async || {
            let element = self.find_within(role, name, 2).await?;
            let steady = steady(&element).await?;
            if steady {
                element.click().await?;
            }
            Ok(steady.then_some(()))
        });
        clicked.await
    }

    /// Presses a button.
    pub async fn press(&self, name: &str) -> Result<()> {
        self.click("button", name).await
    }

    /// Types into the text field with this label; what stood there is gone.
    pub async fn write(&self, label: &str, text: &str) -> Result<()> {
        let field = self.find("textbox", label).await?;
        within("an emptied field", field.clear()).await?;
        within("typing", field.send_keys(&text.replace('\n', ENTER)))
            .await
            .with_context(|| format!("typing into \"{label}\""))
    }

    /// Chooses an option of the list with this label.
    pub async fn choose(&self, label: &str, option: &str) -> Result<()> {
        let list = self.find("combobox", label).await?;
        within("choosing", list.select_by_label(option))
            .await
            .with_context(|| format!("choosing \"{option}\" in \"{label}\""))
    }

    /// Waits until a text can be read on the page.
    pub async fn see(&self, text: &str) -> Result<()> {
        self.see_within(text, SOON).await
    }

    /// As `see`, with a deadline in seconds.
    pub async fn see_within(&self, text: &str, seconds: u64) -> Result<()> {
        let seen =
            until(format!("the text \"{text}\""), seconds, async || Ok(holds(&self.text().await?, text).then_some(())))
                .await;
        match seen {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(self.text().await.unwrap_or_default())),
        }
    }

    /// Waits until a text can no longer be read on the page.
    pub async fn see_no(&self, text: &str) -> Result<()> {
        until(format!("the end of the text \"{text}\""), SOON, async || {
            Ok((!holds(&self.text().await?, text)).then_some(()))
        })
        .await
    }

    /// What can be read on the page now, the values of fields left out.
    pub async fn text(&self) -> Result<String> {
        let text = self.run("return document.body.innerText", &[]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The first row of a table or list that holds all of these texts, as text.
    pub async fn row(&self, texts: &[&str]) -> Result<String> {
        until(format!("a row with {texts:?}"), SOON, async || {
            let script =
                "return [...document.querySelectorAll('tr,[role=row],li,[role=option]')].map(row => row.innerText)";
            let rows = self.run(script, &[]).await?;
            let rows = rows.as_array().cloned().unwrap_or_default();
            Ok(rows
                .iter()
                .filter_map(Value::as_str)
                .find(|row| texts.iter().all(|text| holds(row, text)))
                .map(str::to_owned))
        })
        .await
    }

    /// Presses keys wherever the focus is.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        let focused = within("the focus", self.client.active_element()).await?;
        within("keys", focused.send_keys(keys)).await
    }

    /// Runs a script in the page. For what a person sees without an element to name; never to get around the page.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        within("an answer of the page", self.client.execute(script, arguments.to_vec())).await
    }

    /// As `run`, for a script that answers by calling its last argument.
    pub async fn run_async(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        within("an answer of the page", self.client.execute_async(script, arguments.to_vec())).await
    }

    /// How many windows there are.
    pub async fn count(&self) -> Result<usize> {
        Ok(within("the windows", self.client.windows()).await?.len())
    }

    /// The element, or the names that are there instead.
    async fn look(&self, role: &str, name: &str) -> Result<Result<Element, Vec<String>>> {
        let found = self
            .run(&format!("const find = {FIND}; return find(arguments[0], arguments[1])"), &[json!(role), json!(name)])
            .await?;
        if let Some(id) = found["element"][ELEMENT].as_str() {
            return Ok(Ok(Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()))));
        }
        let names = found["names"].as_array().ok_or_else(|| anyhow!("the finder answered {found}"))?;
        Ok(Err(names.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
    }
}

/// Whether an element stays where it is. A click on one that moves goes elsewhere, and nobody says so.
async fn steady(element: &Element) -> Result<bool> {
    let before = element.rectangle().await?;
    tokio::time::sleep(Duration::from_millis(80)).await;
    Ok(element.rectangle().await? == before)
}

/// A command to the window that must not hang.
async fn within<T>(what: &str, command: impl Future<Output = Result<T, CmdError>>) -> Result<T> {
    let answer = tokio::time::timeout(Duration::from_secs(SOON), command).await;
    Ok(answer.with_context(|| format!("{what} took more than {SOON} s"))??)
}

/// Whether a text holds another, capitals and white space aside (styles may change both).
fn holds(text: &str, wanted: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(text).contains(&plain(wanted))
}

/// The end of what a program wrote.
fn said(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    format!("the program wrote:\n{}", lines[lines.len().saturating_sub(30)..].join("\n"))
}
