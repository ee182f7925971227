//! Imports go strictly down, and every file of a feature knows only what its drawer may.
//! Whoever adds a module to `src/` gives it a place in these tables.

use crate::support::source::{SourceFile, expect_none, files};

/// The modules of `src/` from the ground up. A module may import those of its own line and of the lines
/// above it here.
const LAYERS: &[&[&str]] = &[
    &["config", "error", "id", "clock", "crypto", "text"], // the ground
    &["store"],
    &["web"],
    // features, each knowing those before it
    &["audit"],
    &["access"],
    &["notebook"],
    &["sheet"],
    &["entry"],
    &["print"],
    &["scan"], // a photo belongs to a visit
    &["capture"],
    &["notify"],
    // views and flows over several features
    &["timeline"],
    &["desk"],
    &["kiosk"],
    &["office"],
    &["export"],
    &["demo"],
    &["routes", "serve", "sweep", "cli", "samples"], // everything
];

/// The line of the first feature in [`LAYERS`], and of what stands above all features.
const FEATURES: std::ops::Range<usize> = 3..LAYERS.len() - 1;

/// Pure engines: bytes in, values out. Beside the ground they know only these modules.
const ENGINES: [&str; 2] = ["capture/vision/", "print/press/"];
const ENGINES_KNOW: [&str; 2] = ["sheet::design", "sheet::marks"];

/// What a file of a feature is for, and what it may not know.
struct Drawer {
    /// Modules of ours.
    modules: &'static [&'static str],
    /// Words of code by which the outside comes in.
    words: &'static [&'static str],
}

/// `mod.rs` and the engines: rules alone.
const RULES: Drawer = Drawer {
    modules: &["store", "web"],
    words: &[
        "async ",
        "axum::",
        "askama::",
        "hyper::",
        "object_store::",
        "postgres::",
        "rusqlite::",
        "tokio::",
    ],
};

/// `sql.rs` and the files of `sql/`.
const ROWS: Drawer = Drawer { modules: &["web"], words: &["async ", "axum::", "askama::", "tokio::"] };

/// A file that takes the `App` or speaks axum brings all the others together.
const HANDLERS: Drawer = Drawer { modules: &[], words: &[] };
const HANDLERS_KNOW: [&str; 2] = ["web::App", "axum::"];

/// The worker that reads photos, and what speaks with printers: they wait for other processes or machines,
/// and know neither rows nor readers.
const WORKER: Drawer = Drawer { modules: &["store", "web"], words: &["axum::", "askama::"] };
const WORKERS: [&str; 2] = ["capture/worker/", "print/ipp/"];

/// Every other file: rules in a file of their own, or what a page shows.
const OTHERS: Drawer = Drawer { modules: &["store"], words: &["async ", "tokio::"] };

#[test]
fn imports_go_strictly_down_and_drawers_keep_to_themselves() {
    expect_none(&files("src", ".rs").iter().flat_map(mistakes).collect::<Vec<_>>());
}

#[test]
fn each_rule_refuses_what_it_is_for() {
    let refused = [
        ("src/clock.rs", "use crate::store::Store;"),
        ("src/store/tx.rs", "use crate::{error::Error, web::{self}};"),
        ("src/web/page.rs", "let audience = crate::access::audience::parse(word);"),
        ("src/audit/web.rs", "use crate::access::guard::Access;"),
        ("src/timeline/web.rs", "use crate::routes;"),
        ("src/stray/mod.rs", "use crate::error::Error;"),
        ("src/entry/sql.rs", "use crate::web::App;"),
        ("src/access/sql/people.rs", "use axum::Form;"),
        ("src/entry/view.rs", "use crate::store::tx::Tx;"),
        ("src/entry/mod.rs", "use crate::store::tx::Tx;"),
        ("src/entry/mod.rs", "pub async fn save() {}"),
        ("src/entry/vitals.rs", "use crate::store::tx::Tx;"),
        ("src/capture/vision/code.rs", "use crate::store::Store;"),
        ("src/capture/vision/code.rs", "use crate::sheet::sql;"),
        ("src/print/press/world.rs", "use tokio::task;"),
        ("src/capture/worker/pool.rs", "use crate::store::Store;"),
        ("src/print/ipp/printer.rs", "use crate::web::page::form_token;"),
        ("src/print/ipp/mod.rs", "pub async fn send() {}"),
        ("src/access/web.rs", "use super::super::routes;"),
        ("src/clock.rs", "use super::web;"),
    ];
    for (path, text) in refused {
        let file = SourceFile { path: path.into(), text: text.into() };
        assert_eq!(mistakes(&file).len(), 1, "{path}: {text} gives {:?}", mistakes(&file));
    }
}

#[test]
fn a_grouped_import_names_each_of_its_paths() {
    let found = imports("use crate::{audit::{self, Act as Deed, sql::*}, id::Id};");
    assert_eq!(found, ["audit::self", "audit::Act", "audit::sql::", "id::Id"]);
}

/// What a file uses and may not.
fn mistakes(file: &SourceFile) -> Vec<String> {
    let place = file.path.strip_prefix("src/").unwrap();
    let module = first(place);
    if ["lib", "main"].contains(&module) {
        return Vec::new();
    }
    let Some(own) = layer(module) else {
        return vec![format!("{}: {module} has no place in LAYERS", file.path)];
    };
    let code: String = file.code().map(|(_, line)| format!("\n{line}")).collect();
    let imports = imports(&code);
    let drawer = FEATURES.contains(&own).then(|| drawer(place, &code, &imports));
    let may_import = |path: &&String| {
        layer(first(path)).is_some_and(|layer| layer <= own)
            && !drawer.is_some_and(|drawer| drawer.modules.contains(&first(path)))
            && engine_may(place, path)
    };
    let mut refused: Vec<String> = imports.iter().filter(|path| !may_import(path)).cloned().collect();
    let words = drawer.map_or(&[][..], |drawer| drawer.words);
    refused.extend(words.iter().filter(|word| code.contains(*word)).map(|word| word.to_string()));
    let is_top = place == format!("{module}.rs") || place == format!("{module}/mod.rs");
    if code.contains("super::super::") || is_top && code.contains("\nuse super::") {
        refused.push("super:: of another module: name it from crate::".into());
    }
    refused.into_iter().map(|what| format!("{} may not use {what}", file.path)).collect()
}

/// A `mod.rs` holds rules, but for the ones of the drawers `sql/`, `web/` and `view/`.
fn is_top(place: &str) -> bool {
    place.ends_with("/mod.rs") && !["/sql/", "/web/", "/view/"].iter().any(|folder| place.contains(folder))
}

fn drawer(place: &str, code: &str, imports: &[String]) -> &'static Drawer {
    let knows = |what: &str| code.contains(what) || imports.iter().any(|path| path == what);
    match place {
        place if is_engine(place) || is_top(place) => &RULES,
        place if place.ends_with("/sql.rs") || place.contains("/sql/") => &ROWS,
        place if WORKERS.iter().any(|worker| place.starts_with(worker)) => &WORKER,
        _ if HANDLERS_KNOW.into_iter().any(knows) => &HANDLERS,
        _ => &OTHERS,
    }
}

fn is_engine(place: &str) -> bool {
    ENGINES.iter().any(|engine| place.starts_with(engine))
}

/// An engine knows the ground, itself and [`ENGINES_KNOW`]; for other files this rule says nothing.
fn engine_may(place: &str, path: &str) -> bool {
    let Some(engine) = ENGINES.iter().find(|engine| place.starts_with(*engine)) else { return true };
    let own = engine.trim_end_matches('/').replace('/', "::");
    layer(first(path)) == Some(0)
        || ENGINES_KNOW.iter().chain([&own.as_str()]).any(|known| path.starts_with(known))
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The module at the head of a file's place or of a path.
fn first(path: &str) -> &str {
    path.split(['/', '.', ':']).next().unwrap()
}

/// Every path after `crate::` in code; a group gives one for each of its names.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if !code[..at].ends_with(|before: char| before.is_alphanumeric() || "_$".contains(before)) {
            expand(&code[at + "crate::".len()..], "", &mut found);
        }
    }
    found
}

/// Adds the paths of one tree, `a::{b, c::d}`, and returns what follows it.
fn expand<'a>(tree: &'a str, before: &str, found: &mut Vec<String>) -> &'a str {
    let end =
        tree.find(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter)).unwrap_or(tree.len());
    let (name, mut rest) = tree.split_at(end);
    let path = format!("{before}{name}");
    if !rest.starts_with('{') {
        found.push(path);
        return rest;
    }
    while !rest.starts_with('}') {
        rest = expand(rest[1..].trim_start(), &path, found);
        rest = &rest[rest.find([',', '}']).expect("a group of imports that ends")..];
        if rest.starts_with(',') && rest[1..].trim_start().starts_with('}') {
            rest = rest[1..].trim_start();
        }
    }
    &rest[1..]
}
