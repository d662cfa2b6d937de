//! Shapes of e-mail: the mail server, those who are written to, and how it goes.

use casefolio_core::mail::{
    MailSettings as Kept, MailState, Recipient, RecipientId, Scope, Security, SetMailRequest as KeptRequest, SignInWay,
};
use casefolio_domain::CaseId;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::case::time;
use super::settings::{DetailCode, LanguageCode};
use super::typed::Typed;

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SecurityCode {
    Tls,
    Starttls,
}

/// How to sign in at the mail server.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WayCode {
    None,
    Password,
    Microsoft,
    Google,
}

/// The settings of the mail server, without the secret.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailSettings {
    host: String,
    port: u16,
    security: SecurityCode,
    address: String,
    name: String,
    user: String,
    way: WayCode,
    client_id: String,
    client_secret: String,
}

/// New settings of the mail server.
#[derive(Deserialize, Type)]
pub(crate) struct SetMailRequest {
    settings: MailSettings,
    /// The password or the refresh token; none keeps the one that is known.
    secret: Option<Typed>,
}

/// What is known of somebody who is written to.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecipientFields {
    address: String,
    name: String,
    language: LanguageCode,
    detail: DetailCode,
    /// Whether they are told of every case.
    everything: bool,
    /// Otherwise: of the cases about these people.
    people: Vec<String>,
    /// Of these matters, as the cases are labelled.
    matters: Vec<String>,
    /// And of these cases.
    cases: Vec<u32>,
}

/// Somebody who is written to.
#[derive(Clone, Serialize, Type)]
pub(crate) struct RecipientRow {
    id: u32,
    #[serde(flatten)]
    fields: RecipientFields,
}

/// E-mail as the settings show it.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailView {
    settings: Option<MailSettings>,
    secret_set: bool,
    recipients: Vec<RecipientRow>,
    last_sent_at: Option<String>,
    waiting: u32,
    /// Why they wait: a code of a failure of e-mail.
    trouble: Option<String>,
    given_up: u32,
    /// Why the last of those was given up: a code of a failure of e-mail.
    refused: Option<String>,
}

/// What became of a test.
#[derive(Clone, Serialize, Type)]
pub(crate) struct MailTest {
    /// A code of a failure of e-mail; none where it was taken.
    pub(crate) problem: Option<String>,
}

impl From<Kept> for MailSettings {
    fn from(kept: Kept) -> Self {
        let security = match kept.security {
            Security::Tls => SecurityCode::Tls,
            Security::StartTls => SecurityCode::Starttls,
        };
        let way = match kept.way.code() {
            "none" => WayCode::None,
            "microsoft" => WayCode::Microsoft,
            "google" => WayCode::Google,
            _ => WayCode::Password,
        };
        let (client_id, client_secret) = match kept.way {
            SignInWay::Oauth { client_id, client_secret, .. } => (client_id, client_secret),
            SignInWay::None | SignInWay::Password => Default::default(),
        };
        Self {
            host: kept.host,
            port: kept.port,
            security,
            address: kept.address,
            name: kept.name,
            user: kept.user,
            way,
            client_id,
            client_secret,
        }
    }
}

impl From<MailSettings> for Kept {
    fn from(new: MailSettings) -> Self {
        let way = match new.way {
            WayCode::None => "none",
            WayCode::Password => "password",
            WayCode::Microsoft => "microsoft",
            WayCode::Google => "google",
        };
        let security = match new.security {
            SecurityCode::Tls => Security::Tls,
            SecurityCode::Starttls => Security::StartTls,
        };
        Self {
            host: new.host,
            port: new.port,
            security,
            address: new.address,
            name: new.name,
            user: new.user,
            way: SignInWay::from_code(way, &new.client_id, &new.client_secret),
        }
    }
}

impl From<SetMailRequest> for KeptRequest {
    fn from(request: SetMailRequest) -> Self {
        Self { settings: request.settings.into(), secret: request.secret.map(Typed::into_inner) }
    }
}

impl From<RecipientFields> for Recipient {
    fn from(fields: RecipientFields) -> Self {
        let scope = if fields.everything {
            Scope::Everything
        } else {
            let cases = fields.cases.into_iter().map(|id| CaseId(i64::from(id))).collect();
            Scope::Some { people: fields.people, matters: fields.matters, cases }
        };
        Self {
            address: fields.address,
            name: fields.name,
            language: fields.language.into(),
            detail: fields.detail.into(),
            scope,
        }
    }
}

impl RecipientRow {
    fn of((id, kept): (RecipientId, Recipient)) -> Self {
        let (everything, people, matters, cases) = match kept.scope {
            Scope::Everything => (true, Vec::new(), Vec::new(), Vec::new()),
            Scope::Some { people, matters, cases } => (false, people, matters, cases),
        };
        let fields = RecipientFields {
            address: kept.address,
            name: kept.name,
            language: kept.language.into(),
            detail: kept.detail.into(),
            everything,
            people,
            matters,
            cases: cases.into_iter().filter_map(|case| u32::try_from(case.0).ok()).collect(),
        };
        Self { id: u32::try_from(id.0).unwrap_or_default(), fields }
    }
}

impl MailView {
    pub(crate) fn of(
        settings: Option<Kept>,
        secret_set: bool,
        recipients: Vec<(RecipientId, Recipient)>,
        state: MailState,
    ) -> Self {
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            settings: settings.map(MailSettings::from),
            secret_set,
            recipients: recipients.into_iter().map(RecipientRow::of).collect(),
            last_sent_at: state.last_sent_at.map(time),
            waiting: number(state.waiting),
            trouble: state.trouble,
            given_up: number(state.given_up),
            refused: state.refused,
        }
    }
}

/// The identity behind a number that the window was given.
pub(crate) fn recipient(id: u32) -> RecipientId {
    RecipientId(i64::from(id))
}
