import type { JsonObject } from '../../domain/json-value.ts';
import { type Opaque, wrapOpaque } from '../../domain/opaque.ts';
import type { StreamPart, ToolCallStart, WholePart } from '../../domain/stream-part.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { parseArguments } from './parts/function-call.ts';

/**
 * Turns hub parts into the parts of this format, for streams and whole answers alike. Calls are written once they
 * are whole. Clients throw thoughts away and send calls back with their signatures: what seals reasoning of another
 * format therefore travels on the next call, together with its text.
 */
export class AnswerParts {
  #call: ToolCallStart | undefined;
  #input = '';
  #reasoning = '';
  #seals: Opaque[] = [];

  push(
    part: Exclude<StreamPart, { type: 'message-start' | 'usage' | 'finish' | 'error' | 'ping' }>,
  ): JsonObject[] {
    switch (part.type) {
      case 'text-delta':
        return [{ text: part.text }];
      case 'reasoning-start':
        this.#reasoning = '';
        return [];
      case 'reasoning-delta':
        this.#reasoning += part.text;
        return [{ text: part.text, thought: true }];
      case 'reasoning-end':
        if (part.opaque !== undefined) this.#seals.push(withText(part.opaque, this.#reasoning));
        return [];
      case 'tool-call-start':
        this.#call = part;
        this.#input = '';
        return [];
      case 'tool-call-delta':
        this.#input += part.text;
        return [];
      case 'tool-call-end':
        return this.#endCall();
      case 'part':
        return [...this.takeSeals(), ...ownPart(part.part)];
      case 'text-start':
      case 'text-end':
      case 'citation':
        return [];
      default:
        return assertNever(part);
    }
  }

  /** What seals reasoning that no call followed, as hidden thoughts. */
  takeSeals(): JsonObject[] {
    return this.#seals
      .splice(0)
      .map((seal) => ({ text: '', thought: true, thoughtSignature: wrapOpaque(seal) }));
  }

  #endCall(): JsonObject[] {
    const call = this.#call;
    if (call === undefined) return [];
    const seal = call.opaque ?? this.#seals.pop();
    const args = call.input === 'text' ? { input: this.#input } : parseArguments(this.#input);
    // Cut off by the output limit: running half a call would be worse than none, and the reason tells of it.
    if (args === undefined) return this.takeSeals();
    const part: JsonObject = { functionCall: { id: call.id, name: call.name, args } };
    if (seal !== undefined) part['thoughtSignature'] = wrapOpaque(seal);
    return [...this.takeSeals(), part];
  }
}

function withText(opaque: Opaque, text: string): Opaque {
  return text === '' ? opaque : { ...opaque, text };
}

function ownPart(part: WholePart['part']): JsonObject[] {
  return part.type === 'vendor' && part.vendor.format === 'gemini' ? [part.vendor.value] : [];
}
