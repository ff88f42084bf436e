//! A small document tree for HTML that the sanitizer has written.
//!
//! The sanitizer's output is well-formed (every attribute quoted, every element closed), so a
//! few lines read it. The nodes lie in one vector and name each other by index: nothing here
//! recurses, so no document is too deep. Texts and values are kept decoded and are escaped
//! again when written, as the HTML Standard's serialization asks.

use super::syntax::{decode, escape, is_boolean, is_void, start_tag};

/// Stands for a node of one [`Tree`].
pub(super) type Id = usize;

/// What a node is.
#[derive(Debug)]
pub(super) enum Kind {
    Text(String),
    Element { name: String, attrs: Vec<(String, String)> },
}

/// A node, its parent and its children.
#[derive(Debug)]
pub(super) struct Node {
    pub kind: Kind,
    pub parent: Id,
    pub children: Vec<Id>,
}

/// All nodes of a fragment; the first one is the nameless root.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

pub(super) const ROOT: Id = 0;

impl Tree {
    /// Reads serialized HTML; a stray end tag is passed over.
    pub fn parse(html: &str) -> Tree {
        let root = Node { kind: Kind::Element { name: String::new(), attrs: Vec::new() }, parent: ROOT, children: Vec::new() };
        let mut tree = Tree { nodes: vec![root] };
        let mut open = ROOT;
        let mut rest = html;
        while !rest.is_empty() {
            let Some(text_end) = rest.find('<') else {
                tree.push(open, Kind::Text(decode(rest)));
                break;
            };
            if text_end > 0 {
                tree.push(open, Kind::Text(decode(&rest[..text_end])));
            }
            rest = &rest[text_end + 1..];
            if let Some(after) = rest.strip_prefix('/') {
                let end = after.find('>').unwrap_or(after.len());
                let name = &after[..end];
                let mut found = open;
                while found != ROOT && tree.name(found) != name {
                    found = tree.nodes[found].parent;
                }
                if found != ROOT {
                    open = tree.nodes[found].parent;
                }
                rest = after.get(end + 1..).unwrap_or("");
            } else {
                let (name, attrs, after) = start_tag(rest);
                rest = after;
                let node = tree.push(open, Kind::Element { name, attrs });
                if !is_void(tree.name(node)) {
                    open = node;
                }
            }
        }
        tree
    }

    fn push(&mut self, parent: Id, kind: Kind) -> Id {
        let id = self.detached(kind);
        self.nodes[id].parent = parent;
        self.nodes[parent].children.push(id);
        id
    }

    fn detached(&mut self, kind: Kind) -> Id {
        self.nodes.push(Node { kind, parent: ROOT, children: Vec::new() });
        self.nodes.len() - 1
    }

    /// Makes an element that is in no place yet.
    pub fn element(&mut self, name: &str, attrs: &[(&str, &str)], children: Vec<Id>) -> Id {
        let attrs = attrs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let id = self.detached(Kind::Element { name: name.to_owned(), attrs });
        self.set_children(id, children);
        id
    }

    /// Makes a text that is in no place yet.
    pub fn text(&mut self, text: impl Into<String>) -> Id {
        self.detached(Kind::Text(text.into()))
    }

    pub fn kind(&self, id: Id) -> &Kind {
        &self.nodes[id].kind
    }

    /// The element's name; empty for a text and for the root.
    pub fn name(&self, id: Id) -> &str {
        match &self.nodes[id].kind {
            Kind::Element { name, .. } => name,
            Kind::Text(_) => "",
        }
    }

    pub fn rename(&mut self, id: Id, to: &str) {
        if let Kind::Element { name, .. } = &mut self.nodes[id].kind {
            to.clone_into(name);
        }
    }

    pub fn parent(&self, id: Id) -> Id {
        self.nodes[id].parent
    }

    pub fn children(&self, id: Id) -> &[Id] {
        &self.nodes[id].children
    }

    pub fn take_children(&mut self, id: Id) -> Vec<Id> {
        std::mem::take(&mut self.nodes[id].children)
    }

    pub fn set_children(&mut self, id: Id, children: Vec<Id>) {
        for child in &children {
            self.nodes[*child].parent = id;
        }
        self.nodes[id].children = children;
    }

    pub fn attr(&self, id: Id, wanted: &str) -> Option<&str> {
        match &self.nodes[id].kind {
            Kind::Element { attrs, .. } => attrs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str()),
            Kind::Text(_) => None,
        }
    }

    pub fn set_attr(&mut self, id: Id, name: &str, value: impl Into<String>) {
        if let Some(attrs) = self.attrs_mut(id) {
            match attrs.iter_mut().find(|(n, _)| n == name) {
                Some(attr) => attr.1 = value.into(),
                None => attrs.push((name.to_owned(), value.into())),
            }
        }
    }

    pub fn remove_attr(&mut self, id: Id, name: &str) -> Option<String> {
        let attrs = self.attrs_mut(id)?;
        let at = attrs.iter().position(|(n, _)| n == name)?;
        Some(attrs.remove(at).1)
    }

    pub fn attrs_mut(&mut self, id: Id) -> Option<&mut Vec<(String, String)>> {
        match &mut self.nodes[id].kind {
            Kind::Element { attrs, .. } => Some(attrs),
            Kind::Text(_) => None,
        }
    }

    pub fn has_class(&self, id: Id, class: &str) -> bool {
        self.attr(id, "class").is_some_and(|value| value.split_ascii_whitespace().any(|c| c == class))
    }

    /// Whether the node is a text of white space alone.
    pub fn is_blank(&self, id: Id) -> bool {
        matches!(&self.nodes[id].kind, Kind::Text(text) if text.trim().is_empty())
    }

    /// All nodes in document order, each before its children; without the root.
    pub fn in_order(&self) -> Vec<Id> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut stack = vec![ROOT];
        while let Some(id) = stack.pop() {
            order.push(id);
            stack.extend(self.nodes[id].children.iter().rev());
        }
        order.remove(0);
        order
    }

    /// Puts together the text below a node, leaving out what `skip` names.
    pub fn text_below(&self, id: Id, skip: impl Fn(&Tree, Id) -> bool) -> String {
        let mut text = String::new();
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            if skip(self, id) {
                continue;
            }
            match &self.nodes[id].kind {
                Kind::Text(t) => text.push_str(t),
                Kind::Element { name, .. } if name == "br" => text.push(' '),
                Kind::Element { name, .. } if name == "img" => text.push_str(self.attr(id, "alt").unwrap_or("")),
                Kind::Element { .. } => stack.extend(self.nodes[id].children.iter().rev()),
            }
        }
        text
    }

    /// Writes the fragment. Attributes that begin with `data-` are notes between the passes of
    /// this module and stay behind.
    pub fn serialize(&self) -> String {
        let mut out = String::with_capacity(self.nodes.len() * 24);
        let mut stack: Vec<(Id, bool)> = self.nodes[ROOT].children.iter().rev().map(|id| (*id, false)).collect();
        while let Some((id, closing)) = stack.pop() {
            match &self.nodes[id].kind {
                Kind::Text(text) => escape(text, false, &mut out),
                Kind::Element { name, .. } if closing => {
                    out.push_str("</");
                    out.push_str(name);
                    out.push('>');
                }
                Kind::Element { name, attrs } => {
                    out.push('<');
                    out.push_str(name);
                    for (name, value) in attrs.iter().filter(|(name, _)| !name.starts_with("data-")) {
                        out.push(' ');
                        out.push_str(name);
                        if !(value.is_empty() && is_boolean(name)) {
                            out.push_str("=\"");
                            escape(value, true, &mut out);
                            out.push('"');
                        }
                    }
                    out.push('>');
                    if !is_void(name) {
                        stack.push((id, true));
                        stack.extend(self.nodes[id].children.iter().rev().map(|id| (*id, false)));
                    }
                }
            }
        }
        out
    }
}
