import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { Backend, Stop } from "./backend";
import { ProblemError, problemOf } from "./problem";
import type { OpenCase, PortfolioChanged } from "./wire";

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (thrown) {
    throw new ProblemError(problemOf(thrown));
  }
}

function on<T>(event: string, listener: (payload: T) => void): Promise<Stop> {
  return listen<T>(event, ({ payload }) => listener(payload));
}

/** The real shell. */
export const tauri: Backend = {
  gate: () => call("gate"),
  createPortfolio: (request) => call("create_portfolio", { request }),
  confirmRecoveryCode: (code) => call("confirm_recovery_code", { code }),
  unlock: (request) => call("unlock", { request }),
  recoverPortfolio: (request) => call("recover_portfolio", { request }),
  startPractice: () => call("start_practice"),
  setLanguage: (language) => call("set_language", { language }),
  session: () => call("session"),
  listCases: () => call("list_cases"),
  showCase: (id) => call("show_case", { id }),
  readReceipts: (text) => call("read_receipts", { text }),
  addCases: (request) => call("add_cases", { request }),
  describeCase: (request) => call("describe_case", { request }),
  removeCase: (id) => call("remove_case", { id }),
  markRead: (id) => call("mark_read", { id }),
  markAllRead: () => call("mark_all_read"),
  checkNow: (ids) => call("check_now", { ids }),
  quickCheck: (receipt) => call("quick_check", { receipt }),
  serviceSettings: () => call("service_settings"),
  setService: (request) => call("set_service", { request }),
  testService: () => call("test_service"),
  preferences: () => call("preferences"),
  setPreferences: (preferences) => call("set_preferences", { preferences }),
  testNotification: () => call("test_notification"),
  openLink: (url) => call("open_link", { url }),
  lock: () => call("lock"),
  onPortfolioChanged: (listener) => on<PortfolioChanged>("portfolio-changed", listener),
  onOpenCase: (listener) => on<OpenCase>("open-case", listener),
};
