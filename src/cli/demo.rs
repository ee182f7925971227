//! `kakehashi demo`: the invented town かけはし市, ready in one step. What must be said again at every
//! start stands in a private `demo.json` of demonstration folders alone.

use std::fs::{self, OpenOptions};
use std::future::pending;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::folder;
use super::running::Running;
use super::walk::Walk;
use crate::capture::inbox::Inbox;
use crate::capture::worker::Workers;
use crate::clock::Clock;
use crate::crypto::master::Places;
use crate::demo::found::{self, Town, TownNotebook};
use crate::demo::pictures;
use crate::demo::town::{CITY, TELEPHONE};
use crate::error::{Doing, Error, Result};
use crate::id::{Actor, ActorKind, NotebookNumber};
use crate::notebook;
use crate::print::web::{Printer, slip_address};
use crate::sheet::code::{Carrier, CarrierKind, address, sign};
use crate::web::{App, Site};

/// Tries everything out in an invented town.
#[derive(Args)]
pub struct Options {
    /// The folder that holds the town; made when it is new.
    #[arg(long, default_value = "kakehashi-demo")]
    data: PathBuf,
    /// The address to listen on.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// The port; 0 takes a free one and remembers it. Without it: the one of last time, or 8080.
    #[arg(long)]
    port: Option<u16>,
    /// Listens on the local network with TLS of its own making, for trying with a phone.
    #[arg(long)]
    lan: bool,
    /// Says everything as one JSON object on one line.
    #[arg(long)]
    json: bool,
    /// Goes the whole way once over HTTP (issue, scan, photo, view), says so and ends.
    #[arg(long, conflicts_with_all = ["lan", "json"])]
    check: bool,
}

/// Starts the demonstration and serves until it is stopped.
pub async fn run(options: Options) -> Result<ExitCode> {
    let known = read_town(&options.data)?;
    let wanted = options.port.filter(|port| *port != 0).or(known.as_ref().map(|town| town.port));
    let port = wanted.unwrap_or(if options.port == Some(0) { 0 } else { 8080 });
    let here = if options.lan { local_network_address()? } else { options.listen };
    let listener =
        TcpListener::bind(SocketAddr::new(here, port)).await.doing("listening; is the port taken?")?;
    let server = listener.local_addr().doing("reading the port")?;
    let port = server.port();
    let app = folder::open(
        &options.data,
        &places(&options.data),
        site(options.lan.then_some(here), port),
        Clock::Machine,
    )
    .await?;
    let is_new = known.is_none();
    let town = match known {
        Some(town) => Town { port, ..town },
        None => found::found(&app, port).await?,
    };
    write_town(&options.data, &town)?;
    let tls = if options.lan { Some(own_tls(here)?) } else { None };
    let running = Running::start(app, listener, tls).await?;
    let said = describe(&running, &town, &options.data).await?;
    let (app, inbox, workers) = (running.app.clone(), running.inbox.clone(), running.workers.clone());
    match (options.check, options.json) {
        (true, _) => {}
        (false, true) => println!("{said}"),
        (false, false) => explain(&town, &said),
    }
    let afterwards = async {
        if is_new {
            photograph(&app, (&inbox, &workers), &town, &options.data).await;
        }
        match options.check {
            true => Walk { app: &app, town: &town, server }.go().await,
            false => pending().await,
        }
    };
    tokio::select! {
        served = running.serve() => served,
        walked = afterwards => walked.map(|()| ExitCode::SUCCESS),
    }
}

/// Lets the care manager photograph sheets of the first notebooks, while the town is open already.
async fn photograph(app: &App, readers: (&Inbox, &Workers), town: &Town, data: &Path) {
    let booklets: Vec<(NotebookNumber, PathBuf)> = town
        .notebooks
        .iter()
        .filter_map(|known| NotebookNumber::from_serial(known.serial))
        .map(|number| (number, booklet_path(data, number)))
        .collect();
    let lent: Vec<_> = booklets.iter().map(|(number, path)| (*number, path.as_path())).collect();
    let manager = town.staff.iter().find(|login| login.key == "manager").map(|login| login.id);
    let Some(manager) = manager else { return };
    if let Err(cause) = pictures::take(app, readers, manager, &lent).await {
        eprintln!("WARNING: the invented sheets could not be photographed: {cause}");
    }
}

fn booklet_path(data: &Path, number: NotebookNumber) -> PathBuf {
    data.join("prints").join(format!("booklet-{number}.pdf"))
}

fn places(data: &Path) -> Places {
    // A demonstration keeps its key inside, so that the folder is all there is.
    Places { file: Some(data.join("demo.key")), ..Places::default() }
}

/// The address by which other devices of the local network reach this machine. Nothing is sent: a
/// datagram socket only asks which way it would go to an address reserved for documentation (RFC 5737).
fn local_network_address() -> Result<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).doing("looking for the local network")?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).doing("looking for the local network")?;
    Ok(socket.local_addr().doing("looking for the local network")?.ip())
}

/// TLS by a certificate that this machine signs itself: the phone asks once whether to trust it.
fn own_tls(here: IpAddr) -> Result<TlsAcceptor> {
    let made = rcgen::generate_simple_self_signed(vec![here.to_string(), "localhost".into()]);
    let made = made.doing("making a certificate")?;
    let key =
        PrivateKeyDer::try_from(made.signing_key.serialize_der()).doing("making a certificate's key")?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .doing("setting up TLS")?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .doing("setting up TLS")?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn site(lan: Option<IpAddr>, port: u16) -> Site {
    let host = lan.map_or_else(|| format!("localhost:{port}"), |address| format!("{address}:{port}"));
    let scheme = if lan.is_some() { "https" } else { "http" };
    Site {
        base_url: format!("{scheme}://{host}"),
        host,
        former_hosts: vec![],
        city: CITY.into(),
        telephone: TELEPHONE.into(),
        demo: true,
    }
}

fn read_town(data: &Path) -> Result<Option<Town>> {
    match fs::read(data.join("demo.json")) {
        Ok(json) => serde_json::from_slice(&json).map(Some).doing("reading demo.json"),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(Error::fault("reading demo.json", cause)),
    }
}

fn write_town(data: &Path, town: &Town) -> Result<()> {
    let json = serde_json::to_vec_pretty(town).doing("writing demo.json")?;
    let fresh = data.join("demo.json.new");
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh);
    let mut file = file.doing("writing demo.json")?;
    file.write_all(&json).and_then(|()| file.sync_all()).doing("writing demo.json")?;
    fs::rename(fresh, data.join("demo.json")).doing("writing demo.json")
}

/// Everything that somebody who tries it needs, as one JSON object.
async fn describe(running: &Running, town: &Town, data: &Path) -> Result<Value> {
    let mut notebooks = Vec::new();
    for known in &town.notebooks {
        notebooks.push(describe_notebook(running, town, known, data).await?);
    }
    let staff: Vec<Value> = town
        .staff
        .iter()
        .map(|login| {
            json!({
                "name": login.name, "office": login.office, "role": login.role, "email": login.email,
                "password": login.password, "totp_secret": login.totp_secret,
            })
        })
        .collect();
    Ok(json!({
        "url": running.app.site.base_url, "api_token": town.api_token,
        "api_token_without_grants": town.api_token_without_grants, "staff": staff, "notebooks": notebooks,
    }))
}

async fn describe_notebook(
    running: &Running,
    town: &Town,
    known: &TownNotebook,
    data: &Path,
) -> Result<Value> {
    let app = &running.app;
    let number = NotebookNumber::from_serial(known.serial).ok_or(Error::broken("reading demo.json"))?;
    let find = move |tx: &mut crate::store::tx::Tx<'_>| {
        Ok((notebook::sql::find(tx, number)?, notebook::sql::find_salt(tx, number)?))
    };
    let (ledger, salt) = app.records.read(find).await?;
    let (ledger, salt) = ledger.zip(salt).ok_or(Error::broken("finding a notebook of the town"))?;
    let carrier_url = |kind: CarrierKind| -> Result<String> {
        let (version, key) = app.house.code_key()?;
        let token = sign(version, key, &Carrier { kind, number, generation: 0, sheet: 0 }, &salt)?;
        let printed = address(&app.site.host, &token);
        // On plain http, so is the address that a scan would open.
        Ok(if app.site.is_secure() { printed } else { printed.replace("HTTPS://", "HTTP://") })
    };
    let slip = found::invite(app, known, number).await?;
    Ok(json!({
        "number": number.to_string(), "name": known.name, "symbol": ledger.symbol,
        "cover_url": carrier_url(CarrierKind::Cover)?, "case_url": carrier_url(CarrierKind::Case)?,
        "booklet_pdf": booklet(app, &running.printer, town, number, data).await?,
        "family_url": slip_address(app, slip), "family_digits": found::last_four(&known.telephone),
    }))
}

/// The path of the printed booklet; it is printed once.
async fn booklet(
    app: &App,
    printer: &Printer,
    town: &Town,
    number: NotebookNumber,
    data: &Path,
) -> Result<PathBuf> {
    let path = booklet_path(data, number);
    if !path.exists() {
        fs::create_dir_all(data.join("prints")).doing("making the folder of prints")?;
        let clerk = town.staff.first().ok_or(Error::broken("finding the clerk"))?.id;
        let actor = Actor { kind: ActorKind::Staff, id: clerk, office: None };
        // The cover's and case's rows come with the booklet and the carriers.
        let carriers = crate::print::order::Piece::Carriers;
        crate::print::web::print(app, printer, number, carriers, actor).await?;
        let pdf =
            crate::print::web::print(app, printer, number, crate::print::web::first_booklet(), actor).await?;
        fs::write(&path, pdf).doing("writing a booklet")?;
    }
    fs::canonicalize(&path).doing("finding a booklet")
}

fn explain(town: &Town, said: &Value) {
    println!("かけはし市 is open: {}\n", said["url"].as_str().unwrap_or_default());
    println!(
        "Staff sign in with password and one-time password (the secret goes into an authenticator app):"
    );
    for login in &town.staff {
        println!("  {:<12} {:<24} {}  {}", login.name, login.email, login.password, login.totp_secret);
    }
    println!("\nNotebooks (scan = open the cover's address; the slip registers a relative's phone):");
    for notebook in said["notebooks"].as_array().into_iter().flatten() {
        let field = |name: &str| notebook[name].as_str().unwrap_or_default().to_owned();
        println!("  {} {} ({})", field("number"), field("name"), field("symbol"));
        println!("    cover    {}", field("cover_url"));
        println!("    booklet  {}", field("booklet_pdf"));
        println!("    slip     {}  digits {}", field("family_url"), field("family_digits"));
    }
    println!("\nAPI token: {}", town.api_token);
}
