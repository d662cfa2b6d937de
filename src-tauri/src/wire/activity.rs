//! Shapes of what the watcher did lately.

use casefolio_core::watch::{Deed, What};
use serde::Serialize;
use specta::Type;

use super::case::time;

/// Something that the watcher did or decided.
#[derive(Serialize, Type)]
pub(crate) struct DeedView {
    /// When it began.
    from: String,
    /// When it ended.
    at: String,
    what: WhatView,
}

/// What it was.
#[derive(Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum WhatView {
    Asked {
        checked: u32,
        changed: u32,
        failed: u32,
        calls: u32,
    },
    /// Because of the service: the code of a problem.
    Paused {
        by: String,
        held_back: u32,
        until: Option<String>,
    },
    /// By the portfolio itself; `problem.CODE` in the locales.
    Failed {
        code: String,
    },
    Closed {
        until: String,
    },
    Told {
        changes: u32,
    },
    Woke,
}

impl From<Deed> for DeedView {
    fn from(deed: Deed) -> Self {
        let what = match deed.what {
            What::Asked { checked, changed, failed, calls } => WhatView::Asked { checked, changed, failed, calls },
            What::Paused { by, held_back, until } => {
                WhatView::Paused { by: by.code().to_owned(), held_back, until: until.map(time) }
            }
            What::Failed(code) => WhatView::Failed { code: code.to_owned() },
            What::Closed(until) => WhatView::Closed { until: time(until) },
            What::Told(changes) => WhatView::Told { changes },
            What::Woke => WhatView::Woke,
        };
        Self { from: time(deed.from), at: time(deed.at), what }
    }
}
