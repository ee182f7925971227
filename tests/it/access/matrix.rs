//! Every route against everybody and every state of a notebook: what the table of routes says is what
//! happens, and who may not pass is answered alike whatever is behind the door.

use axum::http::{Method, StatusCode};
use kakehashi::access::permission::{Level, Permission};
use kakehashi::routes::{self, Pass};

use super::people::{Founded, Somebody, State};
use crate::support::app::Answer;
use crate::support::source::expect_none;

/// What the guard does with somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    SignIn,
    Forbidden,
    NotFound,
    /// They may come in, but it is another's.
    NotTheirs,
    /// They may come in; whether there is something depends on what was printed.
    Depends,
    Passes,
}

/// By the table alone: nothing here asks the guard.
fn expected(pass: Pass, path: &str, somebody: &Somebody, state: State) -> Expected {
    let is_program = path.starts_with("/api/");
    let is_signed_in = if is_program { somebody.has_token } else { somebody.is_signed_in };
    match pass {
        Pass::Anyone => Expected::Passes,
        // Tested where people come in; here only that nobody else falls over it.
        Pass::ComingIn => Expected::Passes,
        _ if !is_signed_in => Expected::SignIn,
        Pass::SignedIn => Expected::Passes,
        Pass::Desk if somebody.is_desk => Expected::Passes,
        Pass::Desk => Expected::Forbidden,
        Pass::Grant(needed) => match on_notebook(needed, somebody.live_level(), state) {
            // Instructions are what supporters say; corrections and taking out are their author's alone.
            Expected::Passes if path.ends_with("/instruction") && somebody.is_family() => Expected::Forbidden,
            Expected::Passes if is_authors_alone(path) => Expected::NotTheirs,
            // A keepsake is the family's; what belongs into the booklet is printed by the team.
            Expected::Passes if path.ends_with("/keepsake.pdf") && !somebody.is_family() => {
                Expected::Forbidden
            }
            Expected::Passes if is_teams_alone(path) && somebody.is_family() => Expected::NotTheirs,
            Expected::Passes if is_teams_alone(path) => Expected::Depends,
            other => other,
        },
    }
}

/// What only who wrote or sent it may do; nobody of the people here did.
fn is_authors_alone(path: &str) -> bool {
    ["/correct", "/undo", "/unfile", "/redaction", "/redacted.jpg"].iter().any(|end| path.ends_with(end))
}

fn is_teams_alone(path: &str) -> bool {
    ["/paper/booklet", "/paper/emergency"].iter().any(|part| path.contains(part))
}

fn on_notebook(needed: Permission, level: Option<Level>, state: State) -> Expected {
    match (state.is_open(), level) {
        (false, _) | (true, None) => Expected::NotFound,
        (true, Some(level)) if level.permissions().contains(&needed) => Expected::Passes,
        (true, Some(_)) => Expected::Forbidden,
    }
}

fn is_as_expected(expected: Expected, pass: Pass, path: &str, answer: &Answer) -> bool {
    let leads_to_sign_in = answer.location.as_deref().is_some_and(|path| path.starts_with("/sign-in?"));
    let asks_to_sign_in = answer.status == StatusCode::UNAUTHORIZED || leads_to_sign_in;
    match expected {
        Expected::SignIn => asks_to_sign_in,
        Expected::Forbidden => answer.status == StatusCode::FORBIDDEN,
        // An empty form may be sent back before it is asked whose it is.
        Expected::NotTheirs => matches!(
            answer.status,
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY
        ),
        Expected::Depends => !asks_to_sign_in && !answer.status.is_server_error(),
        Expected::NotFound => answer.status == StatusCode::NOT_FOUND,
        Expected::Passes if answer.status.is_server_error() => false,
        Expected::Passes => match pass {
            Pass::Grant(_) => {
                !asks_to_sign_in && !matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN)
            }
            Pass::Desk => !asks_to_sign_in && answer.status != StatusCode::FORBIDDEN,
            Pass::Anyone | Pass::SignedIn => !leads_to_sign_in || path == "/sign-out",
            Pass::ComingIn => true,
        },
    }
}

#[test]
fn every_route_lets_pass_exactly_whom_the_table_says() {
    super::people::in_a_town(|town| async move {
        let mut mistakes = Vec::new();
        for somebody in &town.people {
            for route in routes::all() {
                let is_of_notebook = route.path.contains("{notebook}");
                for state in State::ALL.into_iter().filter(|state| is_of_notebook || *state == State::Issued)
                {
                    mistakes.extend(try_route(&town, somebody, &route, state).await);
                }
            }
        }
        expect_none(&mistakes);
    });
}

/// What is wrong with the answer to one request, if anything.
async fn try_route(town: &Founded, somebody: &Somebody, route: &routes::Route, state: State) -> Vec<String> {
    let path = town.fill(route.path, state);
    let browser = town.browser(somebody, &path).await;
    let answer = match route.method {
        Method::GET => browser.gets(&path).await,
        _ => browser.posts(&path, &[]).await,
    };
    let expected = expected(route.pass, route.path, somebody, state);
    let mut mistakes = Vec::new();
    let asked = format!("{} {} in {state:?} by {}", route.method, route.path, somebody.name);
    if !is_as_expected(expected, route.pass, route.path, &answer) {
        mistakes.push(format!("{asked}: {expected:?}, but {} {:?}", answer.status, answer.location));
    }
    let page = String::from_utf8_lossy(&answer.body);
    let told = Founded::SECRETS.iter().find(|secret| somebody.is_stranger() && page.contains(**secret));
    mistakes.extend(told.map(|secret| format!("{asked}: tells {secret}")));
    mistakes
}

#[test]
fn the_list_of_notebooks_has_the_open_ones_of_the_reader_and_no_other() {
    super::people::in_a_town(|town| async move {
        for somebody in town.people.iter().filter(|somebody| somebody.is_signed_in && !somebody.is_desk) {
            let page = town.browser(somebody, "/").await.gets("/").await.is(StatusCode::OK).text();
            let may_read = |level: Level| level.permissions().contains(&Permission::ReadSummary);
            for state in State::ALL {
                let is_listed = page.contains(&format!("/n/{}", town.number(state)));
                let is_due = state.is_open() && somebody.live_level().is_some_and(may_read);
                assert_eq!(is_listed, is_due, "{state:?} for {}", somebody.name);
            }
        }
    });
}

/// What exists and is not for the reader must not be told from what does not exist.
#[test]
fn a_notebook_of_others_looks_like_one_that_does_not_exist() {
    super::people::in_a_town(|town| async move {
        let strangers = town.people.iter().filter(|somebody| somebody.is_signed_in && somebody.is_stranger());
        for somebody in strangers {
            for path in ["/n/{notebook}", "/n/{notebook}/write", "/n/{notebook}/photos/{photo}"] {
                let mut bodies = Vec::new();
                for state in State::ALL {
                    let path = town.fill(path, state);
                    let answer = town.browser(somebody, &path).await.gets(&path).await;
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} by {}", somebody.name);
                    // The page may tell its own address.
                    let address = path.replace('/', "%2F");
                    bodies.push(answer.without(&path).replace(&address, ""));
                }
                assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{path} by {}", somebody.name);
            }
        }
    });
}
