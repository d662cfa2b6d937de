import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { openGate } from "../../test/render";

const PASSPHRASE = "correct horse battery";

describe("the gate", () => {
  it("creates_a_portfolio_only_after_the_recovery_code_was_typed_again", async () => {
    const { user, pages } = await openGate();
    await user.click(screen.getByRole("button", { name: "Create a portfolio" }));
    await user.type(screen.getByRole("textbox", { name: "User ID" }), "rivera.law");
    await user.type(screen.getByLabelText("New passphrase"), PASSPHRASE);
    await user.type(screen.getByLabelText("New passphrase again"), PASSPHRASE);
    await user.click(screen.getByRole("button", { name: "Create portfolio" }));
    const code = (await screen.findByRole("group", { name: "Recovery code" })).textContent ?? "";
    await user.click(screen.getByRole("button", { name: "I have written it down" }));
    const typed = screen.getByRole("textbox", { name: "Recovery code" });
    await user.type(typed, "not it");
    await user.click(screen.getByRole("button", { name: "Confirm and open" }));
    expect(await screen.findByRole("alert")).toBeDefined();
    expect(pages).toEqual([]);
    await user.clear(typed);
    await user.type(typed, code.trim().toLowerCase());
    await user.click(screen.getByRole("button", { name: "Confirm and open" }));
    await waitFor(() => expect(pages).toEqual(["index.html"]));
  });

  it("asks_what_is_to_go_on_behind_the_lock_where_only_the_passphrase_opens_it", async () => {
    const { user, fake } = await openGate();
    const asked: unknown[] = [];
    fake.createPortfolio = async (request) => (asked.push([request.computerSlot, request.watchBehindLock]), { recoveryCode: "K7QM", computerSlot: false });
    await user.click(screen.getByRole("button", { name: "Create a portfolio" }));
    await user.type(screen.getByRole("textbox", { name: "User ID" }), "rivera.law");
    await user.type(screen.getByLabelText("New passphrase"), PASSPHRASE);
    await user.type(screen.getByLabelText("New passphrase again"), PASSPHRASE);
    expect(screen.queryByRole("checkbox", { name: "Keep checking while locked" })).toBeNull();
    await user.click(screen.getByRole("checkbox", { name: "Let this computer open it" }));
    await user.click(screen.getByRole("checkbox", { name: "Keep checking while locked" }));
    await user.click(screen.getByRole("button", { name: "Create portfolio" }));
    await waitFor(() => expect(asked).toEqual([[false, false]]));
  });

  it("does_not_take_a_short_or_a_differing_passphrase", async () => {
    const { user } = await openGate();
    await user.click(screen.getByRole("button", { name: "Create a portfolio" }));
    await user.type(screen.getByRole("textbox", { name: "User ID" }), "rivera.law");
    const create = screen.getByRole("button", { name: "Create portfolio" }) as HTMLButtonElement;
    await user.type(screen.getByLabelText("New passphrase"), "short");
    await user.type(screen.getByLabelText("New passphrase again"), "short");
    expect(create.disabled).toBe(true);
    await user.type(screen.getByLabelText("New passphrase"), " but longer now");
    await user.type(screen.getByLabelText("New passphrase again"), " but another one");
    expect(create.disabled).toBe(true);
    expect(screen.getByText("The two do not match")).toBeDefined();
  });

  it("opens_the_unlock_window_of_the_chosen_one_of_several_portfolios", async () => {
    const { user, fake, pages } = await openGate({ portfolios: ["rivera.law", "familia"] });
    await user.click(screen.getByRole("button", { name: /familia/ }));
    await waitFor(() => expect(pages).toEqual(["unlock.html"]));
    expect(fake.chosen).toBe("familia");
    expect(document.querySelector("input")).toBeNull();
  });

  it("says_of_portfolios_that_are_checked_in_the_background_what_is_unread", async () => {
    await openGate({ portfolios: ["rivera.law", "familia"], beside: 2 });
    expect(screen.getAllByText("Checked in the background · 2 unread changes")).toHaveLength(2);
    await openGate({ portfolios: ["rivera.law", "familia"], beside: 0 });
    expect(screen.getAllByText("Checked in the background · nothing unread")).toHaveLength(2);
  });

  it("checks_one_receipt_without_a_portfolio_by_a_service_typed_for_it", async () => {
    const { user, fake } = await openGate();
    await user.click(screen.getByRole("button", { name: "Check one receipt" }));
    await user.type(screen.getByRole("textbox", { name: "Receipt number" }), "IOE0912345678");
    const check = screen.getByRole("button", { name: "Check" }) as HTMLButtonElement;
    expect(check.disabled).toBe(true);
    expect(screen.getByText(/are kept nowhere/)).toBeDefined();
    await user.type(screen.getByRole("textbox", { name: "Client ID" }), " 4f1c-demo ");
    await user.type(screen.getByLabelText("Client secret"), "a secret");
    await user.click(check);
    expect(await screen.findByRole("heading", { name: "Request for Additional Evidence Was Sent" })).toBeDefined();
    expect(fake.asked).toEqual([
      { tokenUrl: "https://api-int.uscis.gov/oauth/accesstoken", apiBase: "https://api-int.uscis.gov/case-status", clientId: "4f1c-demo", clientSecret: "a secret" },
    ]);
  });

  it("asks_the_service_of_the_portfolio_that_goes_on_behind_the_gate", async () => {
    const { user, fake } = await openGate({ portfolios: ["rivera.law"], behind: true });
    await user.click(screen.getByRole("button", { name: "Check one receipt" }));
    expect(screen.queryByRole("textbox", { name: "Client ID" })).toBeNull();
    await user.type(screen.getByRole("textbox", { name: "Receipt number" }), "IOE0912345678{Enter}");
    await screen.findByRole("heading", { name: "Request for Additional Evidence Was Sent" });
    expect(fake.asked).toEqual([null]);
  });

  it("says_once_why_the_portfolio_did_not_open_by_itself", async () => {
    const { user } = await openGate({ portfolios: ["rivera.law"], unopened: "key_store_unavailable" });
    expect(screen.getByRole("alert").textContent).toContain("key store does not answer");
    await user.click(screen.getByRole("button", { name: "Español" }));
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("almacén de llaves"));
    await user.click(screen.getByRole("button", { name: "Consultar un recibo" }));
    await user.click(screen.getByRole("button", { name: /Atrás/ }));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("offers_what_a_mistyped_receipt_may_have_been", async () => {
    const { user } = await openGate({ behind: true });
    await user.click(screen.getByRole("button", { name: "Check one receipt" }));
    await user.type(screen.getByRole("textbox", { name: "Receipt number" }), "I0E0912345678{Enter}");
    await user.click(await screen.findByRole("button", { name: "Use IOE0912345678" }));
    expect(await screen.findByRole("heading", { name: "Request for Additional Evidence Was Sent" })).toBeDefined();
  });

  it("restores_from_a_backup_that_was_chosen_in_the_systems_dialog", async () => {
    const { user, pages } = await openGate();
    await user.click(screen.getByRole("button", { name: "Restore from a backup…" }));
    expect(await screen.findByText(/daily.casefolio/)).toBeDefined();
    const field = () => screen.getByLabelText("Passphrase", { selector: "[type=password]" });
    await user.type(field(), "wrong{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("wrong");
    await user.clear(field());
    await user.type(field(), PASSPHRASE + "{Enter}");
    await waitFor(() => expect(pages).toEqual(["index.html"]));
  });

  it("restores_in_the_place_of_a_damaged_portfolio_only_when_the_person_says_so", async () => {
    const { user, pages } = await openGate({ portfolios: ["rivera.law"], damage: { findings: ["keys_damaged"] }, damaged: "rivera.law" });
    await user.click(await screen.findByRole("button", { name: "Restore from a backup…" }));
    const aside = await screen.findByRole("checkbox", { name: /Set the damaged portfolio aside/ });
    expect((aside as HTMLInputElement).checked).toBe(true);
    expect(screen.queryByRole("checkbox", { name: /without examining/ })).toBeNull();
    await user.type(screen.getByLabelText("Passphrase", { selector: "input:not([type=radio])" }), PASSPHRASE + "{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("key file");
    expect(pages).toEqual([]);
    await user.click(await screen.findByRole("checkbox", { name: /without examining/ }));
    await user.click(screen.getByRole("button", { name: "Restore and open" }));
    await waitFor(() => expect(pages).toEqual(["index.html"]));
  });

  it("names_the_damage_and_never_offers_to_delete", async () => {
    const { user } = await openGate({ portfolios: ["rivera.law"], damaged: "rivera.law" });
    expect(await screen.findByRole("heading", { name: "rivera.law cannot be opened" })).toBeDefined();
    expect(screen.getByText("Part of the data file is damaged.")).toBeDefined();
    const offers = screen.getAllByRole("button").map((button) => button.textContent ?? "");
    expect(offers.filter((offer) => /delete|erase|remove|discard/i.test(offer))).toEqual([]);
    expect(screen.queryByRole("button", { name: /copy of the key file/ })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Back" }));
    expect(await screen.findByRole("button", { name: /rivera.law/ })).toBeDefined();
  });

  it("mends_the_key_file_by_its_copy", async () => {
    const { user } = await openGate({ portfolios: ["rivera.law"], damaged: "rivera.law", damage: { problem: { code: "keys_damaged", params: {} }, findings: ["keys_damaged"], keysCanBeRepaired: true, canBeSalvaged: false } });
    expect(await screen.findByText(/The key file \(keys.json\)/)).toBeDefined();
    expect(screen.queryByRole("button", { name: "Save what can be read…" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Put back the copy of the key file" }));
    expect(await screen.findByRole("button", { name: /rivera.law/ })).toBeDefined();
  });

  it("saves_what_can_be_read_says_what_is_missing_and_has_the_new_code_typed_again", async () => {
    const { user, pages } = await openGate({ portfolios: ["rivera.law"], damaged: "rivera.law" });
    await user.click(await screen.findByRole("button", { name: "Save what can be read…" }));
    const save = await screen.findByRole("button", { name: "Save into a new portfolio" });
    expect((save as HTMLButtonElement).disabled).toBe(true);
    await user.type(screen.getByLabelText("Passphrase", { selector: "input:not([type=radio])" }), PASSPHRASE);
    await user.type(screen.getByRole("textbox", { name: "User ID" }), "rivera.law.2");
    await user.type(screen.getByLabelText("New passphrase"), PASSPHRASE);
    await user.type(screen.getByLabelText("New passphrase again"), PASSPHRASE);
    await user.click(save);
    expect(await screen.findByRole("heading", { name: "What was saved" })).toBeDefined();
    const cases = screen.getByRole("row", { name: /Cases/ });
    expect(cases.textContent).toMatch(/15.*1/);
    expect(screen.getByText("Some records could not be read.")).toBeDefined();
    expect(screen.queryByRole("button", { name: "Back" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Go on to the recovery code" }));
    const code = (await screen.findByRole("group", { name: "Recovery code" })).textContent ?? "";
    await user.click(screen.getByRole("button", { name: "I have written it down" }));
    await user.type(screen.getByRole("textbox", { name: "Recovery code" }), code.trim());
    await user.click(screen.getByRole("button", { name: "Confirm and open" }));
    await waitFor(() => expect(pages).toEqual(["index.html"]));
  });

  it("says_in_both_languages_that_it_is_not_a_government_product", async () => {
    const { user } = await openGate();
    expect(screen.getByText(/Casefolio is not a government product/)).toBeDefined();
    await user.click(screen.getByRole("button", { name: "Español" }));
    expect(await screen.findByText(/Casefolio no es un producto del gobierno/)).toBeDefined();
  });
});
