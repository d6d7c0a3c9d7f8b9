import type { JsonObject } from '../../domain/json-value.ts';
import type { CustomTool } from '../../domain/tool.ts';

/** The one argument of the function that stands in for a free-text tool where only functions are taken. */
export const WRAPPED_INPUT = 'input';

export function customParameters(): JsonObject {
  return {
    type: 'object',
    properties: { [WRAPPED_INPUT]: { type: 'string', description: 'The whole input, as free text.' } },
    required: [WRAPPED_INPUT],
  };
}

/** The description with the grammar in words, since nothing enforces it there. */
export function describeCustom(tool: CustomTool): string | undefined {
  if (tool.grammar === undefined) return tool.description;
  const { syntax, definition } = tool.grammar;
  return `${tool.description ?? ''}\n\nThe input must follow this ${syntax} grammar:\n${definition}`;
}
