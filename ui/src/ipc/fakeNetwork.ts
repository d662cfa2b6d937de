import type { NetworkView, SetProxyRequest } from "./bindings";
import { refuse } from "./problem";

/** The network of the fake: nothing goes out. */
export class FakeNetwork {
  #view: NetworkView = { proxy: "system", address: "", user: "", companyRoots: 0, script: new URLSearchParams(location.search).has("script") };
  #passwordFor = "";

  network = async () => this.#view;
  setProxy = async ({ proxy, address, user, password }: SetProxyRequest) => {
    const manual = proxy === "manual";
    if (manual && !/^[^\s@]+:\d+$/.test(address)) refuse("proxy_address");
    const known = `${user}@${address}`;
    if (manual && user !== "" && !password && this.#passwordFor !== known) refuse("proxy_password_missing");
    this.#passwordFor = known;
    this.#view = { ...this.#view, proxy, address: manual ? address : "", user: manual ? user : "" };
    return null;
  };
  chooseCompanyRoot = async () => {
    this.#view = { ...this.#view, companyRoots: 1 };
    return true;
  };
  forgetCompanyRoot = async () => {
    this.#view = { ...this.#view, companyRoots: 0 };
    return null;
  };
}
