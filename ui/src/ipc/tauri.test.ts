import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, describe, expect, it } from "vitest";

import { ProblemError } from "./problem";
import { tauri } from "./tauri";

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe("the shell", () => {
  afterEach(clearMocks);

  it("is_asked_by_the_snake_case_name_of_each_command", async () => {
    const asked: string[] = [];
    mockIPC((command) => void asked.push(command));
    const names = Object.keys(tauri).filter((name) => !name.startsWith("on")) as (keyof typeof tauri)[];
    for (const name of names) await (tauri[name] as (argument?: unknown) => Promise<unknown>)();
    expect(asked).toEqual(names.map(snake));
  });

  it("refuses_with_a_problem_whatever_it_throws", async () => {
    mockIPC(() => {
      throw { code: "wrong_passphrase", params: {} };
    });
    await expect(tauri.lock()).rejects.toEqual(new ProblemError({ code: "wrong_passphrase", params: {} }));
    mockIPC(() => {
      throw "a text";
    });
    await expect(tauri.lock()).rejects.toMatchObject({ problem: { code: "unknown" } });
  });
});
