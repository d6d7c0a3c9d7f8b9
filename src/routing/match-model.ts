/**
 * Whether a model name fits a mapping's pattern, in which `*` stands for any run of characters.
 * Linear in both lengths but for a pattern's stars: no regular expression is built from configuration.
 */
export function matchModel(pattern: string, model: string): boolean {
  const pieces = pattern.split('*');
  const [first = '', ...rest] = pieces;
  if (rest.length === 0) return pattern === model;
  if (!model.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let position = first.length;
  for (const piece of rest) {
    const found = model.indexOf(piece, position);
    if (found === -1) return false;
    position = found + piece.length;
  }
  return model.length - last.length >= position && model.endsWith(last);
}
