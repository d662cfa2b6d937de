//! Reads a list of receipt numbers: one a line, or CSV with a header.

use std::borrow::Cow;

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// One line of the list, as it was written; nothing is judged here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The line of the file, counted from 1.
    pub line: u64,
    /// What stands where a receipt number is expected.
    pub receipt: String,
    /// Whom the case is about; empty where the file says nothing.
    pub person: String,
    /// A label; empty where the file says nothing.
    pub label: String,
}

/// Why a file is not a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListProblem {
    /// It is larger than [`LARGEST`].
    #[error("the file is larger than {LARGEST} bytes")]
    TooLarge,
    /// It is a binary file (a spreadsheet, a picture, a PDF).
    #[error("the file is not text")]
    NotText,
    /// It has a header, but no column of receipt numbers.
    #[error("the header names no receipt column")]
    NoReceiptColumn,
    /// A line cannot be read as CSV.
    #[error("line {line} cannot be read")]
    Malformed {
        /// The line, counted from 1.
        line: u64,
    },
}

const RECEIPT_HEADERS: [&str; 12] = [
    "receipt",
    "receipt number",
    "receipt no",
    "receipt no.",
    "receipt #",
    "case",
    "case number",
    "recibo",
    "número de recibo",
    "numero de recibo",
    "número de caso",
    "numero de caso",
];
const PERSON_HEADERS: [&str; 14] = [
    "person",
    "name",
    "client",
    "applicant",
    "beneficiary",
    "worker",
    "employee",
    "persona",
    "nombre",
    "cliente",
    "solicitante",
    "beneficiario",
    "trabajador",
    "empleado",
];
const LABEL_HEADERS: [&str; 10] =
    ["label", "note", "matter", "department", "reference", "etiqueta", "nota", "asunto", "departamento", "referencia"];

/// Reads a list from the bytes of a file. UTF-8 (with or without a mark), UTF-16 with a mark and Windows-1252 are understood;
/// columns may be parted by commas, semicolons or tabs. Empty lines are left out; lines keep their numbers.
pub fn read_list(bytes: &[u8]) -> Result<Vec<ListRow>, ListProblem> {
    if bytes.len() > LARGEST {
        return Err(ListProblem::TooLarge);
    }
    let text = decode(bytes)?;
    let Some(first) = text.split(['\n', '\r']).find(|line| !line.trim().is_empty()) else {
        return Ok(Vec::new());
    };
    let delimiter = delimiter_of(first);
    let rows = csv_rows(&text, delimiter)?;
    let Some((_, head)) = rows.first() else {
        return Ok(Vec::new());
    };
    match Columns::of_header(head) {
        Some(columns) => Ok(rows[1..].iter().filter_map(|(line, cells)| columns.row(*line, cells)).collect()),
        None if looks_like_header(head) => Err(ListProblem::NoReceiptColumn),
        None => Ok(rows.iter().filter_map(|(line, cells)| Columns::PLAIN.row(*line, cells)).collect()),
    }
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ListProblem> {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0,
        },
    };
    if text.contains('\0') { Err(ListProblem::NotText) } else { Ok(text) }
}

fn delimiter_of(first: &str) -> u8 {
    let count = |c: char| first.matches(c).count();
    if count('\t') > 0 {
        b'\t'
    } else if count(';') > count(',') {
        b';'
    } else {
        b','
    }
}

fn csv_rows(text: &str, delimiter: u8) -> Result<Vec<(u64, Vec<String>)>, ListProblem> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut lines = LineCount { text: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        let record =
            record.map_err(|error| ListProblem::Malformed { line: error.position().map_or(0, csv::Position::line) })?;
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        // A spreadsheet exported by Casefolio guards cells with an apostrophe; it is not part of the cell.
        let cells: Vec<String> = record.iter().map(|cell| cell.strip_prefix('\'').unwrap_or(cell).to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push((line, cells));
        }
    }
    Ok(rows)
}

/// Counts lines up to a record, ended by LF, CR or both. The reader's own count is that of the empty lines it skipped before the
/// record.
struct LineCount<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl LineCount<'_> {
    /// The line on which the record that begins at or after `byte` has its first cell. Asked in rising order.
    fn of(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(sign) = self.text.get(self.at) {
            if self.at >= byte && !matches!(sign, b'\n' | b'\r') {
                break;
            }
            self.at += 1;
            let ends = *sign == b'\n' || (*sign == b'\r' && self.text.get(self.at) != Some(&b'\n'));
            self.line += u64::from(ends);
        }
        self.line
    }
}

fn looks_like_header(cells: &[String]) -> bool {
    cells.len() > 1 && cells.iter().all(|cell| !cell.chars().any(|c| c.is_ascii_digit()))
}

struct Columns {
    receipt: usize,
    person: Option<usize>,
    label: Option<usize>,
}

impl Columns {
    const PLAIN: Self = Self { receipt: 0, person: Some(1), label: Some(2) };

    fn of_header(cells: &[String]) -> Option<Self> {
        let find = |names: &[&str]| {
            cells.iter().position(|cell| names.contains(&cell.replace('_', " ").to_lowercase().as_str()))
        };
        Some(Self { receipt: find(&RECEIPT_HEADERS)?, person: find(&PERSON_HEADERS), label: find(&LABEL_HEADERS) })
    }

    fn row(&self, line: u64, cells: &[String]) -> Option<ListRow> {
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).cloned().unwrap_or_default();
        let receipt = cell(Some(self.receipt));
        let row = ListRow { line, receipt, person: cell(self.person), label: cell(self.label) };
        (!row.receipt.is_empty() || !row.person.is_empty()).then_some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipts(text: &str) -> Vec<(u64, String, String)> {
        read_list(text.as_bytes()).unwrap().into_iter().map(|row| (row.line, row.receipt, row.person)).collect()
    }

    #[test]
    fn one_receipt_a_line_keeps_its_line_number() {
        assert_eq!(
            receipts("EAC9999103403\n\n  eac-99-991-03404 \r\nrubbish"),
            [
                (1, "EAC9999103403".into(), String::new()),
                (3, "eac-99-991-03404".into(), String::new()),
                (4, "rubbish".into(), String::new())
            ]
        );
    }

    #[test]
    fn lines_that_end_in_a_carriage_return_alone_are_counted_too() {
        assert_eq!(
            receipts("receipt,name\rIOE1,Ana\r\rIOE2,\"Eva\rMaria\"\rIOE3,Luis"),
            [
                (2, "IOE1".into(), "Ana".into()),
                (4, "IOE2".into(), "Eva\rMaria".into()),
                (6, "IOE3".into(), "Luis".into())
            ]
        );
    }

    #[test]
    fn a_header_finds_the_columns_in_any_order_and_language() {
        assert_eq!(receipts("Name,Receipt Number\nAna,IOE1\n"), [(2, "IOE1".into(), "Ana".into())]);
        assert_eq!(
            receipts("nombre;número de recibo\n\"Peña, Luis\";IOE2\n"),
            [(2, "IOE2".into(), "Peña, Luis".into())]
        );
        assert_eq!(receipts("receipt_number\tperson\nIOE3\tEva\n"), [(2, "IOE3".into(), "Eva".into())]);
    }

    #[test]
    fn a_single_header_line_is_no_receipt() {
        assert_eq!(receipts("receipt\nIOE0912345678\n"), [(2, "IOE0912345678".into(), String::new())]);
    }

    #[test]
    fn a_header_without_a_receipt_column_is_said() {
        assert_eq!(read_list(b"Name,Form\nAna,I-485\n"), Err(ListProblem::NoReceiptColumn));
    }

    #[test]
    fn other_encodings_of_spreadsheets_are_read() {
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("receipt\tname\nIOE1\tPeña\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(read_list(&utf16).unwrap()[0].person, "Peña");
        assert_eq!(read_list(b"receipt,name\nIOE1,Pe\xF1a\n").unwrap()[0].person, "Peña");
        assert_eq!(read_list(b"\xEF\xBB\xBFreceipt\nIOE1\n").unwrap()[0].receipt, "IOE1");
    }

    #[test]
    fn a_spreadsheet_file_is_told_from_a_list() {
        assert_eq!(read_list(b"PK\x03\x04\0\0\0"), Err(ListProblem::NotText));
    }
}
