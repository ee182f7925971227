//! Every route on one screen, each with who may pass. The guard itself is in the handler's signature;
//! a test holds this table against what the handlers let through.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::access::permission::Permission::{
    self, Confirm, Photograph, Print, ReadDiary, ReadRecent, ReadSummary, Write,
};
use crate::web::{App, assets, display, errors, guard};
use crate::{access, capture, desk, entry, scan, timeline};

/// Who may pass a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Everybody, signed in or not.
    Anyone,
    /// A browser on its way in: it holds a slip, a registered phone, or the first of two factors.
    ComingIn,
    /// Somebody whose two factors were right.
    SignedIn,
    /// Staff of an office that keeps blank booklets.
    Desk,
    /// Somebody whose live grant on the notebook carries this permission.
    Grant(Permission),
}

/// One route.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub pass: Pass,
    handler: MethodRouter<App>,
}

fn get<T: 'static>(path: &'static str, pass: Pass, handler: impl Handler<T, App>) -> Route {
    Route { method: Method::GET, path, pass, handler: on(MethodFilter::GET, handler) }
}

fn post<T: 'static>(path: &'static str, pass: Pass, handler: impl Handler<T, App>) -> Route {
    Route { method: Method::POST, path, pass, handler: on(MethodFilter::POST, handler) }
}

/// Every route there is.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table: every route on one screen")]
pub fn all() -> Vec<Route> {
    use Pass::{Anyone, ComingIn, Desk, Grant, SignedIn};
    vec![
        get("/", Anyone, timeline::home::home),
        get("/about", Anyone, scan::web::about),
        get("/display", Anyone, display::ask),
        post("/display", Anyone, display::save),
        get("/assets/{edition}/{name}", Anyone, assets::send),

        get("/Q/{token}", Anyone, scan::web::scan),
        get("/q/{token}", Anyone, scan::web::scan),
        get("/scan", Anyone, scan::web::lead),
        get("/scan/found", Anyone, scan::notice::ask_found),
        post("/scan/found", Anyone, scan::notice::add_found),
        get("/scan/lost", Anyone, scan::notice::ask_lost),
        post("/scan/lost", Anyone, scan::notice::add_lost),
        get("/scan/emergency", Anyone, scan::emergency::ask),
        post("/scan/emergency", Anyone, scan::emergency::read),
        get("/scan/family", Anyone, scan::web::family),
        get("/scan/supporter", Anyone, scan::web::supporter),
        get("/scan/join", SignedIn, scan::join::ask),
        post("/scan/join", SignedIn, scan::join::join),

        get("/sign-in", Anyone, access::web::ask_password),
        post("/sign-in", Anyone, access::web::check_password),
        get("/sign-in/code", Anyone, access::web::ask_code),
        post("/sign-in/code", ComingIn, access::web::check_code),
        post("/sign-out", SignedIn, access::web::sign_out),
        get("/f/{secret}", Anyone, access::family::open_slip),
        get("/family", Anyone, access::family::ask_pin),
        post("/family", ComingIn, access::family::unlock),
        get("/family/register", Anyone, access::family::ask_registration),
        post("/family/register", ComingIn, access::family::register),

        get("/desk", Desk, desk::web::home),
        post("/desk/search", Desk, desk::web::search),
        post("/desk/search/person", Desk, desk::web::search_person),
        get("/desk/booklets", Desk, desk::web::shelf::list),
        post("/desk/booklets", Desk, desk::web::shelf::make),
        get("/desk/booklets/{batch}", Desk, desk::web::ledger::read),
        post("/desk/booklets/{batch}/runs", Desk, desk::web::ledger::add_run),
        post("/desk/booklets/{batch}/recall", Desk, desk::web::ledger::recall),
        get("/desk/pads", Desk, desk::web::pads::list),
        post("/desk/pads", Desk, desk::web::pads::make),
        get("/desk/pads/{batch}", Desk, desk::web::pads::read),
        post("/desk/pads/{batch}/runs", Desk, desk::web::pads::print_again),
        post("/desk/pads/{batch}/recall", Desk, desk::web::pads::recall),
        get("/desk/sheets/{number}", Desk, desk::web::pads::read_sheet),
        post("/desk/sheets/{number}/release", Desk, desk::web::pads::release_sheet),
        get("/desk/runs/{run}", Desk, desk::web::ledger::read_run),
        post("/desk/runs/{run}/cancel", Desk, desk::web::ledger::cancel_run),
        get("/desk/runs/{run}/files.zip", Desk, desk::web::ledger::files),
        get("/desk/runs/{run}/files/{part}", Desk, desk::web::ledger::file),
        get("/desk/printers", Desk, desk::web::printers::list),
        post("/desk/printers", Desk, desk::web::printers::add),
        get("/desk/printers/{printer}", Desk, desk::web::printers::read),
        post("/desk/printers/{printer}/test", Desk, desk::web::printers::test),
        post("/desk/printers/{printer}/calibration", Desk, desk::web::printers::measure),
        post("/desk/printers/{printer}/remove", Desk, desk::web::printers::remove),
        get("/desk/printers/{printer}/jobs/{job}", Desk, desk::web::printers::job),
        post("/desk/printers/{printer}/jobs/{job}/cancel", Desk, desk::web::printers::cancel),
        get("/desk/register", Desk, desk::web::shelf::choose),
        get("/desk/register/{notebook}", Desk, desk::web::register::ask),
        post("/desk/register/{notebook}", Desk, desk::web::register::register),
        get("/desk/notebooks/{notebook}", Desk, desk::web::paper::list),
        get("/desk/notebooks/{notebook}/done", Desk, desk::web::hand::done),
        get("/desk/notebooks/{notebook}/form", Desk, desk::web::hand::form),
        get("/desk/notebooks/{notebook}/print.pdf", Desk, desk::web::paper::file),
        post("/desk/notebooks/{notebook}/print", Desk, desk::web::printers::print),
        post("/desk/notebooks/{notebook}/sheets", Desk, desk::web::paper::add),
        get("/desk/notebooks/{notebook}/replace", Desk, desk::web::paper::ask_replace),
        post("/desk/notebooks/{notebook}/replace", Desk, desk::web::paper::replace),
        get("/desk/notebooks/{notebook}/disclosures", Desk, desk::web::disclosure::list),
        post("/desk/notebooks/{notebook}/disclosures", Desk, desk::web::disclosure::add),
        get("/desk/notebooks/{notebook}/disclosures/{disclosure}", Desk, desk::web::disclosure::read),
        post("/desk/notebooks/{notebook}/disclosures/{disclosure}", Desk, desk::web::disclosure::review),
        post("/desk/notebooks/{notebook}/disclosures/{disclosure}/state", Desk, desk::web::copy::set_state),
        get("/desk/notebooks/{notebook}/disclosures/{disclosure}/copy.pdf", Desk, desk::web::copy::print),
        get("/desk/notebooks/{notebook}/disclosures/{disclosure}/photos/{photo}", Desk, desk::web::disclosure::photo),
        get("/desk/notebooks/{notebook}/slips/{slip}", Desk, desk::web::hand::slip),

        get("/n/{notebook}", Grant(ReadSummary), timeline::web::read),
        get("/n/{notebook}/search", Grant(ReadRecent), timeline::search::read),
        post("/n/{notebook}/search", Grant(ReadRecent), timeline::search::ask),
        get("/n/{notebook}/people", Grant(ReadSummary), timeline::people::people),
        get("/n/{notebook}/diary", Grant(ReadDiary), timeline::people::diary),
        get("/n/{notebook}/paper", Grant(Print), timeline::paper::read),
        post("/n/{notebook}/paper", Grant(Print), timeline::paper::put),
        get("/n/{notebook}/paper/digest.pdf", Grant(Print), timeline::paper::print),
        get("/n/{notebook}/paper/vitals.pdf", Grant(Print), timeline::paper::vitals::print),
        get("/n/{notebook}/paper/hand-out.pdf", Grant(Print), timeline::paper::hand_out::print),
        get("/n/{notebook}/paper/keepsake.pdf", Grant(Print), timeline::paper::keepsake::print),
        post("/n/{notebook}/paper/booklet", Grant(Print), timeline::paper::booklet::add_volume),
        post("/n/{notebook}/paper/emergency", Grant(Print), timeline::paper::booklet::add_emergency),
        get("/n/{notebook}/paper/booklet.pdf", Grant(Print), timeline::paper::booklet::print_volume),
        get("/n/{notebook}/paper/emergency.pdf", Grant(Print), timeline::paper::booklet::print_emergency),
        get("/n/{notebook}/write", Grant(Write), entry::web::choose),
        get("/n/{notebook}/message", Grant(Write), entry::web::ask_message),
        post("/n/{notebook}/message", Grant(Write), entry::web::add_message),
        get("/n/{notebook}/vitals", Grant(Write), entry::measure::ask_vitals),
        post("/n/{notebook}/vitals", Grant(Write), entry::measure::add_vitals),
        get("/n/{notebook}/instruction", Grant(Write), entry::web::ask_instruction),
        post("/n/{notebook}/instruction", Grant(Write), entry::web::add_instruction),
        get("/photos/new", SignedIn, capture::web::choose),
        post("/photos", SignedIn, capture::web::send),
        get("/photos", SignedIn, capture::pile::read),
        post("/photos/family", SignedIn, capture::pile::send_to_family),
        get("/photos/{id}", SignedIn, capture::confirm::ask),
        post("/photos/{id}", SignedIn, capture::confirm::answer),
        get("/photos/{id}/row", SignedIn, capture::row::read),
        get("/photos/{id}/thumbnail.jpg", SignedIn, capture::sent::thumbnail),
        get("/photos/{id}/frame.jpg", SignedIn, capture::sent::frame),
        get("/photos/{id}/original", SignedIn, capture::sent::original),
        get("/photos/{id}/picture.jpg", SignedIn, capture::confirm::picture),
        get("/n/{notebook}/photos/new", Grant(Photograph), capture::web::choose_in),
        get("/n/{notebook}/sheets", Grant(ReadRecent), capture::coverage::read),
        get("/n/{notebook}/photos/{photo}", Grant(ReadRecent), capture::photo::read),
        get("/n/{notebook}/photos/{photo}/flattened.jpg", Grant(ReadRecent), capture::photo::flattened),
        get("/n/{notebook}/photos/{photo}/thumbnail.jpg", Grant(ReadRecent), capture::photo::thumbnail),
        get("/n/{notebook}/photos/{photo}/strips/{strip}", Grant(ReadRecent), capture::strip::picture),
        post("/n/{notebook}/photos/{photo}/strips/{strip}/text", Grant(Write), capture::strip::transcribe),
        post("/n/{notebook}/photos/{photo}/written-on", Grant(Write), capture::photo::tell_written_on),
        post("/n/{notebook}/photos/{photo}/page", Grant(Photograph), capture::which_page::tell),
        post("/n/{notebook}/photos/{photo}/audience", Grant(Photograph), capture::photo::set_audience),
        get("/n/{notebook}/photos/{photo}/redaction", Grant(Photograph), capture::redaction::choose),
        post("/n/{notebook}/photos/{photo}/redaction", Grant(Photograph), capture::redaction::save),
        get("/n/{notebook}/photos/{photo}/redacted.jpg", Grant(Photograph), capture::redaction::picture),
        post("/n/{notebook}/photos/{photo}/release", Grant(Confirm), capture::give_back::release),
        post("/n/{notebook}/photos/{photo}/unfile", Grant(Photograph), capture::give_back::unfile),
        post("/n/{notebook}/photos/{photo}/give-back", Grant(Confirm), capture::give_back::give_back),

        post("/api/v1/photos", SignedIn, capture::api::send),
        get("/api/v1/photos/{id}", SignedIn, capture::api::read),
        get("/api/v1/notebooks/{notebook}/timeline", Grant(ReadRecent), timeline::api::read),

        get("/n/{notebook}/entries/{entry}", Grant(ReadRecent), entry::web::read),
        post("/n/{notebook}/entries/{entry}/undo", Grant(Write), entry::web::undo),
        get("/n/{notebook}/entries/{entry}/correct", Grant(Write), entry::correct::ask),
        post("/n/{notebook}/entries/{entry}/correct", Grant(Write), entry::correct::save),
    ]
}

/// All routes behind the headers and the explanation of errors that every answer gets.
pub fn router(app: App) -> Router {
    let routes =
        all().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler));
    routes
        .fallback(not_found)
        .layer(from_fn_with_state(app.clone(), errors::explain))
        .layer(from_fn_with_state(app.clone(), guard::protect))
        .with_state(app)
}

async fn not_found() -> crate::error::Error {
    crate::error::Error::NotFound
}
