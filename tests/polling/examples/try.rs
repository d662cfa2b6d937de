#![allow(warnings, clippy::all, clippy::pedantic)]
//! temp
use casefolio_domain::polling::WorkCalendar;
use casefolio_polling::{bound::*, figures::*, planned::*, play::*, policy::*, portfolio::*, time::*};
fn main() {
    let time = Time::new(&WorkCalendar::default());
    let args: Vec<String> = std::env::args().skip(1).collect();
    let s = Setting { mix: Mix::Pending, cases: args[0].parse().unwrap(), per_day: args[1].parse().unwrap() };
    let courses = s.portfolio(&time, 7);
    for (n, b) in [("known", Belief::Known), ("learned", Belief::Supposed(1.0))] {
        let o = s.play(&time, &courses, b, &WorkCalendar::default());
        println!("{n} mean {:.2} wait {:.2} calls {} ratio {:.3}", o.mean, o.longest_wait, o.calls, o.unseen / least_unseen(&time, &courses, s.per_day, &o));
    }
}
