/**
 * A first guess at the tokens of a request whose provider cannot count them: characters of all texts over
 * four, and a flat price for every image or document. Works on any of the formats, because it looks at shapes
 * only: strings are text, long base64 strings are attachments.
 */

const CHARACTERS_PER_TOKEN = 4;

/** What Anthropic's documentation names as the usual price of a full-sized image. */
const TOKENS_PER_ATTACHMENT = 1_600;

/** Keys whose strings are no prompt text. */
const SILENT_KEYS = new Set([
  'signature',
  'model',
  'type',
  'id',
  'tool_use_id',
  'media_type',
  'cache_control',
]);

/**
 * @param body a JSON text; anything else counts by its length
 * @returns at least 1
 */
export function estimateTokens(body: Buffer): number {
  let root: unknown;
  try {
    root = JSON.parse(body.toString('utf8'));
  } catch {
    return Math.max(1, Math.ceil(body.length / CHARACTERS_PER_TOKEN)); // Not JSON: its size is all there is.
  }
  let characters = 0;
  let attachments = 0;
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') {
      if (isAttachment(value)) attachments += 1;
      else characters += value.length;
    } else if (Array.isArray(value)) {
      for (const item of value) open.push(item);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (SILENT_KEYS.has(key)) continue;
        characters += key.length;
        open.push(item);
      }
    }
  }
  return Math.max(1, Math.ceil(characters / CHARACTERS_PER_TOKEN) + attachments * TOKENS_PER_ATTACHMENT);
}

const ATTACHMENT_LENGTH = 1_024;

function isAttachment(text: string): boolean {
  if (text.length < ATTACHMENT_LENGTH) return false;
  return text.startsWith('data:') || /^[A-Za-z0-9+/]{256}/.test(text);
}
