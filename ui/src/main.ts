import "./styles/base.css";

import { mount } from "svelte";

import App from "./features/shell/App.svelte";
import { chooseBackend } from "./ipc/choose";
import { Desk } from "./state/desk.svelte";

async function start(target: Element): Promise<void> {
  const desk = new Desk(await chooseBackend());
  await desk.start();
  mount(App, { target, props: { desk } });
}

const target = document.querySelector("#app");
if (target) void start(target);
