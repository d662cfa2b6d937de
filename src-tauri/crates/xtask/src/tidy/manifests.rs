//! Floors: a crate uses only crates of lower floors. See docs/architecture.md.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Finding;
use crate::command::cargo;

/// Which of our crates stands on which floor.
const FLOORS: [(&str, u8); 12] = [
    ("casefolio-domain", 0),
    ("casefolio-system", 0),
    ("casefolio-network", 0),
    ("casefolio-store", 1),
    ("casefolio-uscis", 1),
    ("casefolio-keys", 1),
    ("casefolio-mail", 1),
    ("casefolio-files", 1),
    ("casefolio-practice", 1),
    ("casefolio-core", 2),
    ("casefolio-cli", 3),
    ("casefolio", 3),
];

/// Lower floors that are closed to a crate all the same: the core knows the service by its contract, not by its stand-in.
const CLOSED: [(&str, &str); 1] = [("casefolio-core", "casefolio-practice")];

/// Test crates stand beside the house and use any floor; xtask uses none.
const TESTS: [&str; 5] =
    ["casefolio-journeys", "casefolio-e2e", "casefolio-faults", "casefolio-fuzz", "casefolio-polling"];
const XTASK: &str = "xtask";

/// A crate and one of our crates that it uses outside its tests.
#[derive(Debug)]
pub(crate) struct Use {
    above: String,
    below: Option<String>,
}

/// Asks cargo who uses whom. Each crate comes once without a used one, so that a crate without dependencies is seen, too.
pub(crate) fn uses(root: &Path) -> Result<Vec<Use>> {
    let output = cargo(root, &["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .output()
        .context("cargo metadata")?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata printed no JSON")?;
    Ok(uses_in(&metadata))
}

fn uses_in(metadata: &Value) -> Vec<Use> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut uses = Vec::new();
    for package in list(&metadata["packages"]) {
        let above = package["name"].as_str().unwrap_or_default().to_owned();
        uses.push(Use { above: above.clone(), below: None });
        for dependency in list(&package["dependencies"]) {
            if dependency["path"].is_string() && dependency["kind"] != "dev" {
                uses.push(Use { above: above.clone(), below: dependency["name"].as_str().map(str::to_owned) });
            }
        }
    }
    uses
}

/// Uses that go up, sideways, or where they may not go.
pub(crate) fn findings(uses: &[Use]) -> Vec<Finding> {
    uses.iter()
        .filter_map(|one| {
            problem(&one.above, one.below.as_deref()).map(|what| Finding::new(format!("crate {}", one.above), what))
        })
        .collect()
}

fn problem(above: &str, below: Option<&str>) -> Option<String> {
    if TESTS.contains(&above) {
        return None;
    }
    if above == XTASK {
        return below.map(|below| format!("uses {below}; developer tasks use no crate of the house"));
    }
    let Some(floor) = floor(above) else {
        return Some("stands on no floor: add it to the table in xtask/src/tidy/manifests.rs".to_owned());
    };
    let below = below?;
    if CLOSED.contains(&(above, below)) {
        return Some(format!("uses {below}, which is closed to it"));
    }
    match self::floor(below) {
        Some(lower) if lower < floor => None,
        Some(other) => Some(format!("on floor {floor} uses {below} on floor {other}; only lower floors may be used")),
        None => Some(format!("uses {below}, which stands on no floor")),
    }
}

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_uses_lower_floors_only() {
        assert_eq!(problem("casefolio-core", Some("casefolio-store")), None);
        assert!(problem("casefolio-store", Some("casefolio-core")).is_some());
        assert!(problem("casefolio-store", Some("casefolio-keys")).is_some(), "same floor");
    }

    #[test]
    fn the_core_does_not_know_the_practice_service() {
        assert!(problem("casefolio-core", Some("casefolio-practice")).is_some());
        assert_eq!(problem("casefolio-cli", Some("casefolio-practice")), None);
    }

    #[test]
    fn a_crate_without_a_floor_is_found() {
        assert!(problem("casefolio-cloud", None).is_some());
        assert_eq!(problem("casefolio-e2e", Some("casefolio-practice")), None);
    }

    #[test]
    fn what_only_tests_use_does_not_count() {
        let metadata = serde_json::json!({"packages": [{"name": "casefolio-core", "dependencies": [
            {"name": "casefolio-practice", "path": "x", "kind": "dev"},
            {"name": "casefolio-domain", "path": "x", "kind": null},
            {"name": "serde", "kind": null},
        ]}]});
        let used: Vec<_> = uses_in(&metadata).into_iter().filter_map(|one| one.below).collect();
        assert_eq!(used, ["casefolio-domain"]);
    }
}
