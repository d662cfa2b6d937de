//! What a script in a page cannot do, whichever window it got into.

use anyhow::{Context, Result, ensure};
use casefolio_e2e::{Elsewhere, Page};
use serde_json::json;

use crate::person::Person;

/// Every command of the program; each window has its own.
const COMMANDS: &str = include_str!("../../../../src-tauri/build.rs");
const CAPABILITIES: [(Page, &str); 4] = [
    (Page::Gate, include_str!("../../../../src-tauri/capabilities/gate.json")),
    (Page::Unlock, include_str!("../../../../src-tauri/capabilities/unlock.json")),
    (Page::Secret, include_str!("../../../../src-tauri/capabilities/secret.json")),
    (Page::Main, include_str!("../../../../src-tauri/capabilities/main.json")),
];
/// What Tauri and its plugins offer where they are let.
const PLUGINS: [&str; 12] = [
    "plugin:event|emit",
    "plugin:event|emit_to",
    "plugin:window|close",
    "plugin:window|create",
    "plugin:webview|create_webview_window",
    "plugin:webview|internal_toggle_devtools",
    "plugin:app|version",
    "plugin:path|resolve_directory",
    "plugin:resources|close",
    "plugin:notification|notify",
    "plugin:shell|open",
    "plugin:fs|read_text_file",
];

/// Asks for a command as a script in the page would, and answers with the refusal; null if there was none.
const INVOKE: &str = "const done = arguments[arguments.length - 1]; \
    const late = setTimeout(() => done('no answer'), 8000); \
    window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]) \
        .then(() => null, (refusal) => typeof refusal === 'string' ? refusal : JSON.stringify(refusal)) \
        .then((said) => { clearTimeout(late); done(said); });";

/// catalogue 105, 106, 107, 108
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_in_a_window_finds_walls_on_every_side() -> Result<()> {
    let person = Person::start(&[]).await?;
    let outcome = every_window(&person).await;
    person.shows_how_it_failed(&outcome).await;
    outcome
}

async fn every_window(person: &Person) -> Result<()> {
    person.window.turn_to(Page::Gate).await?;
    walls(person, Page::Gate).await?;
    person.creates_a_portfolio().await?;
    walls(person, Page::Main).await?;
    wrong_types(person).await?;
    person.press("ui.nav.settings").await?;
    person.press("ui.settings.security").await?;
    person.press("ui.secrets.passphrase").await?;
    person.window.turn_to(Page::Secret).await?;
    walls(person, Page::Secret).await?;
    person.press("ui.common.cancel").await?;
    person.window.turn_to(Page::Main).await?;
    person.press("ui.nav.lock").await?;
    person.window.turn_to(Page::Unlock).await?;
    walls(person, Page::Unlock).await?;
    person.unlocks().await
}

async fn walls(person: &Person, page: Page) -> Result<()> {
    let outcome = async {
        foreign_commands(person, page).await?;
        foreign_content(person).await?;
        prototypes(person).await?;
        ways_out(person).await
    };
    outcome.await.with_context(|| format!("in the window of {page:?}"))
}

fn quoted(text: &str, before: &str) -> Vec<String> {
    text.split('"').skip(1).step_by(2).filter_map(|word| word.strip_prefix(before)).map(str::to_owned).collect()
}

/// The commands that stand in `build.rs`.
fn all_commands() -> Vec<String> {
    let list =
        COMMANDS.split_once("&[&str] = &[").and_then(|(_, rest)| rest.split_once(']')).map_or("", |(list, _)| list);
    quoted(list, "")
}

async fn foreign_commands(person: &Person, page: Page) -> Result<()> {
    let allowed = CAPABILITIES.iter().find(|(window, _)| *window == page).map_or("", |(_, text)| *text);
    let own: Vec<String> = quoted(allowed, "allow-").iter().map(|name| name.replace('-', "_")).collect();
    let (all, mut tried) = (all_commands(), 0);
    ensure!(all.len() > 30 && own.iter().all(|name| all.contains(name)), "the lists were not read: {own:?} of {all:?}");
    let foreign = all.iter().map(String::as_str).filter(|name| !own.iter().any(|allowed| allowed == name));
    for command in foreign.chain(PLUGINS) {
        let refusal = person.window.run_async(INVOKE, &[json!(command), json!({})]).await?;
        let said = refusal.as_str().unwrap_or_default();
        ensure!(said.contains("not allowed") || said.contains("not found"), "{command} was not refused: {refusal}");
        tried += 1;
    }
    ensure!(tried > PLUGINS.len(), "no foreign command was tried");
    Ok(())
}

/// Commands of the main window, with something in place of what they take.
async fn wrong_types(person: &Person) -> Result<()> {
    let wrong = [
        ("show_case", json!({ "id": "1 OR 1=1" })),
        ("show_case", json!({ "id": -1 })),
        ("show_case", json!({})),
        ("remove_case", json!({ "id": null })),
        ("mark_read", json!({ "id": [1] })),
        ("copy_receipt", json!({ "id": 1.5 })),
        ("copy_phone", json!({ "phone": "900" })),
        ("check_now", json!({ "ids": "all" })),
        ("add_cases", json!({ "request": "IOE0912345678" })),
        ("describe_case", json!({ "request": { "id": {}, "person": 1, "label": [] } })),
        ("open_link", json!({ "url": { "href": "https://www.uscis.gov" } })),
        ("set_language", json!({ "language": "de" })),
        ("set_masked", json!({ "on": "yes" })),
        ("set_preferences", json!({ "preferences": { "language": "en" } })),
        ("set_service", json!({ "request": { "preset": "mine" } })),
        ("open_secret", json!({ "job": "export" })),
        ("start_at_sign_in", json!({ "on": 1 })),
    ];
    for (command, arguments) in wrong {
        let refusal = person.window.run_async(INVOKE, &[json!(command), arguments.clone()]).await?;
        let said = refusal.as_str().unwrap_or_default();
        ensure!(said.contains("invalid args"), "{command} took {arguments}: {refusal}");
    }
    Ok(())
}

/// Code and content from elsewhere: nothing runs, nothing is fetched.
async fn foreign_content(person: &Person) -> Result<()> {
    let elsewhere = Elsewhere::listen()?;
    let there = elsewhere.address()?;
    let outcome = person.window.run_async(CONTENT, &[json!(there)]).await?;
    ensure!(outcome["ran"] == json!([]), "it ran: {outcome}");
    let blocked = outcome["blocked"].as_array().map_or(0, Vec::len);
    ensure!(blocked >= 8, "the content policy spoke too seldom: {outcome}");
    let asked = elsewhere.asked();
    ensure!(asked.is_empty(), "it was fetched: {asked:?}");
    Ok(())
}

const CONTENT: &str = r#"
    const [there, done] = [arguments[0], arguments[arguments.length - 1]];
    const ran = (window.__ran = []);
    const blocked = [];
    addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
    const put = (name, fields) => {
        const element = Object.assign(document.createElement(name), fields);
        document.body.append(element);
        return element;
    };
    const script = (fields) => put("script", fields);
    const run = (what) => `window.__ran.push("${what}")`;
    script({ textContent: run("inline") });
    script({ src: "data:text/javascript," + encodeURIComponent(run("data")) });
    script({ src: URL.createObjectURL(new Blob([run("blob")], { type: "text/javascript" })) });
    script({ src: there + "script.js" });
    script({ type: "module", src: there + "module.js" });
    put("img", { src: there + "image.png" });
    put("iframe", { src: there + "frame" });
    put("iframe", { srcdoc: `<script>parent.${run("srcdoc")}<\/script>` });
    put("object", { data: there + "object" });
    put("link", { rel: "stylesheet", href: there + "style.css" });
    put("div", {}).setAttribute("onclick", run("handler"));
    document.body.lastElementChild.click();
    const form = put("form", { action: there + "form", method: "post" });
    form.submit();
    try { eval(run("eval")); } catch {}
    try { new Function(run("Function"))(); } catch {}
    try { setTimeout(run("timeout"), 0); } catch {}
    const asked = [fetch(there + "fetch"), fetch(there + "beacon", { mode: "no-cors" })].map((one) => one.then(() => ran.push("fetch"), () => {}));
    try { new WebSocket(there.replace("http", "ws")).onopen = () => ran.push("socket"); } catch {}
    try { navigator.sendBeacon(there, "x") } catch {}
    try { new Worker(URL.createObjectURL(new Blob(["0"]))).onmessage = () => ran.push("worker"); } catch {}
    Promise.all(asked).then(() => setTimeout(() => {
        for (const element of document.querySelectorAll("body > script, body > img, body > object, body > form, body > link, body > iframe:not(#__tauri_isolation__)")) element.remove();
        done({ ran, blocked });
    }, 800));
"#;

async fn prototypes(person: &Person) -> Result<()> {
    let script = "try { Object.prototype.polluted = 'yes'; } catch {} \
                  try { Object.prototype.toString = () => 'yes'; } catch {} \
                  return [Object.isFrozen(Object.prototype), ({}).polluted === undefined, `${{}}` === '[object Object]']";
    let seen = person.window.run(script, &[]).await?;
    ensure!(seen == json!([true, true, true]), "prototypes: {seen}");
    Ok(())
}

/// Ways to another page or another program: the window stays where it is, and no other one opens.
async fn ways_out(person: &Person) -> Result<()> {
    let elsewhere = Elsewhere::listen()?;
    let there = elsewhere.address()?;
    let place = "return location.href";
    let (before, windows) = (person.window.run(place, &[]).await?, person.window.count().await?);
    let addresses = [
        there.as_str(),
        "https://example.org/",
        "file:///etc/passwd",
        "casefolio:open",
        "data:text/html,x",
        "javascript:void(0)",
    ];
    for address in addresses {
        person.window.run(LEAVE, &[json!(address)]).await?;
    }
    let opened = person.window.run("return window.open(arguments[0]) === null", &[json!(there)]).await?;
    ensure!(opened == true, "window.open opened something");
    let after = person.window.run(place, &[]).await?;
    ensure!(before == after, "the window went from {before} to {after}");
    ensure!(person.window.count().await? == windows, "another window opened");
    let asked = elsewhere.asked();
    ensure!(asked.is_empty(), "it was fetched: {asked:?}");
    Ok(())
}

/// By the address, by a link in this and in another window, and by a link that is dropped.
const LEAVE: &str = r#"
    const address = arguments[0];
    for (const target of ["", "_blank", "_top"]) {
        const link = Object.assign(document.createElement("a"), { href: address, target, textContent: "x" });
        document.body.append(link);
        link.click();
        link.remove();
    }
    const data = new DataTransfer();
    data.setData("text/uri-list", address);
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    try { location.href = address; } catch {}
"#;
