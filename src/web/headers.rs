//! Headers that every answer carries.

use crate::app::State;
use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web,
};

/// Where browsers report what they have refused by the policy.
pub const REPORTS: &str = "/csp-reports";

/// The types of such reports: of `report-uri`, and of the Reporting API.
pub const REPORT_TYPES: [&str; 2] = ["application/csp-report", "application/reports+json"];

/// The policy, and what follows it.
macro_rules! policy {
    ($more:literal) => {
        concat!(
            "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; \
             img-src 'self' data:; manifest-src 'self'; media-src 'self'; script-src 'self'; style-src 'self'; report-uri /csp-reports",
            $more
        )
    };
}

/// No inline script or style, nothing from another host, no frames. What a browser refuses by it, it reports (CSP 3, 6.5).
pub const CONTENT_SECURITY_POLICY: &str = policy!("");

/// The same for a site on https, where browsers know the Reporting API. By plain http they would report by neither way.
pub const CONTENT_SECURITY_POLICY_BY_HTTPS: &str = policy!("; report-to csp");

/// Where `report-to` leads.
const REPORTING_ENDPOINTS: HeaderName = HeaderName::from_static("reporting-endpoints");

/// What no page of ours uses, and no script that came in by a mistake shall.
const PERMISSIONS: &str = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

static ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Lets pages of ours, and nobody else's, show this answer in a frame.
pub fn allow_in_frames(answer: &mut HttpResponse) {
    let policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'");
    set_policy(answer, &policy);
    answer.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
}

/// Lets this page show pages of ours in frames.
pub fn allow_frames(answer: &mut HttpResponse) {
    set_policy(answer, &format!("{CONTENT_SECURITY_POLICY}; frame-src 'self'"));
}

/// What a letter may do that pages of ours show in a frame: have its styles in its elements, as letters do, and nothing else. It is in a
/// sandbox that runs no script and sends no form, so what is inline can do no harm.
const LETTER: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// Lets pages of ours show this letter in a frame.
pub fn show_letter(answer: &mut HttpResponse) {
    set_policy(answer, LETTER);
    answer.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
}

fn set_policy(answer: &mut HttpResponse, policy: &str) {
    if let Ok(value) = HeaderValue::from_str(policy) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, value);
    }
}

/// Adds the security headers that the answer does not set itself.
pub async fn secure(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let https = is_https(&req);
    let mut res = next.call(req).await?;
    add(res.headers_mut(), https);
    Ok(res)
}

/// Whether the site stands at an https address.
pub fn is_https(req: &ServiceRequest) -> bool {
    req.app_data::<web::Data<State>>().is_some_and(|state| state.base_url.starts_with("https://"))
}

/// Adds those that are not there; a browser is told to stay on https only where the site is.
pub fn add(headers: &mut HeaderMap, https: bool) {
    if https && !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY_BY_HTTPS));
        headers.insert(REPORTING_ENDPOINTS, HeaderValue::from_static("csp=\"/csp-reports\""));
    }
    for (name, value) in &ALWAYS {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), HeaderValue::from_static(value));
        }
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_go_where_they_are_taken() {
        assert!(CONTENT_SECURITY_POLICY.ends_with(&format!("; report-uri {REPORTS}")) && !CONTENT_SECURITY_POLICY.contains("unsafe"));
        let mut headers = HeaderMap::new();
        add(&mut headers, true);
        let told = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        assert_eq!(told(header::CONTENT_SECURITY_POLICY), format!("{CONTENT_SECURITY_POLICY}; report-to csp"));
        assert_eq!(told(REPORTING_ENDPOINTS), format!("csp=\"{REPORTS}\""));
    }

    #[test]
    fn only_a_site_on_https_tells_browsers_to_stay_there_and_an_answer_keeps_its_own_policy() {
        let mut headers = HeaderMap::new();
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
        add(&mut headers, false);
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers.get(header::X_FRAME_OPTIONS), Some(&HeaderValue::from_static("SAMEORIGIN")));
        add(&mut headers, true);
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
