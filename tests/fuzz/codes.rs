//! Damaged texts of QR codes: what is taken for a code of ours has its shape, and says the same again in capitals.

use kakehashi::sheet::code::{SHEET_MAX, Token, has_our_shape};

use super::mutation::Corpus;
use super::{files, fuzz};

const WORDS: &[&[u8]] = &[
    b"HTTPS://",
    b"http://",
    b"/Q/",
    b"/q/",
    b"localhost:8080",
    "０１２".as_bytes(),
    "é".as_bytes(),
    "\u{1F642}".as_bytes(),
    "İı".as_bytes(),
    b"\0",
    b"OIL",
    b"?x=1",
    b"#",
];

#[test]
fn a_damaged_text_of_a_code_is_ours_or_it_is_not() {
    let corpus = Corpus { cases: files("codes"), words: WORDS };
    let mut ours = 0;
    fuzz("codes", &corpus, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let token = Token::in_address(&text);
        ours += usize::from(token.is_some());
        assert!(token.is_none() || has_our_shape(&text));
        // Letters that are no ASCII have capitals of their own, which no code of ours has.
        assert!(token.is_none() || Token::in_address(&text.to_ascii_uppercase()) == token);
        assert!(Token::read(&text).is_none_or(|read| read.carrier.sheet <= SHEET_MAX));
    });
    assert!(ours > 0, "nothing was taken for a code of ours");
}
