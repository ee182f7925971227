//! Where the master key comes from: a systemd credential, a key file outside the data folder, or the
//! environment, in this order. Only a demonstration folder keeps its key inside. The master key wraps
//! every other key; whoever loses it has lost all contents.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Key;
use crate::error::{Doing, Error, Result};

/// Name of the systemd credential that holds the master key.
const CREDENTIAL: &str = "kakehashi.key";
/// Environment variable that holds the master key as 64 hexadecimal digits.
pub const VARIABLE: &str = "KAKEHASHI_MASTER_KEY";

/// The places to look for the master key.
#[derive(Debug, Default)]
pub struct Places {
    /// `$CREDENTIALS_DIRECTORY`, set by systemd.
    pub credentials: Option<PathBuf>,
    /// The configured key file; it is made at the first start.
    pub file: Option<PathBuf>,
    /// The value of [`VARIABLE`].
    pub variable: Option<String>,
}

/// The master key, and whether it was just made (then somebody must copy it to a safe place).
pub struct Found {
    pub key: Key,
    pub fresh: bool,
}

/// Finds the master key, or makes one in the configured key file.
pub fn find(places: &Places) -> Result<Found> {
    if let Some(path) =
        places.credentials.as_ref().map(|folder| folder.join(CREDENTIAL)).filter(|path| path.exists())
    {
        return read(&path).map(|key| Found { key, fresh: false });
    }
    if let Some(path) = &places.file {
        return match make(path) {
            Ok(key) => Ok(Found { key, fresh: true }),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {
                read_private(path).map(|key| Found { key, fresh: false })
            }
            Err(cause) => Err(Error::fault("making the master key file", cause)),
        };
    }
    let variable = places.variable.as_deref().ok_or(Error::broken(
        "finding the master key: give --key-file, a systemd credential or KAKEHASHI_MASTER_KEY",
    ))?;
    parse(variable).map(|key| Found { key, fresh: false })
}

fn make(path: &Path) -> std::io::Result<Key> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let key = Key::draw().map_err(std::io::Error::other)?;
    writeln!(file, "{}", hexadecimal(key.bytes()))?;
    file.sync_all()?;
    Ok(key)
}

fn read_private(path: &Path) -> Result<Key> {
    let mode = fs::metadata(path).doing("looking at the master key file")?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::broken("the master key file can be read by others: chmod 600 it"));
    }
    read(path)
}

fn read(path: &Path) -> Result<Key> {
    parse(&fs::read_to_string(path).doing("reading the master key file")?)
}

fn parse(text: &str) -> Result<Key> {
    let wrong = || Error::broken("the master key must be 64 hexadecimal digits");
    let text = text.trim();
    if text.len() != 64 || !text.is_ascii() {
        return Err(wrong());
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(Key::from_bytes(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_once_private_and_read_again() {
        let folder = std::env::temp_dir().join(format!("kakehashi-master-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let places = Places { file: Some(folder.join("key")), ..Places::default() };
        let first = find(&places).unwrap();
        let second = find(&places).unwrap();
        assert!(first.fresh && !second.fresh);
        assert_eq!(first.key.bytes(), second.key.bytes());
        fs::set_permissions(folder.join("key"), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(find(&places).is_err(), "a key that others can read is refused");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_short_or_strange_key_is_refused() {
        assert!(parse("abc").is_err());
        assert!(parse(&"g".repeat(64)).is_err());
        assert!(parse(&format!(" {}\n", "0a".repeat(32))).is_ok());
    }
}
