/** What the demo's provider says, as the events of each format. The same model always gives the same bytes. */

const OUTPUT_TOKENS = 9;

function wordsOf(model: string): readonly string[] {
  return ['Hello ', 'from ', model, ': ', 'scripted, ', 'offline ', 'and ', 'free.'];
}

export function anthropicEvents(model: string): string[] {
  const usage = { input_tokens: 1_200, output_tokens: 1, cache_read_input_tokens: 11_000 };
  const message = { id: 'msg_demo', type: 'message', role: 'assistant', model, content: [], usage };
  const deltas = wordsOf(model).map((text) => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text },
  }));
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...deltas,
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: OUTPUT_TOKENS },
    },
    { type: 'message_stop' },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

export function chatEvents(model: string): string[] {
  const base = { id: 'chatcmpl-demo', object: 'chat.completion.chunk', created: 0, model };
  const choice = (delta: object, reason: string | null) => ({
    ...base,
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const chunks = [
    choice({ role: 'assistant', content: '' }, null),
    ...wordsOf(model).map((content) => choice({ content }, null)),
    choice({}, 'stop'),
    {
      ...base,
      choices: [],
      usage: { prompt_tokens: 900, completion_tokens: OUTPUT_TOKENS, total_tokens: 909 },
    },
  ];
  return [...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'];
}

/** How Anthropic says that it has too much to do; sent with status 529. */
export const OVERLOADED_BODY = JSON.stringify({
  type: 'error',
  error: { type: 'overloaded_error', message: 'Overloaded (scripted)' },
});
