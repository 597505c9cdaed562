/**
 * A text in pieces of at most `max` characters (UTF-16, as the services count), parted at line ends where there are some, else at
 * spaces, and never within a character. An empty text is one piece.
 */
export const chunksOf = (text: string, max: number): string[] => {
  const chunks: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const end = endOfChunk(rest, max);
    chunks.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).replace(/^\s+/, '');
  }
  if (rest !== '' || chunks.length === 0) chunks.push(rest);
  return chunks.filter((chunk) => chunk !== '' || text === '');
};

const endOfChunk = (text: string, max: number): number => {
  for (const mark of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(mark, max - mark.length);
    // A piece that is mostly empty would make many of few.
    if (at > max / 2) return at + mark.length;
  }
  const last = text.charCodeAt(max - 1);
  return last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
};
