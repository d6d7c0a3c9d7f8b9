import type { JsonObject } from '../../domain/json-value.ts';

/**
 * Client-side tools whose schema Anthropic's models know by heart; other models must be told.
 * Source: the tool pages of docs.claude.com, read 2026-11.
 */
export interface BuiltinSchema {
  readonly description: string;
  readonly parameters: JsonObject;
}

const text = (description: string): JsonObject => ({ type: 'string', description });

const BASH: BuiltinSchema = {
  description: 'Runs a command in a persistent bash session and returns its output.',
  parameters: {
    type: 'object',
    properties: {
      command: text('The command to run. Needed unless restart is true.'),
      restart: { type: 'boolean', description: 'Restarts the session.' },
    },
  },
};

const EDITOR_COMMANDS = ['view', 'create', 'str_replace', 'insert'];

const EDITOR: BuiltinSchema = {
  description: 'Views, creates and edits text files.',
  parameters: {
    type: 'object',
    properties: {
      command: { type: 'string', enum: EDITOR_COMMANDS, description: 'What to do.' },
      path: text('Path of the file or directory.'),
      file_text: text('The content of a new file, for create.'),
      old_str: text('The text to replace, for str_replace; it must occur exactly once.'),
      new_str: text('The replacement, for str_replace.'),
      insert_line: { type: 'integer', description: 'The line after which to insert, 0 for the start.' },
      insert_text: text('The text to insert.'),
      view_range: {
        type: 'array',
        items: { type: 'integer' },
        description: 'First and last line to view; -1 for the end.',
      },
    },
    required: ['command', 'path'],
  },
};

const MEMORY: BuiltinSchema = {
  description: 'Keeps notes in files below /memories between conversations.',
  parameters: {
    type: 'object',
    properties: {
      command: { type: 'string', enum: [...EDITOR_COMMANDS, 'delete', 'rename'], description: 'What to do.' },
      path: text('Path below /memories.'),
      file_text: text('The content, for create.'),
      old_str: text('The text to replace, for str_replace.'),
      new_str: text('The replacement, for str_replace.'),
      insert_line: { type: 'integer', description: 'The line after which to insert.' },
      insert_text: text('The text to insert.'),
      old_path: text('The old path, for rename.'),
      new_path: text('The new path, for rename.'),
      view_range: { type: 'array', items: { type: 'integer' }, description: 'First and last line to view.' },
    },
    required: ['command'],
  },
};

const BUILTINS: readonly (readonly [prefix: string, schema: BuiltinSchema])[] = [
  ['bash_', BASH],
  ['text_editor_', EDITOR],
  ['memory_', MEMORY],
];

/** @returns `undefined` for types that are no such tool: the provider runs those, or nobody */
export function builtinSchema(type: string): BuiltinSchema | undefined {
  return BUILTINS.find(([prefix]) => type.startsWith(prefix))?.[1];
}
