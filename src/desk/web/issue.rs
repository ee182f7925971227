//! Issuing: a person is registered onto a blank notebook, once and for all of it in one transaction.

use crate::access::family::{SLIP_LASTS, answer_hash, slip_secret};
use crate::access::guard::{open, secret_hash};
use crate::access::permission::{Grant, Level};
use crate::access::principal::{Office, Relative};
use crate::access::sql::grant::{self, Holder, NewGrant};
use crate::access::sql::session::Invitation;
use crate::access::sql::{people, session};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::{House, Key, Opened, picture};
use crate::desk::{Registration, Ticks, last_four};
use crate::error::{Error, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::notebook;
use crate::notebook::consent::{self, Condition, Consent, ConsentDetails, ConsentScope};
use crate::store::blobs::BlobKey;
use crate::store::tx::Tx;
use crate::store::{Scope, kept};
use crate::web::App;

/// A relative who was invited, and the slip for it.
#[derive(Debug, Clone)]
pub struct Invited {
    pub slip: Id,
    pub relative: Id,
    pub name: String,
    /// `<base_url>/f/<secret>`.
    pub address: String,
    /// The last four digits of the telephone, which the slip asks for.
    pub digits: String,
}

/// What came of a registration.
#[derive(Debug, Clone)]
pub struct Issued {
    pub notebook: NotebookNumber,
    pub invited: Vec<Invited>,
}

/// Registers a person onto a blank notebook and issues it. `form` is the picture of the signed form.
/// [`Error::Conflict`] when somebody was faster; nothing is kept then but a blob that is swept.
pub async fn issue(
    app: &App,
    office: &Office,
    actor: Actor,
    registration: &Registration,
    form: Option<Vec<u8>>,
) -> Result<Issued> {
    registration.check()?;
    let (opened, now) = (open(app, registration.notebook).await?, app.clock.now());
    // Who wants no digital copy gets none of the form either: the paper itself is filed.
    let form = match form.filter(|_| registration.ticks.copy) {
        Some(bytes) => Some(keep_form(app, &bytes, now).await?),
        None => None,
    };
    let invitees = registration
        .relatives
        .iter()
        .map(|relative| Invitee::new(&app.house, registration.notebook, relative, actor, now))
        .collect::<Result<Vec<_>>>()?;
    let invited = invitees.iter().map(|invitee| invitee.invited(app)).collect();
    let plan = Plan {
        consents: consents(&opened, registration, &invitees, form.as_ref(), now)?,
        desk_grant: grant_of(Holder::office(office.id), Level::Desk, actor, now)?,
        condition: if registration.ticks.copy { None } else { Some(Id::fresh(now)?) },
        finder: registration.profile.finder(&app.house),
        registration: registration.clone(),
        office: office.clone(),
        invitees,
        actor,
        now,
    };
    let (house, notebook) = (app.house.clone(), registration.notebook);
    app.records.write(Scope::Notebook(notebook), move |tx| plan.carry_out(tx, &house, &opened)).await?;
    Ok(Issued { notebook, invited })
}

/// A picture that is durable, with the key that opens it.
struct KeptForm {
    blob: BlobKey,
    key: Key,
}

async fn keep_form(app: &App, bytes: &[u8], now: Instant) -> Result<KeptForm> {
    let (blob, key) = (BlobKey(Id::fresh(now)?), Key::draw()?);
    app.blobs.put(blob, picture::seal(&key, bytes)?).await?;
    Ok(KeptForm { blob, key })
}

/// A relative to be invited, with all that is drawn by chance.
struct Invitee {
    relative: Relative,
    slip: Invitation,
    secret: [u8; 32],
    digits: String,
    grant: NewGrant,
}

impl Invitee {
    fn new(
        house: &House,
        notebook: NotebookNumber,
        relative: &Relative,
        by: Actor,
        now: Instant,
    ) -> Result<Self> {
        let digits =
            last_four(&relative.telephone).ok_or(Error::advice("telephone", "desk-telephone-needed"))?;
        let (id, holder) = (Id::fresh(now)?, Id::fresh(now)?);
        let answer_hash = answer_hash(house, id, &digits);
        let ends_at = now.plus(SLIP_LASTS);
        let slip = Invitation { id, notebook, relative: holder, answer_hash, tries: 0, ends_at };
        let secret = secret_hash(&slip_secret(house, id));
        let holder = Holder { kind: "relative", id: holder };
        let grant = grant_of(holder, Level::Family, by, now)?;
        Ok(Self { relative: relative.clone(), slip, secret, digits, grant })
    }

    fn invited(&self, app: &App) -> Invited {
        Invited {
            slip: self.slip.id,
            relative: self.slip.relative,
            name: self.relative.name.clone(),
            address: crate::print::web::slip_address(app, self.slip.id),
            digits: self.digits.clone(),
        }
    }
}

fn grant_of(holder: Holder, level: Level, by: Actor, now: Instant) -> Result<NewGrant> {
    let grant = Grant { level, from: now, until: None };
    Ok(NewGrant { id: Id::fresh(now)?, holder, grant, given_by: by.id, reason: None })
}

/// One consent for each tick; the relatives' for each of them.
fn consents(
    opened: &Opened,
    registration: &Registration,
    invitees: &[Invitee],
    form: Option<&KeptForm>,
    now: Instant,
) -> Result<Vec<Consent>> {
    let Ticks { copy, offices, relative, emergency, planning } = registration.ticks;
    let person = [
        (copy, ConsentScope::DigitalCopy),
        (offices, ConsentScope::CareOffices),
        (emergency, ConsentScope::Emergency),
        (planning, ConsentScope::CarePlanning),
    ];
    let relatives = invitees.iter().map(|invitee| (relative, ConsentScope::Relative(invitee.slip.relative)));
    let ticked = person.into_iter().chain(relatives).filter(|(ticked, _)| *ticked);
    ticked
        .map(|(_, scope)| {
            let id = Id::fresh(now)?;
            let form_key = form.map(|form| opened.wrap("consent", id, &form.key)).transpose()?;
            let explained_by = registration.explained_by.clone();
            let details = ConsentDetails { signer: registration.signer, explained_by, form_key };
            Ok(Consent { id, scope, given_at: now, form_photo: form.map(|form| form.blob.0), details })
        })
        .collect()
}

/// Everything that one registration writes.
struct Plan {
    registration: Registration,
    office: Office,
    finder: [u8; 32],
    consents: Vec<Consent>,
    desk_grant: NewGrant,
    /// The row of "paper only".
    condition: Option<Id>,
    invitees: Vec<Invitee>,
    actor: Actor,
    now: Instant,
}

impl Plan {
    fn carry_out(&self, tx: &mut Tx<'_>, house: &House, opened: &Opened) -> Result<()> {
        let (notebook, actor, now) = (opened.notebook, self.actor, self.now);
        let ledger = notebook::sql::find(tx, notebook)?;
        ledger.filter(|ledger| ledger.city == self.office.city).ok_or(Error::NotFound)?;
        notebook::sql::issue(tx, opened, &self.registration.profile, self.finder, self.office.id, now)?;
        for blob in self.consents.iter().filter_map(|consent| consent.form_photo) {
            kept::keep(tx, BlobKey(blob), None)?;
        }
        for consent in &self.consents {
            consent::sql::add(tx, opened, consent)?;
        }
        if let Some(id) = self.condition {
            consent::sql::add_condition(tx, notebook, id, Condition::PaperOnly, now, actor.id)?;
        }
        grant::add(tx, notebook, &self.desk_grant)?;
        audit::sql::record(tx, notebook, actor, Act::Issued, None, now)?;
        for invitee in &self.invitees {
            let relative = invitee.slip.relative;
            people::add_relative(tx, house, relative, self.office.city, &invitee.relative)?;
            grant::add(tx, notebook, &invitee.grant)?;
            session::add_invitation(tx, &invitee.slip, invitee.secret, now)?;
            audit::sql::record(tx, notebook, actor, Act::InvitedRelative, Some(relative), now)?;
        }
        Ok(())
    }
}
