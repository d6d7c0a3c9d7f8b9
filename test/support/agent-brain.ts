/**
 * What the scripted model says: it makes a coding agent fetch a token that only the agent's machine knows.
 * A request with tools and no tool result yet is answered by a call of the shell tool that prints nonce.txt;
 * once a result holds `NONCE-<hex>`, the answer is `DONE-<hex>`. Knows no wire format.
 */
import type { JsonObject } from './recorded-request.ts';
import { asList, asObject } from './recorded-request.ts';

export interface OfferedTool {
  readonly name: string;
  readonly schema: JsonObject;
}

/** What the brain needs to know of a conversation, the same in every wire format. */
export interface Conversation {
  readonly tools: readonly OfferedTool[];
  /** Texts of the tool results since the last thing the user typed. */
  readonly results: readonly string[];
  /** Calls already made in the whole conversation: bounds how often a lost output is asked for again. */
  readonly callsMade: number;
}

export type Saying =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly tool: string; readonly input: JsonObject };

const COMMAND = 'cat nonce.txt';
const SHELL_NAME =
  /^(bash|shell|local_shell|exec|exec_command|execute_command|run_commands?|run_shell_command|run_terminal_cmd)$/i;
/** Some terminals lose the output of a very short command now and then, so the command is repeated. */
const MOST_CALLS = 3;

/** Decides what the model says next. */
export function decide(conversation: Conversation): Saying {
  const token = /(?:NONCE|DONE)-([0-9a-f]{6,})/.exec(conversation.results.join('\n'))?.[1];
  if (token !== undefined) return { kind: 'text', text: `DONE-${token}` };
  const shell = conversation.tools.find((tool) => SHELL_NAME.test(tool.name));
  if (shell !== undefined && conversation.callsMade < MOST_CALLS) {
    return { kind: 'call', tool: shell.name, input: shellInput(shell.schema) };
  }
  const names = conversation.tools.map((tool) => tool.name).join(', ');
  return {
    kind: 'text',
    text: names === '' ? 'Nothing to do: no tools were offered.' : `No token yet, tools: ${names}`,
  };
}

/** Input for a shell tool of unknown shape: its command, and something plausible for every other required field. */
function shellInput(schema: JsonObject): JsonObject {
  const properties = asObject(schema['properties']);
  const field = ['command', 'cmd', 'commands', 'script'].find((name) => name in properties) ?? 'command';
  const input: Record<string, unknown> = {};
  for (const name of asList(schema['required'])) {
    if (typeof name === 'string') input[name] = sampleOf(asObject(properties[name]));
  }
  input[field] = commandFor(field, asObject(properties[field]));
  return input;
}

function commandFor(field: string, property: JsonObject): unknown {
  if (property['type'] !== 'array') return COMMAND;
  return field === 'commands' ? [COMMAND] : ['bash', '-lc', COMMAND];
}

function sampleOf(property: JsonObject): unknown {
  const choices = asList(property['enum']);
  if (choices.length > 0) return choices[0];
  switch (property['type']) {
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return 10_000;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return 'prints the token';
  }
}

/** All text inside a content value, however nested: strings, lists of blocks, blocks with `text` or `content`. */
export function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textIn).join('\n');
  const block = asObject(content);
  return ['text', 'content', 'output'].map((key) => (key in block ? textIn(block[key]) : '')).join('');
}
