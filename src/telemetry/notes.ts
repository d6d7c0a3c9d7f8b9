/** What a part of the gateway may say to its operator. Never put a whole request, header list or body into one. */
export interface GatewayNotes {
  info(details: Readonly<Record<string, unknown>>, message: string): void;
  warn(details: Readonly<Record<string, unknown>>, message: string): void;
}
