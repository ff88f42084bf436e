//! What can go wrong while a request is answered.
//!
//! Three kinds of return type: only the database can fail → `QueryResult`; a rule can refuse or the status matters →
//! [`AppResult`]; jobs and commands → [`AnyResult`]. The page for an error is drawn in one place, by the middleware in
//! `content::error_pages`, which also writes the one log line.

use crate::web::form::FormErrors;
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use std::{error::Error, fmt};

/// An error of which nothing is known but its text.
pub type AnyError = Box<dyn Error + Send + Sync>;
/// What jobs and commands return.
pub type AnyResult<T> = Result<T, AnyError>;
/// What handlers and rules return.
pub type AppResult<T> = Result<T, AppError>;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub enum AppError {
    /// 404: nothing is there, or nothing that this person may know of.
    NotFound,
    /// Sends browsers to the log-in page; 401 elsewhere.
    SignInRequired,
    /// Sends browsers to where the password is asked for again, and from there back; 403 elsewhere.
    ConfirmFirst,
    /// 403, with a sentence.
    Forbidden(&'static str),
    /// 422: handlers catch it and draw the form again.
    Invalid(FormErrors),
    /// 400, with a sentence.
    BadRequest(&'static str),
    /// 408: what somebody sends does not arrive in a reasonable time.
    TooSlow,
    /// 429; the number is in seconds.
    TooManyRequests {
        /// Seconds until it is worth trying again.
        retry_after: u32,
    },
    /// 409, with a sentence.
    Conflict(&'static str),
    /// 503: the database does not answer.
    Unavailable,
    /// 500: the visitor sees a reference, the log the cause.
    Internal(AnyError),
}

impl AppError {
    /// A refusal of one field.
    pub fn invalid(field: &'static str, sentence: impl Into<String>) -> AppError {
        AppError::Invalid(FormErrors::one(field, sentence))
    }

    /// Makes an error that no handler returned presentable.
    pub fn from_outside(error: actix_web::Error) -> actix_web::Error {
        if error.as_error::<AppError>().is_some() {
            return error;
        }
        AppError::Internal(error.to_string().into()).into()
    }

    /// Whether the whole transaction is worth running again.
    ///
    /// Diesel knows the kind of a query's error only; what BEGIN and COMMIT answer must be told by its text.
    pub fn is_deadlock(&self) -> bool {
        use diesel::result::{DatabaseErrorKind::SerializationFailure, Error::DatabaseError};
        let AppError::Internal(source) = self else { return false };
        matches!(source.downcast_ref(), Some(DatabaseError(kind, info))
            if *kind == SerializationFailure || info.message().starts_with("Deadlock found"))
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AppError::NotFound => "There is nothing at this address.",
            AppError::SignInRequired => "Log in first.",
            AppError::ConfirmFirst => "Confirm that it is you first: give your password again.",
            AppError::Invalid(_) => "Something in the form needs mending.",
            AppError::Forbidden(why) | AppError::BadRequest(why) | AppError::Conflict(why) => why,
            AppError::TooSlow => "The form took too long to arrive. Check your connection, then send it again.",
            AppError::TooManyRequests { .. } => "Too many requests came from you. Wait a moment, then try again.",
            AppError::Unavailable => "The database did not answer. Nothing was lost; try again in a minute.",
            AppError::Internal(_) => "The page could not be made. Nothing was lost; try again.",
        })
    }
}

impl Error for AppError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            AppError::Internal(source) => Some(source.as_ref()),
            _ => None,
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            AppError::NotFound => StatusCode::NOT_FOUND,
            AppError::SignInRequired => StatusCode::UNAUTHORIZED,
            AppError::Forbidden(_) | AppError::ConfirmFirst => StatusCode::FORBIDDEN,
            AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            AppError::BadRequest(_) => StatusCode::BAD_REQUEST,
            AppError::TooSlow => StatusCode::REQUEST_TIMEOUT,
            AppError::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            AppError::Conflict(_) => StatusCode::CONFLICT,
            AppError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        match self {
            AppError::Unavailable => {
                answer.insert_header((header::RETRY_AFTER, "60"));
            }
            AppError::TooManyRequests { retry_after } => {
                answer.insert_header((header::RETRY_AFTER, *retry_after));
            }
            _ => {}
        }
        answer.insert_header((header::CACHE_CONTROL, "no-store")).body(self.to_string())
    }
}

impl From<diesel::result::Error> for AppError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::Error::{DatabaseError, NotFound};
        match error {
            NotFound => AppError::NotFound,
            DatabaseError(_, info) if connection_lost(info.message()) => AppError::Unavailable,
            other => AppError::Internal(other.into()),
        }
    }
}

/// Tells by the text, since diesel has no error kind for it on MySQL.
fn connection_lost(message: &str) -> bool {
    ["Server has gone away", "MySQL server has gone away", "Lost connection to"].iter().any(|start| message.starts_with(start))
}

impl From<diesel::r2d2::PoolError> for AppError {
    fn from(_: diesel::r2d2::PoolError) -> Self {
        AppError::Unavailable
    }
}

impl From<actix_web::error::BlockingError> for AppError {
    fn from(error: actix_web::error::BlockingError) -> Self {
        AppError::Internal(error.into())
    }
}

impl From<askama::Error> for AppError {
    fn from(error: askama::Error) -> Self {
        AppError::Internal(error.into())
    }
}

impl From<serde_json::Error> for AppError {
    fn from(error: serde_json::Error) -> Self {
        AppError::Internal(error.into())
    }
}

impl From<FormErrors> for AppError {
    fn from(errors: FormErrors) -> Self {
        AppError::Invalid(errors)
    }
}
