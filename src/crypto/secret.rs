//! Secrets that people know or hold: passwords and PINs (argon2id) and one-time passwords (RFC 6238).
//! Hashing takes about a third of a second of one core, so callers bound how many run at once.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret, Totp};
use zeroize::ZeroizeOnDrop;

use crate::clock::{Instant, SECOND, dice};
use crate::error::{Doing, Error, Result};

/// A staff password has at least so many characters (DESIGN 8).
pub const PASSWORD_MIN: usize = 15;
/// Longer passwords are refused, so that nobody makes the server hash a book.
pub const PASSWORD_MAX: usize = 256;

/// 19 MiB, two passes, one lane: the first choice of the OWASP password storage recommendations.
fn argon2id() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).doing("setting the argon2id parameters")?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a secret into a PHC string with a fresh salt.
pub fn hash(secret: &[u8]) -> Result<String> {
    let salt: [u8; 16] = dice()?;
    let hash: argon2::password_hash::phc::PasswordHash =
        argon2id()?.hash_password_with_salt(secret, &salt).doing("hashing a secret")?;
    Ok(hash.to_string())
}

/// True when the secret is the one that was hashed. A hash that cannot be read is a fault.
pub fn verify(secret: &[u8], hash: &str) -> Result<bool> {
    let hash = argon2::password_hash::phc::PasswordHash::new(hash).doing("reading a stored hash")?;
    Ok(argon2id()?.verify_password(secret, &hash).is_ok())
}

/// The seed of one-time passwords: 160 bits, as RFC 4226 (R6) recommends.
#[derive(Clone, ZeroizeOnDrop)]
pub struct OneTimeSeed(Vec<u8>);

impl std::fmt::Debug for OneTimeSeed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("OneTimeSeed(…)")
    }
}

impl OneTimeSeed {
    /// A seed drawn by chance.
    pub fn draw() -> Result<Self> {
        Ok(Self(dice::<20>()?.to_vec()))
    }

    /// From the base32 text that an authenticator app is given.
    pub fn from_base32(text: &str) -> Result<Self> {
        let seed = Secret::try_from_base32(text).doing("reading a one-time password seed")?;
        Ok(Self(seed.as_ref().to_vec()))
    }

    /// The base32 text for an authenticator app.
    pub fn to_base32(&self) -> String {
        Secret::from(self.0.as_slice()).to_base32()
    }

    fn generator(&self) -> Result<Totp> {
        Builder::new().with_secret(self.0.clone()).build().doing("setting up one-time passwords")
    }

    /// The six digits that are valid at this moment.
    pub fn code(&self, now: Instant) -> Result<String> {
        Ok(self.generator()?.generate(seconds(now)).to_string())
    }

    /// The 30-second step that the typed digits belong to, one step of clock drift allowed on both
    /// sides; `None` when they are wrong. A step may be used once: the caller compares with the last.
    pub fn step(&self, typed: &str, now: Instant) -> Result<Option<u64>> {
        let digits: String = typed.chars().filter(|character| !character.is_whitespace()).collect();
        if digits.len() != 6 {
            return Ok(None);
        }
        Ok(self.generator()?.check(&digits, seconds(now)))
    }
}

fn seconds(now: Instant) -> u64 {
    u64::try_from(now.0 / SECOND).unwrap_or_default()
}

/// Compares two secrets in a time that does not depend on where they differ.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// Advice when a new staff password cannot be taken.
pub fn check_new_password(password: &str) -> Result<()> {
    match password.chars().count() {
        0..PASSWORD_MIN => Err(Error::advice("password", "access-password-short")),
        PASSWORD_MIN..=PASSWORD_MAX => Ok(()),
        _ => Err(Error::advice("password", "access-password-long")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_verifies_against_its_own_hash_alone() {
        let stored = hash(b"correct horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify(b"correct horse battery", &stored).unwrap());
        assert!(!verify(b"correct horse batterz", &stored).unwrap());
        assert!(verify(b"x", "not a hash").is_err(), "a damaged hash is a fault, not a wrong password");
    }

    /// RFC 6238, appendix B: SHA-1, the last six of the eight digits at 59 s.
    #[test]
    fn one_time_passwords_follow_the_standard() {
        let seed = OneTimeSeed(b"12345678901234567890".to_vec());
        assert_eq!(seed.code(Instant(59_000)).unwrap(), "287082");
        assert_eq!(seed.step("287 082", Instant(59_000)).unwrap(), Some(1));
        assert_eq!(seed.step("287082", Instant(89_000)).unwrap(), Some(1), "one step late");
        assert_eq!(seed.step("287082", Instant(149_000)).unwrap(), None, "three steps late");
        assert_eq!(OneTimeSeed::from_base32(&seed.to_base32()).unwrap().0, seed.0);
    }

    #[test]
    fn short_passwords_are_refused_with_advice() {
        assert!(check_new_password("fourteen chars").is_err());
        assert!(check_new_password("あいうえおかきくけこさしすせそ").is_ok());
    }
}
