/** Colours for a terminal, or none at all: the one place that knows escape sequences. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  brightRed: [91, 39],
  brightGreen: [92, 39],
  brightYellow: [93, 39],
  brightBlue: [94, 39],
  brightMagenta: [95, 39],
  brightCyan: [96, 39],
} as const;

export type Color = keyof typeof CODES;

export type Paint = (color: Color, text: string) => string;

/** @param options.color `false` gives a paint that returns every text as it is */
export function createPaint(options: { color: boolean }): Paint {
  if (!options.color) return (_color, text) => text;
  return (color, text) => {
    const [on, off] = CODES[color];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}
