//! A list of receipts: every encoding gives the same rows, and rows written down again read back equal.

use casefolio_core::cases::AddRequest;
use casefolio_domain::{ReceiptNumber, ReceiptProblem};
use casefolio_files::{ListRow, read_list};

use crate::{Check, wording};

const SAID: &[&str] = &[
    "the file is larger than # bytes",
    "the file is not text",
    "the header names no receipt column",
    "line # cannot be read",
];

pub(crate) fn start() -> Check {
    Box::new(|bytes| {
        let read = read_list(bytes);
        match &read {
            Ok(rows) => {
                hold_together(rows, bytes);
                assert_eq!(read_list(&written(rows)).map(without_lines), Ok(without_lines(rows.clone())));
                for row in rows {
                    understood(&row.receipt);
                }
                assert_eq!(AddRequest::of_bytes(bytes, "", "").unwrap().rows, *rows);
            }
            Err(problem) => wording::assert_own(problem, SAID),
        }
        if let Some(text) = plain_text(bytes) {
            for other in encodings(text) {
                assert_eq!(read_list(&other), read, "the same text in another encoding");
            }
        }
    })
}

/// Lines rise and exist, and no cell is larger than what it was read from (a byte of an old encoding takes three at most).
fn hold_together(rows: &[ListRow], bytes: &[u8]) {
    let mut before = 0;
    let mut length = 0;
    for row in rows {
        assert!(row.line > before, "lines rise");
        before = row.line;
        length += row.receipt.len() + row.person.len() + row.label.len();
        assert!(!row.receipt.is_empty() || !row.person.is_empty());
        for cell in [&row.receipt, &row.person, &row.label] {
            assert!(!cell.contains('\0'));
        }
    }
    // Person and label may be the column of the receipt.
    assert!(length <= bytes.len() * 9, "{length} bytes from {}", bytes.len());
    assert!(before <= bytes.len() as u64 + 1);
}

/// The rows as a spreadsheet of Casefolio's own: a header, and each cell guarded.
fn written(rows: &[ListRow]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let guarded = |cell: &str| if cell.is_empty() { String::new() } else { format!("'{cell}") };
    writer.write_record(["receipt", "person", "label"]).unwrap();
    for row in rows {
        writer.write_record([guarded(&row.receipt), guarded(&row.person), guarded(&row.label)]).unwrap();
    }
    writer.into_inner().unwrap()
}

fn without_lines(rows: Vec<ListRow>) -> Vec<[String; 3]> {
    rows.into_iter().map(|row| [row.receipt, row.person, row.label]).collect()
}

/// A receipt number is of one form, stays what it is, and is shown masked; a slip proposes one that is.
fn understood(text: &str) {
    let number = match ReceiptNumber::parse(text) {
        Ok(number) => number,
        Err(ReceiptProblem::Slip { proposal }) => proposal,
        Err(_) => return,
    };
    let (prefix, digits) = number.as_str().split_at(3);
    assert!(prefix.bytes().all(|sign| sign.is_ascii_uppercase()));
    assert!(digits.len() == 10 && digits.strip_prefix('*').unwrap_or(digits).bytes().all(|sign| sign.is_ascii_digit()));
    assert_eq!(ReceiptNumber::parse(number.as_str()).as_ref(), Ok(&number));
    assert!(!format!("{number:?}").contains(number.as_str()) && number.masked().chars().count() == 13);
}

/// The text, if it is UTF-8 without a mark at its beginning.
fn plain_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    (encoding_rs::Encoding::for_bom(bytes).is_none()).then_some(text)
}

fn encodings(text: &str) -> Vec<Vec<u8>> {
    let marked = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    };
    let mut all: Vec<Vec<u8>> = vec![
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        marked([0xFF, 0xFE], u16::to_le_bytes),
        marked([0xFE, 0xFF], u16::to_be_bytes),
    ];
    let (old, _, lost) = encoding_rs::WINDOWS_1252.encode(text);
    if !lost && std::str::from_utf8(&old).is_err() && encoding_rs::Encoding::for_bom(&old).is_none() {
        all.push(old.into_owned());
    }
    all
}
