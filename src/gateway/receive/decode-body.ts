import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { GatewayError } from '../../domain/errors.ts';

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', (body, options) => promisify(gunzip)(body, options)],
  ['x-gzip', (body, options) => promisify(gunzip)(body, options)],
  ['deflate', (body, options) => promisify(inflate)(body, options)],
  ['br', (body, options) => promisify(brotliDecompress)(body, options)],
  ['zstd', (body, options) => promisify(zstdDecompress)(body, options)],
]);

/**
 * Inflates an encoded request body, so that it can be routed by its content. It then travels on plain.
 * @param encoding the Content-Encoding header; `undefined` and `identity` return the body as it is
 * @throws GatewayError `unsupported_encoding` (unknown, stacked, broken), `body_too_large` (a bomb)
 */
export async function decodeBody(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return body;
  const decode = DECODERS.get(name);
  if (decode === undefined) {
    throw new GatewayError(
      'unsupported_encoding',
      `The request body has the Content-Encoding "${name.slice(0, 64)}".`,
    );
  }
  try {
    return await decode(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (isTooLarge(cause)) {
      throw new GatewayError('body_too_large', `The request body inflates to more than ${maxBytes} bytes.`, {
        cause,
      });
    }
    throw new GatewayError('unsupported_encoding', `The request body is not valid ${name}.`, { cause });
  }
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
}
