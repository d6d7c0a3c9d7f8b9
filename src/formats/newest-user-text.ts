import { asObject, type JsonObject, type JsonValue } from '../domain/json-value.ts';

/**
 * What the user said last, as text, in a request of any format; `''` when nobody said anything. Tool results are no
 * user's words.
 * @param most characters; of longer texts the end is given, where the words stand that clients put nothing behind
 */
export function newestUserText(request: JsonObject, most: number): string {
  const conversation = request['messages'] ?? request['input'] ?? request['contents'];
  if (typeof conversation === 'string') return conversation.slice(-most);
  if (!Array.isArray(conversation)) return '';
  for (const message of conversation.toReversed()) {
    const object = asObject(message);
    if (object?.['role'] !== 'user') continue;
    const text = textOf(object['content'] ?? object['parts']);
    if (text !== '') return text.slice(-most);
  }
  return '';
}

function textOf(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = content.flatMap((part) => {
    const text = asObject(part)?.['text'];
    return typeof text === 'string' ? [text] : [];
  });
  return texts.join('\n');
}
