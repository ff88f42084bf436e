//! Pages of this room in the admin: the own account, and the people of the site.

pub mod email;
pub mod people;
pub mod profile;
pub mod second_factor;
pub mod sessions;
pub mod standing;
