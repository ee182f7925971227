//! What the codes in a photo mean to its uploader: genuine or not, of which printed sheet, with a grant
//! or without. Who learns the answer must not see the difference between forged and closed.

use crate::access::guard::find_levels;
use crate::access::permission::Permission;
use crate::access::principal::Principal;
use crate::access::sql::people;
use crate::capture::filing::{Code, Genuine, Printed};
use crate::clock::Instant;
use crate::crypto::House;
use crate::error::Result;
use crate::id::{ActorKind, Id, NotebookNumber};
use crate::sheet;
use crate::sheet::code::{Carrier, CarrierKind, Token, has_our_shape};
use crate::store::tx::Tx;

/// Who sent a photo, as far as they are still with us.
pub fn find_uploader(tx: &mut Tx<'_>, house: &House, kind: ActorKind, id: Id) -> Result<Option<Principal>> {
    match kind {
        ActorKind::Staff => Ok(people::find_staff(tx, house, id)?.map(Principal::Staff)),
        ActorKind::Relative => Ok(people::find_relative(tx, house, id)?
            .map(|(city, relative)| Principal::Relative { id, city, relative })),
        ActorKind::House => Ok(None),
    }
}

/// True when the uploader may put photos into this notebook.
pub fn may_photograph(
    tx: &mut Tx<'_>,
    uploader: &Principal,
    notebook: NotebookNumber,
    now: Instant,
) -> Result<bool> {
    may(tx, uploader, Permission::Photograph, notebook, now)
}

/// True when somebody has a live grant with this permission.
pub fn may(
    tx: &mut Tx<'_>,
    principal: &Principal,
    permission: Permission,
    notebook: NotebookNumber,
    now: Instant,
) -> Result<bool> {
    let Some((_, levels)) = find_levels(tx, principal, notebook, now)? else { return Ok(false) };
    Ok(levels.iter().any(|level| level.permissions().contains(&permission)))
}

/// What each text means, in their order.
pub fn list(
    tx: &mut Tx<'_>,
    house: &House,
    uploader: &Principal,
    texts: &[String],
    now: Instant,
) -> Result<Vec<Code>> {
    texts.iter().map(|text| find(tx, house, uploader, text, now)).collect()
}

/// What a carrier stands for: a sheet out of a pad is a sheet of the notebook that it was bound to.
fn meant(tx: &mut Tx<'_>, carrier: Carrier) -> Result<Carrier> {
    if carrier.kind != CarrierKind::Unbound {
        return Ok(carrier);
    }
    let bound = sheet::sql::find_binding(tx, carrier.number)?;
    Ok(bound.map_or(carrier, |bound| Carrier {
        kind: CarrierKind::Sheet,
        number: bound.notebook,
        sheet: bound.sheet,
        ..carrier
    }))
}

fn find(tx: &mut Tx<'_>, house: &House, uploader: &Principal, text: &str, now: Instant) -> Result<Code> {
    let Some(token) = Token::in_address(text) else {
        return Ok(if has_our_shape(text) { Code::Forged } else { Code::Foreign });
    };
    let state = sheet::sql::verify(tx, house, &token)?;
    let carrier = meant(tx, token.carrier)?;
    let granted = may_photograph(tx, uploader, carrier.number, now)?;
    let gate = find_levels(tx, uploader, carrier.number, now)?.map(|(gate, _)| gate);
    let is_paper_only = gate.is_some_and(|gate| gate.is_paper_only);
    let printed = match sheet::sql::find_sheet(tx, carrier.number, carrier.sheet)? {
        Some(row) if carrier.kind.is_paper() => {
            let geometry = sheet::sql::find_design(tx, &row.design, &row.revision)?;
            geometry.map(|geometry| Printed { row, geometry })
        }
        _ => None,
    };
    let genuine = |state| Code::Genuine(Genuine { carrier, state, granted, is_paper_only, printed });
    Ok(state.map_or(Code::Forged, genuine))
}
