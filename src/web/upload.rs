//! Forms that bring files. They are taken only from our own pages, as [`super::form::SafeForm`]: the
//! hidden value must come before the first file, so that a stranger's files are not even read.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use super::App;
use super::form::{check_origin, check_token};
use super::page::Browser;
use crate::error::{Error, Result};

/// The largest file, in bytes (DESIGN 6).
pub const LARGEST_FILE: usize = 25 * 1024 * 1024;
/// No form is longer, all fields together, in bytes.
const LONGEST: usize = LARGEST_FILE + 64 * 1024;
/// No form has more fields.
const MOST_FIELDS: usize = 64;

/// The fields and the files of a form that came from one of our own pages.
#[derive(Debug)]
pub struct SafeUpload<T> {
    pub form: T,
    /// Files that were chosen; a file input that was left empty brings none.
    pub files: Vec<Uploaded>,
}

/// A file of a form.
pub struct Uploaded {
    /// Name of the form's field.
    pub field: String,
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Uploaded {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Uploaded({}, {} bytes)", self.field, self.bytes.len())
    }
}

impl<T: DeserializeOwned> FromRequest<App> for SafeUpload<T> {
    type Rejection = Error;

    async fn from_request(mut request: Request, app: &App) -> Result<Self> {
        check_origin(request.headers(), &app.site)?;
        let browser = request.extensions().get::<Browser>().cloned();
        DefaultBodyLimit::max(LONGEST).apply(&mut request);
        let damaged = || Error::advice("", "web-form-damaged");
        let mut parts = Multipart::from_request(request, app).await.map_err(|_| damaged())?;
        let (mut texts, mut files, mut is_ours) = (Vec::new(), Vec::new(), false);
        while let Some(part) = parts.next_field().await.map_err(|error| explain(&error))? {
            if texts.len() + files.len() == MOST_FIELDS {
                return Err(damaged());
            }
            let (field, is_file) = (part.name().unwrap_or_default().to_owned(), part.file_name().is_some());
            if is_file && !is_ours {
                return Err(Error::Forbidden);
            }
            let bytes = read(part).await?;
            if is_file {
                files.extend((!bytes.is_empty()).then_some(Uploaded { field, bytes }));
                continue;
            }
            let text = String::from_utf8(bytes).map_err(|_| damaged())?;
            if field == "csrf" {
                check_token(app, browser.as_ref(), &text)?;
                is_ours = true;
            }
            texts.push((field, text));
        }
        if !is_ours {
            return Err(Error::Forbidden);
        }
        let encoded = serde_urlencoded::to_string(&texts).map_err(|_| damaged())?;
        let form = serde_urlencoded::from_str(&encoded).map_err(|_| damaged())?;
        Ok(Self { form, files })
    }
}

async fn read(part: Field<'_>) -> Result<Vec<u8>> {
    part.bytes().await.map(Into::into).map_err(|error| explain(&error))
}

fn explain(error: &MultipartError) -> Error {
    let is_long = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    Error::advice("", if is_long { "web-upload-too-long" } else { "web-form-damaged" })
}
