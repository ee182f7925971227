//! One SQL for both engines: statements and migrations are written for SQLite, and this turns their
//! text into PostgreSQL's. Only code is touched, never literals, quoted names or comments.

/// Turns the placeholders `?1` of a statement into `$1`.
pub(super) fn placeholders(sql: &str) -> String {
    rewrite(sql, |code, out| {
        let mut rest = code.chars().peekable();
        while let Some(character) = rest.next() {
            let numbered = character == '?' && rest.peek().is_some_and(char::is_ascii_digit);
            out.push(if numbered { '$' } else { character });
        }
    })
}

/// Turns the table definitions of a migration into PostgreSQL's: four type words are mapped, and
/// the table options `STRICT` and `WITHOUT ROWID` are left out.
pub(super) fn definitions(sql: &str) -> String {
    rewrite(sql, |code, out| {
        let mut rest = code;
        while !rest.is_empty() {
            let is_word = |character: char| character.is_alphanumeric() || character == '_';
            let end = rest.find(|character| !is_word(character)).unwrap_or(rest.len()).max(1);
            let (word, after) = rest.split_at(end);
            rest = after;
            match word {
                "INTEGER" => out.push_str("BIGINT"),
                "TEXT" => out.push_str("TEXT COLLATE \"C\""),
                "BLOB" => out.push_str("BYTEA"),
                "REAL" => out.push_str("DOUBLE PRECISION"),
                // The comma behind an option only parts it from the next one.
                "STRICT" | "ROWID" => rest = rest.strip_prefix(',').unwrap_or(rest),
                "WITHOUT" => {}
                other => out.push_str(other),
            }
        }
    })
}

/// What opens a stretch that is not code, and what closes it. A doubled quote inside a literal
/// reads as two literals side by side, which is the same stretch.
const NOT_CODE: [(&str, &str); 4] = [("'", "'"), ("\"", "\""), ("--", "\n"), ("/*", "*/")];

/// Hands each stretch of code to `change` and copies everything else.
fn rewrite(sql: &str, change: impl Fn(&str, &mut String)) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    loop {
        let openings = NOT_CODE.iter().filter_map(|(open, close)| Some((rest.find(open)?, *open, *close)));
        let Some((start, open, close)) = openings.min() else {
            change(rest, &mut out);
            return out;
        };
        let (code, other) = rest.split_at(start);
        let inside = open.len();
        let end = other[inside..].find(close).map_or(other.len(), |end| inside + end + close.len());
        change(code, &mut out);
        out.push_str(&other[..end]);
        rest = &other[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_change_in_code_alone() {
        let sql = "SELECT '?1 it''s', \"?2\", ?3 /* ?4 */ FROM a -- ?5\nWHERE b = ?12 AND c ? 'd'";
        let expected = "SELECT '?1 it''s', \"?2\", $3 /* ?4 */ FROM a -- ?5\nWHERE b = $12 AND c ? 'd'";
        assert_eq!(placeholders(sql), expected);
    }

    #[test]
    fn type_words_change_and_table_options_go() {
        let sql = "CREATE TABLE a (b INTEGER, c TEXT DEFAULT 'TEXT', d BLOB REFERENCES e ON DELETE RESTRICT,\
                   f REAL -- REAL, STRICT\n) STRICT, WITHOUT ROWID;CREATE TABLE g (h TEXT) STRICT;";
        let expected = "CREATE TABLE a (b BIGINT, c TEXT COLLATE \"C\" DEFAULT 'TEXT', \
                        d BYTEA REFERENCES e ON DELETE RESTRICT,\
                        f DOUBLE PRECISION -- REAL, STRICT\n)   ;CREATE TABLE g (h TEXT COLLATE \"C\") ;";
        assert_eq!(definitions(sql), expected);
    }

    #[test]
    fn a_literal_that_never_ends_is_left_to_the_engine() {
        assert_eq!(placeholders("SELECT 'open ?1"), "SELECT 'open ?1");
        assert_eq!(placeholders("SELECT 1 -- ?1"), "SELECT 1 -- ?1");
    }

    #[test]
    fn japanese_text_in_comments_and_literals_survives() {
        assert_eq!(placeholders("SELECT '連絡帳', ?1 -- 手帳"), "SELECT '連絡帳', $1 -- 手帳");
        assert_eq!(
            definitions("-- 手帳\nCREATE TABLE a (名 TEXT)"),
            "-- 手帳\nCREATE TABLE a (名 TEXT COLLATE \"C\")"
        );
    }
}
