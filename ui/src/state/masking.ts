/** The keys that hide names and numbers, as they are told to people. */
export const MASK_KEYS = "Ctrl+Shift+H";

/** Whether these keys were pressed; on a Mac the command key counts. */
export const isMaskKey = (event: KeyboardEvent): boolean =>
  (event.ctrlKey || event.metaKey) && event.shiftKey && !event.altKey && event.key.toLowerCase() === "h";
