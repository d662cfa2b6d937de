//! temp
fn main() {
    use casefolio_domain::polling::WorkCalendar;
    use casefolio_polling::{bound::*, planned::*, play::*, policy::*, portfolio::*, time::*};
    let time = Time::new(&WorkCalendar::default());
    let args: Vec<String> = std::env::args().skip(1).collect();
    let cases: usize = args[0].parse().unwrap();
    let per_day: usize = args[1].parse().unwrap();
    let seed: u64 = args.get(3).map_or(42, |s| s.parse().unwrap());
    let pick = args.get(2).cloned().unwrap_or_default();
    for mix in Mix::ALL {
        if args.get(4).is_some_and(|m| !mix.name().contains(m.as_str())) {
            continue;
        }
        let courses = portfolio(&time, mix, cases, seed);
        println!("{}", mix.name());
        let run = |name: &str, p: &mut dyn Policy, b: bool| {
            if !pick.is_empty() && pick != "all" && !pick.split(',').any(|x| x == name) {
                return;
            }
            let t = std::time::Instant::now();
            let o = play(&time, &courses, per_day, p);
            let e = t.elapsed();
            let t = std::time::Instant::now();
            let l = if b { least_unseen(&time, &courses, per_day, &o) } else { 0.0 };
            println!(
                "  {name:10} mean {:.2} p95 {:.1} wait {:.2} most {} calls {} [{e:?}]  bound ratio {:.3} [{:?}]",
                o.mean,
                o.p95,
                o.longest_wait,
                o.most_calls,
                o.calls,
                o.unseen / l,
                t.elapsed()
            );
        };
        run("known", &mut Planned::new(&time, cases, per_day, Belief::Known, WorkCalendar::default()), true);
        run("learned", &mut Planned::new(&time, cases, per_day, Belief::Supposed(1.0), WorkCalendar::default()), true);
        run("equal", &mut EqualIntervals::new(cases, per_day), false);
        run("random", &mut RandomOrder::new(cases, per_day, 3), false);
        run("fixed", &mut FixedPerPhase::new(&time, cases, 3), false);
        for (n, b) in [("x3", Belief::Supposed(3.0)), ("/3", Belief::Supposed(1.0 / 3.0)), ("skew", Belief::Skewed)] {
            run(n, &mut Planned::new(&time, cases, per_day, b, WorkCalendar::default()), false);
        }
        for (n, c) in [
            ("even", WorkCalendar::EVEN),
            ("+3", WorkCalendar::weekdays(10, 23)),
            ("-3", WorkCalendar::weekdays(4, 17)),
        ] {
            run(n, &mut Planned::new(&time, cases, per_day, Belief::Supposed(1.0), c), false);
        }
    }
}
