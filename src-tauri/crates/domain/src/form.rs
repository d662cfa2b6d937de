//! Form types: `I-485`, `N-400`.
//!
//! 104 names. Most are confirmed by a public seed table or by answers of the service; some were completed to the official title from
//! background knowledge. A Spanish name stands only where USCIS's own was seen in an answer. Forms are matched as whole tokens:
//! `I-129` is contained in `I-129F` and means another thing.

use crate::language::Language;

/// A form type, written as USCIS writes it: `I-485`, `N-400`, `EOIR-29`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FormType(String);

impl FormType {
    /// Reads a form type with or without its dash, in any case, with or without "Form" in front. A form that is not in the catalogue is
    /// kept if it has the shape of one: up to four letters, up to four digits, up to three letters.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let upper = written.trim().to_ascii_uppercase();
        let bare = ["FORMULARIO ", "FORM "].iter().find_map(|word| upper.strip_prefix(word)).unwrap_or(&upper);
        let compact: String = bare.chars().filter(|sign| !is_joint(*sign)).collect();
        if !compact.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let (letters, rest) = compact.split_at(compact.find(|sign: char| sign.is_ascii_digit())?);
        let (digits, suffix) = rest.split_at(rest.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(rest.len()));
        let shaped = (1..=4).contains(&letters.len())
            && (1..=4).contains(&digits.len())
            && suffix.len() <= 3
            && suffix.bytes().all(|byte| byte.is_ascii_uppercase());
        shaped.then(|| Self(format!("{letters}-{digits}{suffix}")))
    }

    /// The form as USCIS writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the form, if the catalogue holds one in this language.
    #[must_use]
    pub fn name(&self, language: Language) -> Option<&'static str> {
        let form = FORMS.iter().find(|form| form.code == self.0)?;
        match language {
            Language::English => Some(form.english),
            Language::Spanish => (!form.spanish.is_empty()).then_some(form.spanish),
        }
    }
}

/// Blanks and dashes between the parts of a form type.
fn is_joint(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// One form of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownForm {
    /// The form as USCIS writes it.
    pub code: &'static str,
    /// Its English name.
    pub english: &'static str,
    /// Its Spanish name, or empty.
    pub spanish: &'static str,
}

const fn row(code: &'static str, english: &'static str, spanish: &'static str) -> KnownForm {
    KnownForm { code, english, spanish }
}

/// The catalogue.
pub const FORMS: [KnownForm; 104] = [
    row("I-9", "Employment Eligibility Verification", ""),
    row(
        "I-90",
        "Application to Replace Permanent Resident Card (Green Card)",
        "Solicitud para Reemplazar la Tarjeta de Residente Permanente",
    ),
    row("I-102", "Application for Replacement/Initial Nonimmigrant Arrival-Departure Document", ""),
    row("I-129", "Petition for a Nonimmigrant Worker", ""),
    row("I-129CW", "Petition for a CNMI-Only Nonimmigrant Transitional Worker", ""),
    row("I-129CWR", "Semiannual Report for CW-1 Employers", ""),
    row("I-129F", "Petition for Alien Fiancé(e)", "Petición de Prometido(a) Extranjero"),
    row("I-129S", "Nonimmigrant Petition Based on Blanket L Petition", ""),
    row("I-130", "Petition for Alien Relative", "Petición de Familiar Extranjero"),
    row("I-130A", "Supplemental Information for Spouse Beneficiary", ""),
    row(
        "I-131",
        "Application for Travel Documents, Parole Documents, and Arrival/Departure Records",
        "Solicitud de Documentos de Viaje, Documentos de Libertad Condicional y Registros de Entrada/Salida",
    ),
    row("I-131A", "Application for Carrier Documentation", ""),
    row("I-134", "Declaration of Financial Support", ""),
    row("I-134A", "Online Request to be a Supporter and Declaration of Financial Support", ""),
    row("I-140", "Immigrant Petition for Alien Workers", ""),
    row("I-140G", "Immigrant Petition for the Gold Card Program", ""),
    row("I-191", "Application for Relief Under Former Section 212(c) of the Immigration and Nationality Act (INA)", ""),
    row("I-192", "Application for Advance Permission to Enter as a Nonimmigrant", ""),
    row("I-193", "Application for Waiver of Passport and/or Visa", ""),
    row(
        "I-212",
        "Application for Permission to Reapply for Admission into the United States After Deportation or Removal",
        "",
    ),
    row("I-290B", "Notice of Appeal or Motion", ""),
    row("I-360", "Petition for Amerasian, Widow(er), or Special Immigrant", ""),
    row("I-407", "Record of Abandonment of Lawful Permanent Resident Status", ""),
    row(
        "I-485",
        "Application to Register Permanent Residence or Adjust Status",
        "Solicitud para Registrar la Residencia Permanente o Ajustar de Estatus",
    ),
    row("I-485A", "Supplement A to Form I-485, Adjustment of Status Under Section 245(i)", ""),
    row("I-485J", "Confirmation of Valid Job Offer or Request for Job Portability Under INA Section 204(j)", ""),
    row("I-508", "Request for Waiver of Certain Rights, Privileges, Exemptions, and Immunities", ""),
    row("I-526", "Immigrant Petition by Standalone Investor", ""),
    row("I-526E", "Immigrant Petition by Regional Center Investor", ""),
    row("I-539", "Application to Extend/Change Nonimmigrant Status", ""),
    row("I-539A", "Supplemental Information for Application to Extend/Change Nonimmigrant Status", ""),
    row(
        "I-566",
        "Interagency Record of Request: A, G, or NATO Dependent Employment Authorization or Change/Adjustment To/From A, G, or NATO Status",
        "",
    ),
    row("I-589", "Application for Asylum and for Withholding of Removal", ""),
    row("I-600", "Petition to Classify Orphan as an Immediate Relative", ""),
    row("I-600A", "Application for Advance Processing of an Orphan Petition", ""),
    row(
        "I-601",
        "Application for Waiver of Grounds of Inadmissibility",
        "Solicitud de Exención de Causales de Inadmisibilidad",
    ),
    row("I-601A", "Application for Provisional Unlawful Presence Waiver", ""),
    row("I-602", "Application by Refugee for Waiver of Inadmissibility Grounds", ""),
    row(
        "I-612",
        "Application for Waiver of the Foreign Residence Requirement (Under Section 212(e) of the INA, as Amended)",
        "",
    ),
    row(
        "I-687",
        "Application for Status as a Temporary Resident Under Section 245A of the Immigration and Nationality Act",
        "",
    ),
    row("I-690", "Application for Waiver of Grounds of Inadmissibility Under Sections 245A or 210 of the INA", ""),
    row("I-693", "Report of Immigration Medical Examination and Vaccination Record", ""),
    row("I-694", "Notice of Appeal of Decision Under Section 210 or 245A", ""),
    row(
        "I-698",
        "Application to Adjust Status from Temporary to Permanent Resident (Under Section 245A of the INA)",
        "",
    ),
    row("I-730", "Refugee/Asylee Relative Petition", ""),
    row(
        "I-751",
        "Petition to Remove Conditions on Residence",
        "Petición para Eliminar las Condiciones en la Residencia",
    ),
    row("I-751A", "Supplement to Form I-751", ""),
    row("I-765", "Application for Employment Authorization", "Solicitud de Autorización de Empleo"),
    row("I-765V", "Application for Employment Authorization for Abused Nonimmigrant Spouse", ""),
    row("I-800", "Petition to Classify Convention Adoptee as an Immediate Relative", ""),
    row("I-800A", "Application for Determination of Suitability to Adopt a Child from a Convention Country", ""),
    row("I-817", "Application for Family Unity Benefits", ""),
    row("I-821", "Application for Temporary Protected Status", ""),
    row("I-821D", "Consideration of Deferred Action for Childhood Arrivals", ""),
    row("I-824", "Application for Action on an Approved Application or Petition", ""),
    row("I-829", "Petition by Investor to Remove Conditions on Permanent Resident Status", ""),
    row("I-854", "Inter-Agency Alien Witness and Informant Record", ""),
    row("I-864", "Affidavit of Support Under Section 213A of the INA", ""),
    row("I-864A", "Contract Between Sponsor and Household Member", ""),
    row("I-864EZ", "Affidavit of Support Under Section 213A of the INA", ""),
    row("I-864W", "Request for Exemption for Intending Immigrant's Affidavit of Support", ""),
    row("I-865", "Sponsor's Notice of Change of Address", ""),
    row("I-881", "Application for Suspension of Deportation or Special Rule Cancellation of Removal", ""),
    row("I-905", "Application for Authorization to Issue Certification for Health Care Workers", ""),
    row("I-907", "Request for Premium Processing Service", ""),
    row("I-910", "Application for Civil Surgeon Designation", ""),
    row("I-912", "Request for Fee Waiver", ""),
    row("I-914", "Application for T Nonimmigrant Status", ""),
    row("I-918", "Petition for U Nonimmigrant Status", ""),
    row("I-924", "Application for Regional Center Designation Under the Immigrant Investor Program", ""),
    row("I-924A", "Annual Certification of Regional Center", ""),
    row("I-929", "Petition for Qualifying Family Member of a U-1 Nonimmigrant", ""),
    row("I-941", "Application for Entrepreneur Parole", ""),
    row("I-945", "Public Charge Bond", ""),
    row("I-956", "Application for Regional Center Designation", ""),
    row("I-956F", "Application for Approval of an Investment in a Commercial Enterprise", ""),
    row("I-956G", "Regional Center Annual Statement", ""),
    row("I-956H", "Bona Fides of Persons Involved with Regional Center Program", ""),
    row("I-956K", "Registration for Direct and Third-Party Promoters", ""),
    row("N-300", "Application to File Declaration of Intention", ""),
    row("N-336", "Request for a Hearing on a Decision in Naturalization Proceedings", ""),
    row("N-400", "Application for Naturalization", "Solicitud de Naturalización"),
    row("N-426", "Request for Certification of Military or Naval Service", ""),
    row("N-470", "Application to Preserve Residence for Naturalization Purposes", ""),
    row("N-565", "Application for Replacement Naturalization/Citizenship Document", ""),
    row("N-600", "Application for Certificate of Citizenship", "Solicitud de Certificado de Ciudadanía"),
    row("N-600K", "Application for Citizenship and Issuance of Certificate Under Section 322", ""),
    row("N-644", "Application for Posthumous Citizenship", ""),
    row("N-648", "Medical Certification for Disability Exceptions", ""),
    row("AR-11", "Alien's Change of Address Card", ""),
    row("EOIR-29", "Notice of Appeal to the Board of Immigration Appeals from a Decision of a DHS Officer", ""),
    row("G-28", "Notice of Entry of Appearance as Attorney or Accredited Representative", ""),
    row(
        "G-28I",
        "Notice of Entry of Appearance as Attorney In Matters Outside the Geographical Confines of the United States",
        "",
    ),
    row("G-325A", "Biographic Information (for Deferred Action)", ""),
    row("G-325R", "Biographic Information (Registration)", ""),
    row("G-639", "Freedom of Information/Privacy Act Request", ""),
    row("G-845", "Verification Request", ""),
    row("G-884", "Request for the Return of Original Documents", ""),
    row("G-1041", "Genealogy Index Search Request", ""),
    row("G-1041A", "Genealogy Records Request", ""),
    row("G-1145", "E-Notification of Application/Petition Acceptance", ""),
    row("G-1256", "Declaration for Interpreted USCIS Interview", ""),
    row("G-1450", "Authorization for Credit Card Transactions", ""),
    row("G-1566", "Request for Certificate of Non-Existence", ""),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ways_of_writing_a_form_are_one_form() {
        for (written, form) in [
            ("N400", "N-400"),
            ("i-130", "I-130"),
            (" I-485J ", "I-485J"),
            ("Form I-765", "I-765"),
            ("Formulario N-600K", "N-600K"),
            ("I\u{2011}129 F", "I-129F"),
            ("EOIR29", "EOIR-29"),
            ("G-1450", "G-1450"),
            ("X-99", "X-99"),
        ] {
            assert_eq!(FormType::parse(written).as_ref().map(FormType::as_str), Some(form), "{written}");
        }
    }

    #[test]
    fn what_has_not_the_shape_is_no_form() {
        for written in
            ["", "I", "485", "I-48555", "I-485 (old)", "IOE0912345678", "Form", "I-485SUPP", "ABCDE-1", "É-1"]
        {
            assert_eq!(FormType::parse(written), None, "{written}");
        }
    }

    #[test]
    fn names_are_those_of_the_whole_token() {
        let name = |form: &str, language| FormType::parse(form).and_then(|form| form.name(language));
        assert_eq!(name("I129", Language::English), Some("Petition for a Nonimmigrant Worker"));
        assert_eq!(name("I129F", Language::English), Some("Petition for Alien Fiancé(e)"));
        assert_eq!(name("N-400", Language::Spanish), Some("Solicitud de Naturalización"));
        assert_eq!(name("I-129", Language::Spanish), None);
        assert_eq!(name("X-99", Language::English), None);
    }

    #[test]
    fn every_form_of_the_catalogue_reads_back_and_stands_once() {
        for form in &FORMS {
            assert_eq!(FormType::parse(form.code).as_ref().map(FormType::as_str), Some(form.code));
            assert_eq!(FORMS.iter().filter(|other| other.code == form.code).count(), 1, "{}", form.code);
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_is_stable(written in any::<String>()) {
            if let Some(form) = FormType::parse(&written) {
                prop_assert_eq!(FormType::parse(form.as_str()), Some(form.clone()));
            }
        }
    }
}
