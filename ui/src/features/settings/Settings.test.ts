import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import type { Scene } from "../../ipc/fake";
import { openDesk } from "../../test/render";

async function openSettings(page: "Security" | "Backups", scene: Partial<Scene> = {}) {
  const opened = await openDesk(scene);
  await opened.user.click(screen.getByRole("button", { name: "Settings" }));
  await opened.user.click(screen.getByRole("button", { name: page }));
  return opened;
}

describe("the settings of security", () => {
  it("say_of_both_modes_what_they_protect_against_and_what_not_and_which_one_is_on", async () => {
    await openSettings("Security");
    const card = await screen.findByRole("region", { name: "How the portfolio opens" });
    expect(within(card).getAllByText("What it protects against")).toHaveLength(2);
    expect(within(card).getAllByText("What it does not protect against")).toHaveLength(2);
    const [computer, strict] = within(card).getAllByRole("article") as [HTMLElement, HTMLElement];
    expect(within(computer).getByText("In use")).toBeDefined();
    expect(within(computer).queryByRole("button")).toBeNull();
    expect(within(strict).getByRole("button", { name: "Switch to this…" })).toBeDefined();
    expect(within(card).queryByRole("checkbox")).toBeNull();
  });

  it("switch_the_mode_in_the_window_of_secrets", async () => {
    const { user, fake } = await openSettings("Security");
    const opened: string[] = [];
    fake.openSecret = async (job) => (opened.push(job), null);
    await user.click(await screen.findByRole("button", { name: "Switch to this…" }));
    expect(opened).toEqual(["strict_mode"]);
  });

  it("have_checks_behind_the_lock_switched_off_in_strict_mode", async () => {
    const { user, fake } = await openSettings("Security", { mode: "strict" });
    const box = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Keep checking while locked" });
    expect(box.checked).toBe(true);
    await user.click(box);
    await waitFor(async () => expect((await fake.security()).wantsWatchBehindLock).toBe(false));
  });

  it("show_diagnostics_before_they_are_saved", async () => {
    const { user } = await openSettings("Security");
    await user.click(screen.getByRole("button", { name: "Show diagnostics…" }));
    const dialog = await screen.findByRole("dialog", { name: "Diagnostics" });
    expect(within(dialog).getByText(/case#7f3a/)).toBeDefined();
    await user.click(within(dialog).getByRole("button", { name: "Save…" }));
    expect(await screen.findByText("Diagnostics saved")).toBeDefined();
  });

  it("are_not_there_in_practice", async () => {
    await openSettings("Security", { service: "practice" });
    expect(screen.getByText(/Practice mode keeps nothing of yours/)).toBeDefined();
    expect(screen.queryByRole("button", { name: "Change passphrase…" })).toBeNull();
  });
});

describe("the settings of backups", () => {
  it("show_each_backup_with_its_state_and_make_one_now", async () => {
    const { user } = await openSettings("Backups");
    const table = await screen.findByRole("table", { name: "Backups" });
    expect(within(table).getByText("Damaged, set aside")).toBeDefined();
    await user.click(screen.getByRole("button", { name: "Back up now" }));
    expect(await screen.findByText("Backup made and verified")).toBeDefined();
  });

  it("show_a_backup_that_is_made_meanwhile", async () => {
    const { fake, desk } = await openSettings("Backups");
    const table = await screen.findByRole("table", { name: "Backups" });
    const rows = () => within(table).getAllByRole("row").length;
    const before = rows();
    const view = await fake.backups();
    fake.backups = async () => ({ ...view, entries: [{ at: new Date().toISOString(), kind: "daily", damaged: false }, ...view.entries] });
    await desk.refresh();
    await waitFor(() => expect(rows()).toBe(before + 1));
  });

  it("are_reached_from_the_warning_of_damage_which_cannot_be_put_aside", async () => {
    const { user } = await openDesk({ health: { damageFoundAt: "2026-11-22T08:00:00Z" } });
    const strip = screen.getByRole("region", { name: "Part of this portfolio's data file is damaged" });
    expect(within(strip).queryByRole("button", { name: "Dismiss" })).toBeNull();
    await user.click(within(strip).getByRole("button", { name: "See backups" }));
    expect(await screen.findByRole("table", { name: "Backups" })).toBeDefined();
  });

  it("are_reached_from_the_warning_of_an_old_of_an_old_backup_which_goes_when_one_is_made", async () => {
    const { user } = await openDesk({ health: { backupOverdue: true, lastBackupAt: "2026-11-01T08:00:00Z" } });
    const strip = screen.getByRole("region", { name: /Last verified backup/ });
    await user.click(within(strip).getByRole("button", { name: "See backups" }));
    expect(await screen.findByRole("table", { name: "Backups" })).toBeDefined();
    await user.click(within(strip).getByRole("button", { name: "Back up now" }));
    await waitFor(() => expect(screen.queryByRole("region", { name: /Last verified backup/ })).toBeNull());
  });
});
