//! The verbs of `connector` (layer 3).

pub mod bind;
pub mod delete;
pub mod describe;
pub mod given;
pub mod lift;
pub mod list;
pub mod login;
pub mod logins;
pub mod logout;
pub mod parts;
pub mod register;
pub mod resources;
pub mod restrict;
pub mod seal;
mod turn;
pub mod update;
pub mod verify;
