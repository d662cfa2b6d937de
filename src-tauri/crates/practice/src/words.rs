//! What the practice service says under each title.
//!
//! The titles and those Spanish titles marked *seen* are the service's (research 4.4 and its table of statuses). The
//! texts are written for practice after the pattern of real ones; the Spanish titles marked *practice* are invented.

use crate::status::Status;

/// The words of one title. `{date}`, `{by}`, `{form}` and `{receipt}` are filled in.
pub(crate) struct Words {
    pub(crate) title_en: &'static str,
    pub(crate) title_es: &'static str,
    pub(crate) text_en: &'static str,
    pub(crate) text_es: &'static str,
    /// The completed step in the history; empty where the title leaves none.
    pub(crate) history_en: &'static str,
    pub(crate) history_es: &'static str,
}

/// The words of a title, if it has any here.
pub(crate) fn of(title_en: &str) -> Option<&'static Words> {
    WORDS.iter().find(|words| words.title_en.eq_ignore_ascii_case(title_en.trim()))
}

/// A status with everything filled in: what it says itself, else the words of its title, else plain sentences.
pub(crate) fn complete(status: &Status) -> Filled {
    let words = of(&status.title_en);
    let pair = |en: &str, es: &str| (en.to_owned(), es.to_owned());
    let written = words.map(|words| pair(words.text_en, words.text_es));
    let steps =
        words.filter(|words| !words.history_en.is_empty()).map(|words| pair(words.history_en, words.history_es));
    let title_es = words.map_or(status.title_en.as_str(), |words| words.title_es);
    Filled {
        title_en: status.title_en.clone(),
        title_es: status.title_es.clone().unwrap_or_else(|| title_es.to_owned()),
        text: status.text.clone().or(written).unwrap_or_else(|| pair(PLAIN_EN, PLAIN_ES)),
        history: status.history.clone().or(steps),
        closing: status.text.is_none(),
    }
}

/// A status with everything filled in, placeholders still open.
pub(crate) struct Filled {
    pub(crate) title_en: String,
    pub(crate) title_es: String,
    pub(crate) text: (String, String),
    pub(crate) history: Option<(String, String)>,
    /// Whether the closing sentence about a new address follows.
    pub(crate) closing: bool,
}

const PLAIN_EN: &str = "On {date}, we updated the status of your {form}, Receipt Number {receipt}.";
const PLAIN_ES: &str = "El {date}, actualizamos el estatus de su {form}, Número de Recibo {receipt}.";

const WORDS: [Words; 25] = [
    // Spanish title seen.
    Words {
        title_en: "Case Was Received",
        title_es: "Caso Recibido",
        text_en: "On {date}, we received your {form}, Receipt Number {receipt}, and sent you the receipt notice that \
            describes how we will process your case. Please follow the instructions in the notice.",
        text_es: "El {date}, recibimos su {form}, Número de Recibo {receipt}, y le enviamos la notificación de recibo \
            que describe cómo procesaremos su caso. Por favor, siga las instrucciones de la notificación.",
        history_en: "We received your {form}.",
        history_es: "Recibimos su {form}.",
    },
    // Spanish title seen.
    Words {
        title_en: "Case Was Received and A Receipt Notice Was Sent",
        title_es: "Caso Recibido Y Notificación De Recibo Enviada",
        text_en: "On {date}, we received your {form}, Receipt Number {receipt}, and sent you a receipt notice. The \
            notice describes how we will process your case.",
        text_es: "El {date}, recibimos su {form}, Número de Recibo {receipt}, y le enviamos una notificación de \
            recibo. La notificación describe cómo procesaremos su caso.",
        history_en: "We received your {form} and sent you a receipt notice.",
        history_es: "Recibimos su {form} y le enviamos una notificación de recibo.",
    },
    // Spanish title of practice.
    Words {
        title_en: "Biometrics Appointment Was Scheduled",
        title_es: "Cita Para Toma De Datos Biométricos Fue Programada",
        text_en: "On {date}, we scheduled you for a biometrics appointment and mailed you an appointment notice for \
            Receipt Number {receipt}. If you do not receive your notice by {by}, please contact us.",
        text_es: "El {date}, programamos su cita para la toma de datos biométricos y le enviamos por correo una \
            notificación de cita para el Número de Recibo {receipt}. Si no recibe su notificación para el {by}, \
            comuníquese con nosotros.",
        history_en: "We scheduled your biometrics appointment.",
        history_es: "Programamos su cita para la toma de datos biométricos.",
    },
    // Spanish title seen.
    Words {
        title_en: "Case Was Updated To Show Fingerprints Were Taken",
        title_es: "Caso Actualizado Para Informar Que Se Tomaron Las Huellas Dactilares",
        text_en: "As of {date}, fingerprints relating to your {form}, Receipt Number {receipt}, have been applied to \
            your case.",
        text_es: "Al {date}, las huellas dactilares relacionadas con su {form}, Número de Recibo {receipt}, se han \
            añadido a su caso.",
        history_en: "We took your fingerprints.",
        history_es: "Tomamos sus huellas dactilares.",
    },
    // Spanish title seen.
    Words {
        title_en: "Case Is Being Actively Reviewed By USCIS",
        title_es: "Caso Siendo Revisado Activamente Por USCIS",
        text_en: "As of {date}, we are actively reviewing your {form}, Receipt Number {receipt}. Our records show \
            nothing is outstanding at this time. We will let you know if we need anything from you.",
        text_es: "El {date}, estamos revisando de forma activa su {form}, Número de Recibo {receipt}. Nuestros \
            registros muestran que no hay nada pendiente en este momento. Le avisaremos si necesitamos algo de usted.",
        history_en: "",
        history_es: "",
    },
    // Spanish title seen.
    Words {
        title_en: "Case Is Still Being Processed By USCIS",
        title_es: "El Caso Aún Está Siendo Procesado por USCIS",
        text_en: "As of {date}, your {form}, Receipt Number {receipt}, is still being processed. We will send you a \
            notice when we make a decision or need something from you.",
        text_es: "Al {date}, su {form}, Número de Recibo {receipt}, aún está siendo procesado. Le enviaremos una \
            notificación cuando tomemos una decisión o si necesitamos algo de usted.",
        history_en: "",
        history_es: "",
    },
    // Spanish title of practice.
    Words {
        title_en: "Request for Evidence Was Sent",
        title_es: "Se Envió Una Petición De Evidencia",
        text_en: "On {date}, we sent a request for evidence for your {form}, Receipt Number {receipt}. The request \
            explains what we need from you. We will not take action on your case until we receive the evidence or the \
            deadline to submit it expires.<br><br>If you do not receive your request by {by}, please go to \
            <a href=\"https://egov.uscis.gov/e-request/\" target=\"_blank\">www.uscis.gov/e-request</a>.",
        text_es: "El {date}, le enviamos una petición de evidencia para su {form}, Número de Recibo {receipt}. La \
            petición explica lo que necesitamos de usted. No tomaremos acción en su caso hasta que recibamos la \
            evidencia o venza el plazo para presentarla.<br><br>Si no recibe su petición para el {by}, visite \
            <a href=\"https://egov.uscis.gov/e-request/\" target=\"_blank\">www.uscis.gov/e-request</a>.",
        history_en: "We sent you a request for evidence.",
        history_es: "Le enviamos una petición de evidencia.",
    },
    // Spanish title seen.
    Words {
        title_en: "Response To USCIS' Request For Evidence Was Received",
        title_es: "Respuesta A La Petición De Evidencia Enviada Por USCIS Fue Recibida.",
        text_en: "On {date}, we received your response to our Request for Evidence for your {form}, Receipt Number \
            {receipt}. USCIS has begun working on your case again. We will send you a decision or notify you if we \
            need something from you.",
        text_es: "El {date}, recibimos su respuesta a nuestra petición de evidencia para su {form}, Número de Recibo \
            {receipt}. USCIS ha comenzado a trabajar de nuevo en su caso. Le enviaremos una decisión o le \
            notificaremos si necesitamos algo de usted.",
        history_en: "We received your response to our request for evidence.",
        history_es: "Recibimos su respuesta a nuestra petición de evidencia.",
    },
    // Spanish title seen.
    Words {
        title_en: "Interview Was Scheduled",
        title_es: "Entrevista Programada",
        text_en: "On {date}, we scheduled an interview for your {form}, Receipt Number {receipt}. We will mail you an \
            interview notice. Please follow any instructions in the notice.",
        text_es: "El {date}, programamos una entrevista para su {form}, Número de Recibo {receipt}. Le enviaremos por \
            correo una notificación de entrevista. Por favor, siga las instrucciones de la notificación.",
        history_en: "We scheduled your interview.",
        history_es: "Programamos su entrevista.",
    },
    // Spanish title of practice.
    Words {
        title_en: "Interview Was Completed And My Case Must Be Reviewed",
        title_es: "Se Completó La Entrevista Y Mi Caso Debe Ser Revisado",
        text_en: "We completed the interview for your {form}, Receipt Number {receipt}. We must now review your case. \
            We will send you a decision or notify you if we need something from you.",
        text_es: "Completamos la entrevista de su {form}, Número de Recibo {receipt}. Ahora debemos revisar su caso. \
            Le enviaremos una decisión o le notificaremos si necesitamos algo de usted.",
        history_en: "We completed your interview.",
        history_es: "Completamos su entrevista.",
    },
    // Spanish title seen.
    Words {
        title_en: "Case Was Approved",
        title_es: "Caso Fue Aprobado",
        text_en: "On {date}, we approved your {form}, Receipt Number {receipt}. We sent you an approval notice. Please \
            follow the instructions in the notice. If you do not receive your approval notice by {by}, please go to \
            <a href=\"https://egov.uscis.gov/e-request/\" target=\"_blank\">www.uscis.gov/e-request</a>.",
        text_es: "El {date}, aprobamos su {form}, Número de Recibo {receipt}. Le enviamos una notificación de \
            aprobación. Por favor, siga las instrucciones de la notificación. Si no recibe su notificación de \
            aprobación para el {by}, visite \
            <a href=\"https://egov.uscis.gov/e-request/\" target=\"_blank\">www.uscis.gov/e-request</a>.",
        history_en: "We approved your {form}.",
        history_es: "Aprobamos su {form}.",
    },
    // Spanish title seen.
    Words {
        title_en: "Case Approval Was Affirmed",
        title_es: "Aprobación De Caso Reafirmada",
        text_en: "The approval of your case, Receipt Number {receipt}, was affirmed and your case is in final review. \
            You will be notified by mail when the review is complete.",
        text_es: "Se ratificó la aprobación de su caso, Número de Recibo {receipt}, y su caso está en revisión final. \
            Se le notificará por correo cuando se complete la revisión.",
        history_en: "",
        history_es: "",
    },
    // Spanish title of practice.
    Words {
        title_en: "New Card Is Being Produced",
        title_es: "Su Nueva Tarjeta Está En Proceso De Producción",
        text_en: "On {date}, we ordered your new card for Receipt Number {receipt}, and will mail it to the address \
            you gave us.",
        text_es: "El {date}, ordenamos su nueva tarjeta para el Número de Recibo {receipt}, y se la enviaremos por \
            correo a la dirección que nos dio.",
        history_en: "We ordered your new card.",
        history_es: "Ordenamos su nueva tarjeta.",
    },
    // Spanish title seen.
    Words {
        title_en: "Card Was Produced",
        title_es: "Tarjeta Producida",
        text_en: "On {date}, we produced your new card for your {form}, Receipt Number {receipt}. We will mail you \
            your card. The tracking number assigned is UNAVAILABLE.",
        text_es: "El {date}, produjimos su nueva tarjeta para su {form}, Número de Recibo {receipt}. Le enviaremos su \
            tarjeta por correo. El número de seguimiento asignado es UNAVAILABLE.",
        history_en: "We produced your card.",
        history_es: "Produjimos su tarjeta.",
    },
    // Spanish title of practice.
    Words {
        title_en: "Card Was Mailed To Me",
        title_es: "Tarjeta Me Fue Enviada Por Correo",
        text_en: "On {date}, we mailed your new card for Receipt Number {receipt}, to the address you gave us. You can \
            follow it at <a href=\"https://tools.usps.com/go/TrackConfirmAction_input\" target=\"_blank\">USPS \
            Tracking</a>.",
        text_es: "El {date}, enviamos por correo su nueva tarjeta para el Número de Recibo {receipt}, a la dirección \
            que nos dio. Puede darle seguimiento en \
            <a href=\"https://tools.usps.com/go/TrackConfirmAction_input\" target=\"_blank\">USPS Tracking</a>.",
        history_en: "We mailed your card.",
        history_es: "Enviamos su tarjeta por correo.",
    },
    // Spanish title seen.
    Words {
        title_en: "Card Was Picked Up By The United States Postal Service",
        title_es: "Tarjeta Recogida Por El Servicio Postal De Los Estados Unidos",
        text_en: "On {date}, the United States Postal Service picked up your new card for Receipt Number {receipt}. \
            They will deliver it to the address that you gave us.",
        text_es: "El {date}, el Servicio Postal de los Estados Unidos recogió su nueva tarjeta para el Número de \
            Recibo {receipt}. La entregará en la dirección que usted nos dio.",
        history_en: "",
        history_es: "",
    },
    // Spanish title seen.
    Words {
        title_en: "Card Was Delivered To Me By The Post Office",
        title_es: "Tarjeta Me Fue Entregada Por El Servicio Postal De EE.UU.",
        text_en: "On {date}, the Post Office delivered your new card for Receipt Number {receipt}, to the address that \
            you gave us. The tracking number assigned is UNAVAILABLE.",
        text_es: "El {date}, la oficina de correos entregó su nueva tarjeta para el Número de Recibo {receipt}, en la \
            dirección que usted nos dio. El número de seguimiento asignado es UNAVAILABLE.",
        history_en: "The Post Office delivered your card.",
        history_es: "La oficina de correos entregó su tarjeta.",
    },
    // Spanish title seen.
    Words {
        title_en: "Oath Ceremony Will Be Scheduled",
        title_es: "Ceremonia De Juramentación Será Programada",
        text_en: "We placed you in line for your oath ceremony for your {form}, Receipt Number {receipt}, and will \
            send you a notice with the date, time, and location. You should receive your notice within 30 days of its \
            mailing date.",
        text_es: "Lo pusimos en la lista para su ceremonia de juramento para su {form}, Número de Recibo {receipt}, y \
            le enviaremos una notificación con la fecha, la hora y el lugar. Debe recibir su notificación dentro de \
            los 30 días siguientes a la fecha de envío.",
        history_en: "We placed you in line for your oath ceremony.",
        history_es: "Lo pusimos en la lista para su ceremonia de juramento.",
    },
    // Spanish title seen.
    Words {
        title_en: "Oath Ceremony Notice Was Mailed",
        title_es: "Notificación Para La Ceremonia De Juramentación Fue Enviada Por Correo",
        text_en: "We mailed you a notice with the date, time, and location of your oath ceremony for your {form}, \
            Receipt Number {receipt}. Please bring the notice and your Permanent Resident Card with you.",
        text_es: "Le enviamos por correo una notificación con la fecha, la hora y el lugar de su ceremonia de \
            juramento para su {form}, Número de Recibo {receipt}. Por favor, lleve consigo la notificación y su \
            Tarjeta de Residente Permanente.",
        history_en: "We mailed your oath ceremony notice.",
        history_es: "Enviamos por correo la notificación de su ceremonia de juramento.",
    },
    // Spanish title seen, with the service's own typing error.
    Words {
        title_en: "Certificate Of Naturalization Was Issued",
        title_es: "Se Emtitió El Certificado De Naturalización",
        text_en: "On {date}, we issued your Certificate of Naturalization for your {form}, Receipt Number {receipt}.",
        text_es: "El {date}, emitimos su Certificado de Naturalización para su {form}, Número de Recibo {receipt}.",
        history_en: "We issued your Certificate of Naturalization.",
        history_es: "Emitimos su Certificado de Naturalización.",
    },
    // Spanish title seen.
    Words {
        title_en: "Case Was Denied",
        title_es: "Caso Fue Denegado",
        text_en: "On {date}, we denied your {form}, Receipt Number {receipt}, and mailed you a denial notice. If you do \
            not receive your denial notice by {by}, please go to \
            <a href=\"https://egov.uscis.gov/e-request/\" target=\"_blank\">www.uscis.gov/e-request</a>.",
        text_es: "El {date}, rechazamos su {form}, Número de Recibo {receipt}, y le enviamos una notificación de \
            denegación. Si no recibe su notificación de denegación para el {by}, visite \
            <a href=\"https://egov.uscis.gov/e-request/\" target=\"_blank\">www.uscis.gov/e-request</a>.",
        history_en: "We denied your {form}.",
        history_es: "Rechazamos su {form}.",
    },
    // Spanish title seen. The title says less than the text: the case was denied (research 4.2).
    Words {
        title_en: "Case Was Terminated",
        title_es: "Caso Fue Terminado",
        text_en: "On {date}, we completed our review of your {form}, Receipt Number {receipt}, and denied your case. We \
            mailed you a decision notice. If you do not receive your notice by {by}, please contact us.",
        text_es: "El {date}, completamos nuestra revisión de su {form}, Número de Recibo {receipt}, y rechazamos su \
            caso. Le enviamos por correo una notificación de decisión. Si no recibe su notificación para el {by}, \
            comuníquese con nosotros.",
        history_en: "We completed our review of your {form}.",
        history_es: "Completamos nuestra revisión de su {form}.",
    },
    // Spanish title of practice.
    Words {
        title_en: "Case Was Transferred And A New Office Has Jurisdiction",
        title_es: "Caso Fue Transferido Y Una Nueva Oficina Tiene Jurisdicción",
        text_en: "On {date}, we transferred your {form}, Receipt Number {receipt}, to another USCIS office. That office \
            now has jurisdiction over your case. We sent you a notice that explains the transfer. If you do not \
            receive it by {by}, please contact us.",
        text_es: "El {date}, transferimos su {form}, Número de Recibo {receipt}, a otra oficina de USCIS. Esa oficina \
            ahora tiene jurisdicción sobre su caso. Le enviamos una notificación que explica la transferencia. Si no \
            la recibe para el {by}, comuníquese con nosotros.",
        history_en: "We transferred your case to another office.",
        history_es: "Transferimos su caso a otra oficina.",
    },
    // Spanish title seen.
    Words {
        title_en: "Case Was Sent To The Department of State",
        title_es: "Caso Enviado Al Departamento De Estado",
        text_en: "On {date}, we sent your case, Receipt Number {receipt}, to the Department of State for visa \
            processing.",
        text_es: "El {date}, enviamos su caso, Número de Recibo {receipt}, al Departamento de Estado para el \
            procesamiento de la visa.",
        history_en: "We sent your case to the Department of State.",
        history_es: "Enviamos su caso al Departamento de Estado.",
    },
    // Spanish title seen.
    Words {
        title_en: "Advance Parole Document Was Produced",
        title_es: "Documento De Permiso Adelantado De Viaje Fue Producido",
        text_en: "On {date}, we produced your Advance Parole Document for your {form}, Receipt Number {receipt}. We \
            will mail it to the address you gave us.",
        text_es: "El {date}, produjimos su Documento de Permiso Adelantado de Viaje para su {form}, Número de Recibo \
            {receipt}. Se lo enviaremos por correo a la dirección que nos dio.",
        history_en: "We produced your Advance Parole Document.",
        history_es: "Produjimos su Documento de Permiso Adelantado de Viaje.",
    },
];
