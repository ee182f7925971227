//! Capture turns a photograph into what stands on paper. Its pure half, `vision`, reads pictures
//! and knows neither notebooks nor the store.

pub mod vision;
pub mod worker;
