import type { Verdict } from "./bindings";

const SWAPS: Record<string, string> = { O: "0", I: "1", L: "1", S: "5", B: "8" };

/** A simple stand-in for the domain's reading of receipt numbers. */
export function read(text: string, known: (receipt: string) => boolean): Verdict[] {
  const seen = new Set<string>();
  return text.split("\n").flatMap((raw, index) =>
    raw
      .split(/[,;\t]+/)
      .map((part) => part.trim())
      .filter(Boolean)
      .map((input) => verdictOf(index + 1, input, known, seen)),
  );
}

function verdictOf(line: number, input: string, known: (receipt: string) => boolean, seen: Set<string>): Verdict {
  const receipt = input.toUpperCase().replace(/[\s-]/g, "");
  const blank = { line, input, receipt: null, reason: null, proposal: null };
  if (/^[A-Z]{3}\d{10}$/.test(receipt)) {
    const duplicate = known(receipt) || seen.has(receipt);
    seen.add(receipt);
    return { ...blank, receipt, verdict: duplicate ? "duplicate" : "new" };
  }
  const proposal = receipt.slice(0, 3).replace(/0/g, "O").replace(/1/g, "I") + receipt.slice(3).replace(/[OILSB]/g, (letter) => SWAPS[letter] ?? letter);
  if (/^[A-Z]{3}\d{10}$/.test(proposal)) return { ...blank, verdict: "refused", reason: "receipt.refused.slip", proposal };
  const reason = /^A\d{8,9}$/.test(receipt) ? "a_number" : /^\d{12}$/.test(receipt) ? "online_account_number" : receipt.length < 13 ? "too_short" : "wrong_shape";
  return { ...blank, verdict: "refused", reason: `receipt.refused.${reason}` };
}
