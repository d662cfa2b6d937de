import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { openDesk } from "../../test/render";

const row = (name: RegExp) => screen.getByRole("button", { name });
const details = () => screen.getByRole("complementary", { name: "Case details" });

describe("the main window", () => {
  it("lists_the_cases_and_says_which_are_unread", async () => {
    await openDesk();
    const table = screen.getByRole("table", { name: "Cases" });
    expect(within(table).getAllByRole("row")).toHaveLength(17);
    expect(within(table).getByRole("button", { name: "Unread Amara Okafor IOE0912345678" })).toBeDefined();
    expect(within(table).getByRole("columnheader", { name: "Changed" }).getAttribute("aria-sort")).toBe("descending");
  });

  it("tells_what_the_days_calls_went_to_what_comes_next_and_why", async () => {
    const { user } = await openDesk();
    await user.click(screen.getByRole("button", { name: "What comes next" }));
    const dialog = await screen.findByRole("dialog", { name: "What Casefolio is doing" });
    expect(await within(dialog).findByText(/588 of 1,000 calls are left/)).toBeDefined();
    expect(within(dialog).getByText("Answered").nextElementSibling?.textContent).toBe("407");
    expect(within(dialog).getByText("1 case is overdue.")).toBeDefined();
    expect(within(dialog).getAllByText("by then a change is likely enough")).toHaveLength(4);
    await user.click(within(dialog).getByRole("button", { name: "Amara Okafor" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(await within(details()).findByRole("heading", { name: "Amara Okafor" })).toBeDefined();
  });

  it("opens_a_case_by_keyboard_alone_and_closes_it_again", async () => {
    const { user } = await openDesk();
    await user.keyboard("/okafor{Enter}");
    await waitFor(() => expect(document.activeElement).toBe(row(/Amara Okafor/)));
    await user.keyboard("{Enter}");
    expect(await within(details()).findByRole("heading", { name: "Amara Okafor" })).toBeDefined();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("complementary")).toBeNull();
  });

  it("shows_what_changed_in_both_languages", async () => {
    const { user } = await openDesk();
    await user.click(row(/Amara Okafor/));
    const changed = await within(details()).findByRole("region", { name: "What changed" });
    expect(within(changed).getByText("Request for Additional Evidence Was Sent").tagName).toBe("INS");
    await user.click(within(details()).getByRole("button", { name: "Español" }));
    expect(within(changed).getByText("Caso Siendo Revisado Activamente Por USCIS").tagName).toBe("DEL");
  });

  it("keeps_the_last_known_status_in_sight_when_a_check_failed", async () => {
    const { user } = await openDesk();
    await user.click(row(/Sofía Herrera/));
    expect(await within(details()).findByText("The service is closed or down")).toBeDefined();
    expect(within(within(details()).getByRole("region", { name: "What USCIS says" })).getByText("Case Was Updated To Show Fingerprints Were Taken")).toBeDefined();
  });

  it("warns_when_the_text_speaks_of_a_denial_that_the_title_hides", async () => {
    const { user } = await openDesk();
    await user.click(row(/Oleksandr/));
    expect((await within(details()).findAllByText("The text speaks of a denial")).length).toBe(1);
  });

  it("leads_to_the_other_portfolios_where_there_are_any_and_says_what_is_unread_there", async () => {
    const pages: string[] = [];
    const { user } = await openDesk({ beside: 3, go: (page) => void pages.push(page) });
    const others = await screen.findByRole("button", { name: "Portfolios" });
    expect(within(others).getByTitle("3 unread changes in other portfolios").textContent).toBe("3");
    await user.click(others);
    expect(pages).toEqual(["gate.html"]);
  });

  it("has_no_way_to_other_portfolios_where_there_are_none", async () => {
    await openDesk();
    expect(screen.queryByRole("button", { name: "Portfolios" })).toBeNull();
  });

  it("mutes_all_cases_of_a_person_and_tells_of_them_again", async () => {
    const { user, fake } = await openDesk();
    await user.click(await screen.findByRole("button", { name: /Marta Kowalczyk/ }));
    await user.click(await screen.findByRole("button", { name: "Mute…" }));
    const box = await screen.findByRole<HTMLInputElement>("checkbox", { name: "All cases of Marta Kowalczyk" });
    const muted = async () => (await fake.listCases()).filter((row) => row.muted).map((row) => row.person);
    const before = await muted();
    await user.click(box);
    await waitFor(async () => expect(await muted()).toContain("Marta Kowalczyk"));
    await waitFor(() => expect(box.checked).toBe(true));
    await user.click(box);
    await waitFor(async () => expect(await muted()).toEqual(before));
  });

  it("mutes_stars_and_snoozes_a_case_and_wakes_it_again", async () => {
    const { user, fake } = await openDesk();
    await user.click(await screen.findByRole("button", { name: /Marta Kowalczyk/ }));
    const wishes = within(await screen.findByRole("group", { name: "For this case" }));
    const shown = async () => (await fake.listCases()).find((row) => row.person === "Marta Kowalczyk");
    await user.click(wishes.getByRole("button", { name: "Mute…" }));
    const mutes = within(await screen.findByRole("dialog", { name: "Mute" }));
    await user.click(mutes.getByRole("checkbox", { name: "This case" }));
    await user.click(mutes.getByRole("button", { name: "Done" }));
    await user.click(wishes.getByRole("button", { name: "Star" }));
    await waitFor(async () => expect(await shown()).toMatchObject({ muted: true, starred: true }));
    await waitFor(() => expect(wishes.getByRole("button", { name: "Mute…", pressed: true })).toBeDefined());
    await user.click(wishes.getByRole("button", { name: "Snooze…" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "In a week" }));
    await user.click(await wishes.findByRole("button", { name: /^Until/ }));
    await waitFor(async () => expect(await shown()).toMatchObject({ snoozedUntil: null }));
  });

  it("hands_links_to_the_shell", async () => {
    const { user, fake } = await openDesk();
    await user.click(row(/Amara Okafor/));
    await user.click(await within(details()).findByRole("link", { name: "www.uscis.gov/addresschange" }));
    await user.click(within(details()).getByRole("button", { name: "Official page" }));
    expect(fake.opened).toEqual(["https://www.uscis.gov/addresschange", "https://egov.uscis.gov/"]);
  });

  it("follows_a_case_that_moves_and_a_notification_that_is_clicked", async () => {
    const { fake, desk } = await openDesk();
    const id = fake.advance() ?? 0;
    fake.click(id);
    expect(await screen.findByRole("complementary", { name: "Case details" })).toBeDefined();
    await waitFor(() => expect(desk.pane.shown?.stage).toBe("evidence_response"));
  });

  it("adds_cases_after_showing_a_verdict_for_each_line", async () => {
    const { user } = await openDesk({ cases: "none" });
    await user.click(screen.getByRole("button", { name: "Add cases" }));
    await user.type(screen.getByRole("textbox", { name: "Receipt numbers" }), "I0E0933334444{Enter}MSC2490159999");
    await user.click(await screen.findByRole("button", { name: "Use IOE0933334444" }));
    await user.type(screen.getByRole("textbox", { name: "Person" }), "Rosa Díaz");
    await user.click(await screen.findByRole("button", { name: "Add 2 cases" }));
    expect(await screen.findByRole("button", { name: "Rosa Díaz IOE0933334444" })).toBeDefined();
    expect(screen.getByText("2 cases added")).toBeDefined();
  });

  it("asks_before_it_removes_a_case", async () => {
    const { user } = await openDesk();
    await user.click(row(/Kwame Mensah/));
    await user.click(await within(details()).findByRole("button", { name: "Remove" }));
    await user.click(screen.getByRole("button", { name: "Remove case" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: /Kwame Mensah/ })).toBeNull());
  });

  it("renames_a_case", async () => {
    const { user } = await openDesk();
    await user.click(row(/Kwame Mensah/));
    await user.click(await within(details()).findByRole("button", { name: "Edit person and label" }));
    const person = screen.getByRole("textbox", { name: "Person" });
    await user.clear(person);
    await user.type(person, "Kwame A. Mensah");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("heading", { name: "Kwame A. Mensah" })).toBeDefined();
  });

  it("leads_to_the_settings_when_no_service_is_set", async () => {
    const { user } = await openDesk({ service: "not_set", cases: "none" });
    await user.click(screen.getByRole("button", { name: "Set up the service" }));
    expect(await screen.findByRole("textbox", { name: "Client ID" })).toBeDefined();
  });

  it("says_a_refusal_in_an_alert", async () => {
    const { user } = await openDesk({ service: "not_set" });
    await user.click(row(/Amara Okafor/));
    await user.click(await within(details()).findByRole("button", { name: "Check now" }));
    await waitFor(() => expect(screen.getByRole("alert").textContent?.trim()).not.toBe(""));
  });

  it("speaks_spanish_from_the_settings_on", async () => {
    const { user } = await openDesk();
    await user.click(screen.getByRole("button", { name: "Settings" }));
    await user.click(await screen.findByRole("radio", { name: "Español" }));
    expect(await screen.findByRole("heading", { name: "Ajustes" })).toBeDefined();
    expect(document.documentElement.lang).toBe("es");
  });

  it("has_the_system_start_it_at_sign_in_and_reads_that_anew_each_time", async () => {
    const { user, fake } = await openDesk();
    const box = () => screen.findByRole<HTMLInputElement>("checkbox", { name: "Start Casefolio when I sign in" });
    await user.click(screen.getByRole("button", { name: "Settings" }));
    expect((await box()).checked).toBe(false);
    await user.click(await box());
    await waitFor(() => expect(fake.startsAtSignIn).toBe(true));
    expect((await box()).checked).toBe(true);
    fake.startsAtSignIn = false;
    await user.click(screen.getByRole("button", { name: "Help and about" }));
    await user.click(screen.getByRole("button", { name: "Settings" }));
    await waitFor(async () => expect((await box()).checked).toBe(false));
  });

  it("says_what_to_do_when_the_system_refuses_to_start_it", async () => {
    const { user } = await openDesk({ refusesStart: true });
    await user.click(screen.getByRole("button", { name: "Settings" }));
    const box = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Start Casefolio when I sign in" });
    await user.click(box);
    const card = screen.getByRole("region", { name: "In the background" });
    expect((await within(card).findByRole("alert")).textContent).toContain("in the system's own settings");
    expect(box.checked).toBe(false);
  });

  it("locks_with_the_screen_unless_told_not_to", async () => {
    const { user, fake } = await openDesk();
    await user.click(screen.getByRole("button", { name: "Settings" }));
    await user.click(screen.getByRole("button", { name: "Security" }));
    const box = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Lock when the screen locks or the computer sleeps" });
    expect(box.checked).toBe(true);
    await user.click(box);
    await waitFor(async () => expect((await fake.preferences()).lockWithScreen).toBe(false));
  });

  it("locks_after_the_minutes_that_were_set_and_takes_no_more_than_sixty", async () => {
    const { user, fake } = await openDesk();
    await user.click(screen.getByRole("button", { name: "Settings" }));
    await user.click(screen.getByRole("button", { name: "Security" }));
    const field = await screen.findByRole<HTMLInputElement>("spinbutton", { name: "Lock after so many minutes" });
    expect(field.value).toBe("10");
    await user.clear(field);
    await user.type(field, "5");
    await user.tab();
    await waitFor(async () => expect((await fake.preferences()).lockAfterMinutes).toBe(5));
    await user.clear(field);
    await user.type(field, "500");
    await user.tab();
    await waitFor(async () => expect((await fake.preferences()).lockAfterMinutes).toBe(60));
    expect(field.value).toBe("60");
  });

  it("warns_of_a_recovery_code_that_was_never_confirmed_until_put_aside", async () => {
    const { user, fake } = await openDesk({ health: { recoveryConfirmed: false } });
    const opened: string[] = [];
    fake.openSecret = async (job) => (opened.push(job), null);
    const strip = screen.getByRole("region", { name: "Your recovery code was never confirmed" });
    await user.click(within(strip).getByRole("button", { name: "New recovery code…" }));
    expect(opened).toEqual(["recovery_code"]);
    await user.click(within(strip).getByRole("button", { name: "Dismiss" }));
    expect(screen.queryByRole("region", { name: "Your recovery code was never confirmed" })).toBeNull();
  });

  it("says_where_the_computer_tells_of_no_screen_lock", async () => {
    const { user } = await openDesk({ tellsOfLocks: false });
    await user.click(screen.getByRole("button", { name: "Settings" }));
    await user.click(screen.getByRole("button", { name: "Security" }));
    expect(await screen.findByText(/so this has no effect here/)).toBeDefined();
  });

  it("offers_in_practice_nothing_that_has_no_effect_there", async () => {
    const { user } = await openDesk({ service: "practice" });
    await user.click(screen.getByRole("button", { name: "Settings" }));
    const card = await screen.findByRole("region", { name: "In the background" });
    expect(within(card).queryAllByRole("checkbox")).toHaveLength(0);
    expect(within(card).getByRole("button", { name: "Quit Casefolio" })).toBeDefined();
  });

  it("ends_the_program_from_the_settings", async () => {
    const { user, fake } = await openDesk();
    await user.click(screen.getByRole("button", { name: "Settings" }));
    await user.click(await screen.findByRole("button", { name: "Quit Casefolio" }));
    expect(fake.ended).toBe(true);
  });

  it("says_when_the_service_as_a_whole_does_not_answer", async () => {
    await openDesk({ trouble: "not_authorised" });
    expect(screen.getAllByText(/USCIS refused the credentials/).length).toBeGreaterThan(0);
    expect(screen.getByRole("button", { name: "Open Settings" })).toBeDefined();
  });

  it("says_when_the_portfolio_itself_cannot_be_written", async () => {
    await openDesk({ broken: "disk_full" });
    expect(screen.getAllByText("The disk is full.", { exact: false })).toHaveLength(2);
    expect(within(screen.getByRole("region", { name: "Watching" })).getByText("Portfolio problem")).toBeDefined();
  });

  it("says_that_it_is_practice", async () => {
    await openDesk({ service: "practice" });
    expect(screen.getByText("invented cases, nothing is sent to USCIS", { exact: false })).toBeDefined();
  });

  it("says_that_an_older_copy_was_put_back_until_it_is_accepted", async () => {
    const { user } = await openDesk({ health: { rolledBack: 12 } });
    const strip = await screen.findByRole("region", { name: "An older copy of this portfolio was put back" });
    expect(strip.textContent).toContain("12 saved steps");
    expect(within(strip).queryByRole("button", { name: "Dismiss" })).toBeNull();
    await user.click(within(strip).getByRole("button", { name: "I know, go on with it" }));
    await waitFor(() => expect(screen.queryByRole("region", { name: "An older copy of this portfolio was put back" })).toBeNull());
  });

  it("warns_of_a_network_folder_and_says_where_the_damaged_portfolio_is", async () => {
    const { user } = await openDesk({ health: { folder: ["network_folder"], setAside: "/data/damaged-2026-11-22T140509Z-6f0c" } });
    const strip = await screen.findByRole("region", { name: "This portfolio lies on a network folder" });
    await user.click(within(strip).getByRole("button", { name: "Dismiss" }));
    expect(screen.queryByRole("region", { name: "This portfolio lies on a network folder" })).toBeNull();
    expect(screen.getByText(/damaged-2026-11-22T140509Z-6f0c/)).toBeDefined();
  });
});
