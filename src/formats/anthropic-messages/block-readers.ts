import { asObject, asString, asText, type JsonObject } from '../../domain/json-value.ts';
import type { OpaqueOrigin } from '../../domain/opaque.ts';
import type { BlockWriter } from '../block-writer.ts';
import { parseArguments } from './parts/tool-use.ts';
import { decodeServerResult, decodeServerToolUse, isServerResult } from './parts/server-tool.ts';
import { decodeCitation } from './parts/text.ts';
import { issued } from './parts/thinking.ts';

/** Tells one content block of a stream to the hub. */
export interface BlockReader {
  delta(delta: JsonObject): void;
  end(): void;
}

export function createBlockReader(block: JsonObject, blocks: BlockWriter, origin: OpaqueOrigin): BlockReader {
  const type = asString(block['type']) ?? '';
  switch (type) {
    case 'text':
      return readText(block, blocks);
    case 'thinking':
      return readThinking(block, blocks, origin);
    case 'redacted_thinking':
      blocks.openReasoning();
      blocks.close(issued('redacted', asString(block['data']), origin));
      return NOTHING;
    case 'tool_use':
      return readToolUse(block, blocks);
    case 'server_tool_use':
      return readServerToolUse(block, blocks);
    default:
      if (isServerResult(type)) blocks.whole(decodeServerResult(block));
      else
        blocks.whole({ type: 'vendor', name: type, vendor: { format: 'anthropic-messages', value: block } });
      return NOTHING;
  }
}

const NOTHING: BlockReader = { delta() {}, end() {} };

function readText(block: JsonObject, blocks: BlockWriter): BlockReader {
  blocks.text(asString(block['text']) ?? '');
  return {
    delta(delta) {
      if (delta['type'] === 'text_delta') blocks.text(asString(delta['text']) ?? '');
      if (delta['type'] !== 'citations_delta') return;
      for (const citation of decodeCitation(asObject(delta['citation']))) blocks.citation(citation);
    },
    end: () => blocks.close(),
  };
}

function readThinking(block: JsonObject, blocks: BlockWriter, origin: OpaqueOrigin): BlockReader {
  blocks.openReasoning();
  blocks.reasoning(asString(block['thinking']) ?? '');
  let signature = asText(block['signature']);
  return {
    delta(delta) {
      if (delta['type'] === 'thinking_delta') blocks.reasoning(asString(delta['thinking']) ?? '');
      if (delta['type'] === 'signature_delta') signature = asText(delta['signature']) ?? signature;
    },
    end: () => blocks.close(issued('signature', signature, origin)),
  };
}

function readToolUse(block: JsonObject, blocks: BlockWriter): BlockReader {
  blocks.startCall({ id: asString(block['id']) ?? '', name: asString(block['name']) ?? '', input: 'json' });
  const whole = asObject(block['input']);
  let hasDeltas = false;
  return {
    delta(delta) {
      if (delta['type'] !== 'input_json_delta') return;
      const text = asString(delta['partial_json']) ?? '';
      hasDeltas ||= text !== '';
      blocks.callInput(text);
    },
    end() {
      // Some servers put the whole input into the start and send no deltas.
      if (!hasDeltas && whole !== undefined && Object.keys(whole).length > 0)
        blocks.callInput(JSON.stringify(whole));
      blocks.close();
    },
  };
}

function readServerToolUse(block: JsonObject, blocks: BlockWriter): BlockReader {
  let json = '';
  return {
    delta(delta) {
      if (delta['type'] === 'input_json_delta') json += asString(delta['partial_json']) ?? '';
    },
    end() {
      const input = json === '' ? block['input'] : (parseArguments(json) ?? {});
      blocks.whole(decodeServerToolUse({ ...block, input }));
    },
  };
}
