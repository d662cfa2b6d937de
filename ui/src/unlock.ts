import "./styles/base.css";

import { mount } from "svelte";

import UnlockApp from "./features/unlock/UnlockApp.svelte";
import { chooseBackend, knownToUnlock } from "./ipc/choose";
import { Unlocking } from "./state/unlocking.svelte";

async function start(target: Element): Promise<void> {
  const unlocking = new Unlocking(await chooseBackend(), await knownToUnlock());
  mount(UnlockApp, { target, props: { unlocking } });
}

const target = document.querySelector("#app");
if (target) void start(target);
