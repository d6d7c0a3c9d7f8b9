import type { Answer, AnswerPart } from '../domain/answer.ts';
import type { StreamPart } from '../domain/stream-part.ts';
import { BlockWriter } from './block-writer.ts';

/** A whole answer as the stream that would have told it: for providers that answer a stream request in one piece. */
export function spreadAnswer(answer: Answer): StreamPart[] {
  const blocks = new BlockWriter();
  blocks.other({ type: 'message-start', id: answer.id, model: answer.model, usage: answer.usage });
  for (const part of answer.parts) writePart(blocks, part);
  blocks.other({ type: 'finish', stop: answer.stop, usage: answer.usage });
  return blocks.take();
}

function writePart(blocks: BlockWriter, part: AnswerPart): void {
  switch (part.type) {
    case 'text':
      blocks.close();
      blocks.text(part.text, part.refusal === true);
      part.citations?.forEach((citation) => blocks.citation(citation));
      blocks.close();
      return;
    case 'reasoning':
      blocks.openReasoning();
      blocks.reasoning(part.text);
      blocks.close(part.opaque);
      return;
    case 'tool-call': {
      const { type: _type, input, cache: _cache, ...call } = part;
      blocks.startCall({ ...call, input: input.kind });
      blocks.callInput(input.text);
      blocks.close();
      return;
    }
    case 'server-tool-call':
    case 'server-tool-result':
    case 'vendor':
      blocks.whole(part);
  }
}
