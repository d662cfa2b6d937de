import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";

import App from "../features/shell/App.svelte";
import GateApp from "../features/gate/GateApp.svelte";
import { appearance } from "../i18n/language.svelte";
import SecretApp from "../features/secret/SecretApp.svelte";
import UnlockApp from "../features/unlock/UnlockApp.svelte";
import type { SecretJob } from "../ipc/bindings";
import { FakeBackend, type Scene } from "../ipc/fake";
import { Desk } from "../state/desk.svelte";
import { Gate } from "../state/gate.svelte";
import { Secret } from "../state/secret.svelte";
import { Unlocking } from "../state/unlocking.svelte";

/** The main window over an invented portfolio. */
export async function openDesk(scene: Partial<Scene> = {}) {
  appearance.speak("en");
  const fake = new FakeBackend(scene);
  const desk = new Desk(fake);
  await desk.start();
  render(App, { desk });
  return { fake, desk, user: userEvent.setup() };
}

/** The unlock window; `pages` collects where the shell would have gone. */
export async function openUnlock(scene: Partial<Scene> = {}) {
  appearance.speak("en");
  const pages: string[] = [];
  const fake = new FakeBackend({ ...scene, go: (page) => pages.push(page) });
  const unlocking = new Unlocking(fake, fake.unlockView());
  render(UnlockApp, { unlocking });
  return { fake, unlocking, pages, user: userEvent.setup() };
}

/** The window of secrets. */
export async function openSecret(job: SecretJob, scene: Partial<Scene> = {}) {
  appearance.speak("en");
  const pages: string[] = [];
  const fake = new FakeBackend({ ...scene, go: (page) => pages.push(page) });
  const secret = new Secret(fake, { ...fake.secretView(), job });
  render(SecretApp, { secret });
  return { fake, secret, pages, user: userEvent.setup() };
}

/** The gate; `pages` collects where the shell would have gone. */
export async function openGate(scene: Partial<Scene> = {}) {
  appearance.speak("en");
  const pages: string[] = [];
  const fake = new FakeBackend({ ...scene, go: (page) => pages.push(page) });
  const gate = new Gate(fake);
  await gate.start();
  render(GateApp, { gate });
  return { fake, gate, pages, user: userEvent.setup() };
}
