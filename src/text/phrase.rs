//! A phrase is one translated message on its way into a page. Written into HTML it is escaped, and
//! 漢字《かんじ》 becomes ruby; in an attribute or plain text the reading is left out.

use std::fmt;

use askama::FastWritable;
use askama::filters::HtmlSafe;

/// One message in the reader's language, with ruby as 漢字《かんじ》.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase(pub String);

impl Phrase {
    /// Without the readings: for attributes, titles and plain text.
    pub fn plain(&self) -> String {
        let mut plain = String::with_capacity(self.0.len());
        let mut inside = false;
        for character in self.0.chars() {
            match character {
                '《' => inside = true,
                '》' => inside = false,
                _ if !inside => plain.push(character),
                _ => {}
            }
        }
        plain
    }

    /// Nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Escaped for HTML, with ruby markup.
    fn write_html(&self, out: &mut (impl fmt::Write + ?Sized)) -> fmt::Result {
        let mut rest = self.0.as_str();
        while let Some(open) = rest.find('《') {
            let (before, after) = rest.split_at(open);
            let Some(close) = after.find('》') else { break };
            let base = before.trim_end_matches(is_kanji).len();
            escape(&before[..base], out)?;
            out.write_str("<ruby>")?;
            escape(&before[base..], out)?;
            out.write_str("<rt>")?;
            escape(&after['《'.len_utf8()..close], out)?;
            out.write_str("</rt></ruby>")?;
            rest = &after[close + '》'.len_utf8()..];
        }
        escape(rest, out)
    }
}

/// CJK unified ideographs and the repetition mark 々, which ruby stands above.
fn is_kanji(character: char) -> bool {
    matches!(character, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '々' | '\u{20000}'..='\u{323AF}')
}

fn escape(text: &str, out: &mut (impl fmt::Write + ?Sized)) -> fmt::Result {
    for character in text.chars() {
        match character {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            _ => out.write_char(character)?,
        }
    }
    Ok(())
}

impl fmt::Display for Phrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_html(formatter)
    }
}

impl FastWritable for Phrase {
    fn write_into(&self, out: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(self.write_html(out)?)
    }
}

impl HtmlSafe for Phrase {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_become_ruby_and_everything_is_escaped() {
        let phrase = Phrase("お薬《くすり》の手帳《てちょう》 <b>".to_owned());
        assert_eq!(
            phrase.to_string(),
            "お<ruby>薬<rt>くすり</rt></ruby>の<ruby>手帳<rt>てちょう</rt></ruby> &lt;b&gt;"
        );
        assert_eq!(phrase.plain(), "お薬の手帳 <b>");
    }

    #[test]
    fn an_argument_cannot_bring_markup_in() {
        assert_eq!(
            Phrase("<script>《<i>》".to_owned()).to_string(),
            "&lt;script&gt;<ruby><rt>&lt;i&gt;</rt></ruby>"
        );
    }
}
