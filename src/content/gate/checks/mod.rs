//! The checks of posts and pages, one in each file. To add one: a unit struct in a file of its own, and a line in [`ALL`].

mod broken_fragments;
mod dead_links;
mod description_length;
mod draft_links;
mod duplicate_title;
mod empty_headings;
mod heading_order;
mod large_pictures;
mod link_words;
mod page_weight;
mod picture_text;
mod pictures_elsewhere;
mod title_length;
mod trashed_links;
mod unknown_snippets;

use super::Check;

/// All of them, in the order in which they are shown: words, structure, pictures, links.
pub const ALL: &[&dyn Check] = &[
    &title_length::TitleLength,
    &duplicate_title::DuplicateTitle,
    &description_length::DescriptionLength,
    &heading_order::HeadingOrder,
    &empty_headings::EmptyHeadings,
    &picture_text::PictureText,
    &pictures_elsewhere::PicturesElsewhere,
    &large_pictures::LargePictures,
    &page_weight::PageWeight,
    &link_words::LinkWords,
    &dead_links::DeadLinks,
    &trashed_links::TrashedLinks,
    &draft_links::DraftLinks,
    &broken_fragments::BrokenFragments,
    &unknown_snippets::UnknownSnippets,
];
