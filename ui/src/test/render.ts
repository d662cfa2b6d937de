import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";

import App from "../features/shell/App.svelte";
import GateApp from "../features/gate/GateApp.svelte";
import { appearance } from "../i18n/language.svelte";
import { FakeBackend, type Scene } from "../ipc/fake";
import { Desk } from "../state/desk.svelte";
import { Gate } from "../state/gate.svelte";

/** The main window over an invented portfolio. */
export async function openDesk(scene: Partial<Scene> = {}) {
  appearance.speak("en");
  const fake = new FakeBackend(scene);
  const desk = new Desk(fake);
  await desk.start();
  render(App, { desk });
  return { fake, desk, user: userEvent.setup() };
}

/** The small window; `pages` collects where the shell would have gone. */
export async function openGate(scene: Partial<Scene> = {}) {
  appearance.speak("en");
  const pages: string[] = [];
  const fake = new FakeBackend({ ...scene, go: (page) => pages.push(page) });
  const gate = new Gate(fake);
  await gate.start();
  render(GateApp, { gate });
  return { fake, gate, pages, user: userEvent.setup() };
}
