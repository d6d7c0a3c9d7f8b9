/**
 * A captured exchange as one file, compressed as a whole: a line of JSON that tells everything but the bodies, then
 * the bodies one after another, as bytes. So a body whose secrets needed no replacing can be had exactly.
 */
import { promisify } from 'node:util';
import { zstdCompressSync, zstdDecompress } from 'node:zlib';
import type { BodyFacts, CapturedExchange, StoredBody } from '../../domain/capture.ts';

/** What a file says of itself; a later program must be able to tell. */
const VERSION = 1;

const LINE_FEED = 10;

/** No capture is larger, whatever a file says: at most some twenty bodies of the largest size. */
const MAX_FILE_BYTES = 1024 ** 3;

export function encodeCapture({ bodies, ...rest }: CapturedExchange<StoredBody>): Buffer {
  const head = JSON.stringify({ v: VERSION, ...rest, bodies: bodies.map(factsOf) });
  return zstdCompressSync(Buffer.concat([Buffer.from(`${head}\n`), ...bodies.map(({ bytes }) => bytes)]));
}

function factsOf({ size, kept, redactions, inflatedFrom, cutBy }: StoredBody): BodyFacts {
  return { size, kept, redactions, inflatedFrom, cutBy };
}

/** @throws Error when the bytes are no capture of ours */
export async function decodeCapture(file: Buffer): Promise<CapturedExchange<StoredBody>> {
  const bytes = await promisify(zstdDecompress)(file, { maxOutputLength: MAX_FILE_BYTES });
  const end = bytes.indexOf(LINE_FEED);
  const head: unknown = JSON.parse(bytes.toString('utf8', 0, end));
  if (!isHead(head)) throw new Error('this is not a capture that this version can read');
  let position = end + 1;
  const bodies = head.bodies.map((facts): StoredBody => {
    const start = position;
    position += facts.kept;
    return { ...facts, bytes: bytes.subarray(start, position) };
  });
  const { v: _, ...rest } = head;
  return { ...rest, bodies };
}

/** The version vouches for the rest. */
function isHead(value: unknown): value is CapturedExchange<BodyFacts> & { readonly v: number } {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === VERSION;
}
