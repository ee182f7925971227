//! A sheet is one printed paper page. This feature knows designs, codes and printed sheets;
//! it knows neither how a sheet is typeset (`print`) nor how it is photographed (`capture`).

pub mod design;
pub mod marks;
