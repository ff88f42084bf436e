//! Pixels: decoding a picture, cutting, making it smaller, coding it for the web.
//!
//! Pure functions: no database, no files. Start at [`render()`]: it decodes a picture once, and hands over one rendition after
//! another, the widest first, each made from the one before, so that memory stays that of one decoded picture. All renditions are
//! sRGB; which there are is told by [`plan`].

mod code;
mod colour;
mod decode;
pub mod plan;
mod resize;
#[cfg(test)]
pub(crate) mod tests;

pub use plan::{Crop, Focus, Plan, Spec};

use crate::{error::AnyResult, media::inspect::Format};

/// A decoded picture in sRGB, eight bits a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Pixels {
    width: u32,
    height: u32,
    /// Whether some of it is transparent: four bytes a pixel instead of three.
    alpha: bool,
    data: Vec<u8>,
}

impl Pixels {
    fn channels(&self) -> usize {
        if self.alpha { 4 } else { 3 }
    }
}

/// Makes the renditions of a picture, one after another; `keep` is given each, and its error ends the work.
///
/// `wanted` says which are still missing: others cost nothing but what those after them are made from.
pub fn render(
    bytes: &[u8],
    format: Format,
    plan: &Plan,
    wanted: impl Fn(&Spec) -> bool,
    mut keep: impl FnMut(&Spec, Vec<u8>) -> AnyResult<()>,
) -> AnyResult<()> {
    let mut source = decode::decode(bytes, format)?;
    if (source.width, source.height) != (plan.width, plan.height) {
        return Err("the picture has another size than was written down".into());
    }
    let few_colours = format == Format::Png && decode::has_few_colours(&source);
    // The widest first: nothing else needs more of the original than that, so that the original is let go of.
    if let Some(widest) = plan.enough().filter(|(width, _)| *width < source.width) {
        source = resize::resize(&source, resize::whole(&source), widest)?;
    }
    for crop in plan.crops() {
        let mut last: Option<Pixels> = None;
        for size in plan.sizes(crop).into_iter().rev() {
            let specs: Vec<Spec> = plan.at(crop, size).into_iter().filter(&wanted).collect();
            if specs.is_empty() {
                continue;
            }
            let next = match &last {
                Some(larger) => resize::resize(larger, resize::whole(larger), size)?,
                None => resize::resize(&source, plan.cut(crop, source.width, source.height), size)?,
            };
            for spec in &specs {
                keep(spec, code::code(&next, spec.format, few_colours)?)?;
            }
            last = Some(next);
        }
    }
    Ok(())
}
