/** Headers as they stand on the wire: name, value, name, value; order, case and repetition kept. */
export type RawHeaders = readonly string[];

/** The first value of a header, its name given in lower case. */
export function headerValue(headers: RawHeaders, lowerCaseName: string): string | undefined {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index];
    if (name?.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName)
      return headers[index + 1];
  }
  return undefined;
}
