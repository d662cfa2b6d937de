//! The three letters in front of a receipt number.
//!
//! 118 codes. 115 stood in the list of accepted prefixes of the case-status page in 2020, three more (`ESC`, `SSC`, `WSC`) in 2021;
//! that page gives codes without meanings. The meanings of the service centres, the National Benefits Center, ELIS and eight asylum
//! offices are confirmed by several independent sources (public trackers, receipt-number decoders, USCIS quarterly reports); those of
//! the field offices are background knowledge and marked unconfirmed. New prefixes appear: a code that is missing here proves nothing.

/// Where a receipt was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Office {
    /// The three letters.
    pub code: &'static str,
    /// The name of the office, in English; absent where only the code is known.
    pub name: Option<&'static str>,
    /// Whether the meaning of the code is confirmed by a source.
    pub confirmed: bool,
}

/// The office behind a prefix, in upper case, if the prefix is in the table.
#[must_use]
pub fn office(prefix: &str) -> Option<&'static Office> {
    let at = OFFICES.binary_search_by(|office| office.code.cmp(prefix)).ok()?;
    OFFICES.get(at)
}

/// A code whose meaning is confirmed.
const fn known(code: &'static str, name: &'static str) -> Office {
    Office { code, name: Some(name), confirmed: true }
}

/// A code that is confirmed while its meaning is not.
const fn guessed(code: &'static str, name: &'static str) -> Office {
    Office { code, name: Some(name), confirmed: false }
}

/// A code whose meaning is not known.
const fn nameless(code: &'static str) -> Office {
    Office { code, name: None, confirmed: false }
}

/// Every known prefix, sorted by code.
pub const OFFICES: [Office; 118] = [
    guessed("AAO", "Administrative Appeals Office"),
    guessed("ABQ", "Albuquerque field office"),
    guessed("AGA", "Agana (Guam) field office"),
    guessed("ALB", "Albany field office"),
    guessed("ANC", "Anchorage field office"),
    guessed("ATL", "Atlanta field office"),
    guessed("BAL", "Baltimore field office"),
    guessed("BOI", "Boise field office"),
    guessed("BOS", "Boston field office"),
    guessed("BUF", "Buffalo field office"),
    guessed("CHA", "Charlotte Amalie field office"),
    guessed("CHI", "Chicago field office"),
    guessed("CHL", "Charlotte field office"),
    guessed("CHR", "Christiansted field office"),
    guessed("CIN", "Cincinnati field office"),
    guessed("CLE", "Cleveland field office"),
    guessed("CLM", "Columbus field office"),
    guessed("CLT", "Charlotte field office"),
    known("CSC", "California Service Center"),
    guessed("DAL", "Dallas field office"),
    guessed("DEN", "Denver field office"),
    guessed("DET", "Detroit field office"),
    guessed("DSM", "Des Moines field office"),
    known("EAC", "Vermont Service Center (Eastern Adjudication Center)"),
    guessed("ELP", "El Paso field office"),
    known("ESC", "Vermont Service Center"),
    guessed("FRE", "Fresno field office"),
    guessed("FSA", "Fort Smith field office"),
    guessed("GRR", "Grand Rapids field office"),
    guessed("HAR", "Hartford field office"),
    guessed("HEL", "Helena field office"),
    guessed("HHW", "Honolulu field office"),
    guessed("HIA", "Hialeah field office"),
    guessed("HLG", "Harlingen field office"),
    nameless("HNT"),
    guessed("HOU", "Houston field office"),
    guessed("IMP", "Imperial field office"),
    guessed("INP", "Indianapolis field office"),
    known("IOE", "USCIS Electronic Immigration System (ELIS): filed online, or paper processed electronically"),
    guessed("JAC", "Jacksonville field office"),
    nameless("JAK"),
    guessed("KAN", "Kansas City field office"),
    guessed("KND", "Kendall field office"),
    guessed("LAW", "Lawrence field office"),
    known("LIN", "Nebraska Service Center (Lincoln)"),
    nameless("LNY"),
    guessed("LOS", "Los Angeles field office"),
    guessed("LOU", "Louisville field office"),
    guessed("LVG", "Las Vegas field office"),
    guessed("MAN", "Manchester field office"),
    nameless("MCF"),
    nameless("MCT"),
    guessed("MEM", "Memphis field office"),
    nameless("MES"),
    nameless("MGL"),
    guessed("MIA", "Miami field office"),
    guessed("MIL", "Milwaukee field office"),
    nameless("MIT"),
    known("MSC", "National Benefits Center (Missouri Service Center)"),
    guessed("MTL", "Mount Laurel field office"),
    known("NBC", "National Benefits Center"),
    guessed("NEW", "Newark field office"),
    guessed("NOL", "New Orleans field office"),
    guessed("NOR", "Norfolk field office"),
    known("NSC", "Nebraska Service Center"),
    guessed("NYC", "New York City field office"),
    guessed("OAK", "Oakland field office"),
    guessed("OKC", "Oklahoma City field office"),
    guessed("OKL", "Oakland Park field office"),
    guessed("OMA", "Omaha field office"),
    guessed("ORL", "Orlando field office"),
    guessed("PHI", "Philadelphia field office"),
    guessed("PHO", "Phoenix field office"),
    guessed("PIT", "Pittsburgh field office"),
    guessed("POM", "Portland (Maine) field office"),
    guessed("POO", "Portland (Oregon) field office"),
    guessed("PRO", "Providence field office"),
    guessed("QNS", "Queens field office"),
    guessed("RAL", "Raleigh field office"),
    guessed("REN", "Reno field office"),
    guessed("SAA", "San Antonio field office"),
    guessed("SAC", "Sacramento field office"),
    guessed("SAJ", "San Juan field office"),
    guessed("SBD", "San Bernardino field office"),
    guessed("SEA", "Seattle field office"),
    guessed("SFR", "San Francisco field office"),
    guessed("SFV", "San Fernando Valley field office"),
    guessed("SLC", "Salt Lake City field office"),
    guessed("SNA", "Santa Ana field office"),
    guessed("SND", "San Diego field office"),
    guessed("SNJ", "San Jose field office"),
    guessed("SPM", "Saint Paul field office"),
    guessed("SPO", "Spokane field office"),
    known("SRC", "Texas Service Center (Southern Regional Center)"),
    known("SSC", "Texas Service Center"),
    nameless("STA"),
    guessed("STL", "Saint Louis field office"),
    guessed("TAM", "Tampa field office"),
    known("TSC", "Texas Service Center"),
    guessed("TUC", "Tucson field office"),
    known("VSC", "Vermont Service Center"),
    known("WAC", "California Service Center (Western Adjudication Center)"),
    guessed("WAS", "Washington (DC) field office"),
    guessed("WIC", "Wichita field office"),
    guessed("WPB", "West Palm Beach field office"),
    known("WSC", "California Service Center"),
    guessed("YAK", "Yakima field office"),
    known("YSC", "Potomac Service Center"),
    known("ZAR", "Arlington Asylum Office"),
    guessed("ZBO", "Boston Asylum Office"),
    known("ZCH", "Chicago Asylum Office"),
    known("ZHN", "Houston Asylum Office"),
    known("ZLA", "Los Angeles Asylum Office"),
    known("ZMI", "Miami Asylum Office"),
    known("ZNK", "Newark Asylum Office"),
    known("ZNY", "New York Asylum Office"),
    guessed("ZOL", "New Orleans Asylum Office"),
    known("ZSF", "San Francisco Asylum Office"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_each_code_finds_itself() {
        assert!(OFFICES.windows(2).all(|pair| pair[0].code < pair[1].code));
        for known in &OFFICES {
            assert_eq!(office(known.code), Some(known));
            assert!(known.code.len() == 3 && known.code.bytes().all(|byte| byte.is_ascii_uppercase()));
        }
    }

    #[test]
    fn only_confirmed_meanings_are_called_confirmed() {
        assert_eq!(office("IOE").map(|office| office.confirmed), Some(true));
        assert_eq!(
            office("BOI").map(|office| (office.name, office.confirmed)),
            Some((Some("Boise field office"), false))
        );
        assert_eq!(office("HNT").map(|office| office.name), Some(None));
        assert_eq!(office("XYZ"), None);
        assert_eq!(OFFICES.iter().filter(|office| office.confirmed).count(), 23);
    }
}
