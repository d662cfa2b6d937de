//! A panel with a place for tray icons, as KDE's and GNOME's extension have one: it reads the menu of an icon, and chooses from it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::{Session, until};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// An icon: the connection of its program, and its path there.
type Icon = (String, String);

/// A menu: its number, what is known of it, and its lines.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

struct Watcher(Arc<Mutex<Option<Icon>>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    #[expect(clippy::needless_pass_by_value, reason = "as the macro hands it over")]
    fn register_status_notifier_item(&self, path: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((sender, path.to_owned()));
    }

    #[expect(clippy::unused_self, reason = "the shape the macro wants")]
    fn register_status_notifier_host(&self, name: &str) {
        let _ = name;
    }

    #[zbus(property)]
    #[expect(clippy::unused_self, reason = "the shape the macro wants")]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    #[expect(clippy::unused_self, reason = "the shape the macro wants")]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// A line of a menu that can be chosen.
#[derive(Debug, Clone)]
struct Line {
    id: i32,
    label: String,
}

/// The panel, until it is dropped.
#[derive(Debug)]
pub struct Panel {
    icon: Arc<Mutex<Option<Icon>>>,
    connection: Connection,
}

impl Panel {
    /// Puts the panel on the screen of a session. Programs look for it when they start.
    pub fn start(session: &Session) -> Result<Self> {
        let icon = Arc::new(Mutex::new(None));
        let connection = Builder::address(session.bus_address()?)?.name(WATCHER)?;
        let connection = connection.serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&icon)))?.build()?;
        Ok(Self { icon, connection })
    }

    /// The lines of the icon's menu, once there is an icon with one that begins so.
    pub async fn line(&self, beginning: &str) -> Result<String> {
        self.find(beginning).await.map(|line| line.label)
    }

    /// Chooses the line that begins so.
    pub async fn choose(&self, beginning: &str) -> Result<()> {
        let line = self.find(beginning).await?;
        let (sender, menu) = self.menu()?.context("the icon is gone")?;
        let event = (line.id, "clicked", Value::from(0_i32), 0_u32);
        self.connection.call_method(Some(sender.as_str()), menu.as_str(), Some(MENU), "Event", &event).map(drop)?;
        Ok(())
    }

    async fn find(&self, beginning: &str) -> Result<Line> {
        until(format!("a line {beginning:?} in the tray's menu"), 20, async || {
            Ok(self.lines()?.into_iter().find(|line| line.label.starts_with(beginning)))
        })
        .await
    }

    /// Where the icon's menu is.
    fn menu(&self) -> Result<Option<(String, String)>> {
        let icon = self.icon.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some((sender, path)) = icon else { return Ok(None) };
        let asked = (ITEM, "Menu");
        let properties = Some("org.freedesktop.DBus.Properties");
        let reply = self.connection.call_method(Some(sender.as_str()), path.as_str(), properties, "Get", &asked)?;
        let menu: OwnedValue = reply.body().deserialize()?;
        Ok(Some((sender, OwnedObjectPath::try_from(menu)?.to_string())))
    }

    fn lines(&self) -> Result<Vec<Line>> {
        let Some((sender, menu)) = self.menu()? else { return Ok(Vec::new()) };
        let whole = (0_i32, -1_i32, vec!["label"]);
        let reply =
            self.connection.call_method(Some(sender.as_str()), menu.as_str(), Some(MENU), "GetLayout", &whole)?;
        let body = reply.body();
        let (_, (_, _, children)): (u32, Layout) = body.deserialize()?;
        Ok(children.iter().filter_map(|child| line(child)).collect())
    }
}

/// A child of the menu: its number, what is known of it, and its own children.
fn line(child: &Value<'_>) -> Option<Line> {
    let Value::Structure(child) = child else { return None };
    let [Value::I32(id), Value::Dict(about), ..] = child.fields() else { return None };
    let label = about.get::<_, String>(&"label").ok().flatten()?;
    // A single underscore marks the letter that chooses a line by the keyboard.
    Some(Line { id: *id, label: label.replace('_', "") })
}
