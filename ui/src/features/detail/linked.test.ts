import { describe, expect, it } from "vitest";

import { linked } from "./linked";

const move = { label: "www.uscis.gov/addresschange", url: "https://www.uscis.gov/addresschange" };

describe("links in a status text", () => {
  it("stand_where_their_label_stands", () => {
    expect(linked("Go to www.uscis.gov/addresschange now.", [move])).toEqual([{ text: "Go to " }, { text: move.label, url: move.url }, { text: " now." }]);
  });

  it("leave_a_text_without_them_as_it_is", () => {
    expect(linked("Nothing here.", [move])).toEqual([{ text: "Nothing here." }]);
    expect(linked("Nothing here.", [{ label: "", url: "https://www.uscis.gov/" }])).toEqual([{ text: "Nothing here." }]);
  });
});
