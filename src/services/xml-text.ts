import { UnwritableService } from './service-program.ts';

/** Characters that XML 1.0 cannot hold, not even escaped: most control characters, and halves of pairs. */
const IMPOSSIBLE =
  // oxlint-disable-next-line no-control-regex -- They are what is looked for.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Text as the content of an element. @throws UnwritableService for what XML cannot hold */
export function xmlText(text: string): string {
  if (IMPOSSIBLE.test(text))
    throw new UnwritableService('A path holds a character that cannot be written down.');
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
