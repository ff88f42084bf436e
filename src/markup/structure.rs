//! Makes the tree follow the content model of the HTML Standard, and gives tables, code,
//! pictures and task lists the markup that the stylesheet knows.
//!
//! Raw HTML may nest what must not nest: a block in a heading, an item outside a list, a link
//! in a link. Nodes are visited from the leaves up; each is kept, dropped, replaced, or
//! unwrapped (its children take its place). No text is lost by unwrapping.

use super::tree::{Id, ROOT, Tree};
use super::{code, lists, media, table};

/// What becomes of a node.
pub(super) enum Fate {
    Keep,
    Drop,
    Unwrap,
    Replace(Vec<Id>),
}

/// What surrounds a node.
#[derive(Clone, Copy, Default)]
pub(super) struct Around {
    pub link: bool,
    pub table: bool,
    /// Only phrasing content may stand here.
    pub phrasing: bool,
    /// No heading may stand here.
    no_heading: bool,
}

impl Around {
    fn within(mut self, name: &str) -> Around {
        self.link |= name == "a";
        self.table |= name == "table";
        self.phrasing |= is_heading(name) || matches!(name, "p" | "pre" | "summary");
        self.phrasing &= !matches!(name, "td" | "th" | "caption");
        self.no_heading |= matches!(name, "th" | "dt" | "summary" | "caption" | "figcaption" | "footer");
        self
    }
}

/// Goes over the whole tree.
pub(super) fn settle(tree: &mut Tree, code: &mut code::Highlighter) {
    let order = tree.in_order();
    let mut around = vec![Around::default(); order.iter().max().map_or(1, |last| last + 1)];
    for id in &order {
        let parent = tree.parent(*id);
        around[*id] = around[parent].within(tree.name(parent));
    }
    let mut pass = Pass { tree, code, blocky: vec![false; around.len()], busy: vec![false; around.len()] };
    for parent in order.into_iter().rev().chain([ROOT]) {
        let mut kept = Vec::new();
        for child in pass.tree.take_children(parent) {
            match pass.fate(child, parent, around[child]) {
                Fate::Keep => kept.push(child),
                Fate::Drop => {}
                Fate::Unwrap => kept.extend(pass.tree.take_children(child)),
                Fate::Replace(nodes) => kept.extend(nodes),
            }
        }
        pass.tree.set_children(parent, kept);
        if !around[parent].phrasing {
            lists::settle(pass.tree, parent);
            media::settle_figure(pass.tree, parent);
        }
        pass.learn(parent);
    }
}

struct Pass<'a> {
    tree: &'a mut Tree,
    code: &'a mut code::Highlighter,
    /// Whether the node is or holds a block.
    blocky: Vec<bool>,
    /// Whether the node is or holds something to be clicked, or a heading (which gets a link).
    busy: Vec<bool>,
}

impl Pass<'_> {
    fn fate(&mut self, id: Id, parent: Id, around: Around) -> Fate {
        let name = self.tree.name(id).to_owned();
        match name.as_str() {
            "" => Fate::Keep,
            "table" if around.phrasing => {
                let text = self.tree.text_below(id, |_, _| false);
                Fate::Replace(vec![self.tree.text(text)])
            }
            block if around.phrasing && is_block(block) => Fate::Unwrap,
            "pre" => Fate::Replace(code::figure(self.tree, id, parent, self.code)),
            "table" => table::settle(self.tree, id, parent, around),
            "tr" | "ul" | "ol" | "dl" if self.is_empty(id) => Fate::Drop,
            "img" => media::image(self.tree, id, around),
            "picture" => media::picture(self.tree, id),
            "video" | "audio" => media::player(self.tree, id, around),
            "source" | "track" if !matches!(self.tree.name(parent), "picture" | "video" | "audio") => Fate::Drop,
            "input" => lists::checkbox(self.tree, id, parent),
            "a" => self.link(id, around),
            "p" if self.is_empty(id) => Fate::Drop,
            "p" => media::captioned(self.tree, id).map_or(Fate::Keep, |figure| Fate::Replace(vec![figure])),
            "li" if !matches!(self.tree.name(parent), "ul" | "ol") => Fate::Unwrap,
            "summary" if self.tree.name(parent) == "details" => Fate::Keep,
            "figcaption" if self.tree.name(parent) == "figure" => Fate::Keep,
            "dt" | "dd" if self.is_in_description_list(parent) => Fate::Keep,
            "footer" if self.tree.name(parent) == "blockquote" => Fate::Keep,
            "section" if self.tree.has_class(id, "footnotes") || self.tree.attr(id, "aria-label").is_some() => Fate::Keep,
            "summary" | "figcaption" | "dt" | "dd" | "footer" | "section" => {
                self.tree.rename(id, "div");
                Fate::Keep
            }
            "rp" => Fate::Drop,
            "rt" if self.tree.name(parent) != "ruby" => Fate::Unwrap,
            "ruby" if !self.tree.children(id).iter().any(|child| self.tree.name(*child) == "rt") => Fate::Unwrap,
            "bdo" if self.tree.attr(id, "dir").is_none() => Fate::Unwrap,
            heading if is_heading(heading) => {
                if self.tree.text_below(id, |_, _| false).trim().is_empty() {
                    Fate::Drop
                } else if around.no_heading {
                    Fate::Unwrap
                } else {
                    Fate::Keep
                }
            }
            wrapper if is_inline(wrapper) && (self.learned(id).0 || self.is_idle(id)) => Fate::Unwrap,
            _ => Fate::Keep,
        }
    }

    fn link(&mut self, id: Id, around: Around) -> Fate {
        let tree = &mut *self.tree;
        let useful = tree.attr(id, "href").is_some() && !around.link && !self.busy[id];
        let named = useful && (!tree.text_below(id, |_, _| false).trim().is_empty() || media::name_picture(tree, id));
        if named {
            return Fate::Keep;
        }
        let bare = tree.attr(id, "id").is_some() && !self.blocky[id];
        if bare {
            tree.rename(id, "span");
            tree.remove_attr(id, "href");
            tree.remove_attr(id, "rel");
            return Fate::Keep;
        }
        Fate::Unwrap
    }

    fn is_empty(&self, id: Id) -> bool {
        self.tree.children(id).iter().all(|child| self.tree.is_blank(*child))
    }

    /// Whether an inline element marks nothing; a parser leaves such behind when it moves blocks.
    fn is_idle(&self, id: Id) -> bool {
        self.is_empty(id) && self.tree.name(id) != "code" && self.tree.attr(id, "id").is_none()
    }

    fn is_in_description_list(&self, parent: Id) -> bool {
        let name = self.tree.name(parent);
        name == "dl" || name == "div" && self.tree.name(self.tree.parent(parent)) == "dl"
    }

    /// Notes what the node's children make of it, after they have been settled.
    fn learn(&mut self, id: Id) {
        let (mut blocky, mut busy) = (false, false);
        for child in self.tree.children(id) {
            let name = self.tree.name(*child);
            let (below_blocky, below_busy) = self.learned(*child);
            blocky |= below_blocky || is_block(name);
            busy |= below_busy || is_heading(name) || matches!(name, "details" | "video" | "audio" | "input" | "pre" | "table");
            busy |= name == "a" && self.tree.attr(*child, "href").is_some();
        }
        self.blocky[id] = blocky;
        self.busy[id] = busy;
    }

    /// New nodes have not been learned about; those that hold something are blocks.
    fn learned(&self, id: Id) -> (bool, bool) {
        let new = self.tree.name(id) == "figure" || self.tree.has_class(id, "wide");
        let known = |notes: &[bool]| notes.get(id).copied().unwrap_or(new);
        (known(&self.blocky), known(&self.busy))
    }
}

pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn is_block(name: &str) -> bool {
    is_heading(name)
        || matches!(
            name,
            "blockquote"
                | "dd"
                | "details"
                | "div"
                | "dl"
                | "dt"
                | "figcaption"
                | "figure"
                | "footer"
                | "hr"
                | "li"
                | "ol"
                | "p"
                | "pre"
                | "section"
                | "summary"
                | "table"
                | "ul"
        )
}

fn is_inline(name: &str) -> bool {
    let inline = [
        "abbr", "b", "bdi", "bdo", "cite", "code", "dfn", "em", "i", "kbd", "mark", "q", "rt", "rp", "ruby", "s", "samp", "small", "span",
        "strong", "sub", "sup", "u", "var",
    ];
    inline.contains(&name)
}
