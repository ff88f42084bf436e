//! Routes for reading: GET, and HEAD, which actix's own `web::get()` leaves out.

use actix_web::{Route, guard, web};

/// A route that answers GET and HEAD alike (RFC 9110, 9.3.2); the server leaves the body out for HEAD.
pub fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}
