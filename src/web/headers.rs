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

/// For how long, and for which hosts, browsers are to come by https only (RFC 6797); empty: the site is at plain http.
///
/// Subdomains are included, as ASVS 5.0 asks at level 2 (3.4.1). Where one must answer by http still, the operator leaves them out:
/// the session cookie is safe from them all the same, as its name begins with `__Host-`.
pub fn stays_on_https(base_url: &str, subdomains: bool) -> &'static str {
    match (base_url.starts_with("https://"), subdomains) {
        (false, _) => "",
        (true, true) => "max-age=31536000; includeSubDomains",
        (true, false) => "max-age=31536000",
    }
}

/// Adds the security headers that the answer does not set itself.
pub async fn secure(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let hsts = hsts(&req);
    let mut res = next.call(req).await?;
    add(res.headers_mut(), hsts);
    Ok(res)
}

/// What [`stays_on_https`] says of this site.
pub fn hsts(req: &ServiceRequest) -> &'static str {
    req.app_data::<web::Data<State>>().map_or("", |state| state.hsts)
}

/// Adds those that are not there; `hsts` is empty where the site is at plain http.
pub fn add(headers: &mut HeaderMap, hsts: &'static str) {
    let https = !hsts.is_empty();
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
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(hsts));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_go_where_they_are_taken() {
        assert!(CONTENT_SECURITY_POLICY.ends_with(&format!("; report-uri {REPORTS}")) && !CONTENT_SECURITY_POLICY.contains("unsafe"));
        let mut headers = HeaderMap::new();
        add(&mut headers, "max-age=1");
        let told = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        assert_eq!(told(header::CONTENT_SECURITY_POLICY), format!("{CONTENT_SECURITY_POLICY}; report-to csp"));
        assert_eq!(told(REPORTING_ENDPOINTS), format!("csp=\"{REPORTS}\""));
    }

    #[test]
    fn only_a_site_on_https_tells_browsers_to_stay_there_and_an_answer_keeps_its_own_policy() {
        let mut headers = HeaderMap::new();
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
        add(&mut headers, "");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers.get(header::X_FRAME_OPTIONS), Some(&HeaderValue::from_static("SAMEORIGIN")));
        add(&mut headers, "max-age=1");
        assert_eq!(headers.get(header::STRICT_TRANSPORT_SECURITY), Some(&HeaderValue::from_static("max-age=1")));
    }

    #[test]
    fn subdomains_are_told_to_come_by_https_unless_the_operator_says_otherwise() {
        let of = ["http://a.example", "https://a.example"].map(|url| [true, false].map(|subdomains| stays_on_https(url, subdomains)));
        assert_eq!(of, [["", ""], ["max-age=31536000; includeSubDomains", "max-age=31536000"]]);
    }
}
