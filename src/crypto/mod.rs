//! Keys and sealing. Contents are sealed with XChaCha20-Poly1305: a notebook's with its own random key,
//! everything else with the house key. Both are wrapped by a key derived from the master key.
//!
//! # Layout
//! - [`seal`]: the [`Key`], sealing one value with what it belongs to, wrapping a key
//! - [`master`]: where the master key comes from
//! - [`house`]: the house key and the keys derived from it; code keys
//! - [`picture`]: sealing of large blobs in chunks
//! - [`secret`]: passwords, PINs and one-time passwords

pub mod house;
pub mod master;
pub mod picture;
pub mod seal;
pub mod secret;

pub use house::House;
pub use seal::{Key, Opened};
