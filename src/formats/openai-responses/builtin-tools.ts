import { asList, asObject, asString, type JsonObject } from '../../domain/json-value.ts';

/**
 * Tools of OpenAI that the client runs, whose calls have items of their own. Other models are offered a function with
 * the same arguments, and their calls become the items Codex and its kin expect.
 */
export interface BuiltinTool {
  readonly callType: string;
  readonly outputType: string;
  readonly description: string;
  readonly parameters: JsonObject;
  /** The arguments in a call's item. */
  readArguments(item: JsonObject): JsonObject;
  /** The item's fields for such arguments; `undefined` when the model's arguments do not fit. */
  writeArguments(input: JsonObject): JsonObject | undefined;
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const texts = (description: string): JsonObject => ({
  type: 'array',
  items: { type: 'string' },
  description,
});

const LOCAL_SHELL: BuiltinTool = {
  callType: 'local_shell_call',
  outputType: 'local_shell_call_output',
  description: "Runs a command on the user's machine and returns its output.",
  parameters: {
    type: 'object',
    properties: {
      command: texts('The command and its arguments, for instance ["bash", "-lc", "ls"].'),
      working_directory: text('The directory to run it in.'),
      timeout_ms: { type: 'integer', description: 'The longest it may run, in milliseconds.' },
    },
    required: ['command'],
  },
  readArguments(item) {
    const { type: _type, env, ...rest } = asObject(item['action']) ?? {};
    return Object.keys(asObject(env) ?? {}).length === 0 ? rest : { ...rest, env };
  },
  writeArguments(input) {
    const command =
      typeof input['command'] === 'string' ? ['bash', '-lc', input['command']] : input['command'];
    if (!isTexts(command)) return undefined;
    return { action: { type: 'exec', ...input, command, env: asObject(input['env']) ?? {} } };
  },
};

const SHELL: BuiltinTool = {
  callType: 'shell_call',
  outputType: 'shell_call_output',
  description: "Runs shell commands on the user's machine and returns their output.",
  parameters: {
    type: 'object',
    properties: {
      commands: texts('The commands, each one shell command line.'),
      timeout_ms: { type: 'integer', description: 'The longest they may run, in milliseconds.' },
      max_output_length: { type: 'integer', description: 'The most characters of output to return.' },
    },
    required: ['commands'],
  },
  readArguments: (item) => asObject(item['action']) ?? {},
  writeArguments(input) {
    const commands = typeof input['commands'] === 'string' ? [input['commands']] : input['commands'];
    if (!isTexts(commands)) return undefined;
    const { timeout_ms = null, max_output_length = null } = input;
    return { action: { commands, timeout_ms, max_output_length } };
  },
};

const APPLY_PATCH: BuiltinTool = {
  callType: 'apply_patch_call',
  outputType: 'apply_patch_call_output',
  description: 'Creates, changes or deletes one file by a diff in the V4A format, without a header.',
  parameters: {
    type: 'object',
    properties: {
      type: {
        type: 'string',
        enum: ['create_file', 'update_file', 'delete_file'],
        description: 'What to do.',
      },
      path: text('Path of the file, relative to the workspace.'),
      diff: text(
        'The change: every line begins with "+", "-" or a space; "@@" starts a section. All lines of a new file begin ' +
          'with "+". Not needed to delete.',
      ),
    },
    required: ['type', 'path'],
  },
  readArguments: (item) => asObject(item['operation']) ?? {},
  writeArguments(input) {
    const type = asString(input['type']);
    const path = asString(input['path']);
    if (type === undefined || path === undefined) return undefined;
    return { operation: type === 'delete_file' ? { type, path } : { type, diff: input['diff'] ?? '', path } };
  },
};

const TOOL_SEARCH: BuiltinTool = {
  callType: 'tool_search_call',
  outputType: 'tool_search_output',
  description: 'Searches for further tools and loads those found.',
  parameters: {
    type: 'object',
    properties: { query: text('What the tool should do.') },
    required: ['query'],
  },
  readArguments: (item) => asObject(item['arguments']) ?? {},
  writeArguments: (input) => ({ execution: 'client', arguments: input }),
};

const BUILTINS: Readonly<Record<string, BuiltinTool>> = {
  local_shell: LOCAL_SHELL,
  shell: SHELL,
  apply_patch: APPLY_PATCH,
  tool_search: TOOL_SEARCH,
};

/** By the type of the tool's definition. */
export function builtinTool(type: string | undefined): BuiltinTool | undefined {
  return type !== undefined && Object.hasOwn(BUILTINS, type) ? BUILTINS[type] : undefined;
}

/** The tool whose calls have items of this type, with its own type, which is its name as well. */
export function builtinOfCall(item: JsonObject): (BuiltinTool & { readonly type: string }) | undefined {
  const found = Object.entries(BUILTINS).find(([, tool]) => tool.callType === item['type']);
  if (found === undefined || item['execution'] === 'server') return undefined;
  return { ...found[1], type: found[0] };
}

export function isBuiltinOutput(item: JsonObject): boolean {
  return (
    item['execution'] !== 'server' && Object.values(BUILTINS).some((tool) => tool.outputType === item['type'])
  );
}

function isTexts(value: JsonObject[string]): boolean {
  return Array.isArray(value) && asList(value).every((item) => typeof item === 'string');
}
