//! The rows of capture: [`upload`] is the inbox, sealed with the house key; [`photo`] what is filed, sealed
//! with the notebook's; [`ink`] what comparing told; [`transcript`] what was read in strips; [`code`] what codes mean to an uploader;
//! [`settle`] the one write that files a photo; [`double`] the same page taken twice.

pub mod code;
pub mod double;
pub mod ink;
pub mod photo;
pub mod settle;
pub mod transcript;
pub mod upload;

pub use photo::list;
