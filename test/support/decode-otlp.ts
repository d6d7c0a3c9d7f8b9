/**
 * Reads an OTLP ExportTraceServiceRequest in protobuf, independently of the libraries that wrote it. Field numbers:
 * opentelemetry/proto/trace/v1/trace.proto and common/v1/common.proto, version 1.
 */
export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: { readonly code: number; readonly message: string };
  readonly attributes: Readonly<Record<string, CollectedValue>>;
  readonly resource: Readonly<Record<string, CollectedValue>>;
}

export type CollectedValue = string | number | boolean | readonly CollectedValue[] | undefined;

type Field = { readonly number: number; readonly value: Buffer | bigint };

export function decodeOtlpTraces(body: Buffer): CollectedSpan[] {
  return messages(body, 1).flatMap((resourceSpans) => {
    const resource = attributesOf(messages(messages(resourceSpans, 1)[0] ?? NOTHING, 1));
    return messages(resourceSpans, 2).flatMap((scopeSpans) =>
      messages(scopeSpans, 2).map((span) => decodeSpan(span, resource)),
    );
  });
}

const NOTHING = Buffer.alloc(0);

function decodeSpan(bytes: Buffer, resource: CollectedSpan['resource']): CollectedSpan {
  const fields = fieldsOf(bytes);
  const status = fieldsOf(bytesAt(fields, 15) ?? NOTHING);
  return {
    traceId: bytesAt(fields, 1)?.toString('hex') ?? '',
    spanId: bytesAt(fields, 2)?.toString('hex') ?? '',
    parentSpanId: bytesAt(fields, 4)?.toString('hex') ?? '',
    name: bytesAt(fields, 5)?.toString('utf8') ?? '',
    kind: Number(numberAt(fields, 6) ?? 0n),
    startedAt: Number(numberAt(fields, 7) ?? 0n) / 1e6,
    endedAt: Number(numberAt(fields, 8) ?? 0n) / 1e6,
    attributes: attributesOf(messages(bytes, 9)),
    status: {
      code: Number(numberAt(status, 3) ?? 0n),
      message: bytesAt(status, 2)?.toString('utf8') ?? '',
    },
    resource,
  };
}

function attributesOf(pairs: readonly Buffer[]): Record<string, CollectedValue> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const fields = fieldsOf(pair);
      return [bytesAt(fields, 1)?.toString('utf8') ?? '', decodeValue(bytesAt(fields, 2) ?? NOTHING)];
    }),
  );
}

/** AnyValue: string 1, bool 2, int 3, double 4, array 5. */
function decodeValue(bytes: Buffer): CollectedValue {
  const [field] = fieldsOf(bytes);
  if (field === undefined) return undefined;
  const { number, value } = field;
  if (Buffer.isBuffer(value))
    return number === 5 ? messages(value, 1).map(decodeValue) : value.toString('utf8');
  if (number === 2) return value === 1n;
  if (number === 3) return Number(BigInt.asIntN(64, value));
  const double = Buffer.alloc(8);
  double.writeBigUInt64LE(value);
  return double.readDoubleLE();
}

function messages(bytes: Buffer, number: number): Buffer[] {
  return fieldsOf(bytes).flatMap((field) =>
    field.number === number && Buffer.isBuffer(field.value) ? [field.value] : [],
  );
}

function bytesAt(fields: readonly Field[], number: number): Buffer | undefined {
  const value = fields.find((field) => field.number === number)?.value;
  return Buffer.isBuffer(value) ? value : undefined;
}

function numberAt(fields: readonly Field[], number: number): bigint | undefined {
  const value = fields.find((field) => field.number === number)?.value;
  return typeof value === 'bigint' ? value : undefined;
}

function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the protobuf message ends inside a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('the protobuf message ends inside a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const wire = tag & 7;
    if (wire === 0) fields.push({ number, value: varint() });
    else if (wire === 1) fields.push({ number, value: take(8).readBigUInt64LE() });
    else if (wire === 2) fields.push({ number, value: take(Number(varint())) });
    else if (wire === 5) fields.push({ number, value: BigInt(take(4).readUInt32LE()) });
    else throw new Error(`wire type ${wire} has no place in OTLP`);
  }
  return fields;
}
