import { beforeEach, describe, expect, it, vi } from "vitest";

import { appearance } from "../i18n/language.svelte";
import { FakeBackend } from "../ipc/fake";
import { Desk } from "./desk.svelte";

async function started(fake = new FakeBackend()) {
  const desk = new Desk(fake);
  await desk.start();
  return { desk, fake };
}

describe("the desk", () => {
  beforeEach(() => appearance.speak("en"));

  it("reads_the_list_once_for_a_burst_of_events_and_misses_none", async () => {
    const { desk, fake } = await started();
    const read = vi.spyOn(fake, "listCases");
    for (let step = 0; step < 9; step++) fake.advance();
    await vi.waitFor(() => expect(desk.cases.rows.find((row) => row.id === 10)?.stage).toBe("card_or_document_mailed"));
    expect(read.mock.calls.length).toBeLessThanOrEqual(2);
    desk.stop();
  });

  it("opens_the_case_whose_notification_started_the_window", async () => {
    const fake = new FakeBackend();
    const session = fake.session;
    fake.session = async () => ({ ...(await session()), openCase: 5 });
    const { desk } = await started(fake);
    expect(desk.pane.shown?.person).toBe("Marta Kowalczyk");
    desk.stop();
  });

  it("opens_a_clicked_case_once_and_stays_where_the_person_goes_then", async () => {
    const { desk, fake } = await started();
    fake.click(5);
    await vi.waitFor(() => expect(desk.pane.shown?.person).toBe("Marta Kowalczyk"));
    desk.pane.close();
    desk.screen = "settings";
    await desk.refresh();
    expect(desk.pane.openId).toBeNull();
    expect(desk.screen).toBe("settings");
    desk.stop();
  });

  it("opens_a_case_that_was_clicked_while_the_window_was_starting", async () => {
    const fake = new FakeBackend();
    const subscribed = fake.onOpenCase;
    fake.onOpenCase = async (listener) => {
      fake.click(5);
      return subscribed(listener);
    };
    const { desk } = await started(fake);
    expect(desk.pane.openId).toBe(5);
    desk.stop();
  });

  it("offers_another_check_once_the_round_has_ended", async () => {
    const { desk, fake } = await started();
    const session = fake.session;
    const during = (round: { done: number; total: number } | null) => {
      fake.session = async () => {
        const now = await session();
        return { ...now, watch: { ...now.watch, round } };
      };
      return desk.refresh();
    };
    fake.checkNow = async () => null;
    await desk.openCase(1);
    const before = desk.pane.shown;
    fake.showCase = async () => before ?? Promise.reject(new Error("nothing shown"));
    await desk.pane.checkNow();
    await during({ done: 0, total: 1 });
    expect(desk.pane.checking).toBe(true);
    await during(null);
    expect(desk.pane.checking).toBe(false);
    desk.stop();
  });

  it("keeps_the_language_that_was_chosen_when_it_reads_the_session_again", async () => {
    const { desk } = await started();
    await desk.setLanguage("es");
    await desk.refresh();
    expect(appearance.language).toBe("es");
    desk.stop();
  });

  it("says_what_the_shell_refused_instead_of_staying_blank", async () => {
    const fake = new FakeBackend();
    fake.listCases = () => Promise.reject({ code: "locked", params: {} });
    const { desk } = await started(fake);
    expect(desk.notices.items.map((notice) => notice.tone)).toEqual(["alert"]);
    desk.stop();
  });
});
