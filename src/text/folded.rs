//! Text as it is compared: the same in full and half width, hiragana and katakana, large and small letters.

use unicode_normalization::UnicodeNormalization;

/// Katakana, half-width too, as hiragana.
pub fn hiragana(text: &str) -> String {
    let full_width: String = text.nfkc().collect();
    full_width
        .chars()
        .map(|character| match character {
            'ァ'..='ヶ' => char::from_u32(u32::from(character) - 0x60).unwrap_or(character),
            other => other,
        })
        .collect()
}

/// Without blanks and ends of lines too: a word may be broken anywhere where there is little room to write.
pub fn folded(text: &str) -> String {
    let close: String = hiragana(text).split_whitespace().collect();
    close.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_written_in_many_ways_is_folded_alike() {
        for written in ["シップ", "しっぷ", "ｼｯﾌﾟ", "しっ\nぷ", " シッ プ "] {
            assert_eq!(folded(written), "しっぷ");
        }
        assert_eq!(folded("血圧 １３４／７６ ＳｐＯ２"), "血圧134/76spo2");
    }
}
