//! The forms in which the service and its gateway say what is wrong.

use serde_json::Value;

/// Who speaks in a body that brings no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// The service: `message`, `error.message` or `errors[0].message`.
    Service,
    /// The gateway in front of it: `fault.faultstring`, or an OAuth error.
    Gateway,
}

/// The first message found, in the order of research 1.5. None if the body is not JSON or says nothing.
pub(crate) fn read(body: &[u8]) -> Option<(Voice, String)> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let service = ["/message", "/error/message", "/errors/0/message"];
    let gateway = ["/fault/faultstring", "/error_description", "/Error", "/error"];
    let find = |places: &[&str]| places.iter().find_map(|place| words(&value, place));
    find(&service)
        .map(|message| (Voice::Service, message))
        .or_else(|| find(&gateway).map(|message| (Voice::Gateway, message)))
}

fn words(value: &Value, place: &str) -> Option<String> {
    value.pointer(place)?.as_str().map(str::to_owned).filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_form_gives_its_message() {
        let service = Some((Voice::Service, "words".to_owned()));
        let gateway = Some((Voice::Gateway, "words".to_owned()));
        for (body, expected) in [
            (r#"{"code":401,"message":"words"}"#, &service),
            (r#"{"message":"words"}"#, &service),
            (r#"{"error":{"code":"503","message":"words"}}"#, &service),
            (r#"{"errors":[{"code":"X","message":"words"}]}"#, &service),
            (r#"{"fault":{"faultstring":"words","detail":{"errorcode":"x"}}}"#, &gateway),
            (r#"{"ErrorCode":"invalid_client","Error":"words"}"#, &gateway),
            (r#"{"error":"invalid_client","error_description":"words"}"#, &gateway),
            (r#"{"message":7,"error":{"message":"words"}}"#, &service),
            (r#"{"message":" "}"#, &None),
            ("{}", &None),
            ("null", &None),
            ("<html>", &None),
            ("", &None),
        ] {
            assert_eq!(read(body.as_bytes()), *expected, "{body}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        assert_eq!(read("[".repeat(100_000).as_bytes()), None);
    }
}
