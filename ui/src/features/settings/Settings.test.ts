import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import type { Scene } from "../../ipc/fake";
import { ProblemError } from "../../ipc/problem";
import { openDesk } from "../../test/render";

async function openSettings(page: "Notifications" | "E-mail" | "Network" | "Security" | "Backups", scene: Partial<Scene> = {}) {
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

describe("the settings of the checks", () => {
  it("say_how_long_a_case_may_wait_and_keep_what_is_chosen", async () => {
    const { user, fake } = await openDesk({});
    await user.click(screen.getByRole("button", { name: "Settings" }));
    const card = await screen.findByRole("region", { name: "How often a case is asked about" });
    await user.selectOptions(within(card).getByRole("combobox", { name: "Between two checks, at least" }), "4 hours");
    await user.selectOptions(within(card).getByRole("combobox", { name: "Without a check, at most" }), "1 day");
    await waitFor(async () => expect(await fake.preferences()).toMatchObject({ shortestWaitHours: 4, longestWaitDays: 1 }));
  });
});

describe("the settings of notifications", () => {
  it("keep_quiet_at_night_from_the_usual_hours_on_and_take_others", async () => {
    const { user, fake } = await openSettings("Notifications");
    const card = await screen.findByRole("region", { name: "When to notify" });
    await user.click(within(card).getByRole("checkbox", { name: "Quiet hours" }));
    await waitFor(async () => expect((await fake.tellingRules()).desktop.quietHours).toEqual({ from: "22:00", to: "07:00" }));
    const until = within(card).getByLabelText<HTMLInputElement>("To");
    await fireEvent.change(until, { target: { value: "08:30" } });
    await waitFor(async () => expect((await fake.tellingRules()).desktop.quietHours).toEqual({ from: "22:00", to: "08:30" }));
    await fireEvent.change(until, { target: { value: "" } });
    expect((await fake.tellingRules()).desktop.quietHours).toEqual({ from: "22:00", to: "08:30" });
  });

  it("name_quiet_days_and_the_day_of_a_summary", async () => {
    const { user, fake } = await openSettings("Notifications");
    const card = await screen.findByRole("region", { name: "When to notify" });
    await user.click(within(card).getByRole("checkbox", { name: "Sunday" }));
    await user.click(within(card).getByRole("checkbox", { name: "Saturday" }));
    await user.click(within(card).getByRole("radio", { name: "Once a week" }));
    await user.selectOptions(within(card).getByRole("combobox", { name: "On" }), "Friday");
    await user.click(within(card).getByRole("checkbox", { name: "Tell what cannot wait at once" }));
    await waitFor(async () => {
      const { desktop } = await fake.tellingRules();
      expect(desktop).toMatchObject({ quietDays: ["sa", "su"], digest: "weekly", digestDay: "fr", digestAt: "17:00", urgentAtOnce: true });
    });
  });

  it("show_again_what_was_before_where_it_is_refused", async () => {
    const { user, fake } = await openSettings("Notifications");
    fake.setTellingRules = async () => { throw new ProblemError({ code: "disk_full", params: {} }); };
    const box = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Saturday" });
    await user.click(box);
    expect(await screen.findByRole("alert")).toBeDefined();
    await waitFor(() => expect(screen.getByRole<HTMLInputElement>("checkbox", { name: "Saturday" }).checked).toBe(false));
  });
});

describe("the settings of e-mail", () => {
  async function fill(user: Awaited<ReturnType<typeof openSettings>>["user"]) {
    const card = await screen.findByRole("region", { name: "E-mail when a case changes" });
    await user.type(within(card).getByLabelText("Mail server"), "smtp.example.com");
    await user.type(within(card).getByLabelText("Sender's address"), "ana@example.com");
    await user.type(within(card).getByLabelText("User name"), "ana@example.com");
    return card;
  }

  it("keep_a_mail_server_and_its_password_and_send_a_test", async () => {
    const { user, fake } = await openSettings("E-mail");
    const card = await fill(user);
    await user.click(within(card).getByRole("button", { name: "Save" }));
    expect(await within(card).findByText("Enter the password for the mail server.")).toBeDefined();
    await user.type(within(card).getByLabelText("Password"), "correct horse");
    await user.click(within(card).getByRole("radio", { name: "STARTTLS (usual port 587)" }));
    await user.click(within(card).getByRole("button", { name: "Save and send a test" }));
    expect(await within(card).findByText(/took a test message to ana@example.com/)).toBeDefined();
    expect(within(card).getByLabelText<HTMLInputElement>("Password").value).toBe("");
    expect((await fake.mail()).settings).toMatchObject({ host: "smtp.example.com", port: 587, security: "starttls", way: "password" });
  });

  it("say_what_to_do_when_a_test_fails", async () => {
    const { user } = await openSettings("E-mail", { mailTest: "sign_in_refused" });
    const card = await fill(user);
    await user.type(within(card).getByLabelText("Password"), "wrong horse");
    await user.click(within(card).getByRole("button", { name: "Save and send a test" }));
    expect(await within(card).findByText("The mail server refused the sign-in")).toBeDefined();
    expect(within(card).getByText(/app password/, { selector: ".callout *" })).toBeDefined();
  });

  it("write_to_people_of_some_cases_and_stop_again", async () => {
    const { user, fake } = await openSettings("E-mail");
    const card = await fill(user);
    await user.type(within(card).getByLabelText("Password"), "correct horse");
    await user.click(within(card).getByRole("button", { name: "Save" }));
    await user.click(await screen.findByRole("button", { name: "Add recipient" }));
    const dialog = await screen.findByRole("dialog", { name: "Add recipient" });
    await user.type(within(dialog).getByLabelText("Address"), "clerk");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    expect(await within(dialog).findByText(/The address cannot be used/)).toBeDefined();
    await user.type(within(dialog).getByLabelText("Address"), "@example.org");
    await user.click(within(dialog).getByRole("radio", { name: "Español" }));
    await user.click(within(dialog).getByRole("radio", { name: "Of some people or matters" }));
    await user.type(within(dialog).getByLabelText("People"), "Ana Ruiz{Enter} Zoila Quispe ");
    await user.type(within(dialog).getByLabelText("Matters"), "Ruiz v. Delay");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Español · generic · Ana Ruiz, Zoila Quispe, Ruiz v. Delay")).toBeDefined();
    expect((await fake.mail()).recipients[0]).toMatchObject({ address: "clerk@example.org", language: "es", everything: false });
    await user.click(screen.getByRole("button", { name: "Remove" }));
    await user.click(within(await screen.findByRole("dialog", { name: "Remove" })).getByRole("button", { name: "Remove" }));
    expect(await screen.findByText("Nobody yet.")).toBeDefined();
  });

  it("show_why_messages_wait_and_which_were_given_up", async () => {
    await openSettings("E-mail", { mail: { waiting: 2, trouble: "certificate", givenUp: 1, refused: "recipient_refused" } });
    expect(await screen.findByText(/2 messages wait/)).toBeDefined();
    expect(screen.getByText("The mail server's certificate is not trusted")).toBeDefined();
    expect(screen.getByText(/1 message was refused for good/)).toBeDefined();
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

describe("the settings of the network", () => {
  const proxyCard = () => screen.findByRole("region", { name: "Proxy" });

  it("take_a_proxy_with_a_sign_in_and_keep_the_password_for_it_alone", async () => {
    const { user, fake } = await openSettings("Network");
    const card = await proxyCard();
    await user.click(within(card).getByRole("radio", { name: /This one/ }));
    await user.type(within(card).getByLabelText("Address and port"), "proxy.example.com:8080");
    await user.type(within(card).getByLabelText("User name"), "ana");
    await user.type(within(card).getByLabelText("Password"), "secret");
    await user.click(within(card).getByRole("button", { name: "Save" }));
    expect(await within(card).findByText(/Saved/)).toBeDefined();
    expect(await fake.network()).toMatchObject({ proxy: "manual", address: "proxy.example.com:8080", user: "ana" });
    expect(within(card).getByText(/Kept. Leave empty/)).toBeDefined();
    await user.type(within(card).getByLabelText("User name"), "b");
    expect(within(card).queryByText(/Kept. Leave empty/)).toBeNull();
    await user.click(within(card).getByRole("button", { name: "Save" }));
    expect(await within(card).findByText(/password for the proxy is missing/)).toBeDefined();
  });

  it("say_what_is_wrong_with_an_address_and_keep_what_was_typed", async () => {
    const { user } = await openSettings("Network");
    const card = await proxyCard();
    await user.click(within(card).getByRole("radio", { name: /This one/ }));
    await user.type(within(card).getByLabelText("Address and port"), "proxy.example.com");
    await user.click(within(card).getByRole("button", { name: "Save" }));
    expect(await within(card).findByText(/Enter a name and a port/)).toBeDefined();
    expect(within(card).getByLabelText<HTMLInputElement>("Address and port").value).toBe("proxy.example.com");
  });

  it("trust_the_certificate_of_a_company_and_forget_it_again", async () => {
    const { user } = await openSettings("Network");
    const card = await screen.findByRole("region", { name: "Company certificate" });
    expect(within(card).getByText("Only the certificates of this computer are trusted.")).toBeDefined();
    await user.click(within(card).getByRole("button", { name: "Choose file…" }));
    expect(await within(card).findByText("1 certificate of your company is trusted as well.")).toBeDefined();
    await user.click(within(card).getByRole("button", { name: "Trust it no more" }));
    expect(await within(card).findByText("Only the certificates of this computer are trusted.")).toBeDefined();
  });

  it("tell_of_a_script_that_is_not_run", async () => {
    const { fake, user } = await openSettings("Notifications");
    const before = await fake.network();
    fake.network = async () => ({ ...before, script: true });
    await user.click(screen.getByRole("button", { name: "Network" }));
    expect(await screen.findByText("This computer finds its proxy by a script")).toBeDefined();
  });
});

describe("signing in with a provider of e-mail", () => {
  async function chosen(scene: Partial<Scene> = {}) {
    const opened = await openSettings("E-mail", scene);
    const card = await screen.findByRole("region", { name: "E-mail when a case changes" });
    await opened.user.click(within(card).getByRole("radio", { name: /With a Microsoft account/ }));
    await opened.user.type(within(card).getByLabelText("Sender's address"), "ana@example.com");
    await opened.user.type(within(card).getByLabelText("User name"), "ana@example.com");
    await opened.user.type(within(card).getByLabelText("Client ID"), "11-22");
    return { ...opened, card };
  }

  it("fills_in_the_mail_server_of_the_provider_and_asks_for_no_password", async () => {
    const { card } = await chosen();
    expect(within(card).getByDisplayValue("smtp.office365.com")).toBeDefined();
    expect(within(card).queryByLabelText("Password")).toBeNull();
    expect(within(card).queryByLabelText("Client secret")).toBeNull();
  });

  it("keeps_the_sign_in_once_the_browser_has_answered", async () => {
    const { card, user, fake } = await chosen();
    await user.click(within(card).getByRole("button", { name: "Sign in with Microsoft…" }));
    expect(await within(card).findByText(/^Signed in/)).toBeDefined();
    expect((await fake.mail()).settings).toMatchObject({ way: "microsoft", clientId: "11-22", port: 587 });
  });

  it("can_be_given_up_while_the_browser_waits_and_says_what_went_wrong_otherwise", async () => {
    const { card, user, fake } = await chosen({ mailTest: "sign_in_declined" });
    let given = () => {};
    const signIn = fake.signInMail;
    fake.signInMail = () => new Promise((answer) => (given = () => answer({ problem: "sign_in_given_up" })));
    fake.stopSigningIn = async () => (given(), null);
    await user.click(within(card).getByRole("button", { name: "Sign in with Microsoft…" }));
    await user.click(await within(card).findByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(within(card).queryByText("Go on in your browser")).toBeNull());
    expect(within(card).queryByText(/declined/)).toBeNull();
    fake.signInMail = signIn;
    await user.click(within(card).getByRole("button", { name: "Sign in with Microsoft…" }));
    expect(await within(card).findByText("The sign-in was declined")).toBeDefined();
    expect((await fake.mail()).settings).toBeNull();
  });
});
