import type { AlertChannel } from '../../config/build/alert-settings.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { Notice } from './alert.ts';
import { mailText, slackBody, webhookBody } from './notice-body.ts';

const TIMEOUT_MS = 10_000;

/**
 * Tells one channel, once.
 * @throws Error that says what went wrong and holds no secret
 */
export function sendNotice(channel: AlertChannel, notice: Notice): Promise<void> {
  switch (channel.type) {
    case 'webhook': {
      const headers = channel.headers.map(({ name, value }): [string, string] => [name, value.reveal()]);
      return post(channel.url.reveal(), webhookBody(notice), headers);
    }
    case 'slack':
      return post(channel.url.reveal(), slackBody(notice), []);
    case 'email':
      return mail(channel, notice);
    default:
      return assertNever(channel);
  }
}

async function post(
  url: string,
  body: object,
  headers: readonly (readonly [string, string])[],
): Promise<void> {
  const answer = fetch(url, {
    method: 'POST',
    headers: [...headers.map(([name, value]): [string, string] => [name, value]), JSON_TYPE],
    body: JSON.stringify(body),
    // A redirect would carry the notice to an address nobody configured.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const status = await answer.then(
    async (response) => {
      await response.body?.cancel();
      return response.status;
    },
    (error: unknown) => causeOf(error),
  );
  if (typeof status === 'string') throw new Error(`the address cannot be reached: ${status}`);
  if (status >= 300) throw new Error(`the address answered with status ${status}`);
}

const JSON_TYPE: [string, string] = ['content-type', 'application/json'];

/** STARTTLS is demanded where the connection does not begin encrypted, unless the server is on this machine. */
async function mail(
  { smtp, from, to }: AlertChannel & { readonly type: 'email' },
  notice: Notice,
): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const url = URL.parse(smtp.reveal());
  if (url === null) throw new Error('the reference to the mail server holds no URL');
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const secure = url.protocol === 'smtps:';
  const transport = createTransport({
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !isLocal,
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const sent = transport.sendMail({ from, to: [...to], ...mailText(notice) });
  const failure = await sent.then(() => undefined, causeOf).finally(() => transport.close());
  if (failure !== undefined) throw new Error(`the mail server did not take it: ${failure}`);
}

const LONGEST_CAUSE = 80;

/** The code of an error: its message may repeat the address, which is a secret. */
function causeOf(error: unknown): string {
  return codeOf(error).slice(0, LONGEST_CAUSE);
}

function codeOf(error: unknown): string {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('responseCode' in current) return `SMTP ${String(current.responseCode)}`;
    if ('code' in current && typeof current.code === 'string') return current.code;
    if (current.name === 'TimeoutError') return 'no answer in time';
  }
  return error instanceof Error ? error.name : 'unknown error';
}
