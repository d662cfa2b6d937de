//! The ordinary tests that do not run under Wine, each with the reason.

const ACCESS: &str = "Wine 8 shows Unix modes as access lists: a file takes nothing over from its folder, and a list that takes nothing over is merged with those above";
const UNIX: &str = "tests what Linux or macOS does; not compiled for Windows";

/// `crate/test` and why it does not run.
pub(super) const LEFT_OUT: &[(&str, &str)] = &[
    ("system/what_was_open_to_others_is_closed", ACCESS),
    ("system/a_file_takes_over_the_list_of_its_folder", ACCESS),
    ("store/folder_and_files_are_for_their_owner_alone", ACCESS),
    ("store/files_that_were_opened_to_others_are_closed_again", ACCESS),
    ("keys/folder_and_files_are_for_their_owner_alone", ACCESS),
    ("journeys/folders_and_files_are_for_their_owner_alone", ACCESS),
    ("store/a_link_in_place_of_the_database_is_refused", UNIX),
    ("cli/a_watch_that_is_asked_to_end_ends_properly", UNIX),
    ("system/folders_are_0700_and_files_0600", UNIX),
    ("system/what_a_link_points_to_is_not_touched", UNIX),
    ("system/arguments_are_quoted_by_the_rules_of_the_exec_key", UNIX),
    ("system/the_entry_is_what_the_specification_shows", UNIX),
    ("system/an_entry_without_a_command_starts_nothing", UNIX),
    ("system/the_list_escapes_what_xml_would_take_for_its_own", UNIX),
    ("system/an_agent_that_was_switched_off_starts_nothing", UNIX),
    ("system/an_entry_that_the_desktop_switched_off_is_not_on", UNIX),
];
