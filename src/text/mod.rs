//! Languages. Every sentence that a person reads stands in a Fluent file of its feature, in Japanese,
//! English and easy Japanese (やさしい日本語, which falls back to Japanese message by message).
//! Ruby is written 漢字《かんじ》 in the files and becomes markup in one place, [`Phrase`].

pub mod date;
pub mod folded;
mod phrase;

use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

pub use phrase::Phrase;

use crate::error::{Error, Result};

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Japanese,
    English,
    /// やさしい日本語: short sentences, everyday words, ruby.
    EasyJapanese,
}

impl Language {
    /// Every language, in the order of the message files.
    pub const ALL: [Self; 3] = [Self::Japanese, Self::English, Self::EasyJapanese];

    /// The code kept in cookies and file names.
    pub fn code(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::English => "en",
            Self::EasyJapanese => "ja-yasashi",
        }
    }

    /// What its speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Japanese => "日本語",
            Self::English => "English",
            Self::EasyJapanese => "やさしい日本語",
        }
    }

    /// The value of the `lang` attribute (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Japanese | Self::EasyJapanese => "ja",
            Self::English => "en",
        }
    }

    /// From a code of [`Language::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// The files of one feature in the order of [`Language::ALL`].
macro_rules! files {
    ($($feature:literal),* $(,)?) => {
        [$((
            $feature,
            [
                include_str!(concat!("ja/", $feature, ".ftl")),
                include_str!(concat!("en/", $feature, ".ftl")),
                include_str!(concat!("ja-yasashi/", $feature, ".ftl")),
            ],
        )),*]
    };
}

mod files;

/// All messages of all languages.
pub struct Texts {
    bundles: [FluentBundle<FluentResource>; 3],
}

impl Texts {
    /// Reads the embedded files; a mistake in one of them is a fault.
    pub fn load() -> Result<Self> {
        let bundle = |index: usize| {
            let tag: LanguageIdentifier = Language::ALL[index].tag().parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![tag]);
            bundle.set_use_isolating(false);
            for (_, texts) in files::FILES {
                let resource = FluentResource::try_new(texts[index].to_owned())
                    .map_err(|(_, mistakes)| Error::fault("reading messages", format!("{mistakes:?}")))?;
                bundle
                    .add_resource(resource)
                    .map_err(|mistakes| Error::fault("adding messages", format!("{mistakes:?}")))?;
            }
            Ok(bundle)
        };
        Ok(Self { bundles: [bundle(0)?, bundle(1)?, bundle(2)?] })
    }

    /// The message in this language, or in Japanese; `None` when no language has it.
    fn find(&self, language: Language, key: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        [language, Language::Japanese].into_iter().find_map(|language| {
            let bundle = &self.bundles[language as usize];
            let pattern = bundle.get_message(key)?.value()?;
            let mut mistakes = Vec::new();
            Some(bundle.format_pattern(pattern, arguments, &mut mistakes).into_owned())
        })
    }
}

/// The messages in one reader's language.
#[derive(Clone)]
pub struct Text {
    texts: Arc<Texts>,
    pub language: Language,
}

impl Text {
    /// The messages in this language.
    pub fn new(texts: Arc<Texts>, language: Language) -> Self {
        Self { texts, language }
    }

    /// A message without arguments. A key that does not exist shows itself: tests look for that.
    pub fn get(&self, key: &str) -> Phrase {
        self.format(key, &[])
    }

    /// A message for an attribute, a title or a value made in Rust: without readings.
    pub fn plain(&self, key: &str) -> String {
        self.get(key).plain()
    }

    /// As [`Text::plain`], with one argument.
    pub fn plain1(&self, key: &str, name: &str, value: impl ToString) -> String {
        self.with1(key, name, value).plain()
    }

    /// As [`Text::plain`], with two arguments.
    pub fn plain2(
        &self,
        key: &str,
        name1: &str,
        value1: impl ToString,
        name2: &str,
        value2: impl ToString,
    ) -> String {
        self.with2(key, name1, value1, name2, value2).plain()
    }

    /// A message with one argument.
    pub fn with1(&self, key: &str, name: &str, value: impl ToString) -> Phrase {
        self.format(key, &[(name, value.to_string())])
    }

    /// A message with two arguments.
    pub fn with2(
        &self,
        key: &str,
        name1: &str,
        value1: impl ToString,
        name2: &str,
        value2: impl ToString,
    ) -> Phrase {
        self.format(key, &[(name1, value1.to_string()), (name2, value2.to_string())])
    }

    /// A message with any arguments. A plain whole number also selects plural forms.
    pub fn format(&self, key: &str, arguments: &[(&str, String)]) -> Phrase {
        let mut named = FluentArgs::new();
        for (name, value) in arguments {
            named.set(*name, argument(value));
        }
        Phrase(self.texts.find(self.language, key, Some(&named)).unwrap_or_else(|| format!("[{key}]")))
    }
}

/// A number without leading zero is one to Fluent; all else, telephone numbers too, is text.
fn argument(value: &str) -> FluentValue<'_> {
    let plain = value.len() <= 6 && !value.starts_with('0') || value == "0";
    match value.parse::<u32>() {
        Ok(_) if plain => FluentValue::try_number(value),
        _ => FluentValue::from(value),
    }
}
