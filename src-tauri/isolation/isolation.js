// Every message of the window passes here before it reaches Rust. A message that is not a call of a command with a plain object of
// arguments is not let through.
window.__TAURI_ISOLATION_HOOK__ = (message) => {
  const known = typeof message === "object" && message !== null && typeof message.cmd === "string";
  if (!known) throw new Error("refused");
  return message;
};
