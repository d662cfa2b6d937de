//! Adding cases: a verdict for every line, nothing changed silently.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use casefolio_domain::{ReceiptNumber, ReceiptProblem, ReceiptRemark};
use casefolio_files::list::LARGEST;
use casefolio_files::{ListRow, read_list};
use casefolio_store::cases::{self, NewCase};

use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// How many characters of a person's name and of a label are kept.
const KEPT: usize = 256;

/// Receipts to add, as they were written. Of a person's name and of a label the first 256 characters are kept: no list is refused
/// for a long remark in it.
#[derive(Debug, Clone, Default)]
pub struct AddRequest {
    /// The lines.
    pub rows: Vec<ListRow>,
    /// Judges only; adds nothing.
    pub dry_run: bool,
}

impl AddRequest {
    /// Receipts given one by one, all about one person and with one label.
    #[must_use]
    pub fn of_receipts(receipts: &[String], person: &str, label: &str) -> Self {
        let row = |(at, receipt): (usize, &String)| ListRow {
            line: at as u64 + 1,
            receipt: receipt.clone(),
            person: person.to_owned(),
            label: label.to_owned(),
        };
        Self { rows: receipts.iter().enumerate().map(row).collect(), dry_run: false }
    }

    /// A pasted text, read like a file: one receipt a line, or columns with a header. `person` and `label` are for the lines
    /// that name none.
    pub fn of_text(text: &str, person: &str, label: &str) -> Result<Self, Error> {
        Self::of_bytes(text.as_bytes(), person, label)
    }

    /// The same of a text in any of the encodings a file may have.
    pub fn of_bytes(bytes: &[u8], person: &str, label: &str) -> Result<Self, Error> {
        let mut rows = read_list(bytes).map_err(Error::List)?;
        for row in &mut rows {
            if row.person.is_empty() {
                person.trim().clone_into(&mut row.person);
            }
            if row.label.is_empty() {
                label.trim().clone_into(&mut row.label);
            }
        }
        Ok(Self { rows, dry_run: false })
    }

    /// The lines of a file. Reads no more than the largest list allowed.
    pub fn of_file(path: &Path) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(Error::FileUnreadable)?;
        file.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(Error::FileUnreadable)?;
        Ok(Self { rows: read_list(&bytes).map_err(Error::List)?, dry_run: false })
    }
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It would be added (in a dry run).
    New,
    /// It was added.
    Added,
    /// It is in the portfolio, or stood on an earlier line.
    Duplicate,
    /// It is no receipt number.
    Refused(ReceiptProblem),
}

/// One line and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The line, counted from 1.
    pub line: u64,
    /// What was written.
    pub input: String,
    /// The receipt number understood.
    pub receipt: Option<ReceiptNumber>,
    /// What became of it.
    pub judgement: Judgement,
}

impl Verdict {
    /// The stable code of the judgement.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.judgement {
            Judgement::New => "new",
            Judgement::Added => "added",
            Judgement::Duplicate => "duplicate",
            Judgement::Refused(_) => "refused",
        }
    }

    /// The code of the reason: why it was refused, or what is remarkable about a receipt that was not.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match &self.judgement {
            Judgement::Refused(problem) => Some(problem.code()),
            Judgement::New | Judgement::Added | Judgement::Duplicate => {
                self.receipt.as_ref().and_then(ReceiptNumber::remark).map(ReceiptRemark::code)
            }
        }
    }

    /// The receipt number that may have been meant; never used unless the user says so.
    #[must_use]
    pub fn proposal(&self) -> Option<&ReceiptNumber> {
        match &self.judgement {
            Judgement::Refused(problem) => problem.proposal(),
            Judgement::New | Judgement::Added | Judgement::Duplicate => None,
        }
    }
}

impl Portfolio {
    /// Judges every line and adds what can be added, all in one commit. New cases are due at once.
    pub fn add(&self, request: &AddRequest) -> Result<Vec<Verdict>, Error> {
        let verdicts = if request.dry_run { self.judge(request)? } else { self.insert(request)? };
        if verdicts.iter().any(|verdict| verdict.judgement == Judgement::Added) {
            self.tell(&PortfolioEvent::CasesEdited);
        }
        Ok(verdicts)
    }

    fn judge(&self, request: &AddRequest) -> Result<Vec<Verdict>, Error> {
        let mut seen = HashSet::new();
        Ok(self.store.read(|c| {
            verdicts(&request.rows, |receipt, _| {
                let known = !seen.insert(receipt.clone()) || cases::by_receipt(c, receipt)?.is_some();
                Ok(if known { Judgement::Duplicate } else { Judgement::New })
            })
        })?)
    }

    fn insert(&self, request: &AddRequest) -> Result<Vec<Verdict>, Error> {
        let added_at = self.clock.now();
        Ok(self.store.write(|t| {
            verdicts(&request.rows, |receipt, row| {
                let new =
                    NewCase { receipt: receipt.clone(), person: kept(&row.person), label: kept(&row.label), added_at };
                Ok(if cases::insert(t, &new)?.is_some() { Judgement::Added } else { Judgement::Duplicate })
            })
        })?)
    }
}

fn kept(words: &str) -> String {
    let end = words.char_indices().nth(KEPT).map_or(words.len(), |(end, _)| end);
    words[..end].trim().to_owned()
}

type StoreResult<T> = Result<T, casefolio_store::Error>;

fn verdicts(
    rows: &[ListRow],
    mut judge: impl FnMut(&ReceiptNumber, &ListRow) -> StoreResult<Judgement>,
) -> StoreResult<Vec<Verdict>> {
    rows.iter()
        .map(|row| {
            let (receipt, judgement) = match ReceiptNumber::parse(&row.receipt) {
                Ok(receipt) => {
                    let judgement = judge(&receipt, row)?;
                    (Some(receipt), judgement)
                }
                Err(problem) => (None, Judgement::Refused(problem)),
            };
            Ok(Verdict { line: row.line, input: row.receipt.clone(), receipt, judgement })
        })
        .collect()
}
