import type { Backend } from "./backend";

/** The shell when there is one; the invented portfolio in `--mode fake`, where the bundle holds it. */
export async function chooseBackend(): Promise<Backend> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./tauri")).tauri;
  if (import.meta.env.MODE === "fake") return (await import("./fake")).fakeFromAddress();
  throw new Error("Casefolio runs inside its own window.");
}
