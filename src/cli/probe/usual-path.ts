/** The path a request body is usually sent to, told by its shape; without a mark of another format, Anthropic's. */
export function usualPath(body: unknown, model: string | undefined): string {
  if (!isObject(body)) return '/v1/messages';
  if ('input' in body) return '/v1/responses';
  if ('contents' in body) return `/v1beta/models/${model ?? 'unnamed'}:generateContent`;
  return isChat(body) ? '/v1/chat/completions' : '/v1/messages';
}

/** Members that only Chat has. */
const CHAT_MEMBERS = [
  'max_completion_tokens',
  'stream_options',
  'reasoning_effort',
  'response_format',
  'parallel_tool_calls',
];

function isChat(body: Readonly<Record<string, unknown>>): boolean {
  if (CHAT_MEMBERS.some((name) => name in body)) return true;
  const messages = objectsIn(body['messages']);
  const [first] = messages;
  if (first?.['role'] === 'system' && !('system' in body)) return true;
  const isChatRole = ({ role }: Readonly<Record<string, unknown>>): boolean =>
    role === 'tool' || role === 'developer';
  const parts = messages.flatMap(({ content }) => objectsIn(content));
  return (
    messages.some(isChatRole) ||
    parts.some(({ type }) => type === 'image_url') ||
    objectsIn(body['tools']).some(({ type }) => type === 'function')
  );
}

function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
