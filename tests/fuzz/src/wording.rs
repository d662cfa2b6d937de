//! What error texts may say: words of the program's own, and numbers.

use std::error::Error;

/// Panics unless the error's text, and that of each of its causes, is one of `known`. A `#` there stands for any number.
pub(crate) fn assert_own(error: &(dyn Error + 'static), known: &[&str]) {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = without_numbers(&error.to_string());
        assert!(known.contains(&text.as_str()), "not a text of the program's own: {text}");
        cause = error.source();
    }
}

fn without_numbers(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    for sign in text.chars() {
        let sign = if sign.is_ascii_digit() { '#' } else { sign };
        if sign != '#' || !shape.ends_with('#') {
            shape.push(sign);
        }
    }
    shape
}
