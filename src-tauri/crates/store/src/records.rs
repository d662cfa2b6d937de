//! The rows on a page, read without the engine, by the file format of `SQLite`: <https://sqlite.org/fileformat2.html>.

use rusqlite::types::Value;

use crate::pages::USABLE;

/// What kind of page of a table or an index this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageKind {
    /// Rows of a table.
    TableLeaf,
    /// The way to rows of a table.
    TableInterior,
    /// Entries of an index, or rows of a table without row id.
    IndexLeaf,
    /// The same, with the way to more of them.
    IndexInterior,
}

/// A page of a table or an index.
pub(crate) struct TreePage<'a> {
    bytes: &'a [u8],
    pub(crate) kind: PageKind,
    cells: Vec<usize>,
    rightmost: u32,
}

/// A row, or an entry of an index.
pub(crate) struct Cell {
    /// The row's id; none in an index.
    pub(crate) row_id: Option<i64>,
    /// How many bytes it has in all.
    length: usize,
    /// Those that stand on this page.
    local: Vec<u8>,
    /// The page on which it goes on.
    overflow: Option<u32>,
}

impl<'a> TreePage<'a> {
    /// None where the page is of another kind.
    pub(crate) fn of(number: u32, bytes: &'a [u8]) -> Option<Self> {
        let at = if number == 1 { 100 } else { 0 };
        let kind = match bytes.get(at)? {
            2 => PageKind::IndexInterior,
            5 => PageKind::TableInterior,
            10 => PageKind::IndexLeaf,
            13 => PageKind::TableLeaf,
            _ => return None,
        };
        let interior = matches!(kind, PageKind::IndexInterior | PageKind::TableInterior);
        let first = at + if interior { 12 } else { 8 };
        let count = usize::from(u16::from_be_bytes(array(bytes, at + 3)?));
        let cell = |index: usize| array(bytes, first + 2 * index).map(|place| usize::from(u16::from_be_bytes(place)));
        let cells = (0..count).map(cell).collect::<Option<_>>()?;
        let rightmost = if interior { u32::from_be_bytes(array(bytes, at + 8)?) } else { 0 };
        Some(Self { bytes, kind, cells, rightmost })
    }

    /// The pages below this one.
    pub(crate) fn children(&self) -> Vec<u32> {
        if !matches!(self.kind, PageKind::IndexInterior | PageKind::TableInterior) {
            return Vec::new();
        }
        let below = self.cells.iter().filter_map(|&at| array(self.bytes, at).map(u32::from_be_bytes));
        below.chain([self.rightmost]).collect()
    }

    /// What stands on this page; none where a cell is no cell.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Option<Cell>> + '_ {
        let holds = self.kind != PageKind::TableInterior;
        self.cells.iter().filter(move |_| holds).map(|&at| self.cell(at))
    }

    fn cell(&self, at: usize) -> Option<Cell> {
        let mut reader = Reader { bytes: self.bytes, at };
        if self.kind == PageKind::IndexInterior {
            reader.at += 4;
        }
        let length = usize::try_from(reader.varint()?).ok()?;
        let row_id = if self.kind == PageKind::TableLeaf { Some(reader.varint()?) } else { None };
        let here = local_length(length, self.kind == PageKind::TableLeaf);
        let local = self.bytes.get(reader.at..reader.at + here)?.to_vec();
        let overflow = array(self.bytes, reader.at + here).map(u32::from_be_bytes).filter(|_| here < length);
        (here == length || overflow.is_some()).then_some(Cell { row_id, length, local, overflow })
    }
}

/// How many bytes of a row of this length stand on its page.
fn local_length(length: usize, table: bool) -> usize {
    let most = if table { USABLE - 35 } else { (USABLE - 12) * 64 / 255 - 23 };
    if length <= most {
        return length;
    }
    let least = (USABLE - 12) * 32 / 255 - 23;
    let fitting = least + (length - least) % (USABLE - 4);
    if fitting <= most { fitting } else { least }
}

impl Cell {
    /// The values of the row; `page` gives the pages on which it goes on. None where one of them is damaged.
    pub(crate) fn values<E>(
        self,
        mut page: impl FnMut(u32) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Option<Vec<Value>>, E> {
        let Self { length, local: mut payload, overflow, .. } = self;
        let mut next = overflow.unwrap_or(0);
        while payload.len() < length {
            if next == 0 {
                return Ok(None);
            }
            let Some(bytes) = page(next)? else { return Ok(None) };
            let Some(following) = array(&bytes, 0).map(u32::from_be_bytes) else { return Ok(None) };
            let wanted = (length - payload.len()).min(USABLE - 4);
            payload.extend(&bytes[4..4 + wanted]);
            next = following;
        }
        Ok(record(&payload))
    }
}

/// The values of a record.
fn record(payload: &[u8]) -> Option<Vec<Value>> {
    let mut header = Reader { bytes: payload, at: 0 };
    let end = usize::try_from(header.varint()?).ok()?;
    let mut body = Reader { bytes: payload, at: end };
    let mut values = Vec::new();
    while header.at < end {
        let kind = header.varint()?;
        values.push(body.value(kind)?);
    }
    (header.at == end).then_some(values)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// A number in one to nine bytes, seven bits each but for the last of nine.
    fn varint(&mut self) -> Option<i64> {
        let mut number: u64 = 0;
        for index in 0..9 {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            if index == 8 {
                return Some((number << 8 | u64::from(byte)).cast_signed());
            }
            number = number << 7 | u64::from(byte & 127);
            if byte < 128 {
                break;
            }
        }
        Some(number.cast_signed())
    }

    fn value(&mut self, kind: i64) -> Option<Value> {
        Some(match kind {
            0 => Value::Null,
            1..=4 => self.integer(usize::try_from(kind).ok()?)?,
            5 => self.integer(6)?,
            6 => self.integer(8)?,
            7 => Value::Real(f64::from_be_bytes(array(self.take(8)?, 0)?)),
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            12.. if kind % 2 == 0 => Value::Blob(self.take(usize::try_from((kind - 12) / 2).ok()?)?.to_vec()),
            13.. => {
                let bytes = self.take(usize::try_from((kind - 13) / 2).ok()?)?;
                Value::Text(std::str::from_utf8(bytes).ok()?.to_owned())
            }
            _ => return None,
        })
    }

    fn integer(&mut self, length: usize) -> Option<Value> {
        let bytes = self.take(length)?;
        let sign = if bytes.first()? & 128 == 0 { 0 } else { -1 };
        Some(Value::Integer(bytes.iter().fold(sign, |number: i64, byte| number << 8 | i64::from(*byte))))
    }

    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length_are_read() {
        let read = |bytes: &[u8]| Reader { bytes, at: 0 }.varint();
        assert_eq!(read(&[0x7f]), Some(127));
        assert_eq!(read(&[0x81, 0x00]), Some(128));
        assert_eq!(read(&[0xff; 9]), Some(-1));
        assert_eq!(read(&[0x80]), None);
        let record = record(&[6, 1, 6, 8, 9, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]).unwrap();
        let expected = [Value::Integer(-2), Value::Integer(-2), Value::Integer(0), Value::Integer(1), Value::Null];
        assert_eq!(record, expected);
    }

    #[test]
    fn bytes_that_are_no_page_or_no_record_are_none() {
        assert!(TreePage::of(2, &[0; USABLE]).is_none());
        assert!(TreePage::of(2, &[13, 0, 0, 255, 255]).is_none());
        assert!(record(&[9, 1]).is_none() && record(&[2, 13 + 20, b'a']).is_none() && record(&[]).is_none());
        let mut bytes = [255; USABLE];
        bytes[..8].copy_from_slice(&[13, 0, 0, 0, 2, 0, 0, 0]);
        assert!(TreePage::of(2, &bytes).unwrap().cells().all(|cell| cell.is_none()));
    }
}
