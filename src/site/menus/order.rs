//! The order of a menu's items, two deep, apart from what they are.

use super::{ItemId, items::Row};

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Before its neighbour.
    Up,
    /// Behind its neighbour.
    Down,
    /// Below the item before it.
    In,
    /// Out from below, behind the item it stood below.
    Out,
}

impl Way {
    /// All of them, with the word in forms.
    pub const ALL: [(Way, &'static str); 4] = [(Way::Up, "up"), (Way::Down, "down"), (Way::In, "in"), (Way::Out, "out")];
}

/// Items at the top, each with those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(Vec<(ItemId, Vec<ItemId>)>);

impl Order {
    /// As it is stored.
    pub fn of(rows: &[Row]) -> Order {
        let below = |id: ItemId| rows.iter().filter(|row| row.parent_id == Some(id)).map(|row| row.id).collect();
        Order(rows.iter().filter(|row| row.parent_id.is_none()).map(|row| (row.id, below(row.id))).collect())
    }

    /// As it is told item by item, each with its depth, 0 or 1; `None` where that is no order.
    pub fn read(flat: &[(ItemId, usize)]) -> Option<Order> {
        let mut order: Vec<(ItemId, Vec<ItemId>)> = Vec::new();
        for (id, depth) in flat {
            match depth {
                0 => order.push((*id, Vec::new())),
                1 => order.last_mut()?.1.push(*id),
                _ => return None,
            }
        }
        Some(Order(order))
    }

    /// Each item with the one above it.
    pub fn flat(&self) -> Vec<(ItemId, Option<ItemId>)> {
        let of_one = |(top, below): &(ItemId, Vec<ItemId>)| {
            let top = *top;
            std::iter::once((top, None)).chain(below.clone().into_iter().map(move |id| (id, Some(top))))
        };
        self.0.iter().flat_map(of_one).collect()
    }

    /// Whether it is an order of the same items, each once.
    pub fn has_the_items_of(&self, other: &Order) -> bool {
        let sorted = |order: &Order| {
            let mut ids: Vec<ItemId> = order.flat().into_iter().map(|(id, _)| id).collect();
            ids.sort();
            ids
        };
        sorted(self) == sorted(other)
    }

    /// Which ways an item can go.
    pub fn ways(&self, id: ItemId) -> Vec<Way> {
        Way::ALL.iter().map(|(way, _)| *way).filter(|way| self.clone().shift(id, *way).is_ok()).collect()
    }

    /// Moves an item by one step, or says why not.
    pub fn shift(&mut self, id: ItemId, way: Way) -> Result<(), &'static str> {
        if let Some(place) = self.0.iter().position(|(top, _)| *top == id) {
            return self.shift_top(place, way);
        }
        let found = self.0.iter().enumerate().find_map(|(top, (_, below))| Some((top, below.iter().position(|one| *one == id)?)));
        let Some((top, place)) = found else { return Err("That item is gone meanwhile.") };
        self.shift_below(top, place, way)
    }

    fn shift_top(&mut self, place: usize, way: Way) -> Result<(), &'static str> {
        match way {
            Way::Up | Way::Down => step(&mut self.0, place, way),
            Way::In if place == 0 => Err("The first item has nothing above it to stand below."),
            Way::In if !self.0[place].1.is_empty() => Err("Items stand two deep at most. Move out first what stands below this one."),
            Way::In => {
                let (id, _) = self.0.remove(place);
                self.0[place - 1].1.push(id);
                Ok(())
            }
            Way::Out => Err("This item stands at the top already."),
        }
    }

    fn shift_below(&mut self, top: usize, place: usize, way: Way) -> Result<(), &'static str> {
        match way {
            Way::Up | Way::Down => step(&mut self.0[top].1, place, way),
            Way::In => Err("Items stand two deep at most."),
            Way::Out => {
                let id = self.0[top].1.remove(place);
                self.0.insert(top + 1, (id, Vec::new()));
                Ok(())
            }
        }
    }
}

fn step<T>(list: &mut [T], place: usize, way: Way) -> Result<(), &'static str> {
    let other = match way {
        Way::Up if place == 0 => return Err("This item is the first already."),
        Way::Up => place - 1,
        _ if place + 1 == list.len() => return Err("This item is the last already."),
        _ => place + 1,
    };
    list.swap(place, other);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(text: &str) -> Order {
        let flat =
            text.split(' ').map(|word| (word.trim_start_matches('>').parse().expect("a number"), usize::from(word.starts_with('>'))));
        Order::read(&flat.collect::<Vec<_>>()).expect("an order")
    }

    fn told(order: &Order) -> String {
        order.flat().iter().map(|(id, above)| format!("{}{id}", if above.is_some() { ">" } else { "" })).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn items_move_by_one_step() {
        let mut it = order("1 2 >3 >4 5");
        for (id, way, after) in [
            (5, Way::Up, "1 5 2 >3 >4"),
            (5, Way::In, "1 >5 2 >3 >4"),
            (3, Way::Down, "1 >5 2 >4 >3"),
            (4, Way::Out, "1 >5 2 >3 4"),
            (1, Way::Down, "2 >3 1 >5 4"),
            (4, Way::In, "2 >3 1 >5 >4"),
        ] {
            it.shift(id.into(), way).expect("it can move");
            assert_eq!(told(&it), after);
        }
    }

    #[test]
    fn what_cannot_move_says_why() {
        let it = order("1 2 >3");
        for (id, way) in [(1, Way::Up), (1, Way::In), (1, Way::Out), (2, Way::Down), (2, Way::In), (3, Way::Up), (3, Way::In), (9, Way::Up)]
        {
            let mut tried = it.clone();
            assert!(tried.shift(id.into(), way).is_err(), "{id} {way:?}");
            assert_eq!(tried, it);
        }
        assert_eq!(it.ways(2.into()), [Way::Up]);
        assert_eq!(it.ways(3.into()), [Way::Out]);
    }

    #[test]
    fn an_order_names_each_item_once() {
        assert!(order("2 >1 3").has_the_items_of(&order("1 2 3")));
        assert!(!order("1 1 3").has_the_items_of(&order("1 2 3")) && !order("1 2").has_the_items_of(&order("1 2 3")));
        assert_eq!((Order::read(&[(1.into(), 1)]), Order::read(&[(1.into(), 0), (2.into(), 2)])), (None, None));
    }
}
