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

/** How much is coloured: everything, what is not well alone, or nothing but by bold and dim. */
export type ColorScheme = 'vibrant' | 'subtle' | 'mono';

/** What is not well, in the order of how bad it is; every scheme shows it. */
const ALARMS: readonly Color[] = ['red', 'yellow'];

/** @param options.color `false` gives a paint that returns every text as it is */
export function createPaint(options: { color: boolean; scheme?: ColorScheme }): Paint {
  const { color: isOn, scheme = 'vibrant' } = options;
  if (!isOn) return (_color, text) => text;
  return (color, text) => {
    const shown = scheme === 'vibrant' ? color : calmer(color, scheme);
    if (shown === undefined) return text;
    const [on, off] = CODES[shown];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

function calmer(color: Color, scheme: 'subtle' | 'mono'): Color | undefined {
  if (color === 'dim' || color === 'bold') return color;
  if (!ALARMS.includes(color)) return undefined;
  return scheme === 'subtle' ? color : 'bold';
}
