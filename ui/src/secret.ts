import "./styles/base.css";

import { mount } from "svelte";

import SecretApp from "./features/secret/SecretApp.svelte";
import { chooseBackend, knownToSecret } from "./ipc/choose";
import { Secret } from "./state/secret.svelte";

async function start(target: Element): Promise<void> {
  const secret = new Secret(await chooseBackend(), await knownToSecret());
  mount(SecretApp, { target, props: { secret } });
}

const target = document.querySelector("#app");
if (target) void start(target);
