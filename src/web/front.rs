//! What meets every request first: it is let in or refused ([`super::entrance`]), named, answered out of the page cache if that can
//! be, and noted in the access log.
//!
//! A cached page is answered at once, without a future of its own and without the other middlewares: this is the path that has
//! to be as short as a web server's that sends a file.

use super::{
    access_log::{self, Answered},
    entrance::{ClientAddress, Entrance},
    page_cache::{
        PageCache, key, middleware,
        page::{From, Wish},
        store::Standing,
        warm::WarmUp,
    },
    patience,
    reference::Reference,
};
use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::{Method, Uri, header::HeaderName},
};
use std::{
    future::{Future, Ready, ready},
    net::IpAddr,
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware in front of all others.
pub struct Front(Arc<PageCache>, Entrance);

impl Front {
    /// In front of an application whose pages are kept there.
    pub fn new(pages: Arc<PageCache>, entrance: Entrance) -> Front {
        Front(pages, entrance)
    }
}

impl<S, B> Transform<S, ServiceRequest> for Front
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = FrontService<S>;
    type InitError = ();
    type Future = Ready<Result<FrontService<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(FrontService { service: Rc::new(service), pages: self.0.clone(), entrance: self.1.clone() }))
    }
}

/// [`Front`] on one thread.
pub struct FrontService<S> {
    service: Rc<S>,
    pages: Arc<PageCache>,
    entrance: Entrance,
}

impl<S, B> Service<ServiceRequest> for FrontService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Answer;

    forward_ready!(service);

    fn call(&self, req: ServiceRequest) -> Answer {
        let heard = Heard { reference: Reference::fresh(), client: self.entrance.client(&req), begun: self.pages.now() };
        if let Some(res) = self.entrance.refuse(&req) {
            return heard.answer_now(req, res);
        }
        let key = self.pages.is_on().then(|| key::of(&req)).flatten();
        let Some(key) = key else {
            let service = self.service.clone();
            return Answer::later(named(heard, req, move |req| async move { Ok(service.call(req).await?.map_into_boxed_body()) }));
        };
        let wish = Wish::of(req.headers());
        if let Some((page, Standing::Fresh)) = self.pages.get(&key, heard.begun)
            && !req.extensions().contains::<WarmUp>()
        {
            self.pages.count_hit(&page);
            return heard.answer_now(req, page.answer(&wish, From::Hit));
        }
        let (pages, service, key) = (self.pages.clone(), self.service.clone(), key.into_owned());
        Answer::later(named(heard, req, move |req| async move { middleware::answer(&pages, key, &wish, req, &*service).await }))
    }
}

/// A request that has come: its name, who has sent it, and when, in microseconds since 1970.
#[derive(Clone, Copy)]
struct Heard {
    reference: Reference,
    client: Option<IpAddr>,
    begun: i64,
}

impl Heard {
    /// Names the answer, and notes it in the access log.
    fn note(&self, res: &mut HttpResponse, method: &Method, uri: &Uri) {
        res.headers_mut().insert(X_REQUEST_ID, self.reference.header());
        let (status, bytes) = (res.status().as_u16(), size(res.body()));
        let (reference, begun, client) = (&self.reference, self.begun, self.client);
        access_log::note(&Answered { reference, client, status, begun, bytes, method, uri });
    }

    fn answer_now(&self, req: ServiceRequest, mut res: HttpResponse) -> Answer {
        self.note(&mut res, req.method(), req.uri());
        Answer::Now(Some(req.into_response(res)))
    }
}

/// Gives the request its reference, lets it be answered without waiting for slow clients for ever, and notes that.
async fn named<F: Future<Output = Result<ServiceResponse<BoxBody>, Error>>>(
    heard: Heard,
    mut req: ServiceRequest,
    answer: impl FnOnce(ServiceRequest) -> F,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let asked = !req.extensions().contains::<WarmUp>();
    req.extensions_mut().insert(heard.reference);
    if let Some(client) = heard.client {
        req.extensions_mut().insert(ClientAddress(client));
    }
    let unread = patience::with_body(&mut req);
    let (method, uri): (Method, Uri) = (req.method().clone(), req.uri().clone());
    let mut res = answer(req).await?;
    if asked {
        heard.note(res.response_mut(), &method, &uri);
    }
    Ok(res.map_body(|_, body| patience::with_reader(body, unread)))
}

fn size(body: &impl MessageBody) -> Option<u64> {
    match body.size() {
        BodySize::Sized(bytes) => Some(bytes),
        BodySize::None => Some(0),
        BodySize::Stream => None,
    }
}

/// An answer that is there already, or one that has to be made.
pub enum Answer {
    /// Out of the cache.
    Now(Option<ServiceResponse<BoxBody>>),
    /// By the rest of the application.
    Later(Pin<Box<dyn Future<Output = Result<ServiceResponse<BoxBody>, Error>>>>),
}

impl Answer {
    fn later(future: impl Future<Output = Result<ServiceResponse<BoxBody>, Error>> + 'static) -> Answer {
        Answer::Later(Box::pin(future))
    }
}

impl Future for Answer {
    type Output = Result<ServiceResponse<BoxBody>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Answer::Now(res) => Poll::Ready(Ok(res.take().expect("a future is polled until it is ready"))),
            Answer::Later(future) => future.as_mut().poll(context),
        }
    }
}
