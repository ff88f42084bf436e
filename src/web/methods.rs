//! Routes to handlers: [`read`] for GET and HEAD, of which actix's own `web::get()` leaves out the second, and [`post`] for forms.
//!
//! What actix-web makes of a handler is some eighty functions, together a tenth of the program. Here about half of them are
//! made once, of a handler that calls the one that was given.

use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder, Route, guard, web};
use std::{future::Future, pin::Pin, rc::Rc};

/// How an address is asked for.
pub struct Method(Route);

/// A route that answers GET and HEAD alike (RFC 9110, 9.3.2); the server leaves the body out for HEAD.
pub fn read() -> Method {
    Method(web::route().guard(guard::Any(guard::Get()).or(guard::Head())))
}

/// A route that answers POST.
pub fn post() -> Method {
    Method(web::post())
}

impl Method {
    /// The route to this handler.
    pub fn to<F, Args>(self, handler: F) -> Route
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.0.to(Any(Rc::new(move |req, payload| Box::pin(answer(handler.clone(), req, payload)))))
    }
}

/// Reads what the handler takes from the request, and lets it answer; as actix-web does.
async fn answer<F, Args>(handler: F, req: HttpRequest, payload: web::Payload) -> HttpResponse
where
    F: Handler<Args>,
    Args: FromRequest,
    F::Output: Responder + 'static,
{
    match Args::from_request(&req, &mut payload.into_inner()).await {
        Ok(args) => handler.call(args).await.respond_to(&req).map_into_boxed_body(),
        Err(error) => HttpResponse::from_error(error),
    }
}

type Answer = Pin<Box<dyn Future<Output = HttpResponse>>>;

/// Any handler.
#[derive(Clone)]
struct Any(Rc<dyn Fn(HttpRequest, web::Payload) -> Answer>);

impl Handler<(HttpRequest, web::Payload)> for Any {
    type Output = HttpResponse;
    type Future = Answer;

    fn call(&self, (req, payload): (HttpRequest, web::Payload)) -> Answer {
        (self.0)(req, payload)
    }
}
