import type { Answer } from '../../domain/answer.ts';
import { asObject, asString } from '../../domain/json-value.ts';
import type { ToolCallPart } from '../../domain/message-part.ts';
import type { StreamPart } from '../../domain/stream-part.ts';
import type { WarningList } from '../../domain/warning.ts';
import { parseJson } from '../parse-body.ts';
import type { ToolNames } from './map-tool-names.ts';
import { WRAPPED_INPUT } from './wrap-custom-tool.ts';

/**
 * Takes out calls that the output limit cut off in mid-arguments: running half a call, or one without arguments,
 * would be worse than none.
 */
export function dropBrokenCalls(answer: Answer, warnings: WarningList): Answer {
  const parts = answer.parts.filter((part) => {
    if (part.type !== 'tool-call' || part.input.kind === 'text' || part.input.text.trim() === '') return true;
    const isWhole = asObject(parseJson(part.input.text)) !== undefined;
    if (!isWhole)
      warnings.add('answer_dropped', part.name, `The call of ${part.name} was cut off and left out.`);
    return isWhole;
  });
  return { ...answer, parts };
}

/** Gives the calls of a whole answer the names, namespaces and kinds the client knows. */
export function restoreTools(answer: Answer, names: ToolNames): Answer {
  const parts = answer.parts.map((part) => (part.type === 'tool-call' ? restoreCall(part, names) : part));
  return { ...answer, parts };
}

function restoreCall(part: ToolCallPart, names: ToolNames): ToolCallPart {
  const { name, namespace, builtin, unwrap } = names.toClient(part.name);
  const input = unwrap && part.input.kind === 'json' ? unwrapText(part.input.text) : undefined;
  return {
    ...part,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(builtin === undefined ? {} : { builtin }),
    ...(input === undefined ? {} : { input: { kind: 'text', text: input } }),
  };
}

/** The free text inside the arguments of a stand-in function; arguments of another shape are passed on as they are. */
function unwrapText(text: string): string {
  return asString(asObject(parseJson(text))?.[WRAPPED_INPUT]) ?? text;
}

/** The same for a stream. The arguments of stand-in functions are held until they are whole. */
export class ToolRestorer {
  readonly #names: ToolNames;
  #held: { text: string } | undefined;

  constructor(names: ToolNames) {
    this.#names = names;
  }

  push(part: StreamPart): readonly StreamPart[] {
    if (part.type === 'tool-call-start') return [this.#start(part)];
    if (this.#held === undefined) return [part];
    if (part.type === 'tool-call-delta') {
      this.#held.text += part.text;
      return [];
    }
    if (part.type !== 'tool-call-end') return [part];
    const text = unwrapText(this.#held.text);
    this.#held = undefined;
    return text === '' ? [part] : [{ type: 'tool-call-delta', index: part.index, text }, part];
  }

  #start(part: Extract<StreamPart, { type: 'tool-call-start' }>): StreamPart {
    const { name, namespace, builtin, unwrap } = this.#names.toClient(part.name);
    const isHeld = unwrap && part.input === 'json';
    if (isHeld) this.#held = { text: '' };
    return {
      ...part,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(builtin === undefined ? {} : { builtin }),
      input: isHeld ? 'text' : part.input,
    };
  }
}
