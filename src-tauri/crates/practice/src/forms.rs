//! The forms of the demonstration, named in both languages.

const FORMS: [(&str, &str, &str); 9] = [
    (
        "I-485",
        "Application to Register Permanent Residence or Adjust Status",
        "Solicitud de Registro de Residencia Permanente o Ajuste de Estatus",
    ),
    ("I-765", "Application for Employment Authorization", "Solicitud de Autorización de Empleo"),
    ("I-130", "Petition for Alien Relative", "Petición de Familiar Extranjero"),
    ("I-140", "Immigrant Petition for Alien Workers", "Petición de Inmigrante para Trabajadores Extranjeros"),
    ("I-129", "Petition for a Nonimmigrant Worker", "Petición de Trabajador No Inmigrante"),
    ("N-400", "Application for Naturalization", "Solicitud de Naturalización"),
    ("I-751", "Petition to Remove Conditions on Residence", "Petición para Eliminar las Condiciones en la Residencia"),
    (
        "I-131",
        "Application for Travel Documents, Parole Documents, and Arrival/Departure Records",
        "Solicitud de Documentos de Viaje, Documentos de Permiso de Ingreso y Registros de Llegada/Salida",
    ),
    (
        "I-539",
        "Application to Extend/Change Nonimmigrant Status",
        "Solicitud para Extender/Cambiar el Estatus de No Inmigrante",
    ),
];

/// `Form I-130, Petition for Alien Relative`, in English and in Spanish.
pub(crate) fn phrase(form: &str) -> (String, String) {
    let same = |code: &str| code == form || code.replace('-', "") == form;
    FORMS.iter().find(|(code, ..)| same(code)).map_or_else(
        || (format!("Form {form}"), format!("Formulario {form}")),
        |(code, en, es)| (format!("Form {code}, {en}"), format!("Formulario {code}, {es}")),
    )
}
