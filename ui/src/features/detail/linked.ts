/** A stretch of text, with an address where it is a link. */
export type Piece = { text: string; url?: string };

/** Cuts `text` where the labels of the trusted links stand in it. */
export function linked(text: string, links: readonly { label: string; url: string }[]): Piece[] {
  let pieces: Piece[] = [{ text }];
  for (const { label, url } of links) if (label !== "") pieces = pieces.flatMap((piece) => (piece.url ? [piece] : cut(piece.text, label, url)));
  return pieces.filter((piece) => piece.text !== "");
}

function cut(text: string, label: string, url: string): Piece[] {
  return text.split(label).flatMap((part, index) => (index === 0 ? [{ text: part }] : [{ text: label, url }, { text: part }]));
}
