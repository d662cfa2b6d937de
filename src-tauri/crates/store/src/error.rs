//! What can go wrong with the encrypted portfolio.

/// Why the portfolio could not be opened, read or written. No text holds a receipt, a name or a key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no database in the folder.
    #[error("the database is missing")]
    Missing,
    /// The database has no bytes; it is never taken for an empty portfolio.
    #[error("the database file is empty")]
    Empty,
    /// A new portfolio was to be made where there is a database already.
    #[error("there is a database already")]
    AlreadyThere,
    /// The file is something else: a plain database, another program's, another portfolio's, a link or a folder.
    #[error("the file is not a portfolio of this folder")]
    NotOurs,
    /// The key does not open the file. Where the key came out of a sealed slot, the file is damaged.
    #[error("the key does not open the database")]
    WrongKey,
    /// The journal beside the database belongs to another one. Nothing was touched.
    #[error("the journal beside the database is not its own")]
    ForeignJournal,
    /// The end of the database is cut off.
    #[error("the database is cut off")]
    Truncated,
    /// Bytes of the database are not what was written.
    #[error("the database is damaged")]
    Damaged,
    /// A newer Casefolio wrote this database. Nothing was touched.
    #[error("the database has schema {found}, this program knows {known}")]
    Newer {
        /// The schema version of the file.
        found: u32,
        /// The newest schema version this program knows.
        known: u32,
    },
    /// Another process (or another [`crate::Store`]) has the folder open.
    #[error("the portfolio is open elsewhere")]
    Busy,
    /// The disk is full; the transaction was not applied.
    #[error("the disk is full")]
    DiskFull,
    /// The linked engine does not encrypt or is too old (`SQLCipher` 4.14, `SQLite` 3.51.3).
    #[error("the database engine is too old or does not encrypt")]
    EngineTooOld,
    /// A setting of the engine did not take.
    #[error("the database engine refused the setting {0}")]
    SettingRefused(&'static str),
    /// The case was removed, or never was.
    #[error("there is no such case")]
    NoSuchCase,
    /// The disk did not give or take what was asked. It says nothing of whether the database is in order.
    #[error("the disk could not be read or written")]
    DiskFailed,
    /// A row holds a value this program cannot read.
    #[error("unreadable value in {0}")]
    Unreadable(&'static str),
    /// The file system failed.
    #[error("the file system failed")]
    Io(#[from] std::io::Error),
    /// The database engine failed.
    #[error("the database engine failed")]
    Sql(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::SystemIoFailure) => Self::DiskFailed,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            Some(_) | None => Self::Sql(error),
        }
    }
}
