//! stub
use actix_web::{Error, body::{BoxBody, MessageBody}, dev::{ServiceRequest, ServiceResponse}, middleware::Next};
/// x
pub async fn error_pages(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    Ok(next.call(req).await?.map_into_boxed_body())
}
