//! Opening a page in the user's own browser: official hosts alone.

/// Whether a page may be opened: `https`, and a host of uscis.gov or usps.com.
pub(crate) fn is_official(url: &str) -> bool {
    let Ok(url) = tauri::Url::parse(url) else {
        return false;
    };
    let official =
        |host: &str| ["uscis.gov", "usps.com"].iter().any(|own| host == *own || host.ends_with(&format!(".{own}")));
    url.scheme() == "https"
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none()
        && url.host_str().is_some_and(official)
}

/// Opens an official page; any other is left alone.
pub(crate) fn open(url: &str) -> bool {
    is_official(url) && open::that_detached(url).is_ok()
}

/// Opens the page on which a person signs in with a provider of mail; any other is left alone.
pub(crate) fn open_sign_in(url: &str) -> bool {
    is_sign_in(url) && open::that_detached(url).is_ok()
}

fn is_sign_in(url: &str) -> bool {
    let Ok(url) = tauri::Url::parse(url) else {
        return false;
    };
    let known = |host: &str| ["login.microsoftonline.com", "accounts.google.com"].contains(&host);
    url.scheme() == "https" && url.username().is_empty() && url.port().is_none() && url.host_str().is_some_and(known)
}

#[cfg(test)]
mod tests {
    use super::{is_official, is_sign_in};

    #[test]
    fn only_pages_of_official_hosts_are_opened() {
        for good in [
            "https://egov.uscis.gov/",
            "https://www.uscis.gov/addresschange",
            "https://tools.usps.com/x?y=1",
            "https://uscis.gov",
        ] {
            assert!(is_official(good), "{good}");
        }
        for bad in [
            "http://www.uscis.gov/",
            "https://uscis.gov.example.org/",
            "https://notuscis.gov/",
            "https://www.uscis.gov@example.org/",
            "https://user@www.uscis.gov/",
            "https://www.uscis.gov:8443/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!is_official(bad), "{bad}");
        }
    }

    #[test]
    fn only_the_sign_in_pages_of_the_providers_are_opened() {
        for good in [
            "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?x=1",
            "https://accounts.google.com/o/oauth2/v2/auth",
        ] {
            assert!(is_sign_in(good), "{good}");
        }
        for bad in [
            "https://accounts.google.com.example.org/",
            "http://accounts.google.com/",
            "https://a@accounts.google.com/",
            "file:///x",
        ] {
            assert!(!is_sign_in(bad), "{bad}");
        }
    }
}
