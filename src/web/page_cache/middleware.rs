//! How pages are made for the cache: [`answer`], which `web::front` calls, and a middleware next to the handlers that takes hold of them.

use super::{
    CacheTags, PageCache, cdn,
    flights::{Flights, Lead, Outcome, Turn, landed},
    page::{CachedPage, From, Wish},
    store::{Counter, Standing},
    warm::WarmUp,
};
use crate::{app::State, error::AppError};
use actix_web::{
    Error, HttpMessage,
    body::{self, BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web::{self, Bytes},
};
use std::sync::Arc;

/// Marks a request whose page may be kept.
struct Wanted;

/// A page that a handler has made, on its way out.
struct Made {
    bytes: Bytes,
    tags: CacheTags,
}

/// Answers with a page that is not in the cache, or no longer fresh there: one request makes it for all that want it.
pub async fn answer<B: MessageBody + 'static>(
    cache: &PageCache,
    key: String,
    wish: &Wish,
    req: ServiceRequest,
    service: &impl Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if req.extensions().contains::<WarmUp>() {
        return make(cache, key, wish, None, None, req, service).await;
    }
    let mut alone = false;
    loop {
        let found = cache.get(&key, cache.now());
        if let Some((page, Standing::Fresh)) = &found {
            cache.count(Counter::Hits);
            return Ok(req.into_response(page.answer(wish, From::Hit)));
        }
        let lead = match Flights::turn(&cache.flights, &key) {
            Turn::Lead(lead) => Some(lead),
            Turn::Follow(_) if alone => None,
            Turn::Follow(told) => {
                if let Some((old, Standing::Old)) = found {
                    cache.count(Counter::Hits);
                    return Ok(req.into_response(old.answer(wish, From::Stale)));
                }
                alone = landed(told).await == Outcome::Alone;
                continue;
            }
        };
        let old = match found {
            Some((page, Standing::Doubted)) if is_right(&page, &req).await => {
                cache.count(Counter::Hits);
                return Ok(req.into_response(page.answer(wish, From::Hit)));
            }
            Some((page, Standing::Doubted)) => {
                cache.note_dropped(&page);
                None
            }
            found => found.map(|(old, _)| old),
        };
        return make(cache, key, wish, lead, old, req, service).await;
    }
}

/// Looks whether a page in doubt is still as it should be, for a request that wants it.
async fn is_right(page: &CachedPage, req: &ServiceRequest) -> bool {
    let Some(state) = req.app_data::<web::Data<State>>().cloned() else { return false };
    still_right(&state, page).await
}

/// Looks whether a page in doubt is still as it should be; while the database is away it is not.
pub async fn still_right(state: &State, page: &CachedPage) -> bool {
    let Some((stamp, still)) = &page.doubt else { return false };
    let (begun, still, pages) = (state.pages.number(), still.clone(), state.pages.clone());
    let right = matches!(state.db.read(move |conn| Ok(still(conn, &pages)?)).await, Ok(true));
    if right {
        stamp.renew(begun);
    }
    right
}

/// Lets the page be made, and keeps it; `old` is sent while that fails.
async fn make<B: MessageBody + 'static>(
    cache: &PageCache,
    key: String,
    wish: &Wish,
    lead: Option<Lead>,
    old: Option<Arc<CachedPage>>,
    req: ServiceRequest,
    service: &impl Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let what = if req.extensions().contains::<WarmUp>() { Counter::Renewed } else { Counter::Misses };
    req.extensions_mut().insert(Wanted);
    let begun = cache.number();
    let res = service.call(req).await?;
    let made = res.request().extensions_mut().remove::<Made>();
    let failed = matches!(res.status(), StatusCode::INTERNAL_SERVER_ERROR | StatusCode::SERVICE_UNAVAILABLE);
    match (made, old) {
        (Some(Made { bytes, tags }), _) => {
            cache.count(what);
            let page = cache.put(key, res.headers(), bytes, &tags, begun);
            Ok(ServiceResponse::new(res.into_parts().0, page.answer(wish, From::Miss)))
        }
        (None, Some(old)) if failed => {
            cache.put_off(&old);
            Ok(ServiceResponse::new(res.into_parts().0, old.answer(wish, From::Stale)))
        }
        (None, _) => {
            if !failed {
                cache.remove(&key);
            }
            if let Some(lead) = lead {
                lead.not_kept();
            }
            Ok(res.map_into_boxed_body())
        }
    }
}

/// Takes a page that may be kept out of its answer, before others compress or shorten it; the outer middleware sends it.
pub async fn take_page(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut res = next.call(req).await?.map_into_boxed_body();
    let tags = res.response_mut().extensions_mut().remove::<CacheTags>();
    let wanted = res.request().extensions().contains::<Wanted>();
    let Some(tags) = tags.filter(|_| wanted && res.status() == StatusCode::OK && !res.headers().contains_key(header::SET_COOKIE)) else {
        return Ok(res);
    };
    let (req, res) = res.into_parts();
    let (mut res, content) = res.into_parts();
    let bytes = body::to_bytes(content).await.map_err(|_| AppError::Internal("a page's body broke off".into()))?;
    let cdn = req.app_data::<web::Data<State>>().and_then(|state| state.pages.cdn);
    if !res.headers().contains_key(header::CACHE_CONTROL) {
        cdn::mark(cdn, &tags, res.headers_mut());
    }
    req.extensions_mut().insert(Made { bytes, tags });
    Ok(ServiceResponse::new(req, res.set_body(BoxBody::new(()))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        web::{
            entrance::Entrance,
            front::Front,
            page_cache::{page::X_CACHE, store::FRESH_MINUTES},
        },
    };
    use actix_web::{
        App, HttpResponse,
        middleware::from_fn,
        test::{self, TestRequest},
        web::Data,
    };
    use std::{
        pin::Pin,
        rc::Rc,
        sync::atomic::{AtomicU32, Ordering},
        task::Poll,
    };

    /// What the handlers of these tests share.
    #[derive(Default)]
    struct Script {
        calls: AtomicU32,
        /// The status of the next answers.
        status: AtomicU32,
    }

    async fn page(cache: Data<PageCache>, script: Data<Script>, path: web::Path<String>) -> HttpResponse {
        let call = script.calls.fetch_add(1, Ordering::Relaxed);
        if path.as_str() == "race" && call == 0 {
            cache.tell(&["entry:1".to_owned()]); // somebody commits a change after this page has read the old text
        }
        if path.as_str() == "slow" {
            actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let status = StatusCode::from_u16(script.status.load(Ordering::Relaxed) as u16).unwrap_or(StatusCode::OK);
        let mut answer = HttpResponse::build(status);
        if path.as_str() == "cookie" {
            answer.insert_header((header::SET_COOKIE, "a=b"));
        }
        let mut answer = answer.body(format!("call {call}"));
        if path.as_str() != "unmarked" {
            answer.extensions_mut().insert(CacheTags::from(vec!["entry:1".to_owned()]));
        }
        answer
    }

    type Call = Box<dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = (u16, String, String)>>>>;

    struct Bench {
        call: Call,
        clock: Clock,
        script: Data<Script>,
    }

    impl Bench {
        async fn new() -> Bench {
            let (clock, script) = (Clock::default(), Data::new(Script::default()));
            clock.set(chrono::NaiveDateTime::default());
            let cache = Arc::new(PageCache::new(1, clock.clone()));
            let app = App::new().app_data(Data::from(cache.clone())).app_data(script.clone());
            // Written like this, it is not taken for a route of the program.
            let app = App::route(app, "/{path}", web::get().to(page)).wrap(from_fn(take_page)).wrap(Front::new(cache, Entrance::open()));
            let app = Rc::new(test::init_service(app).await);
            let call: Call = Box::new(move |request| {
                let app = app.clone();
                Box::pin(async move {
                    let res = app.call(request.to_request()).await.expect("an answer");
                    let from = res.headers().get(X_CACHE).map_or("", |value| value.to_str().unwrap_or("?")).to_owned();
                    let (status, bytes) = (res.status().as_u16(), test::read_body(res).await);
                    (status, from, String::from_utf8_lossy(&bytes).into_owned())
                })
            });
            Bench { call, clock, script }
        }

        /// Status, where it comes from, text.
        async fn get(&self, path: &str) -> (u16, String, String) {
            (self.call)(TestRequest::get().uri(path)).await
        }

        fn fails(&self, status: u32) {
            self.script.status.store(status, Ordering::Relaxed);
        }
    }

    fn told(status: u16, from: &str, text: &str) -> (u16, String, String) {
        (status, from.to_owned(), text.to_owned())
    }

    #[actix_web::test]
    async fn a_page_is_made_once_and_sent_again() {
        let bench = Bench::new().await;
        assert_eq!(bench.get("/a").await, told(200, "miss", "call 0"));
        assert_eq!(bench.get("/a?utm_source=x").await, told(200, "hit", "call 0"));
        assert_eq!(bench.get("/b").await, told(200, "miss", "call 1"));
    }

    #[actix_web::test]
    async fn a_page_made_from_old_data_is_not_sent_after_the_change() {
        let bench = Bench::new().await;
        assert_eq!(bench.get("/race").await, told(200, "miss", "call 0"));
        assert_eq!(bench.get("/race").await, told(200, "miss", "call 1"), "the change was told while call 0 was being made");
        assert_eq!(bench.get("/race").await, told(200, "hit", "call 1"));
    }

    #[actix_web::test]
    async fn of_many_at_once_one_makes_the_page() {
        let bench = Bench::new().await;
        let (a, b, c) = futures_join(bench.get("/slow"), bench.get("/slow"), bench.get("/slow")).await;
        let mut from = [a.1, b.1, c.1];
        from.sort();
        assert_eq!((from, bench.script.calls.load(Ordering::Relaxed)), (["hit", "hit", "miss"].map(str::to_owned), 1));
    }

    async fn futures_join<T>(a: impl Future<Output = T>, b: impl Future<Output = T>, c: impl Future<Output = T>) -> (T, T, T) {
        let (mut a, mut b, mut c) = (Box::pin(a), Box::pin(b), Box::pin(c));
        let (mut one, mut two, mut three) = (None, None, None);
        std::future::poll_fn(move |context| {
            for (future, out) in
                [(a.as_mut() as Pin<&mut dyn Future<Output = T>>, &mut one), (b.as_mut(), &mut two), (c.as_mut(), &mut three)]
            {
                if out.is_none()
                    && let Poll::Ready(value) = future.poll(context)
                {
                    *out = Some(value);
                }
            }
            match (one.take(), two.take(), three.take()) {
                (Some(a), Some(b), Some(c)) => Poll::Ready((a, b, c)),
                (a, b, c) => {
                    (one, two, three) = (a, b, c);
                    Poll::Pending
                }
            }
        })
        .await
    }

    #[actix_web::test]
    async fn what_is_not_marked_or_sets_a_cookie_is_not_kept() {
        let bench = Bench::new().await;
        for path in ["/unmarked", "/cookie", "/a?q=x"] {
            let (first, second) = (bench.get(path).await, bench.get(path).await);
            assert_eq!((first.1.as_str(), second.1.as_str()), ("", ""), "{path}");
            assert_ne!(first.2, second.2, "{path}");
        }
    }

    #[actix_web::test]
    async fn somebody_with_a_session_is_neither_answered_from_it_nor_kept() {
        let bench = Bench::new().await;
        bench.get("/a").await;
        let with_session = || TestRequest::get().insert_header((header::COOKIE, "__Host-mainstay=x"));
        assert_eq!((bench.call)(with_session().uri("/a")).await, told(200, "", "call 1"));
        assert_eq!((bench.call)(with_session().uri("/b")).await, told(200, "", "call 2"));
        assert_eq!(bench.get("/b").await, told(200, "miss", "call 3"));
    }

    #[actix_web::test]
    async fn an_old_page_is_made_anew_and_sent_while_that_fails() {
        let bench = Bench::new().await;
        bench.get("/a").await;
        bench.fails(503);
        assert_eq!(bench.get("/a").await, told(200, "hit", "call 0"), "it is not old yet");
        bench.clock.set(chrono::NaiveDateTime::default() + chrono::TimeDelta::minutes(FRESH_MINUTES));
        assert_eq!(bench.get("/a").await, told(200, "stale", "call 0"));
        assert_eq!(bench.get("/a").await, told(200, "hit", "call 0"), "the next try waits");
        assert_eq!(bench.get("/b").await.0, 503, "there is nothing else to send");
        bench.fails(0);
        bench.clock.set(chrono::NaiveDateTime::default() + chrono::TimeDelta::minutes(FRESH_MINUTES + 1));
        assert_eq!(bench.get("/a").await, told(200, "miss", "call 3"));
        bench.fails(404);
        bench.clock.set(chrono::NaiveDateTime::default() + chrono::TimeDelta::minutes(3 * FRESH_MINUTES));
        assert_eq!(bench.get("/a").await.0, 404, "gone is gone");
    }

    #[actix_web::test]
    async fn while_an_old_page_is_made_anew_others_get_it() {
        let bench = Bench::new().await;
        bench.get("/slow").await;
        bench.clock.set(chrono::NaiveDateTime::default() + chrono::TimeDelta::minutes(FRESH_MINUTES));
        let (a, b, c) = futures_join(bench.get("/slow"), bench.get("/slow"), bench.get("/slow")).await;
        assert_eq!([a, b, c], [told(200, "miss", "call 1"), told(200, "stale", "call 0"), told(200, "stale", "call 0")]);
    }
}
