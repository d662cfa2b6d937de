import type { Backend } from "./backend";
import type { SecretView, UnlockView } from "./bindings";
import { known } from "./known";

const inShell = (): boolean => "__TAURI_INTERNALS__" in window;

/** The shell when there is one; the invented portfolio in `--mode fake`, where the bundle holds it. */
export async function chooseBackend(): Promise<Backend> {
  if (inShell()) return (await import("./tauri")).tauri;
  if (import.meta.env.MODE === "fake") return (await import("./fake")).fakeFromAddress();
  throw new Error("Casefolio runs inside its own window.");
}

/** What the unlock window knows from its start. */
export async function knownToUnlock(): Promise<UnlockView> {
  if (!inShell() && import.meta.env.MODE === "fake") return (await import("./fake")).fakeFromAddress().unlockView();
  return known<UnlockView>();
}

/** What the window of secrets knows from its start. */
export async function knownToSecret(): Promise<SecretView> {
  if (!inShell() && import.meta.env.MODE === "fake") return (await import("./fake")).fakeFromAddress().secretView();
  return known<SecretView>();
}
