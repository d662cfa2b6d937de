//! The schema, step by step. A step that was released never changes: a test pins each by its hash.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::Error;

/// `CFol`: marks the file as Casefolio's.
pub(crate) const APPLICATION_ID: i32 = 0x4346_6f6c;

const STEPS: [&str; 5] = [
    include_str!("../migrations/0001_start.sql"),
    include_str!("../migrations/0002_generation.sql"),
    include_str!("../migrations/0003_glance.sql"),
    include_str!("../migrations/0004_telling.sql"),
    include_str!("../migrations/0005_matters.sql"),
];

/// The newest schema this program knows: the number of steps.
pub(crate) fn known() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// The schema version of the database.
pub(crate) fn version(connection: &Connection) -> Result<u32, Error> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Takes the steps that are missing, each in a transaction of its own.
pub(crate) fn bring_up_to_date(connection: &mut Connection) -> Result<(), Error> {
    for (step, number) in STEPS.iter().zip(1_u32..) {
        if version(connection)? < number {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", number)?;
            transaction.commit()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn a_released_migration_never_changes() {
        let pinned = [
            "ae2a62fb35ec4f8c312bc6a052e29f2505137e9578893d5fa8917832584ea21e",
            "8ce699e7a2327144f89c6d7b3888b8d25b0f82c3b5cc5c040e8a8f5d86990261",
            "6094fb9fc17ec10f8d5b71130018a4073b7a5f99e079406e1edd3321783baec6",
            "e0b7d6090f33786f1ce0d94d8fe5481f8185a1f8dec61dfe6734b63a9af9de24",
            "d32cbae76945d98c6234867e1e576b02c9a1c236d00ce064d97a827ae368321f",
        ];
        let hashes =
            STEPS.map(|step| Sha256::digest(step).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")));
        assert_eq!(hashes, pinned);
    }

    #[test]
    fn cases_of_an_older_schema_come_into_lists_with_their_status() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(STEPS[0]).unwrap();
        let older = "
            INSERT INTO cases (id, receipt, person, label, added_at, due_at) VALUES (1, 'a', '', '', 0, 0), (2, 'b', '', '', 0, 0);
            INSERT INTO answers VALUES
                (1, 2, x'00', 'I-130', NULL, NULL, 'Before', 'Antes', 'text', 'texto', '[]', '[]'),
                (2, 2, x'01', NULL, NULL, NULL, 'Now', '', '', '', '[]', '[]');
            INSERT INTO observations VALUES (1, 2, 1, 0, 0, 1), (2, 2, 2, 0, 0, 1);
            UPDATE cases SET last_observation_id = 2 WHERE id = 2;";
        connection.execute_batch(older).unwrap();
        STEPS[1..].iter().for_each(|step| connection.execute_batch(step).unwrap());
        let shown = |id: i64| -> [Option<String>; 4] {
            let sql = "SELECT form, title_en, title_es, text_en FROM cases WHERE id = ?1";
            connection.query_row(sql, [id], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])).unwrap()
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!((shown(1), shown(2)), ([None, None, None, None], [None, text("Now"), text(""), text("")]));
    }

    #[test]
    fn the_steps_run_once_and_in_order() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring_up_to_date(&mut connection).unwrap();
        bring_up_to_date(&mut connection).unwrap();
        assert_eq!(version(&connection).unwrap(), known());
    }
}
