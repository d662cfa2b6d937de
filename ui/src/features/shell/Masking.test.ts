import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { openDesk } from "../../test/render";

const everything = () => document.body.innerHTML + [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value).join(" ");

describe("masked", () => {
  it("the_page_holds_no_name_and_no_whole_number_anywhere", async () => {
    const { user } = await openDesk();
    await user.type(screen.getByRole("searchbox"), "Okafor");
    await user.click(screen.getByRole("button", { name: /Amara Okafor/ }));
    await screen.findByRole("heading", { name: "Amara Okafor" });
    await user.keyboard("{Control>}{Shift>}h{/Shift}{/Control}");
    await waitFor(() => expect(everything()).not.toContain("Okafor"));
    for (const hidden of ["Okafor", "IOE0912345678", "Northwind", "Sofía"]) expect(everything()).not.toContain(hidden);
    expect(everything()).toContain("5678");
    expect(screen.getByText("Names and numbers are hidden")).toBeDefined();
  });

  it("names_cannot_be_edited_and_come_back_when_it_is_switched_off", async () => {
    const { user } = await openDesk();
    await user.click(screen.getByRole("button", { name: "Hide names" }));
    await user.click(await screen.findByRole("button", { name: /5678/ }));
    const details = await screen.findByRole("complementary", { name: "Case details" });
    await within(details).findByRole("button", { name: "Copy receipt number" });
    expect(within(details).queryByRole("button", { name: "Edit person and label" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Add cases" }));
    expect(screen.queryByRole("textbox", { name: "Person" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await user.click(screen.getByRole("button", { name: "Show them" }));
    expect(await within(details).findByRole("heading", { name: "Amara Okafor" })).toBeDefined();
  });

  it("a_receipt_is_copied_by_the_shell_whole", async () => {
    const { user, fake } = await openDesk();
    await user.click(screen.getByRole("button", { name: "Hide names" }));
    await user.click(await screen.findByRole("button", { name: /5678/ }));
    await user.click(await screen.findByRole("button", { name: "Copy receipt number" }));
    expect(fake.copied).toEqual(["IOE0912345678"]);
  });
});
