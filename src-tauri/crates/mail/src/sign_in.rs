//! What is shown to the mail server to be let in.

use std::fmt;

use data_encoding::BASE64;
use zeroize::Zeroizing;

use crate::secret::Secret;
use crate::text::{TextProblem, line_of_text};

/// How to sign in. Neither the user nor the secret shows in `Debug`.
#[derive(Clone)]
pub struct SignIn(pub(crate) Way);

#[derive(Clone)]
pub(crate) enum Way {
    /// Not at all.
    Nobody,
    /// With a password.
    Password {
        /// The user's name, usually the address.
        user: String,
        /// The password, for programs where the provider has such.
        password: Secret,
    },
    /// With an access token.
    OAuth2 {
        /// The user's name, usually the address.
        user: String,
        /// The access token as the provider gave it.
        token: Secret,
    },
}

impl SignIn {
    /// No sign-in: relays inside a company that know their computers.
    #[must_use]
    pub fn none() -> Self {
        Self(Way::Nobody)
    }

    /// User and password. Control characters are refused: they would end the user's name within the sign-in.
    pub fn password(user: &str, password: &str) -> Result<Self, TextProblem> {
        let user = name(user)?;
        filled(password)?;
        Ok(Self(Way::Password { user, password: Secret::new(password) }))
    }

    /// User and access token, for XOAUTH2.
    pub fn oauth2(user: &str, token: &Secret) -> Result<Self, TextProblem> {
        let user = name(user)?;
        filled(token.expose())?;
        Ok(Self(Way::OAuth2 { user, token: token.clone() }))
    }
}

fn name(user: &str) -> Result<String, TextProblem> {
    filled(user)?;
    Ok(user.trim().to_owned())
}

fn filled(text: &str) -> Result<(), TextProblem> {
    line_of_text(text)?;
    if text.trim().is_empty() { Err(TextProblem::Empty) } else { Ok(()) }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Way::Nobody => "SignIn(none)",
            Way::Password { .. } => "SignIn(password)",
            Way::OAuth2 { .. } => "SignIn(oauth2)",
        })
    }
}

/// The initial response of PLAIN (RFC 4616), in base64.
pub(crate) fn plain(user: &str, password: &Secret) -> Zeroizing<String> {
    let words = Zeroizing::new(format!("\0{user}\0{}", password.expose()));
    Zeroizing::new(BASE64.encode(words.as_bytes()))
}

/// The initial response of XOAUTH2, in base64.
pub(crate) fn xoauth2(user: &str, token: &Secret) -> Zeroizing<String> {
    let words = Zeroizing::new(format!("user={user}\x01auth=Bearer {}\x01\x01", token.expose()));
    Zeroizing::new(BASE64.encode(words.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_are_those_of_the_providers() {
        // The example of Google's description of XOAUTH2.
        let token = Secret::new("vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==");
        assert_eq!(
            xoauth2("someuser@example.com", &token).as_str(),
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB2RjlkZnQ0cW1UYzJOdmIzUmxja0JoZEhSaGRtbHpkR0V1WTI5dENnPT0BAQ=="
        );
        assert_eq!(plain("tim", &Secret::new("tanstaaftanstaaf")).as_str(), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
    }

    #[test]
    fn a_control_character_in_name_or_secret_is_refused() {
        assert_eq!(SignIn::password("ana\0admin", "x").unwrap_err(), TextProblem::ControlCharacter);
        assert_eq!(SignIn::password("ana", "x\r\n").unwrap_err(), TextProblem::LineBreak);
        assert_eq!(SignIn::password("ana", "").unwrap_err(), TextProblem::Empty);
        assert_eq!(SignIn::oauth2("ana", &Secret::new("a\x01b")).unwrap_err(), TextProblem::ControlCharacter);
    }

    #[test]
    fn nobody_is_shown_a_secret() {
        let shown = format!("{:?}", SignIn::password("seeded-user", "seeded-secret").unwrap());
        assert_eq!(shown, "SignIn(password)");
    }
}
