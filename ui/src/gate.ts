import "./styles/base.css";

import { mount } from "svelte";

import GateApp from "./features/gate/GateApp.svelte";
import { chooseBackend } from "./ipc/choose";
import { Gate } from "./state/gate.svelte";

async function start(target: Element): Promise<void> {
  const gate = new Gate(await chooseBackend());
  await gate.start();
  mount(GateApp, { target, props: { gate } });
}

const target = document.querySelector("#app");
if (target) void start(target);
