/** Height of a row in CSS pixels; `CaseTable` sets the same one. */
export const ROW = 58;
/** Up to this many rows are all drawn; beyond it only those near the view. */
export const DRAW_ALL = 200;
const MARGIN = 12;

/** Which rows to draw: `[from, to)`. */
export function span(total: number, scrollTop: number, height: number): { from: number; to: number } {
  if (total <= DRAW_ALL) return { from: 0, to: total };
  const from = Math.max(0, Math.min(total, Math.floor(scrollTop / ROW)) - MARGIN);
  return { from, to: Math.min(total, from + Math.ceil(Math.max(height, ROW) / ROW) + 2 * MARGIN) };
}
