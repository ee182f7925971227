//! Where a printer is, from what a clerk types or pastes: an address of a printer, of its web page, of a
//! queue of a print server, or only a name or number.

use std::fmt;
use std::net::Ipv6Addr;

use unicode_normalization::UnicodeNormalization;

use super::Trouble;

/// The port of printers and of print servers, plain and encrypted (RFC 8010, 7472).
const PORT: u16 = 631;
/// Where printers without queues answer (PWG 5100.14, IPP Everywhere).
const PATH: &str = "/ipp/print";
/// The longest address in bytes: it goes into an attribute of at most 1,023.
const LONGEST: usize = 500;

/// The place of a printer, a queue or a print server in the network. Written out, it reads back as itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    is_encrypted: bool,
    /// A name or a number; IPv6 without brackets.
    host: String,
    port: u16,
    /// Begins with a slash; ASCII.
    path: String,
}

impl Address {
    /// Reads what was typed, in full-width characters too.
    pub fn parse(typed: &str) -> Result<Self, Trouble> {
        let typed: String = typed.trim().nfkc().collect();
        let (scheme, rest) = typed.split_once("://").unwrap_or(("", &typed));
        let (is_encrypted, usual) = match scheme.to_lowercase().as_str() {
            "" | "ipp" => (false, PORT),
            "ipps" => (true, PORT),
            "http" => (false, 80),
            "https" => (true, 443),
            _ => return Err(Trouble::Address),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let (host, port) = host_and_port(authority)?;
        let is_bare = path.is_empty() || path == "/";
        // The address of a printer's own web page leads to the same printer.
        let usual = if is_bare { PORT } else { usual };
        let path = if is_bare { PATH.into() } else { escaped(path)? };
        let address = Self { is_encrypted, host, port: port.unwrap_or(usual), path };
        if address.to_string().len() > LONGEST { Err(Trouble::Address) } else { Ok(address) }
    }

    /// Another path on the same host: a queue of this server.
    pub(super) fn with_path_of(&self, other: &Self) -> Self {
        Self { path: other.path.clone(), ..self.clone() }
    }

    /// Where the same server answers for itself.
    pub(super) fn root(&self) -> Self {
        Self { path: "/".into(), ..self.clone() }
    }

    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// A name or a number; IPv6 without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port of TCP.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where on the host; begins with a slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Host and port, as HTTP names them.
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_encrypted { "ipps" } else { "ipp" };
        write!(formatter, "{scheme}://{}{}", self.authority(), self.path)
    }
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), Trouble> {
    let is_six = |host: &str| host.parse::<Ipv6Addr>().is_ok();
    if is_six(authority) {
        return Ok((authority.to_lowercase(), None));
    }
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) if is_six(host) => (host, None),
        Some((host, port)) if is_six(host) => (host, Some(port.strip_prefix(':').ok_or(Trouble::Address)?)),
        Some(_) => return Err(Trouble::Address),
        None => match authority.split_once(':') {
            Some((host, port)) if is_name(host) => (host, Some(port)),
            None if is_name(authority) => (authority, None),
            _ => return Err(Trouble::Address),
        },
    };
    let port = port.map(|digits| digits.parse().ok().filter(|port| *port > 0).ok_or(Trouble::Address));
    Ok((host.to_lowercase(), port.transpose()?))
}

fn is_name(host: &str) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    !host.is_empty() && host.len() <= 253 && !host.starts_with(['.', '-']) && host.bytes().all(is_letter)
}

/// A path as HTTP carries it: names of queues may be Japanese.
fn escaped(path: &str) -> Result<String, Trouble> {
    let refused = |letter: char| letter.is_control() || "\"<>\\^`{|}".contains(letter);
    if path.contains(refused) {
        return Err(Trouble::Address);
    }
    let escape = |byte: u8| match byte {
        b'!'..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    Ok(path.bytes().map(escape).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> String {
        Address::parse(typed).map_or_else(|trouble| trouble.to_string(), |address| address.to_string())
    }

    #[test]
    fn whatever_a_clerk_may_type_leads_to_the_printer() {
        for (typed, meant) in [
            ("192.168.1.20", "ipp://192.168.1.20:631/ipp/print"),
            ("  １９２．１６８．１．２０ ", "ipp://192.168.1.20:631/ipp/print"),
            ("Printer-1.local", "ipp://printer-1.local:631/ipp/print"),
            ("printer:8631", "ipp://printer:8631/ipp/print"),
            ("http://192.168.1.20/", "ipp://192.168.1.20:631/ipp/print"),
            ("https://192.168.1.20", "ipps://192.168.1.20:631/ipp/print"),
            ("ipp://host:631/ipp/print", "ipp://host:631/ipp/print"),
            ("ipp://host/ipp/faxout?x=1#y", "ipp://host:631/ipp/faxout"),
            ("ipps://host", "ipps://host:631/ipp/print"),
            ("http://host:631/printers/Front", "ipp://host:631/printers/Front"),
            ("http://host/printers/Front", "ipp://host:80/printers/Front"),
            ("HTTPS://host/printers/Front", "ipps://host:443/printers/Front"),
            ("host:631/printers/受付", "ipp://host:631/printers/%E5%8F%97%E4%BB%98"),
            ("fe80::1", "ipp://[fe80::1]:631/ipp/print"),
            ("[FE80::1]:8631/ipp", "ipp://[fe80::1]:8631/ipp"),
        ] {
            assert_eq!(read(typed), meant, "{typed}");
            assert_eq!(read(meant), meant, "reads back as itself");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("host/{}", "a".repeat(LONGEST));
        let refused = ["", "  ", "://", "ipp://", "socket://host:9100", "ipp://user:word@host/", "host:0"];
        let more = ["host:99999", "ho st", "[::1", "[::1]631", "[host]:631", "a:b:c", "\\\\server\\printer"];
        let last = ["host/a\nb", "host/{}", "-host", ".", "受付", long.as_str()];
        for typed in refused.iter().chain(&more).chain(&last) {
            assert_eq!(Address::parse(typed), Err(Trouble::Address), "{typed:?}");
        }
    }
}
