//! Fixed bodies: errors in every form the service and its surroundings use, and web pages (research 1.5 and 2.4).

pub(crate) const INVALID_TOKEN: &str = r#"{"code":401,"message":"Invalid Access Token"}"#;
pub(crate) const NOT_RECOGNISED: &str = r#"{"code":404,"message":"Case Status Online does not recognize the receipt number entered. Please check your receipt number and try again. If you need further assistance, please call the USCIS Contact Center at 1-800-375-5283."}"#;
pub(crate) const NOT_RECOGNISED_FLAT: &str =
    r#"{"message":"Case Status Online does not recognize the receipt number entered."}"#;
pub(crate) const BADLY_FORMED: &str = r#"{"code":422,"message":"The application receipt number is not formatted correctly, It should be total of 13 characters (3 character prefix followed by 10 digits). Please check your receipt number and try again"}"#;
pub(crate) const BADLY_FORMED_FLAT: &str =
    r#"{"message":"The application receipt number is not formatted correctly."}"#;
pub(crate) const LIMITED: &str = r#"{"code":429,"message":"Spike Arrest Violation"}"#;
pub(crate) const SPIKE: &str = r#"{"fault":{"faultstring":"Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5, periodInMicroseconds=1000000, maxBurstMessageCount=1.0}","detail":{"errorcode":"policies.ratelimit.SpikeArrestViolation"}}}"#;
pub(crate) const CLOSED_FLAT: &str = r#"{"code":503,"message":"Service Unavailable"}"#;
/// The live sandbox begins this one with white space.
pub(crate) const CLOSED_NESTED: &str = concat!(
    "\n    ",
    r#"{"error":{"code":"503","message":"The Case Status API Sandbox is unavailable at this time. Please retry your API request during normal operation hours M-F 7:00AM EST - 8:00 PM EST"}}"#
);
pub(crate) const ERROR_LIST: &str = r#"{"errors":[{"code":"ERROR_UNIQUE_CODE","message":"The request could not be understood.","category":"validation","reference":"","status":"400","traceId":"practice"}]}"#;
pub(crate) const GATEWAY_FAULT: &str = r#"{"fault":{"faultstring":"Unable to identify proxy for host: default and url: \/case-status","detail":{"errorcode":"messaging.adaptors.http.flow.ApplicationNotFound"}}}"#;
pub(crate) const INVALID_CLIENT: &str = r#"{"ErrorCode":"invalid_client","Error":"ClientId is Invalid"}"#;
pub(crate) const INVALID_GRANT: &str = r#"{"ErrorCode":"invalid_request","Error":"Required param : grant_type"}"#;

pub(crate) const CLOSED_PAGE: &str =
    "<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>";
pub(crate) const CHALLENGE_PAGE: &str = "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title></head>\
    <body><noscript>Enable JavaScript and cookies to continue</noscript></body></html>";
pub(crate) const PORTAL_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Welcome to the airport network</title></head>\
    <body><form action=\"/accept\"><button>Accept and connect</button></form></body></html>";

/// The body of a token answer: numbers as text and a key with a dot, as captured (research 1.2).
pub(crate) fn token(token: &str, client_id: &str, issued_at_ms: i64, life: u32) -> String {
    let token = serde_json::json!({
        "refresh_token_expires_in": "0",
        "api_product_list": "[Case Status API - Practice]",
        "api_product_list_json": ["Case Status API - Practice"],
        "organization_name": "practice",
        "developer.email": "practice@example.com",
        "token_type": "Bearer",
        "issued_at": issued_at_ms.to_string(),
        "client_id": client_id,
        "access_token": token,
        "application_name": "00000000-0000-4000-8000-000000000000",
        "scope": "",
        "expires_in": life.to_string(),
        "refresh_count": "0",
        "status": "approved",
    });
    token.to_string()
}
