import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { openSecret } from "../../test/render";

const PASSPHRASE = "correct horse battery";

describe("the window of secrets", () => {
  it("changes_the_passphrase_and_is_closed_then", async () => {
    const { user, pages } = await openSecret("passphrase");
    await user.type(screen.getByLabelText("Passphrase"), PASSPHRASE);
    await user.type(screen.getByLabelText("New passphrase"), "another horse battery");
    await user.type(screen.getByLabelText("New passphrase again"), "another horse battery");
    await user.click(screen.getByRole("button", { name: "Change passphrase" }));
    expect(await screen.findByText(/The passphrase was changed/)).toBeDefined();
    await user.click(screen.getByRole("button", { name: "Close" }));
    await waitFor(() => expect(pages).toEqual(["index.html"]));
  });

  it("puts_a_new_recovery_code_in_the_place_of_the_old_one_only_when_it_was_typed_again", async () => {
    const { user, fake } = await openSecret("recovery_code");
    await user.type(screen.getByLabelText("Passphrase"), PASSPHRASE);
    await user.click(screen.getByRole("button", { name: "Show the new code" }));
    const code = (await screen.findByRole("group", { name: "Recovery code" })).textContent ?? "";
    await user.click(screen.getByRole("button", { name: "Copy code" }));
    expect(fake.copied).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "I have written it down" }));
    const typed = screen.getByRole("textbox", { name: "Recovery code" });
    await user.type(typed, "not it");
    await user.click(screen.getByRole("button", { name: "Confirm the new code" }));
    expect(await screen.findByRole("alert")).toBeDefined();
    await user.clear(typed);
    await user.type(typed, code.trim().toLowerCase());
    await user.click(screen.getByRole("button", { name: "Confirm the new code" }));
    expect(await screen.findByText(/The new recovery code is in use/)).toBeDefined();
    expect(document.body.textContent).not.toContain(code.trim().slice(0, 4));
  });

  it("switches_the_mode_with_the_passphrase", async () => {
    const { user } = await openSecret("strict_mode");
    await user.type(screen.getByLabelText("Passphrase"), PASSPHRASE + "{Enter}");
    expect(await screen.findByText(/From now on only the passphrase/)).toBeDefined();
  });

  it("says_that_the_old_passphrase_was_wrong", async () => {
    const { user } = await openSecret("passphrase");
    await user.type(screen.getByLabelText("Passphrase"), "wrong");
    await user.type(screen.getByLabelText("New passphrase"), PASSPHRASE);
    await user.type(screen.getByLabelText("New passphrase again"), PASSPHRASE);
    await user.click(screen.getByRole("button", { name: "Change passphrase" }));
    expect((await screen.findByRole("alert")).textContent).toContain("wrong");
  });
});
